"""Unit tests of what dead letters say: dead_letters_test.py"""

import json
import unittest

from observe.dead_letters import DeadLetter, grouped
from repository import ROOT

NOW = 1_559_041_500


def text(value: str) -> dict:
    return {"DataType": "String", "StringValue": value}


def message(attributes: dict[str, str], body: str = "{}", **system: str) -> dict:
    """A message as a queue keeps it."""
    return {
        "Body": body,
        "MessageAttributes": {name: text(value) for name, value in attributes.items()},
        "Attributes": {"SentTimestamp": str(NOW * 1000), **system},
    }


def throttled(**more: str) -> dict:
    """A dead letter of the writer's."""
    given = {"Method": "POST", "ReasonCode": "Throttled", "Reason": "too often", "Attempts": "2"}
    return message(
        {**given, "OriginalMessageId": "id-1", "FailedAt": "2019-05-28T11:05:00Z", "ReceiveCount": "15", **more}
    )


def event(key: str, error: dict | None, **more) -> dict:
    """An event that Lambda gave up."""
    records = [{"eventTime": "2019-05-28T11:00:00.000Z", "s3": {"bucket": {"name": "data"}, "object": {"key": key}}}]
    envelope = {
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": {"Records": records, **more},
        "responsePayload": error,
    }
    return message({}, json.dumps(envelope))


class DeadLetters(unittest.TestCase):
    def test_the_writers_dead_letter_says_all(self) -> None:
        dead_letter = queued(
            throttled(SourceQueueArn="arn:aws:sqs:r:1:the-queue", FirstReceivedAt="2019-05-28T11:00:00Z")
        )
        self.assertEqual(
            (dead_letter.kind, dead_letter.reason, dead_letter.text), ("message", "Throttled", "too often")
        )
        self.assertEqual((dead_letter.source, dead_letter.attempts, dead_letter.receives), ("the-queue", 2, 15))
        self.assertEqual((dead_letter.first, dead_letter.last), ("2019-05-28T11:00:00Z", "2019-05-28T11:05:00Z"))

    def test_what_sqs_moved_has_no_reason_whatever_an_earlier_visit_left(self) -> None:
        for attempts, attributes in [(1, {"Method": text("POST")}), (3, throttled()["MessageAttributes"])]:
            moved = message({}, DeadLetterQueueSourceArn="arn:aws:sqs:r:1:the-queue")
            moved["MessageAttributes"] = attributes
            dead_letter = queued(moved)
            self.assertEqual(
                (dead_letter.reason, dead_letter.source, dead_letter.attempts), ("NotAnswered", "the-queue", attempts)
            )
            self.assertEqual(dead_letter.attributes_back()["Attempts"]["StringValue"], str(attempts))
            self.assertNotIn("Reason", dead_letter.attributes_back())

    def test_an_event_says_it_in_its_body(self) -> None:
        dead_letter = queued(event("a+b%2B.csv", {"errorType": "AccessDenied", "errorMessage": "no"}))
        self.assertEqual((dead_letter.kind, dead_letter.reason, dead_letter.text), ("event", "AccessDenied", "no"))
        self.assertEqual((dead_letter.source, dead_letter.first), ("s3://data/a b+.csv", "2019-05-28T11:00:00.000Z"))
        self.assertEqual((dead_letter.receives, dead_letter.attempts), (3, 1))

    def test_an_event_without_an_error_has_lambdas_condition(self) -> None:
        for error in [None, {}, "text", {"errorType": "a::b<c>", "errorMessage": ""}]:
            self.assertEqual(queued(event("a.csv", error)).reason, "RetriesExhausted")

    def test_bodies_that_are_anything_are_messages(self) -> None:
        for body in [
            "",
            "[",
            "[]",
            "7",
            '{"requestPayload":{}}',
            '{"requestPayload":1,"requestContext":{}}',
            "[" * 10**5,
        ]:
            self.assertEqual(queued(message({}, body)).kind, "message")

    def test_groups_are_counted(self) -> None:
        bad = [
            throttled(ReasonCode="NotJson", FailedAt=f"2019-05-28T11:0{minute}:00Z", Attempts="1") for minute in (7, 6)
        ]
        groups = grouped(map(queued, [throttled(), *bad]))
        self.assertEqual([(group.example.reason, group.count) for group in groups], [("NotJson", 2), ("Throttled", 1)])
        self.assertEqual((groups[0].last, groups[1].attempts), ("2019-05-28T11:07:00Z", 2))

    def test_rows_are_counted_beside_messages(self) -> None:
        body = json.dumps({"RequestItems": {"messages": [{"PutRequest": {"Item": {}}}] * 100}})
        packed = message({"Method": "BATCH_WRITE", "ReasonCode": "Throttled"}, body)
        [group] = grouped(map(queued, [throttled(), packed]))
        self.assertEqual((group.count, group.rows, group.as_json()["rows"]), (2, 101, 101))
        for unreadable in ["", "[]", "7", "{}", '{"RequestItems":[]}', '{"RequestItems":{"messages":7}}', "[" * 10**5]:
            self.assertEqual(queued(message({"Method": "BATCH_WRITE", "ReasonCode": "NotJson"}, unreadable)).rows, 1)

    def test_what_tells_of_one_visit_stays_behind(self) -> None:
        back = queued(throttled(FirstReceivedAt="2019-05-28T11:00:00Z", Own="x")).attributes_back()
        self.assertEqual(sorted(back), ["Attempts", "FirstReceivedAt", "Method", "Own", "ReasonCode"])

    def test_only_what_the_writer_gave_up_goes_back_with_a_code(self) -> None:
        never_answered = message({"Method": "POST"}, DeadLetterQueueSourceArn="arn:aws:sqs:r:1:the-queue")
        self.assertEqual(sorted(queued(never_answered).attributes_back()), ["Attempts", "Method"])
        never_answered["MessageAttributes"] |= throttled()["MessageAttributes"]
        self.assertEqual(sorted(queued(never_answered).attributes_back()), ["Attempts", "Method", "ReasonCode"])

    def test_a_full_message_goes_back_as_it_came(self) -> None:
        ten = {f"name{number}": "x" for number in range(10)}
        self.assertEqual(sorted(queued(message(ten)).attributes_back()), sorted(ten))
        self.assertEqual(queued(message({}, "x" * 1024 * 1024)).attributes_back(), {})


def queued(kept: dict) -> DeadLetter:
    return DeadLetter.of({**kept, "MessageId": "id", "ReceiptHandle": "receipt"})


class Samples(unittest.TestCase):
    def test_dead_letters_mean_what_the_samples_say(self) -> None:
        for sample in json.loads((ROOT / "tests/samples/dead_letters.json").read_text()):
            described = sample["message"]
            body = described["Body"] if isinstance(described["Body"], str) else json.dumps(described["Body"])
            found = queued(message(described.get("MessageAttributes", {}), body, **described["Attributes"]))
            with self.subTest(sample["name"]):
                means = sample["means"]
                self.assertEqual(
                    (found.kind, found.reason, found.text, found.sent // 1000),
                    (means["kind"], means["reason"], means["text"], means["sent"]),
                )
                self.assertEqual(found.rows, means.get("rows", int(found.kind == "message")))
                self.assertEqual({name: getattr(found, name) for name in sample["history"]}, sample["history"])
                if objects := means.get("objects"):
                    urls = [f"s3://{named['bucket']}/{named['key']}" for named in objects]
                    self.assertEqual(found.source, ", ".join(urls))


if __name__ == "__main__":
    unittest.main()
