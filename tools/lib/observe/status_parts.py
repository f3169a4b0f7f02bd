"""What can be asked of a stack to know how it is."""

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
# SQS says how old its oldest message is once a minute, and some minutes late.
AGE_WATCHED = timedelta(minutes=10)
MOST_DEAD_LETTERS = 1000
MOST_LINES = 1000
# DescribeAlarms takes no more names.
MOST_ALARMS = 100


@dataclass
class Unreadable:
    """A part that could not be read, and why."""

    reason: str


class Parts:
    """The parts of the stack whose outputs these are. Each may raise what boto3 raises."""

    def __init__(self, outputs: dict[str, str], client: Callable | None = None) -> None:
        self.outputs = outputs
        # One that does not answer shall not keep the others waiting for minutes.
        timeouts = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 3}}
        config = Config(**timeouts, max_pool_connections=AT_ONCE)
        session = boto3.Session(region_name=outputs["Region"])

        def connect(service: str):
            return session.client(service, endpoint_url=outputs.get("Endpoint"), config=config)

        client = client or connect
        names = ("sqs", "s3", "cloudwatch", "logs", "dynamodb", "cloudformation")
        # Here, and not where they are used: making clients is not for several threads at once.
        self.sqs, self.s3, self.cloudwatch, self.logs, self.dynamodb, self.cloudformation = map(client, names)
        self.dead_letter_queue = DeadLetterQueue(outputs)
        self.now = datetime.now(timezone.utc)

    def queue(self) -> dict:
        """Messages of the message queue."""
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
        """The age of the oldest message in seconds; `None` when CloudWatch does not have it."""
        name = self.outputs["QueueArn"].rpartition(":")[2]
        ages = self.metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", AGE_WATCHED, {"QueueName": name})
        return {"seconds": ages[0] if ages else None}

    def letters(self) -> dict:
        """The dead letters, by reason."""
        depths = self.depths(self.outputs["DeadLetterQueueUrl"])
        count = sum(depths.values())
        groups, seen = [], 0
        if count:
            with closing(self.dead_letter_queue.look()) as dead_letters:
                groups = grouped(islice(dead_letters, MOST_DEAD_LETTERS))
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
        """The newest ingests and those of the last day; `None` when the stack has no table of them."""
        table = self.outputs.get("IngestTableName")
        return ingests_of(self.dynamodb, table, self.now) if table else None

    def reports(self) -> dict:
        """The newest ingest reports, those of the last day, and what was left out of these."""
        bucket = self.outputs["ReportBucketName"]
        return reports_of(self.s3, bucket, self.now, lambda found: self.report_there(bucket, found))

    def report_there(self, bucket: str, found: dict) -> dict | None:
        """What a listed report says; `None` when it was removed since."""
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
        """What became of rows that met an item of their key."""
        return writes(self, WATCHED)

    def functions(self) -> list[dict]:
        """What went wrong in each function lately: by Lambda's metrics, as far as there are any, and by its log."""
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
        """ERROR lines of its log: how many, whether there are more, and the last one."""
        errors, token, more = [], None, True
        while more and len(errors) < MOST_LINES:
            try:
                reply = self.logs.filter_log_events(
                    logGroupName=f"/aws/lambda/{self.outputs['StackName']}/{service}",
                    # The emulator does not know patterns of fields: what is found is looked at once more.
                    filterPattern="ERROR",
                    startTime=int((self.now - WATCHED).timestamp() * 1000),
                    **({"nextToken": token} if token else {}),
                )
            except self.logs.exceptions.ResourceNotFoundException:
                # It never ran.
                return {"error_lines": 0, "more": False, "last_error": None}
            errors += filter(None, map(error_of, reply["events"]))
            token = reply.get("nextToken")
            more = token is not None
        last = max(errors, key=lambda error: error["at"], default=None)
        return {"error_lines": len(errors), "more": more, "last_error": last}

    def alarms(self) -> list[dict] | None:
        """The stack's alarms that are set off; `None` when it has no alarms."""
        # Not by the beginning of their names: that of messages-local's is messages, too.
        logical = {
            resource["PhysicalResourceId"]: resource["LogicalResourceId"]
            for resource in nested_resources_of(self.cloudformation, self.outputs["StackName"])
            if resource["ResourceType"] == "AWS::CloudWatch::Alarm"
        }
        if not logical:
            return None
        names = list(logical)
        alarms = []
        for start in range(0, len(names), MOST_ALARMS):
            some = names[start : start + MOST_ALARMS]
            reply = self.cloudwatch.describe_alarms(AlarmNames=some, StateValue="ALARM", MaxRecords=MOST_ALARMS)
            alarms += reply["MetricAlarms"] + reply.get("CompositeAlarms", [])
        return [
            {
                "alarm": logical[alarm["AlarmName"]],
                "name": alarm["AlarmName"],
                "description": alarm.get("AlarmDescription", ""),
                "since": alarm["StateUpdatedTimestamp"].astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for alarm in alarms
        ]

    def table(self) -> dict:
        """The table, as DynamoDB counts it."""
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
    """The rows with the key of another row of their file, and whether there are no more."""
    found = report.get("key_collisions") or {}
    return {"rows": int(found.get("rows", 0)), "exact": bool(found.get("exact", True))}


def error_of(line: dict) -> dict | None:
    """What an ERROR line says: what failed, and why. `None` when it is another line."""
    try:
        said = json.loads(line["message"])
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("level") != "ERROR":
        return None
    # As a subscriber writes them that does not flatten.
    said = {**said, **said["fields"]} if isinstance(said.get("fields"), dict) else said
    reason = said.get("reason", said.get("error"))
    at = datetime.fromtimestamp(line["timestamp"] / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"at": at, "message": str(said.get("message", "")), "reason": None if reason is None else str(reason)}
