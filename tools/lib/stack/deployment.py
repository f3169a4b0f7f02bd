"""A stack as tests deploy it, look at it and delete it."""

import json
import os
import subprocess
from pathlib import Path

import boto3

from repository import ROOT, TOOLS
from stack.resources import nested_resources_of
from stack.templates import of_type


class Deployment:
    """A stack of this name, whose outputs `tools/deploy` writes into a file."""

    def __init__(self, outputs: Path, stack: str) -> None:
        self.outputs, self.stack = outputs, stack

    def deploy(self, *arguments: str, template: Path | None = None) -> dict[str, str]:
        """Deploys the template, or another one; the outputs of the stack."""
        subprocess.run([TOOLS / "deploy", *arguments], check=True, env=self.environment(template))
        return json.loads(self.outputs.read_text())

    def refused(self, *arguments: str, template: Path | None = None) -> str:
        """Deploys what must not be deployed, or cannot; what is said about it."""
        ended = subprocess.run(
            [TOOLS / "deploy", *arguments],
            check=False,
            env=self.environment(template),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if ended.returncode == 0:
            raise AssertionError(f"{self.stack} was deployed with {' '.join(arguments)}: {ended.stdout}")
        return ended.stdout

    def environment(self, template: Path | None = None) -> dict[str, str]:
        deployed = {"DEPLOY_TEMPLATE": str(template)} if template else {}
        return {**os.environ, "STACK": self.stack, **deployed}

    def resources(self, *types: str) -> dict[str, str]:
        """Physical ids by logical id, of some types or of all, without what SAM names anew for every deployment."""
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in nested_resources_of(boto3.client("cloudformation"), self.stack)
            if resource["ResourceType"] in types
            or not types
            and resource["ResourceType"] != "AWS::ApiGateway::Deployment"
        }

    def delete(self) -> None:
        """Deletes the stack, and the tables and buckets that it leaves behind, as docs/guides/clean-up.md does."""
        data = self.data()
        self.delete_stack()
        delete_left_behind(*data)

    def data(self) -> tuple[set[str], set[str]]:
        """The names of the stack's tables and of its buckets."""
        tables, buckets = self.resources("AWS::DynamoDB::Table"), self.resources("AWS::S3::Bucket")
        return set(tables.values()), set(buckets.values())

    def delete_stack(self) -> None:
        """Empties the buckets and deletes the stack with the one in it.

        It is what `sam delete` does in the end. Before, that removes the nested template from S3, and takes an address for one
        of S3 only when it begins with https://s3, as AWS's do and the emulator's do not.
        """
        for name in self.resources("AWS::S3::Bucket").values():
            boto3.resource("s3").Bucket(name).objects.all().delete()
        cloudformation = boto3.client("cloudformation")
        cloudformation.delete_stack(StackName=self.stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.stack, WaiterConfig={"Delay": 1})

    def as_role(self, service: str, logical_id: str):
        """A client with the rights of one of the stack's roles."""
        role = boto3.client("iam").get_role(RoleName=self.resources()[logical_id])["Role"]["Arn"]
        credentials = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
        return boto3.client(
            service,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )


def delete_left_behind(tables: set[str], buckets: set[str]) -> None:
    """Deletes those that are still there."""
    left = existing()
    for name in left & tables:
        boto3.client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=False)
        boto3.client("dynamodb").delete_table(TableName=name)
    for name in left & buckets:
        boto3.client("s3").delete_bucket(Bucket=name)


def of_what_is_built(template: dict) -> dict:
    """A template that deploys what is built already, from whatever folder."""
    for name, function in of_type(template, "AWS::Serverless::Function").items():
        function["CodeUri"] = str(ROOT / ".aws-sam" / "build" / name)
    for layer in of_type(template, "AWS::Serverless::LayerVersion").values():
        layer["ContentUri"] = str(ROOT / layer["ContentUri"])
    for application in of_type(template, "AWS::Serverless::Application").values():
        application["Location"] = str(ROOT / application["Location"])
    return template


def existing() -> set[str]:
    """The ids of everything in the account, of the kinds that hold data, cost money or grant rights."""
    return {
        *(bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]),
        *boto3.client("dynamodb").list_tables()["TableNames"],
        *boto3.client("sqs").list_queues().get("QueueUrls", []),
        *(function["FunctionName"] for function in boto3.client("lambda").list_functions()["Functions"]),
        *(
            layer["LatestMatchingVersion"]["LayerVersionArn"]
            for layer in boto3.client("lambda").list_layers()["Layers"]
        ),
        *(role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]),
        *(policy["Arn"] for policy in boto3.client("iam").list_policies(Scope="Local")["Policies"]),
        *(group["logGroupName"] for group in boto3.client("logs").describe_log_groups()["logGroups"]),
        *(api["id"] for api in boto3.client("apigateway").get_rest_apis()["items"]),
        *(key["id"] for key in boto3.client("apigateway").get_api_keys()["items"]),
        *(plan["id"] for plan in boto3.client("apigateway").get_usage_plans()["items"]),
        *(alarm["AlarmName"] for alarm in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        *(entry["DashboardName"] for entry in boto3.client("cloudwatch").list_dashboards()["DashboardEntries"]),
        *(topic["TopicArn"] for topic in boto3.client("sns").list_topics()["Topics"]),
        *(stack["StackId"] for stack in boto3.client("cloudformation").describe_stacks()["Stacks"]),
    }
