"""Interprets dead letters. `cli/src/follow/dead_letter.rs` does the same; `tests/samples/dead_letters.json` tests both.

Dead letters come from four sources:

* The writer sends messages, with the reason in attributes.
* SQS moves messages for which the writer gave no answer. They have no reason.
* Lambda sends events that the extractor failed on, each in an envelope with the error.
* EventBridge sends events of an existing bucket that Lambda did not accept, with the error in attributes.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import unquote_plus

# Attributes that describe one stay in the dead-letter queue. A message that is moved back loses them. It keeps
# `ReasonCode`: by it the writer recognises a message that the books of its ingest count as dead.
OF_ONE_VISIT = {"Reason", "OriginalMessageId", "SourceQueueArn", "FailedAt", "ReceiveCount"}
ATTEMPTS = "Attempts"
# The field of an extractor's event that counts its attempts. The extractor ignores it, and Lambda's envelope keeps it.
EVENT_ATTEMPTS = "DeadLetterAttempts"
NOT_ANSWERED = "NotAnswered"
# SQS's limits: attributes of a message, and bytes of a message or of all messages of a call.
MAX_ATTRIBUTES = 10
MAX_BYTES = 1024 * 1024


def rfc3339(milliseconds: str | int) -> str:
    """SQS's time in milliseconds as RFC 3339, in UTC."""
    return datetime.fromtimestamp(int(milliseconds) // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def count_of(text: object) -> int:
    """A count from a text; 0 if it is not a number."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", str(text)) else 0


@dataclass
class DeadLetter:
    """A message of the dead-letter queue."""

    message: dict
    kind: str  # "message" or "event"
    reason: str
    text: str
    source: str
    first: str
    last: str
    receives: int | None
    attempts: int
    # More than one for a `BATCH_WRITE`; 0 for an event.
    rows: int = 0
    event: dict | None = field(default=None, repr=False)

    @classmethod
    def of(cls, message: dict) -> "DeadLetter":
        """Reads a message of the dead-letter queue, as `ReceiveMessage` returns it."""
        envelope = envelope_of_rule(message) or envelope_of(message["Body"])
        return cls.of_event(message, envelope) if envelope else cls.of_message(message)

    @classmethod
    def of_message(cls, message: dict) -> "DeadLetter":
        def said(name: str, default: str = "") -> str:
            return message.get("MessageAttributes", {}).get(name, {}).get("StringValue") or default

        system = message["Attributes"]
        sent = rfc3339(system["SentTimestamp"])
        attempts = count_of(said(ATTEMPTS))
        # Only SQS itself sets this. Attributes of the writer are then left from an earlier stay.
        source = system.get("DeadLetterQueueSourceArn")
        if source or not said("ReasonCode"):
            text = "the writer ended without an answer, or could not give a reason: see its log"
            last, receives, attempts = sent, None, attempts + 1
            reason = NOT_ANSWERED
        else:
            reason, text = said("ReasonCode"), said("Reason")
            last, receives = said("FailedAt", sent), count_of(said("ReceiveCount")) or None
            source = said("SourceQueueArn")
        return cls(
            message=message,
            kind="message",
            reason=reason,
            text=text,
            source=(source or "").rpartition(":")[2] or "unknown",
            first=said("FirstReceivedAt", sent),
            last=last,
            receives=receives,
            attempts=max(attempts, 1),
            rows=rows_in(message["Body"]) if said("Method") == "BATCH_WRITE" else 1,
        )

    @classmethod
    def of_event(cls, message: dict, envelope: dict) -> "DeadLetter":
        context, error = envelope["requestContext"], envelope.get("responsePayload")
        sent = rfc3339(message["Attributes"]["SentTimestamp"])
        event = envelope["requestPayload"]
        # For example AccessDenied from the extractor or Sandbox.Timedout from Lambda; without an error, RetriesExhausted.
        code, text = text_in(error, "errorType"), text_in(error, "errorMessage")
        condition = text_in(context, "condition") or "unknown"
        records = event["Records"] if isinstance(event.get("Records"), list) else []
        return cls(
            message=message,
            kind="event",
            reason=code if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]*", code) else condition,
            text=text or f"Lambda gave up: {condition}",
            source=", ".join(objects_in(event)) or "unknown",
            first=text_in(records[0] if records else None, "eventTime") or text_in(event, "time") or sent,
            last=text_in(envelope, "timestamp") or sent,
            receives=count_of(context.get("approximateInvokeCount")) or None,
            attempts=count_of(event.get(EVENT_ATTEMPTS)) + 1,
            event=event,
        )

    @property
    def sent(self) -> int:
        """The time when it was sent, in milliseconds: to the dead-letter queue or, if SQS moved it, to its first queue."""
        return int(self.message["Attributes"]["SentTimestamp"])

    def attributes_back(self) -> dict:
        """The attributes to send it back with: its own and the count of its attempts."""
        attributes = self.message.get("MessageAttributes", {}).items()
        back = {name: value for name, value in attributes if name not in OF_ONE_VISIT}
        counted = {**back, ATTEMPTS: {"DataType": "Number", "StringValue": str(self.attempts)}}
        # A message that SQS moved itself may have no room for the count.
        return counted if len(counted) <= MAX_ATTRIBUTES and self.bytes_with(counted) <= MAX_BYTES else back

    def bytes_with(self, attributes: dict) -> int:
        """The size of the message with these attributes, in bytes, as SQS counts it."""
        size = len(self.message["Body"].encode())
        for name, value in attributes.items():
            content = value.get("BinaryValue") or value.get("StringValue", "").encode()
            size += len(name) + len(value["DataType"]) + len(content)
        return size

    def event_back(self) -> dict:
        """The event to invoke the extractor with again."""
        return {**self.event, EVENT_ATTEMPTS: self.attempts}

    def as_json(self) -> dict:
        """The whole dead letter as JSON."""
        attributes = self.message.get("MessageAttributes", {}).items()
        return {
            "id": self.message["MessageId"],
            **{name: getattr(self, name) for name in ("reason", "text", "kind", "source", "first", "last")},
            "receives": self.receives,
            "attempts": self.attempts,
            "rows": self.rows,
            "attributes": {name: value.get("StringValue", "(binary)") for name, value in attributes},
            "body": self.message["Body"],
        }


def rows_in(body: str) -> int:
    """The number of rows of a `BATCH_WRITE`. One that cannot be parsed is one row, as in the books."""
    try:
        tables = json.loads(body)["RequestItems"].values()
        return sum(len(rows) for rows in tables if isinstance(rows, list)) or 1
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return 1


def envelope_of(body: str) -> dict | None:
    """Lambda's envelope around an event that it gave up; `None` if the body is something else."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(envelope, dict):
        return None
    parts = [envelope.get("requestContext"), envelope.get("requestPayload")]
    return envelope if all(isinstance(part, dict) for part in parts) else None


def envelope_of_rule(message: dict) -> dict | None:
    """An event that a rule of EventBridge gave up, in an envelope like Lambda's; `None` if it is something else.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    said = {name: value.get("StringValue") for name, value in message.get("MessageAttributes", {}).items()}
    if "RULE_ARN" not in said:
        return None
    try:
        event = json.loads(message["Body"])
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict):
        return None
    return {
        "requestContext": {"condition": said.get("EXHAUSTED_RETRY_CONDITION") or "NotTaken"},
        "requestPayload": event,
        "responsePayload": {
            "errorType": said.get("ERROR_CODE"),
            "errorMessage": said.get("ERROR_MESSAGE") or "EventBridge could not give the event to the extractor",
        },
    }


def objects_in(event: object) -> list[str]:
    """The objects that an event names. The event is from S3, possibly wrapped by SNS, or from EventBridge."""
    if not isinstance(event, dict):
        return []
    records = event["Records"] if isinstance(event.get("Records"), list) else []
    found = []
    for record in records:
        message = text_in(record.get("Sns") if isinstance(record, dict) else None, "Message")
        try:
            found += objects_in(json.loads(message)) if message else filter(None, [object_of(record)])
        except (ValueError, RecursionError):
            continue
    detail = event.get("detail")
    if isinstance(detail, dict):
        # EventBridge does not encode keys.
        bucket, key = text_in(detail.get("bucket"), "name"), text_in(detail.get("object"), "key")
        found += [f"s3://{bucket}/{key}"] if bucket and key else []
    return found


def object_of(record: object) -> str | None:
    """The object that a record of an S3 event names; `None` if it names none."""
    try:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
    except (KeyError, TypeError):
        return None
    return f"s3://{bucket}/{unquote_plus(key)}" if isinstance(bucket, str) and isinstance(key, str) else None


def text_in(value: object, name: str) -> str:
    """The text of a field; empty if the field is missing or not a text."""
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


@dataclass
class Group:
    """The dead letters of one kind and one reason."""

    example: DeadLetter
    count: int = 0
    rows: int = 0
    sources: dict[str, None] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    attempts: int = 0

    def add(self, dead_letter: DeadLetter) -> None:
        self.count += 1
        self.rows += dead_letter.rows
        self.sources[dead_letter.source] = None
        self.first = min(self.first or dead_letter.first, dead_letter.first)
        self.last = max(self.last, dead_letter.last)
        self.attempts = max(self.attempts, dead_letter.attempts)

    def as_json(self) -> dict:
        return {
            "reason": self.example.reason,
            "kind": self.example.kind,
            "count": self.count,
            "rows": self.rows,
            "first": self.first,
            "last": self.last,
            "attempts": self.attempts,
            "sources": list(self.sources),
            "example": self.example.as_json(),
        }


def grouped(dead_letters: Iterable[DeadLetter]) -> list[Group]:
    """Dead letters grouped by reason, the most frequent first. Each group keeps one dead letter as an example."""
    groups: dict[tuple[str, str], Group] = {}
    for dead_letter in dead_letters:
        groups.setdefault((dead_letter.reason, dead_letter.kind), Group(dead_letter)).add(dead_letter)
    return sorted(groups.values(), key=lambda group: (-group.count, group.example.reason))
