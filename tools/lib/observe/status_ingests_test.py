"""Unit tests of reading the table of ingests for the status screen: status_ingests_test.py"""

import json
import re
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

from observe import status_ingests
from observe.status_ingests import KEYS, NEWEST, as_shown, ingests_of
from repository import ROOT

NOW = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


class Table:
    """A table with records of uploads of these ages, whose answers have two items each."""

    def __init__(self, *ages: timedelta) -> None:
        self.ids = sorted((id_of(NOW - age, number) for number, age in enumerate(ages)), reverse=True)
        self.asked = []

    def query(self, **asked) -> dict:
        day = asked["ExpressionAttributeValues"][":day"]["S"]
        self.asked.append(day)
        found = [ingest for ingest in self.ids if f"{status_ingests.uploaded(ingest):%Y-%m-%d}" == day]
        if start := asked.get("ExclusiveStartKey"):
            found = [ingest for ingest in found if ingest < start["S"]]
        page = found[: min(asked["Limit"], 2)]
        more = {"LastEvaluatedKey": {"S": page[-1]}} if len(page) < len(found) else {}
        return {"Items": [{"ingest_id": {"S": ingest}} for ingest in page], **more}

    def batch_get_item(self, RequestItems: dict) -> dict:
        [(table, request)] = RequestItems.items()
        keys = request["Keys"]
        assert len(keys) <= KEYS
        # One key of each request is left unprocessed.
        rest = {"UnprocessedKeys": {table: {"Keys": keys[:1]}}} if len(keys) > 1 else {}
        items = [{**key, "state": {"S": "failed"}} for key in keys[len(rest) :]]
        return {"Responses": {table: items}, **rest}


def id_of(time: datetime, number: int) -> str:
    digits = f"{int(time.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{number:012x}"


class Ingests(unittest.TestCase):
    def test_records_mean_what_the_samples_say(self) -> None:
        samples = json.loads((ROOT / "tests/samples/ingests.json").read_text())
        for sample in samples:
            with self.subTest(sample["name"]):
                shown = as_shown(sample["item"], datetime.fromisoformat(sample["at"].replace("Z", "+00:00")))
                self.assertEqual((shown["state"], shown["rows"]), (sample["state"], sample["rows"]))

    def test_the_limits_are_those_of_the_crate(self) -> None:
        text = (ROOT / "crates/ledger/src/state.rs").read_text()
        limits = dict(re.findall(r"(\w+_STALLED_AFTER): Duration = Duration::from_hours\((\d+)\)", text))
        self.assertEqual(list(limits), ["EXTRACTION_STALLED_AFTER", "WRITING_STALLED_AFTER"])
        for name, hours in limits.items():
            self.assertEqual(getattr(status_ingests, name), timedelta(hours=int(hours)), name)

    def test_all_of_the_last_day_are_read_and_some_older_ones_when_there_are_few(self) -> None:
        late = [timedelta(hours=2 * number) for number in range(12)]
        said = ingests_of(Table(*late, timedelta(days=3)), "ingests", NOW)
        self.assertEqual((len(said["newest"]), len(said["last_day"])), (NEWEST, 12))
        self.assertEqual(said["newest"][0]["at"], "2026-01-02T12:00:00Z")
        self.assertEqual(said["left_out"], [])

        table = Table(timedelta(hours=1), timedelta(days=40))
        said = ingests_of(table, "ingests", NOW)
        self.assertEqual((len(said["newest"]), len(said["last_day"])), (2, 1))
        self.assertEqual(table.asked[:3], ["2026-01-03", "2026-01-02", "2026-01-01"])

    def test_more_than_are_read_are_named(self) -> None:
        with mock.patch.multiple(status_ingests, MAX_INGESTS=3):
            said = ingests_of(Table(*(timedelta(hours=number) for number in range(5))), "ingests", NOW)
        self.assertEqual(len(said["last_day"]), 3)
        self.assertEqual(said["left_out"], ["ingests of the last day before the latest 3"])

    def test_a_table_without_ingests(self) -> None:
        self.assertEqual(ingests_of(Table(), "ingests", NOW), {"newest": [], "last_day": [], "left_out": []})


if __name__ == "__main__":
    unittest.main()
