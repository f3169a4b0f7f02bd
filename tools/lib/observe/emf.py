"""Converts log lines in CloudWatch's embedded metric format (EMF) to the data of PutMetricData."""

import json
from collections.abc import Iterator

# The most values that PutMetricData takes in one datum.
MAX_VALUES = 150


class BrokenLine(Exception):
    """A line with metrics that CloudWatch would silently drop."""


def data_of(line: str) -> Iterator[tuple[str, dict]]:
    """The namespace and datum of every metric in a log line; nothing for a line without metrics."""
    # Most lines have no metrics and need not be parsed.
    if '"CloudWatchMetrics"' not in line:
        return
    try:
        document = json.loads(line)
    except ValueError:
        return
    if not isinstance(document, dict) or not isinstance(document.get("_aws"), dict):
        return
    at = document["_aws"]["Timestamp"] / 1000
    for directive in document["_aws"]["CloudWatchMetrics"]:
        # There is one metric for each set of dimensions.
        for names in directive["Dimensions"]:
            dimensions = [{"Name": name, "Value": text_of(document, name)} for name in names]
            for metric in directive["Metrics"]:
                values, counts = values_of(document, metric["Name"])
                for start in range(0, len(values), MAX_VALUES):
                    yield (
                        directive["Namespace"],
                        {
                            "MetricName": metric["Name"],
                            "Dimensions": dimensions,
                            "Timestamp": at,
                            "Unit": metric.get("Unit", "None"),
                            "Values": values[start : start + MAX_VALUES],
                            "Counts": counts[start : start + MAX_VALUES],
                        },
                    )


def text_of(document: dict, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise BrokenLine(f"the dimension {name} has no value")
    return value


def values_of(document: dict, name: str) -> tuple[list[float], list[float]]:
    """The values of a metric and the count of each, from a number, a list of numbers or a histogram."""
    value = document.get(name)
    if isinstance(value, dict):
        values, counts = value.get("Values"), value.get("Counts")
    else:
        values = value if isinstance(value, list) else [value]
        counts = [1] * len(values)
    if not are_numbers(values) or not are_numbers(counts) or len(values) != len(counts):
        raise BrokenLine(f"the metric {name} has no value that is a number")
    return values, counts


def are_numbers(values) -> bool:
    return isinstance(values, list) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in values
    )
