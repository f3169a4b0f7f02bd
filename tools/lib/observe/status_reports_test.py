"""Unit tests of which reports the status screen reads: status_reports_test.py"""

import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

from observe import status_reports
from observe.status_reports import NEWEST

NOW = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


class Bucket:
    """A report bucket whose answers list two objects each."""

    def __init__(self, *objects: tuple[str, timedelta]) -> None:
        contents = [{"Key": key, "LastModified": NOW - age} for key, age in sorted(objects)]
        pages = [contents[start : start + 2] for start in range(0, len(contents), 2)] or [[]]
        self.pages = [{"Contents": page, "IsTruncated": page is not pages[-1]} for page in pages]

    def get_paginator(self, _call: str) -> "Bucket":
        return self

    def paginate(self, **_bucket: str) -> list[dict]:
        return self.pages


class Reports(unittest.TestCase):
    def of(self, *objects: tuple[str, timedelta]) -> dict:
        """The part `reports` for a bucket of these objects, in which the name stands for the report."""
        said = status_reports.reports_of(Bucket(*objects), "reports", NOW, lambda found: found["Key"].split("/")[0])
        self.assertLessEqual(len(said["newest"]), NEWEST)
        return said

    def test_all_of_the_last_day_are_read_by_their_time_and_not_by_their_name(self) -> None:
        late = [(f"late-{number:02}/report.json", timedelta(minutes=number)) for number in range(25)]
        old = [(f"a-{number}/report.json", timedelta(days=2)) for number in range(3)]
        others = [("late-00/rejected-0.csv", timedelta(0)), ("exactly/report.json", timedelta(days=1))]
        said = self.of(*late, *old, *others)
        self.assertEqual(said["last_day"], [f"late-{number:02}" for number in range(25)])
        self.assertEqual(said["newest"], said["last_day"][:NEWEST])
        self.assertEqual(said["left_out"], [])

    def test_older_reports_are_shown_and_are_not_in_the_verdict(self) -> None:
        said = self.of(("a/report.json", timedelta(days=3)), ("b/report.json", timedelta(hours=3)))
        self.assertEqual((said["newest"], said["last_day"]), (["b", "a"], ["b"]))
        self.assertEqual(self.of(), {"newest": [], "last_day": [], "left_out": []})

    def test_more_than_are_read_are_named(self) -> None:
        objects = [(f"{number:02}/report.json", timedelta(minutes=number)) for number in range(20)]
        with mock.patch.multiple(status_reports, MAX_REPORTS=15):
            self.assertEqual(
                self.of(*objects)["left_out"], ["the 5 oldest reports of the last day, up to 2026-01-02 11:45:00"]
            )
        with mock.patch.multiple(status_reports, MAX_PAGES=3):
            said = self.of(*objects)
        self.assertEqual(len(said["last_day"]), 6)
        self.assertEqual(
            said["left_out"], ["reports after the first 6 objects of the report bucket, in the order of their names"]
        )

    def test_a_report_that_is_removed_meanwhile_is_left_out(self) -> None:
        said = status_reports.reports_of(Bucket(("a/report.json", timedelta(0))), "reports", NOW, lambda _: None)
        self.assertEqual((said["newest"], said["last_day"]), ([], []))


if __name__ == "__main__":
    unittest.main()
