"""Reads the writer's counts of the last hour: rows whose key already had an item."""

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
# The template's defaults, for a stack that does not have the parameter.
DEFAULTS = {"WriteMode": "replace", "MetricsNamespace": "Messages"}


def writes(parts, watched: timedelta) -> dict:
    """The stack's write mode, and the counts by name, or `None` if the functions write no metrics."""
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
    """The counts from the metrics in the writer's log, which the emulator does not read."""
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
        # The writer has never run.
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
        # The tests of the metrics find such a line.
        pass
    return found
