"""Tests of stacks that use what was there before them: existing.py OUTPUTS. Nothing of a bucket or a table is lost.

The file is written anew by each deployment. IAM is enforced.
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

import boto3
from botocore.exceptions import ClientError

from repository import ROOT, TOOLS
from stack.deployment import Deployment, existing
from stack.uploads import UploadTest

OUTPUTS = Path(sys.argv[1])
GUIDE = ROOT / "docs" / "existing-resources.md"
PREFIX = "incoming/"
HEADER = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg"
ITEM = {"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "location": {"S": "was there"}}
# A table whose key is a number alone.
COUNTERS = {
    "resources": [
        {
            "name": "counters",
            "type": "table",
            "schema": {"fields": [{"name": "id", "type": "integer"}, {"name": "count", "type": "integer"}]},
        }
    ]
}


def rows(second: int) -> bytes:
    """A file of one row; the key of its item is 2019-05-28 and this second of 10:55."""
    return f"{HEADER}\n{1559040900 + second}.5,location-03,wireless,router-1,4.39,device-1,9.09\n".encode()


def switched_on(bucket: str) -> None:
    """Switches EventBridge on for a bucket by the lines of the guide."""
    lines = re.search(
        r"^```sh\nbucket=my-bucket\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    subprocess.run(["bash", "-euo", "pipefail", "-c", f"bucket={bucket}\n{lines[1]}"], check=True)


def notifications(bucket: str) -> dict:
    """What a bucket tells whom."""
    found = boto3.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def queue_of_s3(name: str) -> str:
    """The ARN of a new queue that S3 may send to."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    service = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**service, "Resource": arn}]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return arn


