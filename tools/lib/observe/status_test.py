"""Unit tests of the status screen: status_test.py"""

import re
import unittest
from datetime import datetime, timezone

from botocore.exceptions import ClientError, EndpointConnectionError

from observe import status
from observe.status_parts import Unreadable, error_of
from observe.status_screen import Screen, lasting, verdict

NOW = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
LOCAL = {
    "StackName": "messages-local",
    "Region": "us-east-1",
    "Endpoint": "http://127.0.0.1:4566",
    "ApiUrl": "http://api",
}
AWS = {"StackName": "messages", "Region": "eu-west-1", "ApiUrl": "https://api"}


def healthy(**other) -> dict:
    """All parts of a stack that is well, but for some."""
    function = {"service": "s3-to-sqs", "failed": 0, "throttled": None, "error_lines": 0, "more": False}
    return {
        "queue": {"waiting": 1234, "in_flight": 5, "delayed": 0},
        "oldest": {"seconds": 65.0},
        "letters": {"count": 0, "looked_at": 0, "reasons": []},
        "reports": {"newest": [report()], "complete": True},
        "functions": [{**function, "last_error": None}],
        "alarms": [],
        "table": {"items": 20, "bytes": 1000, "status": "ACTIVE"},
        **other,
    }


def report(**other) -> dict:
    counts = {"rows_read": 20, "rows_sent": 20, "rows_rejected": 0, "duration_ms": 41}
    return {"key": "a.csv", "at": "2026-01-02T11:00:00Z", **counts, "problem": None, "report": "s3://r/a", **other}


def failing(**other) -> list[dict]:
    return [{**healthy()["functions"][0], **other}]


class Verdict(unittest.TestCase):
    def told(self, local: bool = False, **parts) -> list[str]:
        return verdict(healthy(**parts), NOW, local)

    def test_what_waits_for_a_moment_is_healthy(self) -> None:
        self.assertEqual(self.told(), [])

    def test_what_died_or_failed_needs_somebody(self) -> None:
        self.assertEqual(self.told(letters={"count": 1, "looked_at": 1, "reasons": []}), ["1 dead letter"])
        self.assertEqual(self.told(oldest={"seconds": 1200.0}), ["a message has waited for 20 min"])
        self.assertEqual(self.told(functions=failing(failed=2)), ["2 failed invocations in the last hour"])
        self.assertEqual(self.told(functions=failing(throttled=1)), ["1 throttled invocation in the last hour"])
        self.assertEqual(self.told(functions=failing(error_lines=1)), ["1 error in the logs of the last hour"])
        self.assertEqual(self.told(table={"items": 0, "bytes": 0, "status": "DELETING"}), ["the table is DELETING"])

    def test_an_alarm_of_the_emulator_does_not_count(self) -> None:
        alarms = [{"name": "a", "description": "", "since": "2026-01-02T11:00:00Z"}]
        self.assertEqual(self.told(alarms=alarms), ["1 alarm set off"])
        self.assertEqual(self.told(alarms=alarms, local=True), [])

    def test_a_bad_file_is_remembered_for_a_day(self) -> None:
        bad = report(rows_rejected=7, problem="it breaks off")
        self.assertEqual(
            self.told(reports={"newest": [bad, report()], "complete": True}),
            ["7 rows rejected in the last day", "1 file with a problem in the last day"],
        )
        self.assertEqual(self.told(reports={"newest": [{**bad, "at": "2026-01-01T11:59:59Z"}], "complete": True}), [])

    def test_what_cannot_be_read_is_not_taken_for_healthy(self) -> None:
        unread = Unreadable("it takes the right to dynamodb:DescribeTable")
        self.assertEqual(self.told(table=unread, oldest=unread), ["oldest, table could not be read"])


