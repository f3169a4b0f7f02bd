"""The metrics that the functions emit and those of AWS that the template uses: names, dimensions, units.

The first are docs/telemetry.md; the second are as AWS documents them.
"""

from dataclasses import dataclass

FUNCTION = ("Stack", "Function")


@dataclass(frozen=True)
class Metric:
    """What a metric is measured in, and by which dimensions it is there."""

    unit: str
    dimensions: tuple[tuple[str, ...], ...] = (FUNCTION,)


OWN = {
    "ColdStarts": Metric("Count"),
    "InitDuration": Metric("Milliseconds"),
    "RowsRead": Metric("Count"),
    "RowsSent": Metric("Count"),
    "RowsRejected": Metric("Count"),
    "RowsColliding": Metric("Count"),
    "RowsSuspicious": Metric("Count"),
    "BytesRead": Metric("Bytes"),
    "RejectedShare": Metric("Percent"),
    "ExtractDuration": Metric("Milliseconds"),
    "RowsPerSecond": Metric("Count/Second"),
    "BatchSize": Metric("Count"),
    "ObjectsExtracted": Metric("Count"),
    "ObjectsFailed": Metric("Count"),
    "MessagesReceived": Metric("Count"),
    "MessagesWritten": Metric("Count"),
    "MessagesRetried": Metric("Count"),
    "MessagesDead": Metric("Count"),
    "RowsWritten": Metric("Count"),
    "RowsDead": Metric("Count"),
    "RowsOutdated": Metric("Count"),
    "RowsExisting": Metric("Count"),
    "RowsReplaced": Metric("Count"),
    "RowsSuperseded": Metric("Count"),
    "UnprocessedItems": Metric("Count"),
    "QueueLag": Metric("Milliseconds"),
    "Retries": Metric("Count", (("Stack", "Function", "Service"),)),
    "LedgerFailures": Metric("Count"),
    "Requests": Metric("Count", (("Stack", "Route", "StatusClass"),)),
    "Latency": Metric("Milliseconds", (("Stack", "Route"),)),
}

_LAMBDA = (("FunctionName",),)
_QUEUE = (("QueueName",),)
_TABLE = (("TableName",),)
_STAGE = (("ApiName", "Stage"),)

AWS = {
    "AWS/Lambda": {
        "Invocations": Metric("Count", _LAMBDA),
        "Errors": Metric("Count", _LAMBDA),
        "Throttles": Metric("Count", _LAMBDA),
        "Duration": Metric("Milliseconds", _LAMBDA),
        "RecursiveInvocationsDropped": Metric("Count", _LAMBDA),
        "AsyncEventsDropped": Metric("Count", _LAMBDA),
        "AsyncEventAge": Metric("Milliseconds", _LAMBDA),
        "DestinationDeliveryFailures": Metric("Count", _LAMBDA),
    },
    "AWS/SQS": {
        "ApproximateNumberOfMessagesVisible": Metric("Count", _QUEUE),
        "ApproximateNumberOfMessagesNotVisible": Metric("Count", _QUEUE),
        "ApproximateAgeOfOldestMessage": Metric("Seconds", _QUEUE),
        "NumberOfMessagesSent": Metric("Count", _QUEUE),
        "NumberOfMessagesReceived": Metric("Count", _QUEUE),
        "NumberOfMessagesDeleted": Metric("Count", _QUEUE),
        "NumberOfEmptyReceives": Metric("Count", _QUEUE),
    },
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits": Metric("Count", _TABLE),
        "ConsumedWriteCapacityUnits": Metric("Count", _TABLE),
        "ReadThrottleEvents": Metric("Count", _TABLE),
        "WriteThrottleEvents": Metric("Count", _TABLE),
        "SuccessfulRequestLatency": Metric("Milliseconds", (("TableName", "Operation"),)),
    },
    "AWS/ApiGateway": {
        "Count": Metric("Count", _STAGE),
        "4XXError": Metric("Count", _STAGE),
        "5XXError": Metric("Count", _STAGE),
        "Latency": Metric("Milliseconds", _STAGE),
        "IntegrationLatency": Metric("Milliseconds", _STAGE),
    },
    # Of a rule of the default bus.
    "AWS/Events": {"InvocationsFailedToBeSentToDlq": Metric("Count", (("RuleName",),))},
    "AWS/Logs": {"IncomingBytes": Metric("Bytes", (("LogGroupName",),))},
}


def known(namespace: str, name: str, dimensions: tuple[str, ...]) -> Metric | None:
    """The metric, if there is one of that name and with these dimensions. Every other namespace is the stack's own."""
    metric = (AWS.get(namespace, {}) if namespace.startswith("AWS/") else OWN).get(name)
    return metric if metric and dimensions in metric.dimensions else None
