"""Tests of a stack whose own bucket and table leave it and become existing resources: existing_adopted.py OUTPUTS"""

import subprocess
import sys
import unittest
from pathlib import Path

import boto3

from stack import existing_guide
from stack.deployment import Deployment, existing
from stack.existing import Existing, create_table, notifications, rows

OUTPUTS = Path(sys.argv[1])
ITEM = {"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "location": {"S": "was there"}}


class Adopted(Existing):
    """A stack that has a bucket and a table of its own, and is then deployed with others."""

    deployment = Deployment(OUTPUTS, "messages-adopted")
    own: dict

    def test_1_the_table_of_the_stack_can_become_yours(self) -> None:
        self.deploy()
        Adopted.own = self.outputs
        self.put("a.csv", rows(1))
        self.row(1)
        self.settle()

        self.deploy(f"ExistingTableName={self.own['TableName']}")

        self.assertEqual(self.outputs["TableName"], self.own["TableName"])
        self.assertNotIn("MessageTable", self.deployment.resources())
        self.put("b.csv", rows(2))
        self.row(2)
        self.row(1)

    def test_2_other_resources_leave_those_of_the_stack_as_they_are(self) -> None:
        create_table("another-table", ("date", "S"), ("time", "S"))
        boto3.client("dynamodb").put_item(TableName="another-table", Item=ITEM)
        boto3.client("s3").create_bucket(Bucket="another-bucket")
        existing_guide.run(existing_guide.SWITCH_ON, "another-bucket")
        self.settle()

        self.deploy("ExistingTableName=another-table", "ExistingDataBucketName=another-bucket")

        self.put("c.csv", rows(3))
        self.row(3)
        self.assertEqual(self.item({name: ITEM[name] for name in ("date", "time")}), ITEM)
        own = {self.own[name] for name in ("TableName", "DataBucketName")}
        self.assertEqual(existing() & own, own)
        self.assertEqual(
            {entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.own["DataBucketName"])["Contents"]},
            {"a.csv", "b.csv"},
        )
        self.assertEqual(self.dynamodb.scan(TableName=self.own["TableName"])["Count"], 2)

    def test_3_the_bucket_of_the_stack_can_become_yours(self) -> None:
        bucket = self.own["DataBucketName"]
        self.settle()

        self.deploy(f"ExistingDataBucketName={bucket}")

        # The notifications that the stack left on the bucket cannot be restored.
        with self.assertRaises(subprocess.CalledProcessError):
            existing_guide.run(existing_guide.SWITCH_ON, bucket)
        existing_guide.run(existing_guide.SWITCH_OVER, bucket)
        self.assertEqual(notifications(bucket), {"EventBridgeConfiguration": {}})
        self.put("d.csv", rows(4))
        self.row(4)

    def test_4_deleting_the_stack_deletes_none_of_them(self) -> None:
        self.deployment.delete()

        kept = {self.own[name] for name in ("TableName", "DataBucketName")} | {"another-table", "another-bucket"}
        self.assertEqual(existing() & kept, kept)


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
