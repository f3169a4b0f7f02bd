"""The deployed pipeline, accessed from outside and without the proxy: its inputs and outputs."""

import csv
import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chaos.books import Record
from chaos.rows import File, Key
from observe.dead_letters import DeadLetter

csv.field_size_limit(2**31 - 1)

EXTRACTOR, WRITER = "S3ToSqsFunction", "SqsToDynamoDbFunction"
# The template has 60 s and 361 s, so the messages of a killed writer would come back after six minutes. These are at most a
# sixth of that. The timeout is still the shorter one: no batch is processed when it becomes visible again.
WRITER_TIMEOUT_S, VISIBILITY_S = 10, 20
# The template's batch size for one row a message, and the one for many.
BATCH_SIZES = {1: 400, 100: 4}


class Stack:
    """The stack whose state is in a folder."""

    def __init__(self, state: Path, build: Path) -> None:
        self.build = build
        self.outputs = json.loads((state / "outputs.json").read_text())
        self.emulator = int((state / "ministack.pid").read_text())
        self.log, self.log_start = state / "ministack.log", 0
        names = ["s3", "sqs", "dynamodb", "lambda", "cloudformation"]
        plain = Config(request_checksum_calculation="when_required")
        clients = {name: boto3.client(name, endpoint_url=self.outputs["Endpoint"], config=plain) for name in names}
        self.s3, self.sqs, self.dynamodb, self.functions = (clients[name] for name in names[:4])
        self.queue, self.dead = self.outputs["QueueUrl"], self.outputs["DeadLetterQueueUrl"]
        self.table, self.ingests = self.outputs["TableName"], self.outputs["IngestTableName"]
        resources = clients["cloudformation"].describe_stack_resources(StackName=self.outputs["StackName"])
        self.names = {found["LogicalResourceId"]: found["PhysicalResourceId"] for found in resources["StackResources"]}

    @property
    def queue_name(self) -> str:
        return self.queue.rsplit("/", 1)[1]

    def prepare(self) -> None:
        """Shortens timeouts that scenarios would otherwise wait for."""
        self.configure(WRITER, Timeout=WRITER_TIMEOUT_S)
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"VisibilityTimeout": str(VISIBILITY_S)})

    def settings(self, function: str) -> dict:
        return self.functions.get_function_configuration(FunctionName=self.names[function])

    def configure(self, function: str, **settings) -> None:
        """Changes a function's settings, which replaces its environments, as in a deployment."""
        self.functions.update_function_configuration(FunctionName=self.names[function], **settings)

    @contextmanager
    def configured(self, function: str, **settings) -> Iterator[None]:
        """Changes a function's settings, and changes them back at the end."""
        before = self.settings(function)
        self.configure(function, **settings)
        try:
            yield
        finally:
            self.configure(function, **{name: before[name] for name in settings})

    @contextmanager
    def packing(self, rows: int) -> Iterator[None]:
        """Makes the extractor put this many rows into a message, and gives the writer a suitable batch size."""
        variables = self.settings(EXTRACTOR)["Environment"]["Variables"] | {"ROWS_PER_MESSAGE": str(rows)}
        with self.configured(EXTRACTOR, Environment={"Variables": variables}):
            self.give_writer(BATCH_SIZES[rows])
            try:
                yield
            finally:
                self.give_writer(BATCH_SIZES[1])

    def give_writer(self, messages: int) -> None:
        """Sets the batch size of the writer."""
        [mapping] = self.functions.list_event_source_mappings(FunctionName=self.names[WRITER])["EventSourceMappings"]
        self.functions.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=messages)

    def deploy(self, function: str) -> None:
        """Does what a deployment does to a function: new code (here the same) and new settings."""
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(self.build / function / "bootstrap", "bootstrap")
        self.functions.update_function_code(FunctionName=self.names[function], ZipFile=code.getvalue())
        self.configure(function, Description="Deployed while it was at work.")

    def reset(self) -> None:
        """Empties everything, and ends the processes that a failed scenario may have left."""
        self.log_start = self.log.stat().st_size
        for bucket in (self.outputs["DataBucketName"], self.outputs["ReportBucketName"]):
            for found in self.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                self.s3.delete_object(Bucket=bucket, Key=found["Key"])
        self.kill(EXTRACTOR)
        self.empty(self.queue)
        self.kill(WRITER)
        self.empty(self.dead)
        for table, names in ((self.table, ("date", "time")), (self.ingests, ("ingest_id",))):
            keys = [{name: item[name] for name in names} for item in self.scan(table)]
            for start in range(0, len(keys), 25):
                requests = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
                self.dynamodb.batch_write_item(RequestItems={table: requests})

    def errors(self) -> list[str]:
        """The errors that the functions have logged since the last reset."""
        with self.log.open(errors="replace") as log:
            log.seek(self.log_start)
            return [line.rstrip("\n") for line in log if '"level":"ERROR"' in line]

    def upload(self, file: File) -> None:
        """Uploads a file without a checksum, as older programs do, so that only its length shows that it is complete."""
        self.s3.put_object(Bucket=self.outputs["DataBucketName"], Key=file.key, Body=file.content)

    def etag(self, file: File) -> str:
        return self.s3.head_object(Bucket=self.outputs["DataBucketName"], Key=file.key)["ETag"].strip('"')

    def event(self, file: File) -> dict:
        """The event that S3 sends to Lambda about an uploaded file."""
        thing = {"key": file.key, "size": len(file.content), "eTag": self.etag(file), "sequencer": "0055AED6DCD90281E5"}
        s3 = {"s3SchemaVersion": "1.0", "bucket": {"name": self.outputs["DataBucketName"]}, "object": thing}
        record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2019-05-28T11:05:00.000Z"}
        return {"Records": [{"eventVersion": "2.1", "awsRegion": self.outputs["Region"], **record, "s3": s3}]}

    def invoke(self, function: str, event: dict, *, wait: bool) -> None:
        kind = "RequestResponse" if wait else "Event"
        self.functions.invoke(FunctionName=self.names[function], InvocationType=kind, Payload=json.dumps(event))

    def send(self, items: list[dict[str, str]]) -> None:
        """Sends messages to the queue as the extractor does, in this order."""
        method = {"Method": {"DataType": "String", "StringValue": "POST"}}
        messages = [{"TableName": self.table, "Item": dynamodb_json(item)} for item in items]
        for start in range(0, len(messages), 10):
            entries = [
                {"Id": str(number), "MessageBody": json.dumps(body), "MessageAttributes": method}
                for number, body in enumerate(messages[start : start + 10])
            ]
            self.sqs.send_message_batch(QueueUrl=self.queue, Entries=entries)

    def report(self, file: File) -> dict | None:
        key = f"{file.key}/{self.etag(file)}/report.json"
        try:
            return json.load(self.s3.get_object(Bucket=self.outputs["ReportBucketName"], Key=key)["Body"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise

    def rejected(self, report: dict) -> list[tuple[int, str]]:
        """The rejected rows that a report names, each with its line."""
        rows = []
        for key in report.get("rejected_keys", []):
            body = self.s3.get_object(Bucket=self.outputs["ReportBucketName"], Key=key)["Body"].read().decode()
            rows += [(int(row["line"]), row["row"]) for row in csv.DictReader(io.StringIO(body, newline=""))]
        return rows

    def scan(self, table: str) -> list[dict]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def items(self) -> dict[Key, dict[str, str]]:
        """The whole table, by key."""
        plain = ({name: next(iter(value.values())) for name, value in item.items()} for item in self.scan(self.table))
        return {(item["date"], item["time"]): item for item in plain}

    def records(self) -> list[Record]:
        """The books of all ingests."""
        return [Record.of(item) for item in self.scan(self.ingests)]

    def waiting(self, queue: str) -> int:
        """The number of messages on a queue, whether visible or in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def dead_letters(self) -> list[DeadLetter]:
        """All dead letters, which stay on their queue."""
        messages = {}
        while received := self.sqs.receive_message(
            QueueUrl=self.dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages"):
            messages |= {message["MessageId"]: message for message in received}
        entries = [
            {"Id": str(number), "ReceiptHandle": found["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, found in enumerate(messages.values())
        ]
        for start in range(0, len(entries), 10):
            self.sqs.change_message_visibility_batch(QueueUrl=self.dead, Entries=entries[start : start + 10])
        return [DeadLetter.of(message) for message in messages.values()]

    def empty(self, queue: str) -> None:
        self.sqs.purge_queue(QueueUrl=queue)

    def processes(self, function: str) -> list[int]:
        """The processes of a function: children of the emulator with the function's name in their environment."""
        mark = f"AWS_LAMBDA_FUNCTION_NAME={self.names[function]}".encode()
        return [process for process in children(self.emulator) if mark in variables_of(process)]

    def kill(self, function: str) -> int:
        """Kills the processes of a function, as the kernel does when memory runs out, and returns their number."""
        found = self.processes(function)
        for process in found:
            os.kill(process, signal.SIGKILL)
        return len(found)


def dynamodb_json(item: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"N" if name.endswith("_avg") else "S": text} for name, text in item.items()}


def keys_of(dead_letter: DeadLetter) -> list[Key | None]:
    """The keys of the items in a message; `None` for an event."""
    body = json.loads(dead_letter.message["Body"])
    rows = [row for rows in body.get("RequestItems", {}).values() for row in rows]
    items = [row["PutRequest"]["Item"] for row in rows] or [body.get("Item")]
    return [item and (item["date"]["S"], item["time"]["S"]) for item in items]


def children(parent: int) -> list[int]:
    return [process for process in map(int, filter(str.isdigit, os.listdir("/proc"))) if parent_of(process) == parent]


def parent_of(process: int) -> int | None:
    try:
        # "PID (NAME) STATE PARENT …". The name may contain any character.
        return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def variables_of(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
