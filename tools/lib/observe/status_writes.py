"""What became of rows that met an item of their key: the writer's counts of the last hour."""

from collections import Counter
from datetime import timedelta

from observe.emf import BrokenLine, data_of

COUNTS = {
    "outdated": "RowsOutdated",
    "existing": "RowsExisting",
    "replaced": "RowsReplaced",
    "superseded": "RowsSuperseded",
}
WRITER = "sqs-to-dynamodb"
# What the template says where a stack does not.
DEFAULTS = {"WriteMode": "replace", "MetricsNamespace": "Messages"}


def writes(parts, watched: timedelta) -> dict:
    """The stack's mode, and the counts by name; `None` where the functions write no metrics."""
    parameters = parameters_of(parts)
    namespace = parameters["MetricsNamespace"]
    if not namespace:
        counts = None
    elif "Endpoint" in parts.outputs:
        counts = logged(parts, watched)
    else:
        dimensions = {"Stack": parts.outputs["StackName"], "Function": WRITER}
        counts = {
            name: int(sum(parts.metric(namespace, metric, "Sum", watched, dimensions)))
            for name, metric in COUNTS.items()
        }
    return {"mode": parameters["WriteMode"], "counts": counts}


def parameters_of(parts) -> dict[str, str]:
    [stack] = parts.cloudformation.describe_stacks(StackName=parts.outputs["StackName"])["Stacks"]
    given = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack.get("Parameters", [])}
    return {name: given.get(name, default) for name, default in DEFAULTS.items()}


def logged(parts, watched: timedelta) -> dict[str, int]:
    """The counts by the lines of the log that AWS would make metrics of: the emulator does not."""
    pages = parts.logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{parts.outputs['StackName']}/{WRITER}",
        filterPattern="CloudWatchMetrics",
        startTime=int((parts.now - watched).timestamp() * 1000),
    )
    found = Counter()
    try:
        for page in pages:
            for event in page["events"]:
                found.update(counts_of(event["message"]))
    except parts.logs.exceptions.ResourceNotFoundException:
        # It never ran.
        pass
    return {name: int(found[metric]) for name, metric in COUNTS.items()}


def counts_of(line: str) -> Counter:
    """The counts in a line of the writer's log."""
    found = Counter()
    try:
        for _, datum in data_of(line):
            if datum["MetricName"] in COUNTS.values():
                pairs = zip(datum["Values"], datum["Counts"], strict=True)
                found[datum["MetricName"]] += sum(value * count for value, count in pairs)
    except BrokenLine:
        # Tests of the metrics find it.
        pass
    return found