def create_table(name: str, *key: tuple[str, str]) -> None:
    """A table of this key: names and types."""
    boto3.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": part, "AttributeType": of_type} for part, of_type in key],
        KeySchema=[
            {"AttributeName": part, "KeyType": role} for (part, _), role in zip(key, ("HASH", "RANGE"), strict=False)
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def settings(table: str) -> dict:
    """All of a table but its items and their number."""
    described = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
    return {name: value for name, value in described.items() if name not in ("ItemCount", "TableSizeBytes")}


class Existing(UploadTest):
    """In the order of the names."""

    deployment: Deployment

    def deploy(self, *arguments: str) -> None:
        self.connect(self.deployment.deploy(*arguments))

    def item(self, key: dict) -> dict:
        """Waits for the item of a key."""
        table = self.outputs["TableName"]
        read = self.dynamodb.get_item
        return self.eventually(lambda: read(TableName=table, Key=key, ConsistentRead=True).get("Item"), f"{key}")

    def row(self, second: int) -> dict:
        """Waits for the item that `rows` make."""
        return self.item({"date": {"S": "2019-05-28"}, "time": {"S": f"10:55:{second:02}"}})

    def lines(self, function: str, words: str) -> list[dict]:
        """The lines of a function's log that have these words."""
        pages = boto3.client("logs").get_paginator("filter_log_events")
        events = pages.paginate(logGroupName=f"/aws/lambda/{self.deployment.stack}/{function}").search(
            "events[].message"
        )
        return [json.loads(line) for line in events if line and words in line]

    def as_extractor(self, service: str):
        """A client with the extractor's rights."""
        role = boto3.client("iam").get_role(RoleName=self.deployment.resources()["S3ToSqsRole"])["Role"]["Arn"]
        credentials = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="existing")["Credentials"]
        return boto3.client(
            service,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    def assert_refused(self, call, **arguments: str) -> None:
        with self.assertRaises(ClientError) as refused:
            call(**arguments)
        self.assertIn("AccessDenied", refused.exception.response["Error"]["Code"])


class Bucket(Existing):
    """A bucket that has objects, and notifies a queue of somebody else's."""

    deployment = Deployment(OUTPUTS, "messages-bucket")
    name = "their-bucket"
    before: dict

    def test_1_a_row_of_an_object_is_in_the_table(self) -> None:
        boto3.client("s3").create_bucket(Bucket=self.name)
        theirs = {"Id": "theirs", "QueueArn": queue_of_s3("theirs"), "Events": ["s3:ObjectRemoved:*"]}
        boto3.client("s3").put_bucket_notification_configuration(
            Bucket=self.name, NotificationConfiguration={"QueueConfigurations": [theirs]}
        )
        Bucket.before = notifications(self.name)
        switched_on(self.name)
        self.assertEqual(notifications(self.name), {**self.before, "EventBridgeConfiguration": {}})

        self.deploy(f"ExistingDataBucketName={self.name}", f"KeyPrefix={PREFIX}")

        self.assertEqual(self.outputs["DataBucketName"], self.name)
        buckets = self.deployment.resources("AWS::S3::Bucket")
        self.assertEqual(buckets, {"ReportBucket": self.outputs["ReportBucketName"]})
        key = f"{PREFIX}a b+ü.CSV"
        report = self.report(key, self.put(key, rows(1)))
        self.assertEqual([report[name] for name in ("bucket", "rows_read", "rows_sent")], [self.name, 1, 1])
        self.assertEqual(self.row(1)["location"], {"S": "location-03"})

    def test_2_other_suffixes_and_other_prefixes_are_passed_over(self) -> None:
        passed = f"{PREFIX}notes.txt"
        self.put(passed, b"no rows")
        self.put("elsewhere/b.csv", rows(2))
        key = f"{PREFIX}c.csv"
        self.report(key, self.put(key, rows(3)))

        [line] = self.eventually(lambda: self.lines("s3-to-sqs", "ignored: the key"), "the line of what is passed over")
        self.assertEqual((line["bucket"], line["key"]), (self.name, passed))
        self.assertEqual(self.lines("s3-to-sqs", "elsewhere/"), [])
        reports = self.s3.list_objects_v2(Bucket=self.outputs["ReportBucketName"])["Contents"]
        self.assertEqual([entry["Key"] for entry in reports if not entry["Key"].startswith((f"{PREFIX}a", key))], [])
        self.settle()

    def test_3_the_extractor_may_read_the_prefix_and_nothing_else(self) -> None:
        s3 = self.as_extractor("s3")
        self.assertEqual(s3.get_object(Bucket=self.name, Key=f"{PREFIX}c.csv")["Body"].read(), rows(3))
        self.assertEqual(s3.list_objects_v2(Bucket=self.name, Prefix=PREFIX)["KeyCount"], 3)
        self.assert_refused(s3.get_object, Bucket=self.name, Key="elsewhere/b.csv")
        self.assert_refused(s3.list_objects_v2, Bucket=self.name)
        self.assert_refused(s3.list_objects_v2, Bucket=self.name, Prefix="elsewhere/")
        self.assert_refused(s3.put_object, Bucket=self.name, Key=f"{PREFIX}d.csv")
        self.assert_refused(s3.delete_object, Bucket=self.name, Key=f"{PREFIX}c.csv")

    def test_4_the_rule_alone_invokes_the_extractor(self) -> None:
        extractor = self.deployment.resources()["S3ToSqsFunction"]
        policy = json.loads(boto3.client("lambda").get_policy(FunctionName=extractor)["Policy"])
        [statement] = policy["Statement"]
        rule = boto3.client("events").describe_rule(Name=self.deployment.resources()["ExistingBucketRule"])["Arn"]
        self.assertEqual(statement["Principal"], {"Service": "events.amazonaws.com"})
        self.assertEqual(list(*(entry.values() for entry in statement["Condition"].values())), [rule])

        permission = {"FunctionName": extractor, "StatementId": statement["Sid"]}
        boto3.client("lambda").remove_permission(**permission)
        key = f"{PREFIX}e.csv"
        self.put(key, rows(5))

        [group] = self.eventually(self.dead, "the event in the dead-letter queue")
        self.assertEqual((group["kind"], group["reason"]), ("event", "NO_PERMISSIONS"))
        self.assertEqual(group["sources"], [f"s3://{self.name}/{key}"])
        boto3.client("lambda").add_permission(
            **permission, Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=rule
        )
        subprocess.run([TOOLS / "dlq", "move"], check=True, stdout=subprocess.PIPE)
        self.row(5)
        self.settle()

    def dead(self) -> list[dict]:
        """The dead letters by reason, as `tools/dlq` has them."""
        said = subprocess.run([TOOLS / "dlq", "list", "--json"], check=True, stdout=subprocess.PIPE, text=True)
        return [json.loads(line) for line in said.stdout.splitlines()]

    def test_5_without_a_prefix_the_suffix_decides_in_any_letter_case(self) -> None:
        self.deploy('KeyPrefix=""')

        self.put("deep/x.txt", b"no rows")
        self.report("deep/y.Tsv", self.put("deep/y.Tsv", rows(7).replace(b",", b"\t")))

        self.row(7)
        self.assertEqual(self.lines("s3-to-sqs", "x.txt"), [])

    def test_6_the_bucket_stays_as_it_was(self) -> None:
        objects = {entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.name)["Contents"]}

        self.deployment.delete()

        self.assertEqual({entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.name)["Contents"]}, objects)
        self.assertEqual(notifications(self.name), {**self.before, "EventBridgeConfiguration": {}})


class Table(Existing):
    """A table of a key of its own, with an item."""

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


class Adopted(Existing):
    """A stack that has a bucket and a table of its own, and is then given others."""

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
        switched_on("another-bucket")
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

    def test_3_deleting_the_stack_deletes_none_of_them(self) -> None:
        self.deployment.delete()

        kept = {self.own[name] for name in ("TableName", "DataBucketName")} | {"another-table", "another-bucket"}
        self.assertEqual(existing() & kept, kept)


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
