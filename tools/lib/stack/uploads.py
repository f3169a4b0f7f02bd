"""Shared parts of tests that upload files to a stack and check the results."""

import json
import subprocess
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import boto3

from repository import TOOLS

PATIENCE_S = 120


class UploadTest(unittest.TestCase):
    """The base of tests of a stack, which the derived class deploys."""

    outputs: dict[str, str]

    @classmethod
    def connect(cls, outputs: dict[str, str]) -> None:
        """Connects to the stack with these outputs."""
        cls.outputs = outputs
        cls.s3, cls.sqs, cls.dynamodb = (boto3.client(name) for name in ("s3", "sqs", "dynamodb"))

    def put(self, key: str, content: bytes) -> str:
        """Uploads an object and returns its `ETag`."""
        put = self.s3.put_object(Bucket=self.outputs["DataBucketName"], Key=key, Body=content)
        return put["ETag"].strip('"')

    def report(self, key: str, etag: str) -> dict:
        """Waits for the report of an upload."""
        place = {"Bucket": self.outputs["ReportBucketName"], "Key": f"{key}/{etag}/report.json"}

        def found() -> dict | None:
            try:
                return json.load(self.s3.get_object(**place)["Body"])
            except self.s3.exceptions.NoSuchKey:
                return None

        return self.eventually(found, f"the report of {key}")

    def items(self, date: str) -> list[dict]:
        """The items of a date, in DynamoDB JSON."""
        query = {
            "TableName": self.outputs["TableName"],
            "KeyConditionExpression": "#d = :d",
            "ExpressionAttributeNames": {"#d": "date"},
            "ExpressionAttributeValues": {":d": {"S": date}},
            "ConsistentRead": True,
        }
        pages = self.dynamodb.get_paginator("query").paginate(**query)
        return [item for page in pages for item in page["Items"]]

    def ingest(self, file: Path, *options: str, code: int = 0) -> str:
        """Uploads a file with the command `messages`, which must end with this code, and returns its output."""
        command = [TOOLS / "messages", "ingest", *options, file]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        return ended.stdout

    def status(self) -> dict:
        """The JSON output of `tools/status`."""
        said = subprocess.run([TOOLS / "status", "--json"], check=False, capture_output=True, text=True)
        self.assertIn(said.returncode, (0, 1), said.stdout + said.stderr)
        return json.loads(said.stdout)

    def settle(self) -> None:
        """Waits until the queue is empty, and checks that no message died."""
        self.eventually(lambda: self.depth("QueueUrl") == 0, "an empty queue")
        self.assertEqual(self.depth("DeadLetterQueueUrl"), 0)

    def depth(self, queue: str) -> int:
        """The number of messages in a queue."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        reply = self.sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)
        return sum(int(reply["Attributes"][name]) for name in names)

    def eventually(self, look: Callable, what: str, patience: int = PATIENCE_S):
        """Repeats `look` until it returns something, and returns that."""
        end = time.monotonic() + patience
        while not (found := look()):
            self.assertLess(time.monotonic(), end, f"waited {patience} s in vain for {what}")
            time.sleep(0.5)
        return found
