"""Reads the parts of a stack that the status screen shows."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice

import boto3
from botocore.config import Config

from observe.dead_letter_queue import DeadLetterQueue
from observe.dead_letters import grouped
from observe.status_ingests import ingests_of
from observe.status_reports import AT_ONCE, reports_of
from observe.status_writes import writes
from stack.resources import nested_resources_of, resources_of

SERVICES = {
    "S3ToSqsFunction": "s3-to-sqs",
    "SqsToDynamoDbFunction": "sqs-to-dynamodb",
    "GetMessagesFunction": "get-messages",
    "GetMessageFunction": "get-message",
    "PostMessageFunction": "post-message",
    "PutMessageFunction": "put-message",
    "DeleteMessageFunction": "delete-message",
}
WATCHED = timedelta(hours=1)
# SQS reports the age of its oldest message once a minute, and several minutes late.
AGE_WATCHED = timedelta(minutes=10)
MAX_DEAD_LETTERS = 1000
MAX_LINES = 1000
# The most names that DescribeAlarms takes in one call.
MAX_ALARMS = 100


@dataclass
class Unreadable:
    """A part that could not be read, and why."""

    reason: str


class Parts:
    """The parts of the stack with these outputs. Each may raise boto3's exceptions."""

    def __init__(self, outputs: dict[str, str], client: Callable | None = None) -> None:
        self.outputs = outputs
        # A service that does not answer must not delay the others for minutes.
        timeouts = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 3}}
        config = Config(**timeouts, max_pool_connections=AT_ONCE)
        session = boto3.Session(region_name=outputs["Region"])

        def connect(service: str):
            return session.client(service, endpoint_url=outputs.get("Endpoint"), config=config)

        client = client or connect
        names = ("sqs", "s3", "cloudwatch", "logs", "dynamodb", "cloudformation")
        # All clients are made here, because making clients is not thread-safe.
        self.sqs, self.s3, self.cloudwatch, self.logs, self.dynamodb, self.cloudformation = map(client, names)
        self.dead_letter_queue = DeadLetterQueue(outputs)
        self.now = datetime.now(timezone.utc)

    def queue(self) -> dict:
        """The numbers of messages on the message queue."""
        return self.depths(self.outputs["QueueUrl"])

    def depths(self, url: str) -> dict:
        names = {
            "waiting": "ApproximateNumberOfMessages",
            "in_flight": "ApproximateNumberOfMessagesNotVisible",
            "delayed": "ApproximateNumberOfMessagesDelayed",
        }
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names.values()))["Attributes"]
        return {name: int(attributes.get(attribute, 0)) for name, attribute in names.items()}

    def oldest(self) -> dict:
        """The age of the oldest message, in seconds; `None` if CloudWatch does not have it."""
        name = self.outputs["QueueArn"].rpartition(":")[2]
        ages = self.metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", AGE_WATCHED, {"QueueName": name})
        return {"seconds": ages[0] if ages else None}

    def dead_letters(self) -> dict:
        """The dead letters, by reason."""
        depths = self.depths(self.outputs["DeadLetterQueueUrl"])
        count = sum(depths.values())
        groups, seen = [], 0
        if count:
            with closing(self.dead_letter_queue.look()) as dead_letters:
                groups = grouped(islice(dead_letters, MAX_DEAD_LETTERS))
            seen = sum(group.count for group in groups)
        shown = [
            {
                "reason": group.example.reason,
                "kind": group.example.kind,
                "count": group.count,
                "first": group.first,
                "last": group.last,
                "text": group.example.text,
            }
            for group in groups
        ]
        return {"count": max(count, seen), "looked_at": seen, "reasons": shown}

    def ingests(self) -> dict | None:
        """The newest ingests and those of the last day; `None` if the stack has no table of ingests."""
        table = self.outputs.get("IngestTableName")
        return ingests_of(self.dynamodb, table, self.now) if table else None

    def reports(self) -> dict:
        """The newest ingest reports, those of the last day, and which of the last day were left out."""
        bucket = self.outputs["ReportBucketName"]
        return reports_of(self.s3, bucket, self.now, lambda found: self.report_there(bucket, found))

    def report_there(self, bucket: str, found: dict) -> dict | None:
        """The content of a listed report; `None` if it has been deleted."""
        try:
            return self.report(bucket, found)
        except self.s3.exceptions.NoSuchKey:
            return None
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"s3://{bucket}/{found['Key']} is no ingest report") from error

    def report(self, bucket: str, found: dict) -> dict:
        report = json.load(self.s3.get_object(Bucket=bucket, Key=found["Key"])["Body"])
        counts = {name: int(report.get(name, 0)) for name in ("rows_read", "rows_sent", "rows_rejected", "duration_ms")}
        return {
            "key": str(report.get("key", found["Key"])),
            "at": found["LastModified"].astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **counts,
            "problem": report.get("problem"),
            "write_mode": str(report.get("write_mode", "replace")),
            "key_collisions": collisions_of(report),
            "suspicious": {warning["kind"]: int(warning["rows"]) for warning in report.get("warnings", [])},
            "report": f"s3://{bucket}/{found['Key']}",
        }

    def writes(self) -> dict:
        """The counts of rows whose key already had an item."""
        return writes(self, WATCHED)

    def functions(self) -> list[dict]:
        """The recent failures of each function, from Lambda's metrics, if there are any, and from its log."""
        names = {
            SERVICES[resource["LogicalResourceId"]]: resource["PhysicalResourceId"]
            for resource in resources_of(self.cloudformation, self.outputs["StackName"])
            if resource["LogicalResourceId"] in SERVICES
        }
        return [
            {
                "service": service,
                "failed": self.total("Errors", names[service]),
                "throttled": self.total("Throttles", names[service]),
                **self.error_lines(service),
            }
            for service in SERVICES.values()
            if service in names
        ]

    def total(self, metric: str, function: str) -> int | None:
        values = self.metric("AWS/Lambda", metric, "Sum", WATCHED, {"FunctionName": function})
        return int(sum(values)) if values else None

    def error_lines(self, service: str) -> dict:
        """The ERROR lines of a function's log: their number, whether there are more, and the last one."""
        errors, token, more = [], None, True
        while more and len(errors) < MAX_LINES:
            try:
                reply = self.logs.filter_log_events(
                    logGroupName=f"/aws/lambda/{self.outputs['StackName']}/{service}",
                    # The emulator does not support patterns of fields, so the found lines are checked once more.
                    filterPattern="ERROR",
                    startTime=int((self.now - WATCHED).timestamp() * 1000),
                    **({"nextToken": token} if token else {}),
                )
            except self.logs.exceptions.ResourceNotFoundException:
                # The function has never run.
                return {"error_lines": 0, "more": False, "last_error": None}
            errors += filter(None, map(error_of, reply["events"]))
            token = reply.get("nextToken")
            more = token is not None
        last = max(errors, key=lambda error: error["at"], default=None)
        return {"error_lines": len(errors), "more": more, "last_error": last}

    def alarms(self) -> list[dict] | None:
        """The stack's active alarms; `None` if it has no alarms."""
        # Not found by the prefix of their names: names of messages-local begin with "messages", too.
        logical = {
            resource["PhysicalResourceId"]: resource["LogicalResourceId"]
            for resource in nested_resources_of(self.cloudformation, self.outputs["StackName"])
            if resource["ResourceType"] == "AWS::CloudWatch::Alarm"
        }
        if not logical:
            return None
        names = list(logical)
        alarms = []
        for start in range(0, len(names), MAX_ALARMS):
            some = names[start : start + MAX_ALARMS]
            reply = self.cloudwatch.describe_alarms(AlarmNames=some, StateValue="ALARM", MaxRecords=MAX_ALARMS)
            alarms += reply["MetricAlarms"] + reply.get("CompositeAlarms", [])
        return [
            {
                "alarm": logical[alarm["AlarmName"]],
                "name": alarm["AlarmName"],
                # The rest says to run tools/status, and names the entry of the runbook, which is that of the alarm's name.
                "description": alarm.get("AlarmDescription", "").partition(" First run ")[0],
                "since": alarm["StateUpdatedTimestamp"].astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for alarm in alarms
        ]

    def table(self) -> dict:
        """The table's numbers of items and bytes, as DynamoDB counts them."""
        table = self.dynamodb.describe_table(TableName=self.outputs["TableName"])["Table"]
        return {
            "items": table.get("ItemCount", 0),
            "bytes": table.get("TableSizeBytes", 0),
            "status": table["TableStatus"],
        }

    def metric(self, namespace: str, name: str, statistic: str, since: timedelta, dimensions: dict) -> list[float]:
        """The values of each minute, the latest first."""
        named = [{"Name": dimension, "Value": value} for dimension, value in dimensions.items()]
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": named}
        query = {"Id": "values", "MetricStat": {"Metric": metric, "Period": 60, "Stat": statistic}}
        reply = self.cloudwatch.get_metric_data(
            MetricDataQueries=[query], StartTime=self.now - since, EndTime=self.now, ScanBy="TimestampDescending"
        )
        return [value for result in reply["MetricDataResults"] for value in result["Values"]]


def collisions_of(report: dict) -> dict:
    """The rows with the key of another row of their file, and whether the count is exact."""
    found = report.get("key_collisions") or {}
    return {"rows": int(found.get("rows", 0)), "exact": bool(found.get("exact", True))}


def error_of(line: dict) -> dict | None:
    """What failed, and why, according to an ERROR line; `None` for any other line."""
    try:
        said = json.loads(line["message"])
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("level") != "ERROR":
        return None
    # A subscriber that does not flatten puts the fields into an object of their own.
    said = {**said, **said["fields"]} if isinstance(said.get("fields"), dict) else said
    reason = said.get("reason", said.get("error"))
    at = datetime.fromtimestamp(line["timestamp"] / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"at": at, "message": str(said.get("message", "")), "reason": None if reason is None else str(reason)}