class OnScreen(unittest.TestCase):
    def text(self, outputs: dict, colours: bool = False, **parts) -> str:
        found = healthy(**parts)
        told = verdict(found, NOW, "Endpoint" in outputs)
        return Screen(outputs, NOW, colours, width=100).text(found, told)

    def test_a_healthy_stack(self) -> None:
        text = self.text(AWS)
        self.assertTrue(text.startswith("Healthy: "))
        self.assertIn("queue         1,234 waiting, 5 in flight, 0 delayed, the oldest for 1 min 5 s", text)
        self.assertIn("table         20 items, 1,000 bytes, as counted up to six hours ago; active", text)
        self.assertIn("2026-01-02 11:00:00          20 read         0 rejected  a.csv", text)
        self.assertNotIn("\x1b", text)

    def test_what_is_wrong_is_named_with_the_command_that_shows_it(self) -> None:
        reason = {"reason": "InvalidItem", "kind": "message", "count": 2, "text": "too\x1b[2J large"}
        letters = {"count": 3, "looked_at": 2, "reasons": [reason]}
        error = {"at": "2026-01-02T11:59:58Z", "message": "object failed", "reason": "AccessDenied"}
        functions = failing(error_lines=1000, more=True, last_error=error)
        text = self.text(AWS, letters=letters, functions=functions, alarms=Unreadable("it takes the right to x"))
        self.assertIn("2 messages, InvalidItem: too\N{REPLACEMENT CHARACTER}[2J large", text)
        self.assertIn("1 more that were not looked at", text)
        self.assertIn("tools/dlq list --stack messages", text)
        self.assertIn("1,000+ errors in the log\n", text)
        self.assertIn("  11:59:58 object failed: AccessDenied\n", text)
        self.assertIn("alarms        cannot be read: it takes the right to x", text)
        self.assertTrue(text.startswith("Somebody must look: 3 dead letters; 1,000 errors"))

    def test_an_alarm_has_the_name_that_its_runbook_has(self) -> None:
        alarm = {
            "alarm": "ApiLatencyAlarm",
            "name": "messages-Observability-1A-ApiLatencyAlarm-2B",
            "description": "Slow.",
        }
        text = self.text(AWS, alarms=[{**alarm, "since": "2026-01-02T11:00:00Z"}])
        self.assertIn("alarms        ApiLatencyAlarm since 2026-01-02T11:00:00Z: Slow.\n", text)

    def test_colours_are_there_when_they_are_wanted_and_rows_end_at_the_edge(self) -> None:
        text = self.text(LOCAL, colours=True, reports={"newest": [report(key="k" * 300)], "complete": False})
        self.assertIn("\x1b[", text)
        plain = re.sub(r"\x1b\[\d+m", "", text)
        self.assertLessEqual(max(map(len, plain.splitlines())), 100)

    def test_suspicious_rows_are_shown_and_healthy(self) -> None:
        suspicious = report(suspicious={"null_words": 1234, "implausible_times": 1})
        text = self.text(AWS, reports={"newest": [suspicious], "complete": True})
        self.assertTrue(text.startswith("Healthy: "))
        self.assertIn("  suspicious rows: null words: 1,234, implausible times: 1\n", text)

    def test_times_are_said_in_two_units(self) -> None:
        shown = [lasting(seconds) for seconds in (0, 59.9, 3600, 3661, 90_061)]
        self.assertEqual(shown, ["0 s", "59 s", "1 h", "1 h 1 min", "1 d 1 h"])


class Reading(unittest.TestCase):
    def test_a_missing_right_is_named(self) -> None:
        class Denied:
            def table(self):
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeTable")

        part = status.read_part(Denied(), "table")
        self.assertEqual(part.reason, "it takes the right to dynamodb:DescribeTable")

    def test_other_failures_are_said_as_they_are(self) -> None:
        class Away:
            def queue(self):
                raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

        self.assertIn("127.0.0.1:1", status.read_part(Away(), "queue").reason)

    def test_error_lines_are_told_from_others(self) -> None:
        def said(message: str) -> dict:
            return error_of({"timestamp": 1_767_355_198_000, "message": message})

        flat = said('{"level":"ERROR","message":"object failed","reason":"AccessDenied"}')
        expected = {"at": "2026-01-02T11:59:58Z", "message": "object failed", "reason": "AccessDenied"}
        self.assertEqual(flat, expected)
        nested = said('{"level":"ERROR","fields":{"message":"object failed","error":"AccessDenied"}}')
        self.assertEqual(nested, expected)
        self.assertIsNone(said('{"level":"INFO","message":"no ERROR"}'))
        self.assertIsNone(said("ERROR that is no JSON"))

    def test_json_has_all_parts(self) -> None:
        document = status.as_json(AWS, healthy(table=Unreadable("closed")), ["table could not be read"])
        self.assertEqual((document["healthy"], document["table"]), (False, {"unreadable": "closed"}))
        self.assertEqual(document["queue"]["waiting"], 1234)


if __name__ == "__main__":
    unittest.main()
