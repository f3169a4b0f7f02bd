"""Unit tests of the status screen: status_test.py"""

import re
import unittest
from datetime import datetime, timezone

from observe import status
from observe.status_parts import Unreadable
from observe.status_reports import NEWEST
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
    """All parts of a healthy stack, some replaced."""
    function = {"service": "s3-to-sqs", "failed": 0, "throttled": None, "error_lines": 0, "more": False}
    return {
        "queue": {"waiting": 1234, "in_flight": 5, "delayed": 0},
        "oldest": {"seconds": 65.0},
        "dead_letters": {"count": 0, "looked_at": 0, "reasons": []},
        "ingests": {"newest": [], "last_day": [], "left_out": []},
        "reports": reports(report()),
        "writes": {"mode": "replace", "counts": {"outdated": 0, "existing": 0, "replaced": 0, "superseded": 0}},
        "functions": [{**function, "last_error": None}],
        "alarms": [],
        "table": {"items": 20, "bytes": 1000, "status": "ACTIVE"},
        **other,
    }


def reports(*last_day: dict, left_out: tuple[str, ...] = ()) -> dict:
    """The part `reports` with these reports."""
    return {"newest": [*last_day[:NEWEST]], "last_day": [*last_day], "left_out": [*left_out]}


def report(**other) -> dict:
    counts = {"rows_read": 20, "rows_sent": 20, "rows_rejected": 0, "duration_ms": 41}
    keys = {"write_mode": "replace", "key_collisions": {"rows": 0, "exact": True}}
    place = {"key": "a.csv", "at": "2026-01-02T11:00:00Z", "report": "s3://r/a"}
    return {**place, **counts, "problem": None, **keys, **other}


def ingest(**other) -> dict:
    rows = {
        "read": 20,
        "sent": 20,
        "rejected": 0,
        "written": 18,
        "superseded": 0,
        "outdated": 2,
        "existing": 0,
        "dead": 0,
    }
    place = {"ingest_id": "i", "at": "2026-01-02T11:00:00Z", "object": "a.csv", "error": None, "reason": None}
    return {**place, "state": "done", "rows": rows, **other}


def ingests(*last_day: dict, left_out: tuple[str, ...] = ()) -> dict:
    """The part `ingests` with these ingests."""
    return {"newest": [*last_day[:NEWEST]], "last_day": [*last_day], "left_out": [*left_out]}


def failing(**other) -> list[dict]:
    return [{**healthy()["functions"][0], **other}]


class Verdict(unittest.TestCase):
    def told(self, local: bool = False, **parts) -> list[str]:
        return verdict(healthy(**parts), local)

    def test_what_waits_for_a_moment_is_healthy(self) -> None:
        self.assertEqual(self.told(), [])

    def test_what_died_or_failed_needs_somebody(self) -> None:
        self.assertEqual(self.told(dead_letters={"count": 1, "looked_at": 1, "reasons": []}), ["1 dead letter"])
        self.assertEqual(self.told(oldest={"seconds": 1200.0}), ["a message has waited for 20 min"])
        self.assertEqual(self.told(functions=failing(failed=2)), ["2 failed invocations in the last hour"])
        self.assertEqual(self.told(functions=failing(throttled=1)), ["1 throttled invocation in the last hour"])
        self.assertEqual(self.told(functions=failing(error_lines=1)), ["1 error in the logs of the last hour"])
        self.assertEqual(self.told(table={"items": 0, "bytes": 0, "status": "DELETING"}), ["the table is DELETING"])

    def test_an_alarm_of_the_emulator_does_not_count(self) -> None:
        alarms = [{"name": "a", "description": "", "since": "2026-01-02T11:00:00Z"}]
        self.assertEqual(self.told(alarms=alarms), ["1 alarm set off"])
        self.assertEqual(self.told(alarms=alarms, local=True), [])

    def test_bad_files_count_however_many_good_ones_came_later(self) -> None:
        bad = [report(rows_rejected=4), *(report(problem="it breaks off") for _ in range(3))]
        self.assertEqual(
            self.told(reports=reports(*(report() for _ in range(10)), *bad)),
            ["4 rows rejected in the last day", "3 files with a problem in the last day"],
        )

    def test_more_errors_than_are_looked_for_are_not_counted_as_all(self) -> None:
        functions = failing(error_lines=1000, more=True)
        self.assertEqual(self.told(functions=functions), ["1,000+ errors in the logs of the last hour"])

    def test_rows_that_are_lost_to_others_of_their_file_need_somebody(self) -> None:
        collisions = {"rows": 20, "exact": True}
        told = self.told(reports=reports(report(key_collisions=collisions)))
        self.assertEqual(told, ["20 rows with the key of another row of their file in the last day"])
        collisions["exact"] = False
        told = self.told(reports=reports(report(key_collisions=collisions)))
        self.assertEqual(told, ["at least 20 rows with the key of another row of their file in the last day"])

    def test_ingests_that_do_not_go_on_need_somebody(self) -> None:
        late = [ingest(state=state) for state in ("done", "writing", "extracting", "failed", "stalled", "stalled")]
        told = self.told(ingests=ingests(*late))
        self.assertEqual(told, ["1 failed ingest in the last day", "2 stalled ingests in the last day"])
        self.assertEqual(self.told(ingests=None), [], "a stack of an earlier version")

    def test_what_cannot_be_read_is_not_taken_for_healthy(self) -> None:
        unread = Unreadable("this needs the right to dynamodb:DescribeTable")
        self.assertEqual(self.told(table=unread, oldest=unread), ["oldest, table could not be read"])


