"""What a dead letter means. `cli/src/follow/dead_letter.rs` reads them in the same way: both are tested on
`tests/samples/dead_letters.json`.

There are four kinds. The writer puts messages there with the reason in attributes. SQS moves those there by itself that
the writer never answered for; they have no reason. Lambda puts the events there that the extractor failed on, each in an
envelope with the error. And EventBridge puts the events of an existing bucket there that Lambda did not take, with the error
in attributes.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import unquote_plus

# Attributes that tell of one visit to the dead-letter queue. A message that is moved back leaves them behind. It keeps
# `ReasonCode`: by that the writer knows a message that the books of its ingest count as dead.
OF_ONE_VISIT = {"Reason", "OriginalMessageId", "SourceQueueArn", "FailedAt", "ReceiveCount"}
ATTEMPTS = "Attempts"
# Where an event of the extractor keeps count: the extractor ignores the field, and Lambda hands it back.
EVENT_ATTEMPTS = "DeadLetterAttempts"
NOT_ANSWERED = "NotAnswered"
# SQS's most attributes and bytes of a message; the latter are also the most of all messages of a call.
MAX_ATTRIBUTES = 10
MAX_BYTES = 1024 * 1024


def rfc3339(milliseconds: str | int) -> str:
    """A time as SQS gives it, in UTC."""
    return datetime.fromtimestamp(int(milliseconds) // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def count_of(text: object) -> int:
    """A count that somebody wrote down; 0 when it is none."""
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
    # More than one in a `BATCH_WRITE`; none in an event.
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
        # Only SQS itself sets this. The other attributes are then those of an earlier visit, if of any.
        source = system.get("DeadLetterQueueSourceArn")
        if source or not said("ReasonCode"):
            text = "the writer never answered for it, or could not give the reason: its log has more"
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
        # Such as AccessDenied of the extractor or Sandbox.Timedout of Lambda; without an answer, RetriesExhausted.
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
        """When it came to the dead-letter queue, or, moved by SQS, when it was sent before; milliseconds."""
        return int(self.message["Attributes"]["SentTimestamp"])

    def attributes_back(self) -> dict:
        """The attributes to send it back with: its own, and what must survive."""
        attributes = self.message.get("MessageAttributes", {}).items()
        back = {name: value for name, value in attributes if name not in OF_ONE_VISIT}
        counted = {**back, ATTEMPTS: {"DataType": "Number", "StringValue": str(self.attempts)}}
        # One that SQS moved by itself may leave no room for it.
        return counted if len(counted) <= MAX_ATTRIBUTES and self.bytes_with(counted) <= MAX_BYTES else back

    def bytes_with(self, attributes: dict) -> int:
        """The bytes that SQS counts of the message with these attributes."""
        size = len(self.message["Body"].encode())
        for name, value in attributes.items():
            content = value.get("BinaryValue") or value.get("StringValue", "").encode()
            size += len(name) + len(value["DataType"]) + len(content)
        return size

    def event_back(self) -> dict:
        """The event to give to the extractor again."""
        return {**self.event, EVENT_ATTEMPTS: self.attempts}

    def as_json(self) -> dict:
        """All of it, for people and programs."""
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
    """The rows of a `BATCH_WRITE`. One that cannot be read is one row, as in the books."""
    try:
        tables = json.loads(body)["RequestItems"].values()
        return sum(len(rows) for rows in tables if isinstance(rows, list)) or 1
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return 1


def envelope_of(body: str) -> dict | None:
    """What Lambda writes around an event that it gives up; `None` when the body is something else."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(envelope, dict):
        return None
    parts = [envelope.get("requestContext"), envelope.get("requestPayload")]
    return envelope if all(isinstance(part, dict) for part in parts) else None


def envelope_of_rule(message: dict) -> dict | None:
    """An event that a rule of EventBridge gave up, in an envelope as Lambda's; `None` when the message is something else.

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
    """The objects that an event names: one of S3, which SNS may have wrapped, or one of EventBridge."""
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
        # Keys are not encoded in it.
        bucket, key = text_in(detail.get("bucket"), "name"), text_in(detail.get("object"), "key")
        found += [f"s3://{bucket}/{key}"] if bucket and key else []
    return found


def object_of(record: object) -> str | None:
    """The object that a record of an S3 event names; `None` when it names none."""
    try:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
    except (KeyError, TypeError):
        return None
    return f"s3://{bucket}/{unquote_plus(key)}" if isinstance(bucket, str) and isinstance(key, str) else None


def text_in(value: object, name: str) -> str:
    """A field that is a text; empty when there is none."""
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


@dataclass
class Group:
    """Letters of one kind that are there for one reason."""

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
    """Dead letters by reason, the most frequent first. Only one dead letter of each group is kept."""
    groups: dict[tuple[str, str], Group] = {}
    for dead_letter in dead_letters:
        groups.setdefault((dead_letter.reason, dead_letter.kind), Group(dead_letter)).add(dead_letter)
    return sorted(groups.values(), key=lambda group: (-group.count, group.example.reason))
