"""Tests of a deployed stack's life: lifecycle.py OUTPUTS. It is updated in place, then deleted, and only the data are left."""

import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from repository import ROOT
from stack.deployment import Deployment, existing, of_what_is_built
from stack.templates import read, root

OUTPUTS = json.loads(Path(sys.argv[1]).read_text())
DEPLOYMENT = Deployment(Path(sys.argv[1]), OUTPUTS["StackName"])
STACK = DEPLOYMENT.stack
ITEM = {"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}}
BEFORE_OBSERVABILITY = ROOT / "tests" / "fixtures" / "stack-before-observability" / "template.yaml"


def over_tls(client):
    """The same client, behind what looks like a proxy that ends TLS."""
    client.meta.events.register(
        "before-send", lambda request, **_: request.headers.__setitem__("X-Forwarded-Proto", "https")
    )
    return client


def detaching() -> str:
    """The lines of the guide that detach the stack's policies, for this stack."""
    guide = (ROOT / "docs" / "guides" / "clean-up.md").read_text(encoding="utf-8")
    lines = re.search(r"^output\(\) .*?^done$", guide, re.MULTILINE | re.DOTALL)[0]
    return lines.replace("--stack-name messages", f"--stack-name {STACK}")


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
                    call(DEPLOYMENT.as_role)
                self.assertIn("AccessDenied", refused.exception.response["Error"]["Code"])
                call(lambda service, role: over_tls(DEPLOYMENT.as_role(service, role)))

    def test_3_a_deleted_stack_leaves_the_data_and_the_accounts_log_role_behind(self) -> None:
        resources = DEPLOYMENT.resources()
        ids = set(resources.values())
        # The role is one for all APIs of the account: those of others go on logging with it.
        kept = {resources[name] for name in ("ApiGatewayLogRole", "DataBucket", "MessageTable")}
        self.assertGreater(len(existing() & ids), 60)
        attached = self.attach_the_policies_of_readers_and_writers()

        subprocess.run(["bash", "-euo", "pipefail", "-c", detaching()], check=True)
        self.assertEqual([policies() for policies in attached], [[], [], []])
        DEPLOYMENT.delete_stack()

        with self.assertRaises(ClientError) as gone:
            boto3.client("cloudformation").describe_stacks(StackName=STACK)
        self.assertIn("does not exist", str(gone.exception))
        self.assertEqual(existing() & ids, kept)
        item = boto3.client("dynamodb").get_item(TableName=OUTPUTS["TableName"], Key=ITEM)["Item"]
        self.assertEqual(item, ITEM, "the items are still there")
        boto3.client("s3").delete_bucket(Bucket=OUTPUTS["DataBucketName"])
        boto3.client("dynamodb").update_table(TableName=OUTPUTS["TableName"], DeletionProtectionEnabled=False)
        boto3.client("dynamodb").delete_table(TableName=OUTPUTS["TableName"])

    def attach_the_policies_of_readers_and_writers(self) -> list[Callable[[], list]]:
        """Attaches them to a user, a group and a role; what lists the policies of each."""
        iam = boto3.client("iam")
        iam.create_user(UserName="reader")
        iam.create_group(GroupName="writers")
        iam.create_role(RoleName="both", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
        iam.attach_user_policy(UserName="reader", PolicyArn=OUTPUTS["ReaderPolicyArn"])
        iam.attach_group_policy(GroupName="writers", PolicyArn=OUTPUTS["WriterPolicyArn"])
        for name in ("ReaderPolicyArn", "WriterPolicyArn"):
            iam.attach_role_policy(RoleName="both", PolicyArn=OUTPUTS[name])
        return [
            lambda: iam.list_attached_user_policies(UserName="reader")["AttachedPolicies"],
            lambda: iam.list_attached_group_policies(GroupName="writers")["AttachedPolicies"],
            lambda: iam.list_attached_role_policies(RoleName="both")["AttachedPolicies"],
        ]

    def stack_status(self) -> str:
        return boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]

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
        # One permission is for all notifications of the bucket now, and has the name of the first one.
        permissions = {name for name in before if name.startswith("S3ToSqsFunction") and name.endswith("Permission")}
        merged = permissions - {"S3ToSqsFunctionCsvCreatedPermission"}
        self.assertEqual(after.keys() & merged, set())
        kept = {name: identity for name, identity in before.items() if name not in moved and name not in merged}
        # The emulator, and not AWS, makes another API when the definition changes: in the fixture it is today's.
        self.assertEqual({name: after.get(name) for name in kept}, kept, "nothing is replaced or lost")
        # The books of ingests are newer than it.
        books = {"IngestTable", "EventBusProof", "S3ToSqsLedgerAlarm", "SqsToDynamoDbLedgerAlarm"}
        self.assertEqual(after.keys() - before.keys(), {"Observability"} | books)
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
        # It was the default then, and no default of today's changes what a stack was given.
        protected = table.describe_table(TableName=outputs["TableName"])["Table"]["DeletionProtectionEnabled"]
        self.assertEqual(str(protected).lower(), "true")
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

    def test_6_a_first_deployment_that_fails_leaves_nothing_behind(self) -> None:
        DEPLOYMENT.delete()
        before = existing()
        template = of_what_is_built(root())
        # Made behind the table, and refused: SQS delays a message by 900 s at most.
        refused = {"Type": "AWS::SQS::Queue", "DependsOn": "MessageTable", "Properties": {"DelaySeconds": 901}}
        template["Resources"]["Refused"] = refused
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "template.json"
            file.write_text(json.dumps(template))
            DEPLOYMENT.refused(template=file)

        self.assertEqual(self.stack_status(), "ROLLBACK_COMPLETE")
        DEPLOYMENT.delete()
        # What other APIs of the account log with is kept on purpose.
        self.assertEqual({name for name in existing() - before if "ApiGatewayLogRole" not in name}, set())

    def test_7_what_watches_can_be_left_out(self) -> None:
        # Another deployment of the stack would keep these parameters.
        self.addCleanup(DEPLOYMENT.delete)
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
