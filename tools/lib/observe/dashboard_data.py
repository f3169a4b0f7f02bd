"""Reads a CloudWatch dashboard: its widgets, their places, and the values of their metrics."""

import ast
import json
import operator
from dataclasses import dataclass, field
from datetime import datetime, timezone

import boto3

COLUMNS = 24
# The most queries that GetMetricData takes in one call.
MAX_QUERIES = 500
Points = dict[int, float]


@dataclass
class Series:
    """A line of a graph."""

    label: str
    points: Points
    color: str | None = None
    right: bool = False
    namespace: str = ""


@dataclass
class Widget:
    """A widget at a place of the grid."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    properties: dict
    series: list[Series] = field(default_factory=list)


def body_of(name: str) -> dict:
    return json.loads(boto3.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])


def placed(body: dict) -> list[Widget]:
    """The widgets, each at the next free place, as CloudWatch places widgets without coordinates."""
    widgets, x, y, row = [], 0, 0, 0
    for given in body["widgets"]:
        if x + given["width"] > COLUMNS:
            x, y, row = 0, y + row, 0
        widgets.append(Widget(given["type"], x, y, given["width"], given["height"], given["properties"]))
        x, row = x + given["width"], max(row, given["height"])
    return widgets


def without_unknown(body: dict, widgets: list[Widget], emulated: str) -> dict:
    """A dashboard without the graphs of metrics that only AWS has, and with a note that names them."""
    unknown = {
        widget.properties["title"]
        for widget in widgets
        if widget.kind == "metric"
        and not any(series.points for series in widget.series)
        and all(series.namespace.startswith("AWS/") for series in widget.series)
    }
    kept = [widget for widget in body["widgets"] if widget["properties"].get("title") not in unknown]
    # A heading without graphs below it is left out too.
    kept = [
        widget
        for widget, after in zip(kept, [*kept[1:], {"type": "text"}])
        if widget["type"] != "text" or after["type"] != "text"
    ]
    left_out = f" Graphs of metrics that only AWS has are left out: {'; '.join(sorted(unknown))}." if unknown else ""
    note = {"markdown": f"## About this picture\n{emulated}{left_out}"}
    return {**body, "widgets": [*kept, {"type": "text", "width": COLUMNS, "height": 3, "properties": note}]}


def expanded(metrics: list[list]) -> list[tuple[list[str], dict]]:
    """Names and options of each metric, written out: `.` repeats one name of the metric before, `...` all its names."""
    found, before = [], []
    for metric in metrics:
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        names = [part for part in metric if isinstance(part, str)]
        if names[:1] == ["..."]:
            names = before[: len(before) - len(names) + 1] + names[1:]
        names = [before[place] if name == "." else name for place, name in enumerate(names)]
        before = names or before
        found.append((names, options))
    return found


def fill(widgets: list[Widget], start: float, end: float, period: int) -> None:
    """Fills the graphs with the metrics between two times, one point for each period."""
    queries, places = [], []
    graphs = [widget for widget in widgets if widget.kind == "metric"]
    for widget in graphs:
        for names, options in expanded(widget.properties["metrics"]):
            if names:
                stat = options.get("stat", widget.properties["stat"])
                places.append((id(widget), options.get("id", len(queries))))
                queries.append(query(f"q{len(queries)}", names, stat, period))
    points = dict(zip(places, answers(queries, start, end)))
    count = 0
    for widget in graphs:
        of_id = {key: found for (owner, key), found in points.items() if owner == id(widget)}
        for names, options in expanded(widget.properties["metrics"]):
            key = options.get("id", count)
            count += bool(names)
            if options.get("visible", True):
                found = of_id[key] if names else computed(options["expression"], of_id)
                widget.series.append(
                    Series(
                        options.get("label", " ".join(names[1:])),
                        found,
                        options.get("color"),
                        options.get("yAxis") == "right",
                        names[0] if names else "",
                    )
                )


def query(key: str, names: list[str], stat: str, period: int) -> dict:
    dimensions = [{"Name": name, "Value": value} for name, value in zip(names[2::2], names[3::2])]
    metric = {"Namespace": names[0], "MetricName": names[1], "Dimensions": dimensions}
    return {"Id": key, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def answers(queries: list[dict], start: float, end: float) -> list[Points]:
    cloudwatch = boto3.client("cloudwatch")
    found = {}
    for first in range(0, len(queries), MAX_QUERIES):
        results = cloudwatch.get_metric_data(
            MetricDataQueries=queries[first : first + MAX_QUERIES],
            StartTime=datetime.fromtimestamp(start, timezone.utc),
            EndTime=datetime.fromtimestamp(end, timezone.utc),
        )["MetricDataResults"]
        for result in results:
            found[result["Id"]] = {
                int(at.timestamp()): value for at, value in zip(result["Timestamps"], result["Values"])
            }
    return [found[asked["Id"]] for asked in queries]


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def computed(expression: str, points: dict) -> Points:
    """The values of a metric math expression. It may contain arithmetic, ids of metrics, and numbers."""

    def value(node, at: int) -> float:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return points[node.id].get(at, 0.0)
            case ast.BinOp():
                return OPERATORS[type(node.op)](value(node.left, at), value(node.right, at))
        raise ValueError(f"no arithmetic: {expression}")

    tree = ast.parse(expression, mode="eval").body
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in points}
    times = sorted({at for key in used for at in points[key]})
    return {at: value(tree, at) for at in times}
