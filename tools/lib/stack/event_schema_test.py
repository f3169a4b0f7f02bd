"""Tests of the schema of the ingest events. They need no stack."""

import json
import re
import unittest

from jsonschema import Draft202012Validator

from repository import ROOT
from stack.event_schema import SCHEMA, problems

GUIDE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
[EVENT] = map(json.loads, re.findall(r"^```json\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))
DONE = EVENT["detail"]


def changed(**members) -> dict:
    """The guide's detail with these members; members that are None are left out."""
    return {name: value for name, value in (DONE | members).items() if value is not None}


def rows(**counts: int) -> dict:
    return changed(rows=DONE["rows"] | counts)


FAILED = changed(state="failed", error="ObjectNotReadable", reason="access denied", report=None)


class Details(unittest.TestCase):
    def test_the_schema_is_one(self) -> None:
        Draft202012Validator.check_schema(SCHEMA)

    def test_what_the_guide_shows_is_right(self) -> None:
        self.assertEqual((EVENT["source"], EVENT["detail-type"]), ("messages", "Ingest Completed"))
        self.assertEqual(problems(DONE), [])
        self.assertEqual(problems(FAILED), [])

    def test_what_the_ledger_tells_is_right(self) -> None:
        """A test of the crate ledger compares these details with its own."""
        details = (ROOT / "docs" / "schemas" / "details.jsonl").read_text(encoding="utf-8").splitlines()
        self.assertEqual([problems(json.loads(detail)) for detail in details], [[]] * 4)

    def test_members_that_may_be_missing_may_be_missing_and_no_others(self) -> None:
        optional = {"uploader", "version_id", "resource", "error", "reason"}
        for name in SCHEMA["properties"]:
            with self.subTest(name):
                self.assertEqual(not problems(changed(**{name: None})), name in optional)
        for name in ("error", "reason"):
            self.assertTrue(problems({member: value for member, value in FAILED.items() if member != name}), name)

    def test_what_is_wrong_is_found(self) -> None:
        for wrong in (
            changed(ingest_id="01a22456-09db-4c31-9d5a-6f0a2b7c4e11"),
            changed(ingest_id="01a22456-09db-7c31-9d5a-6f0a2b7c4e11/1"),
            changed(state="writing"),
            changed(size="68000123"),
            changed(uploaded="2026-11-28T22:45:48Z"),
            changed(write_mode="append"),
            changed(warnings=["null_words: 3"]),
            changed(rows_read=1),
            rows(deleted=0),
            rows(written=-1),
            rows(written=999_996),
            rows(rejected=3),
            rows(replaced=1_000_000),
        ):
            with self.subTest(str(wrong)):
                self.assertTrue(problems(wrong))

    def test_what_was_delivered_twice_may_count_twice(self) -> None:
        self.assertEqual(problems(rows(written=1_000_398)), [])


if __name__ == "__main__":
    unittest.main()
