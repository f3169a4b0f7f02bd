"""Tests of a stack with an existing table: existing_table.py OUTPUTS"""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

import boto3

from stack.deployment import Deployment, existing
from stack.existing import Existing, create_table

OUTPUTS = Path(sys.argv[1])
# A data package for a table whose key is a single number.
COUNTERS = {
    "resources": [
        {
            "name": "counters",
            "type": "table",
            "schema": {"fields": [{"name": "id", "type": "integer"}, {"name": "count", "type": "integer"}]},
        }
    ]
}


def settings(table: str) -> dict:
    """The settings of a table, without its items and their number."""
    described = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
    return {name: value for name, value in described.items() if name not in ("ItemCount", "TableSizeBytes")}


class Table(Existing):
    """A table with its own key and an item."""

    deployment = Deployment(OUTPUTS, "messages-table")
    name = "their-table"
    theirs: ClassVar[dict] = {"id": {"N": "1"}, "count": {"N": "100"}, "note": {"S": "was there"}}
    options = ("--partition-key=id", "--partition-key-type=N", f"ExistingTableName={name}")
    before: dict

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.package = Path(folder.name) / "datapackage.json"
        cls.package.write_text(json.dumps(COUNTERS))

    def test_1_a_row_is_in_the_table_beside_what_was_there(self) -> None:
        create_table(self.name, ("id", "N"))
        boto3.client("dynamodb").put_item(TableName=self.name, Item=self.theirs)
        Table.before = settings(self.name)

        self.deploy(f"--schema={self.package}", *self.options)

        self.assertEqual(self.outputs["TableName"], self.name)
        self.assertNotIn("MessageTable", self.deployment.resources())
        self.report("a.csv", self.put("a.csv", b"id,count\n7,5\n"))
        self.assertEqual(self.item({"id": {"N": "7"}}), {"id": {"N": "7"}, "count": {"N": "5"}})
        self.assertEqual(self.item({"id": {"N": "1"}}), self.theirs)
        self.settle()

    def test_2_alarms_watch_it(self) -> None:
        alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
        tables = {
            dimension["Value"]
            for alarm in alarms
            if alarm["AlarmName"].startswith(self.deployment.stack)
            for query in alarm.get("Metrics") or [{"MetricStat": {"Metric": alarm}}]
            for dimension in query.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])
            if dimension["Name"] == "TableName"
        }
        self.assertEqual(tables, {self.name})

    def test_3_while_the_table_has_another_key_messages_wait_and_none_dies(self) -> None:
        self.dynamodb.delete_table(TableName=self.name)
        create_table(self.name, ("other", "S"), ("id", "N"))

        self.report("b.csv", self.put("b.csv", b"id,count\n8,6\n9,7\n"))

        said = self.eventually(lambda: self.lines("sqs-to-dynamodb", "TableKeyDiffers"), "a line of the writer")
        self.assertIn("the table has another key than PartitionKey and SortKey of the stack say", json.dumps(said[0]))
        self.assertEqual([self.depth(queue) for queue in ("QueueUrl", "DeadLetterQueueUrl")], [2, 0])
        self.dynamodb.delete_table(TableName=self.name)
        create_table(self.name, ("id", "N"))
        self.assertEqual(self.item({"id": {"N": "9"}})["count"], {"N": "7"})
        self.assertEqual(self.item({"id": {"N": "8"}})["count"], {"N": "6"})
        self.settle()

    def test_4_the_table_stays_with_its_items(self) -> None:
        self.deployment.delete()

        self.assertIn(self.name, existing())
        self.assertEqual(self.item({"id": {"N": "9"}})["count"], {"N": "7"})


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
