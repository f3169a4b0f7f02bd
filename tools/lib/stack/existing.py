"""Shared parts of the tests of stacks that use an existing bucket or table, of which nothing may be lost.

Each deployment overwrites the file of outputs. IAM is enforced.
"""

import json

import boto3
from botocore.exceptions import ClientError

from stack.deployment import Deployment
from stack.uploads import UploadTest

HEADER = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg"


def rows(second: int) -> bytes:
    """A file of one row. The key of its item is 2019-05-28 and this second of 10:55."""
    return f"{HEADER}\n{1559040900 + second}.5,location-03,wireless,router-1,4.39,device-1,9.09\n".encode()


def notifications(bucket: str) -> dict:
    """The notification configuration of a bucket."""
    found = boto3.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def create_table(name: str, *key: tuple[str, str]) -> None:
    """Creates a table with this key, given as names and types."""
    boto3.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": part, "AttributeType": of_type} for part, of_type in key],
        KeySchema=[
            {"AttributeName": part, "KeyType": role} for (part, _), role in zip(key, ("HASH", "RANGE"), strict=False)
        ],
        BillingMode="PAY_PER_REQUEST",
    )


class Existing(UploadTest):
    """Tests that run in the order of their names."""

    deployment: Deployment

    def deploy(self, *arguments: str) -> None:
        self.connect(self.deployment.deploy(*arguments))

    def item(self, key: dict) -> dict:
        """Waits for the item of a key."""
        table = self.outputs["TableName"]
        read = self.dynamodb.get_item
        return self.eventually(lambda: read(TableName=table, Key=key, ConsistentRead=True).get("Item"), f"{key}")

    def row(self, second: int) -> dict:
        """Waits for the item of the file that `rows` makes for this second."""
        return self.item({"date": {"S": "2019-05-28"}, "time": {"S": f"10:55:{second:02}"}})

    def lines(self, function: str, words: str) -> list[dict]:
        """The lines of a function's log that contain these words."""
        pages = boto3.client("logs").get_paginator("filter_log_events")
        events = pages.paginate(logGroupName=f"/aws/lambda/{self.deployment.stack}/{function}").search(
            "events[].message"
        )
        return [json.loads(line) for line in events if line and words in line]

    def assert_refused(self, call, **arguments: str) -> None:
        with self.assertRaises(ClientError) as refused:
            call(**arguments)
        self.assertIn("AccessDenied", refused.exception.response["Error"]["Code"])
