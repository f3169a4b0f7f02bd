"""Tests of a stack with an existing bucket: existing_bucket.py OUTPUTS"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

import boto3

from repository import TOOLS
from stack import existing_guide
from stack.deployment import Deployment
from stack.existing import Existing, notifications, rows

OUTPUTS = Path(sys.argv[1])
PREFIX = "incoming/"


def queue_of_s3(name: str) -> str:
    """The ARN of a new queue that S3 may send to."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    service = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**service, "Resource": arn}]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return arn


class Bucket(Existing):
    """A bucket that has objects and notifies a queue outside the stack."""

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
        existing_guide.run(existing_guide.SWITCH_ON, self.name)
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
        s3 = self.deployment.as_role("s3", "S3ToSqsRole")
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
        """The dead letters by reason, as `tools/dlq` prints them."""
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


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