class OnScreen(unittest.TestCase):
    def text(self, outputs: dict, colours: bool = False, **parts) -> str:
        found = healthy(**parts)
        told = verdict(found, "Endpoint" in outputs)
        return Screen(outputs, colours, width=100).text(found, told)

    def test_a_healthy_stack(self) -> None:
        text = self.text(AWS)
        self.assertTrue(text.startswith("Healthy: "))
        self.assertIn("queue         1,234 waiting, 5 in flight, 0 delayed, the oldest for 1 min 5 s", text)
        self.assertIn("table         20 items, 1,000 bytes, as counted up to six hours ago; active", text)
        self.assertIn("2026-01-02 11:00:00 a.csv  20 read, 0 rejected", text)
        self.assertNotIn("\x1b", text)

    def test_what_is_wrong_is_named_with_the_command_that_shows_it(self) -> None:
        reason = {"reason": "InvalidItem", "kind": "message", "count": 2, "text": "too\x1b[2J large"}
        dead_letters = {"count": 3, "looked_at": 2, "reasons": [reason]}
        error = {"at": "2026-01-02T11:59:58Z", "message": "object failed", "reason": "AccessDenied"}
        functions = failing(error_lines=1000, more=True, last_error=error)
        text = self.text(
            AWS, dead_letters=dead_letters, functions=functions, alarms=Unreadable("this needs the right to x")
        )
        self.assertIn("2 messages, InvalidItem: too\N{REPLACEMENT CHARACTER}[2J large", text)
        self.assertIn("1 more that were not looked at", text)
        self.assertIn("\nnext          tools/dlq list --stack messages\n              docs/operations.md: ", text)
        self.assertIn("1,000+ errors in the log\n", text)
        self.assertIn("  11:59:58 object failed: AccessDenied\n", text)
        self.assertIn("alarms        cannot be read: this needs the right to x", text)
        self.assertTrue(text.startswith("Somebody must look: 3 dead letters; 1,000+ errors"))

    def test_an_alarm_has_the_name_that_its_runbook_has(self) -> None:
        alarm = {
            "alarm": "ApiLatencyAlarm",
            "name": "messages-Observability-1A-ApiLatencyAlarm-2B",
            "description": "Slow.",
        }
        text = self.text(AWS, alarms=[{**alarm, "since": "2026-01-02T11:00:00Z"}])
        self.assertIn("alarms        ApiLatencyAlarm since 2026-01-02T11:00:00Z: Slow.\n", text)

    def test_a_stack_without_alarms_is_not_one_of_which_none_is_set_off(self) -> None:
        self.assertIn("alarms        none set off\n", self.text(AWS))
        self.assertEqual(verdict(healthy(alarms=None), local=False), [])
        text = self.text(AWS, alarms=None)
        self.assertIn("alarms        no alarms in this stack: AlarmEmail, or Alarms=ON, makes them\n", text)

    def test_the_last_ingests_are_shown_with_their_states(self) -> None:
        failed = ingest(state="failed", error="AccessDenied", reason="it may not be read")
        text = self.text(AWS, ingests=ingests(ingest(), failed, *(ingest() for _ in range(9)), ingest(state="stalled")))
        self.assertIn(
            "last ingests  2026-01-02 11:00:00 done       a.csv  18 of 20 written, 2 outdated, 0 dead\n", text
        )
        self.assertIn(" failed     a.csv  18 of 20 written", text)
        self.assertIn("  AccessDenied: it may not be read\n", text)
        self.assertIn("older, and failed or stalled: 1\n", text)
        self.assertIn("last ingests  the stack has no table of ingests", self.text(AWS, ingests=None))
        self.assertIn("last reports  no rejected, lost or suspicious rows\n", text)
        rows = {**ingest()["rows"], "sent": None}
        self.assertIn("a.csv  18 written, 2 outdated", self.text(AWS, ingests=ingests(ingest(rows=rows))))

    def test_rows_with_the_key_of_another_are_shown_with_their_file(self) -> None:
        def row(mode: str, exact: bool) -> str:
            collisions = {"rows": 15, "exact": exact}
            newest = report(write_mode=mode, key_collisions=collisions)
            return self.text(AWS, reports=reports(newest))

        text = row("replace", True)
        self.assertIn(
            " a.csv  20 read, 0 rejected\n                20 rows → 5 items: 15 replaced another row of the same key\n",
            text,
        )
        text = row("create", False)
        self.assertIn("20 rows → at most 5 items: at least 15 not written: an earlier row has the key\n", text)

    def test_what_became_of_rows_that_met_an_item(self) -> None:
        def row(mode: str, counts: dict | None) -> str:
            return self.text(AWS, writes={"mode": mode, "counts": counts})

        counts = {"outdated": 1200, "existing": 0, "replaced": 3, "superseded": 0}
        said = "writes        latest: 1,200 outdated, 0 existing, 3 replaced, 0 superseded in the last hour\n"
        self.assertIn(said, row("latest", counts))
        replaces = "writes        replace: rows replace items of their keys, not counted"
        self.assertIn(f"{replaces}\n", row("replace", dict.fromkeys(counts, 0)))
        self.assertIn(f"{replaces}; 7 superseded in the last hour\n", row("replace", {"superseded": 7}))
        self.assertIn("create; nothing is counted: MetricsNamespace is empty\n", row("create", None))

    def test_nothing_that_matters_is_cut_at_80_columns(self) -> None:
        why = "the object is encrypted with a key that the extractor may not use: " + "kms:Decrypt " * 20
        key = f"{'folder/' * 20}data.csv"
        failed = ingest(state="failed", error="AccessDenied", reason=why, object=key)
        reason = {"reason": "InvalidItem", "kind": "message", "count": 2, "text": why}
        found = healthy(
            ingests=ingests(failed),
            dead_letters={"count": 2, "looked_at": 2, "reasons": [reason]},
            reports=reports(report(key=key, problem=why, rows_rejected=7)),
            alarms=[{"alarm": "A", "name": "a", "description": why, "since": "2026-01-02T11:00:00Z"}],
            functions=failing(failed=123, throttled=7, error_lines=5),
        )
        lines = Screen(AWS, False, width=80).text(found, verdict(found, False)).splitlines()
        wide = [line for line in lines if len(line) > 80 and "tools/" not in line]
        self.assertEqual(wide, [], "a command is not cut, nor broken")
        text = re.sub(r"\s+", " ", "\n".join(lines))
        self.assertEqual(text.count("kms:Decrypt"), 80, text)
        self.assertEqual(text.count("folder/data.csv 18 of 20 written, 2 outdated, 0 dead"), 1, text)
        self.assertIn("folder/data.csv 20 read, 7 rejected", text)
        self.assertIn(f"tools/messages rejected get --stack messages {key}", text)

    def test_colours_are_there_when_they_are_wanted_and_rows_end_at_the_edge(self) -> None:
        text = self.text(LOCAL, colours=True, reports=reports(report(key="k" * 300)))
        self.assertIn("\x1b[", text)
        plain = re.sub(r"\x1b\[\d+m", "", text)
        self.assertLessEqual(max(map(len, plain.splitlines())), 100)

    def test_bad_files_are_shown_below_newer_good_ones(self) -> None:
        bad = [report(key=f"bad-{number}.csv", problem="it breaks off") for number in range(12)]
        text = self.text(AWS, reports=reports(*(report() for _ in range(20)), *bad))
        self.assertIn("older, with rejected or lost rows or a problem: 12\n", text)
        self.assertEqual([f"bad-{number}.csv" in text for number in (0, 9, 10)], [True, True, False])
        self.assertIn("2 more of these: tools/status --stack messages --json\n", text)

    def test_what_was_left_out_is_said_with_the_verdict(self) -> None:
        left_out = ("the 7 oldest reports of the last day, up to 2026-01-02 01:00:00",)
        text = self.text(AWS, reports=reports(report(), left_out=left_out))
        said = f"Healthy, as far as checked. Not checked: {left_out[0]}. messages, "
        self.assertTrue(" ".join(text.split()).startswith(said), text)
        text = self.text(AWS, reports=reports(report(rows_rejected=1), left_out=left_out))
        self.assertIn(f"1 row rejected in the last day. Not checked: {left_out[0]}.", " ".join(text.split()))

    def test_suspicious_rows_are_shown_and_healthy(self) -> None:
        suspicious = report(suspicious={"null_words": 1234, "implausible_times": 1})
        text = self.text(AWS, reports=reports(suspicious))
        self.assertTrue(text.startswith("Healthy: "))
        self.assertIn("  suspicious rows: null words: 1,234, implausible times: 1\n", text)

    def test_times_are_said_in_two_units(self) -> None:
        shown = [lasting(seconds) for seconds in (0, 59.9, 3600, 3661, 90_061)]
        self.assertEqual(shown, ["0 s", "59 s", "1 h", "1 h 1 min", "1 d 1 h"])


class Json(unittest.TestCase):
    def test_json_has_all_parts(self) -> None:
        document = status.as_json(AWS, healthy(table=Unreadable("closed")), ["table could not be read"])
        self.assertEqual((document["healthy"], document["table"]), (False, {"unreadable": "closed"}))
        self.assertEqual(document["queue"]["waiting"], 1234)


if __name__ == "__main__":
    unittest.main()
