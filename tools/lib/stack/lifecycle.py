"""Tests of a deployed stack's life: lifecycle.py OUTPUTS. It is updated in place, then deleted, and is gone afterwards."""

import json
import sys
import tempfile
import time
import unittest
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from repository import ROOT
from stack.deployment import Deployment, existing, of_what_is_built
from stack.templates import read

OUTPUTS = json.loads(Path(sys.argv[1]).read_text())
DEPLOYMENT = Deployment(Path(sys.argv[1]), OUTPUTS["StackName"])
STACK = DEPLOYMENT.stack
ITEM = {"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}}
BEFORE_OBSERVABILITY = ROOT / "tests" / "fixtures" / "stack-before-observability" / "template.yaml"


def as_role(service: str, logical_id: str):
    """A client with the rights of one of the stack's roles."""
    role = boto3.client("iam").get_role(RoleName=DEPLOYMENT.resources()[logical_id])["Role"]["Arn"]
    credentials = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="lifecycle")["Credentials"]
    return boto3.client(
        service,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def over_tls(client):
    """The same client, behind what looks like a proxy that ends TLS."""
    client.meta.events.register(
        "before-send", lambda request, **_: request.headers.__setitem__("X-Forwarded-Proto", "https")
    )
    return client


class Lifecycle(unittest.TestCase):
    """In the order of the names."""

    def test_1_an_update_changes_what_it_should_and_keeps_the_data(self) -> None:
        before = DEPLOYMENT.resources()
        table = boto3.client("dynamodb")
        table.put_item(TableName=OUTPUTS["TableName"], Item=ITEM)

        DEPLOYMENT.deploy("RefusePlainHttp=true", "LogRetentionDays=7")

        after = DEPLOYMENT.resources()
        self.assertEqual({name: after.get(name) for name in before}, before, "nothing is replaced or lost")
        self.assertEqual(
            after.keys() - before.keys(),
            {"DataBucketPolicy", "ReportBucketPolicy", "MessageQueuePolicy", "DeadLetterQueuePolicy"},
        )
        self.assertEqual(table.get_item(TableName=OUTPUTS["TableName"], Key=ITEM)["Item"], ITEM)
        groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}/")["logGroups"]
        self.assertEqual([group["retentionInDays"] for group in groups], [7] * 7)

    def test_2_plain_http_is_refused(self) -> None:
        calls = {
            "data bucket": lambda of: of("s3", "S3ToSqsRole").list_objects_v2(Bucket=OUTPUTS["DataBucketName"]),
            "report bucket": lambda of: of("s3", "S3ToSqsRole").put_object(
                Bucket=OUTPUTS["ReportBucketName"], Key="lifecycle", Body=b""
            ),
            "queue": lambda of: of("sqs", "SqsToDynamoDbRole").receive_message(QueueUrl=OUTPUTS["QueueUrl"]),
            "dead-letter queue": lambda of: of("sqs", "S3ToSqsRole").send_message(
                QueueUrl=OUTPUTS["DeadLetterQueueUrl"], MessageBody="lifecycle"
            ),
        }
        for name, call in calls.items():
            with self.subTest(name):
                with self.assertRaises(ClientError) as refused:
                    call(as_role)
                self.assertIn("AccessDenied", refused.exception.response["Error"]["Code"])
                call(lambda service, role: over_tls(as_role(service, role)))

    def test_3_a_deleted_stack_leaves_nothing_behind_but_the_accounts_log_role(self) -> None:
        ids = set(DEPLOYMENT.resources().values())
        # One for all APIs of the account: those of others go on logging with it.
        kept = {DEPLOYMENT.resources()["ApiGatewayLogRole"]}
        self.assertGreater(len(existing() & ids), 60)

        DEPLOYMENT.delete()

        with self.assertRaises(ClientError) as gone:
            boto3.client("cloudformation").describe_stacks(StackName=STACK)
        self.assertIn("does not exist", str(gone.exception))
        self.assertEqual(existing() & ids, kept)

    def test_4_a_stack_from_before_observability_is_updated_in_place(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            template = Path(folder) / "template.json"
            template.write_text(json.dumps(of_what_is_built(read(BEFORE_OBSERVABILITY))))
            outputs = DEPLOYMENT.deploy("AlarmEmail=operator@example.com", template=template)
        before = DEPLOYMENT.resources()
        alarms, dashboard = (
            DEPLOYMENT.resources("AWS::CloudWatch::Alarm"),
            DEPLOYMENT.resources("AWS::CloudWatch::Dashboard"),
        )
        s3, sqs, table = boto3.client("s3"), boto3.client("sqs"), boto3.client("dynamodb")
        table.put_item(TableName=outputs["TableName"], Item=ITEM)
        for name in ("DataBucketName", "ReportBucketName"):
            s3.put_object(Bucket=outputs[name], Key="lifecycle", Body=b"kept")
        sqs.send_message(QueueUrl=outputs["DeadLetterQueueUrl"], MessageBody="kept")

        updated = DEPLOYMENT.deploy("AlarmEmail=operator@example.com")

        after = DEPLOYMENT.resources()
        moved = alarms | dashboard
        kept = {name: identity for name, identity in before.items() if name not in moved}
        # The emulator, and not AWS, makes another API when the definition changes: in the fixture it is today's.
        self.assertEqual({name: after.get(name) for name in kept}, kept, "nothing is replaced or lost")
        # Files that end in .tsv and the table of ingests are newer than it.
        tsv = {name for name in DEPLOYMENT.resources("AWS::Lambda::Permission") if "Tsv" in name}
        books = {"IngestTable", "S3ToSqsLedgerAlarm", "SqsToDynamoDbLedgerAlarm"}
        self.assertEqual(after.keys() - before.keys(), {"Observability"} | tsv | books)
        ingest_table = {"IngestTableName": after["IngestTable"]}
        self.assertEqual({**updated, "DashboardUrl": None}, {**outputs, "DashboardUrl": None} | ingest_table)
        # In the nested stack there is one of each that was in the root, under another name.
        self.assertLess(moved.keys(), after.keys())
        self.assertEqual(existing() & {*moved.values()}, set())
        self.assertLess({after[name] for name in moved}, existing())
        self.assertIn(after["MessageDashboard"], updated["DashboardUrl"])
        names = [after[name] for name in alarms]
        actions = [
            alarm["AlarmActions"]
            for alarm in boto3.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
        ]
        self.assertEqual(actions, [[before["AlarmTopic"]]] * len(names), "nobody has to confirm the address again")

        self.assertEqual(table.get_item(TableName=outputs["TableName"], Key=ITEM)["Item"], ITEM)
        for name in ("DataBucketName", "ReportBucketName"):
            self.assertEqual(s3.get_object(Bucket=outputs[name], Key="lifecycle")["Body"].read(), b"kept")
        [message] = sqs.receive_message(QueueUrl=outputs["DeadLetterQueueUrl"])["Messages"]
        self.assertEqual(message["Body"], "kept")
        DEPLOYMENT.delete()

    def test_5_the_data_bucket_can_be_named_and_keys_can_be_finer(self) -> None:
        outputs = DEPLOYMENT.deploy("DataBucketName=lifecycle-data", "TimePrecision=milliseconds")

        self.assertEqual(outputs["DataBucketName"], "lifecycle-data")
        sample = (ROOT / "sample_data" / "data.csv").read_bytes()
        boto3.client("s3").put_object(Bucket="lifecycle-data", Key="data.csv", Body=sample)
        # The first row's timestamp is 1559040909.3853335.
        key = {"date": {"S": "2019-05-28"}, "time": {"S": "10:55:09.385"}}
        end = time.monotonic() + 60
        while "Item" not in boto3.client("dynamodb").get_item(TableName=outputs["TableName"], Key=key):
            self.assertLess(time.monotonic(), end, "the first row is not in the table")
            time.sleep(0.5)

    def test_6_what_watches_can_be_left_out(self) -> None:
        outputs = DEPLOYMENT.deploy("Tracing=false", "Alarms=OFF", "ApiAccessLogs=OFF", 'MetricsNamespace=""')

        self.assertEqual(DEPLOYMENT.resources("AWS::CloudWatch::Alarm"), {})
        self.assertNotIn("TracingPolicy", DEPLOYMENT.resources())
        for function in DEPLOYMENT.resources("AWS::Lambda::Function").values():
            mode = boto3.client("lambda").get_function_configuration(FunctionName=function)["TracingConfig"]["Mode"]
            self.assertEqual(mode, "PassThrough", function)
        name = outputs["DashboardUrl"].rpartition("=")[2]
        widgets = json.loads(boto3.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])["widgets"]
        self.assertNotIn("alarm", {widget["type"] for widget in widgets})


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
