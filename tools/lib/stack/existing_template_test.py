"""Tests of template.yaml with existing resources. They need no stack."""

import json
import os
import unittest

from stack.conditions import Decided, defaults
from stack.transformed import deployed, nested, transformed

# The transform needs a region, although it calls nothing.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
TEMPLATE = transformed()
BUCKET = {"ExistingDataBucketName": "their-bucket"}
TABLE = {"ExistingTableName": "their-table"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TABLE_ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/their-table"
API_ROLES = {"GetMessagesRole", "GetMessageRole", "PostMessageRole", "PutMessageRole", "DeleteMessageRole"}


def of(resources: dict[str, dict], kind: str) -> dict[str, dict]:
    """The properties of the resources of a type, by logical id."""
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def outputs(**given: str) -> dict[str, object]:
    """The outputs of a stack with these parameters."""
    decided = Decided(TEMPLATE, defaults(TEMPLATE) | given)
    return {
        name: decided.value(output["Value"])
        for name, output in TEMPLATE["Outputs"].items()
        if "Condition" not in output or decided.holds(TEMPLATE["Conditions"][output["Condition"]])
    }


def statements(resources: dict[str, dict]) -> dict[str, list[dict]]:
    """The statements of each role, by logical id, from its own policies and from separate ones."""
    found = {
        name: [statement for policy in role.get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]]
        for name, role in of(resources, "AWS::IAM::Role").items()
    }
    for policy in of(resources, "AWS::IAM::Policy").values():
        for role in policy["Roles"]:
            found[role["Ref"]] += policy["PolicyDocument"]["Statement"]
    return found


def actions(statement: dict) -> list[str]:
    named = statement["Action"]
    return named if isinstance(named, list) else [named]


class ExistingBucket(unittest.TestCase):
    def test_no_bucket_for_data_and_no_notification_is_made(self) -> None:
        resources = deployed(TEMPLATE, **BUCKET)
        self.assertEqual(of(resources, "AWS::S3::Bucket").keys(), {"ReportBucket"})
        self.assertEqual(of(resources, "AWS::S3::BucketPolicy").keys(), {"ReportBucketPolicy"})
        self.assertEqual(outputs(**BUCKET)["DataBucketName"], "their-bucket")
        self.assertNotIn("KeyPrefix", outputs(**BUCKET))

    def test_the_rule_goes_by_the_suffixes_in_any_letter_case(self) -> None:
        rule = of(deployed(TEMPLATE, **BUCKET), "AWS::Events::Rule")["ExistingBucketRule"]
        suffixes = [".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst"]
        self.assertEqual(
            rule["EventPattern"],
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": ["their-bucket"]},
                    "object": {"key": [{"suffix": {"equals-ignore-case": suffix}} for suffix in suffixes]},
                },
            },
        )

    def test_with_a_prefix_or_a_data_package_it_does_not(self) -> None:
        declared = {"DataPackage": "/opt/datapackage.json", "PartitionKey": "pk", "SortKey": "sk"}
        of_bucket = {"bucket": {"name": ["their-bucket"]}}
        of_prefix = {**of_bucket, "object": {"key": [{"prefix": "incoming/"}]}}
        for given, detail in (
            ({"KeyPrefix": "incoming/"}, of_prefix),
            (declared, of_bucket),
            (declared | {"KeyPrefix": "incoming/"}, of_prefix),
        ):
            rule = of(deployed(TEMPLATE, **BUCKET | given), "AWS::Events::Rule")["ExistingBucketRule"]
            self.assertEqual(rule["EventPattern"]["detail"], detail, given)

    def test_nobody_but_the_rule_invokes_the_extractor(self) -> None:
        resources = deployed(TEMPLATE, **BUCKET)
        invokers = {
            name: permission.get("SourceArn")
            for name, permission in of(resources, "AWS::Lambda::Permission").items()
            if permission["FunctionName"] == {"Ref": "S3ToSqsFunction"}
        }
        self.assertEqual(invokers, {"ExistingBucketPermission": {"Fn::GetAtt": ["ExistingBucketRule", "Arn"]}})
        self.assertEqual(resources["ExistingBucketPermission"]["Properties"]["Principal"], "events.amazonaws.com")

    def test_events_that_lambda_does_not_take_are_tried_again_and_then_dead_letters(self) -> None:
        resources = deployed(TEMPLATE, **BUCKET)
        queue = {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
        [target] = resources["ExistingBucketRule"]["Properties"]["Targets"]
        self.assertEqual(target["Arn"], {"Fn::GetAtt": ["S3ToSqsFunction", "Arn"]})
        self.assertEqual(target["DeadLetterConfig"], {"Arn": queue})
        self.assertEqual(target["RetryPolicy"], {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185})
        for given, effects in (({}, ["Deny", "Allow"]), ({"RefusePlainHttp": "false"}, ["Allow"])):
            policy = deployed(TEMPLATE, **BUCKET | given)["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]
            self.assertEqual([statement["Effect"] for statement in policy["Statement"]], effects)
            allowed = policy["Statement"][-1]
            self.assertEqual((allowed["Action"], allowed["Resource"]), ("sqs:SendMessage", queue))
            source = {"aws:SourceArn": {"Fn::GetAtt": ["ExistingBucketRule", "Arn"]}}
            self.assertEqual(allowed["Condition"], {"ArnEquals": source})
        self.assertNotIn("DeadLetterQueuePolicy", deployed(TEMPLATE, RefusePlainHttp="false"))

    def test_an_alarm_tells_of_events_that_even_the_dead_letter_queue_does_not_get(self) -> None:
        def observed(**given: str) -> tuple[dict | None, bool]:
            """The alarm, and whether the dashboard shows it."""
            resources = nested(deployed(TEMPLATE, **given))
            [dashboard] = of(resources, "AWS::CloudWatch::Dashboard").values()
            name = "ExistingBucketDestinationAlarm"
            return of(resources, "AWS::CloudWatch::Alarm").get(name), name in json.dumps(dashboard["DashboardBody"])

        alarm, is_shown = observed(Alarms="ON", **BUCKET)
        self.assertTrue(is_shown)
        self.assertEqual((alarm["Namespace"], alarm["MetricName"]), ("AWS/Events", "InvocationsFailedToBeSentToDlq"))
        self.assertEqual(alarm["Dimensions"], [{"Name": "RuleName", "Value": "the ExistingBucketRule"}])
        self.assertEqual(observed(Alarms="ON"), (None, False))
        self.assertEqual(observed(**BUCKET), (None, False))

    def test_the_extractor_may_read_just_the_bucket_and_the_prefix(self) -> None:
        bucket = "arn:${AWS::Partition}:s3:::their-bucket"
        for given, objects, condition in (
            ({}, f"{bucket}/*", None),
            ({"KeyPrefix": "incoming/"}, f"{bucket}/incoming/*", {"StringLike": {"s3:prefix": "incoming/*"}}),
        ):
            rights = statements(deployed(TEMPLATE, **BUCKET | given))["S3ToSqsRole"]
            reading = [
                right for right in rights if "s3:GetObject" in actions(right) or "s3:ListBucket" in actions(right)
            ]
            self.assertEqual([right["Resource"] for right in reading], [objects, bucket])
            self.assertEqual([right.get("Condition") for right in reading], [None, condition])


class ExistingTable(unittest.TestCase):
    def test_no_table_for_messages_is_made_and_all_point_to_the_one_that_is_there(self) -> None:
        resources = deployed(TEMPLATE, **TABLE)
        self.assertNotIn("MessageTable", resources)
        names = {
            name: function["Environment"]["Variables"]["TABLE_NAME"]
            for name, function in of(resources, "AWS::Lambda::Function").items()
        }
        self.assertEqual(names, dict.fromkeys(names, "their-table"))
        self.assertEqual(len(names), 7)
        self.assertEqual(outputs(**TABLE)["TableName"], "their-table")
        watched = of(resources, "AWS::CloudFormation::Stack")["Observability"]["Parameters"]
        self.assertEqual(watched["MessageTable"], "their-table")

    def test_rights_are_those_on_a_table_of_the_stack(self) -> None:
        own = {"Fn::GetAtt": ["MessageTable", "Arn"]}
        [made, there] = [
            {
                role: [(actions(right), right["Resource"]) for right in rights if "dynamodb:" in str(right["Action"])]
                for role, rights in statements(deployed(TEMPLATE, **given)).items()
            }
            for given in ({}, TABLE)
        ]
        expected = {
            role: [(named, TABLE_ARN if resource == own else resource) for named, resource in rights]
            for role, rights in made.items()
        }
        self.assertEqual(there, expected)
        using = {role for role, rights in there.items() if any(resource == TABLE_ARN for _, resource in rights)}
        self.assertEqual(using, API_ROLES | {"SqsToDynamoDbRole"})


class Leaving(unittest.TestCase):
    def test_what_holds_the_data_stays_when_it_leaves_the_stack(self) -> None:
        resources = deployed(TEMPLATE)
        for name in ("DataBucket", "DataBucketPolicy", "MessageTable"):
            self.assertEqual(resources[name]["DeletionPolicy"], "RetainExceptOnCreate", name)
            self.assertEqual(resources[name]["UpdateReplacePolicy"], "Retain", name)


class CustomersKey(unittest.TestCase):
    def test_without_one_no_right_is_on_a_key(self) -> None:
        rights = [right for rights in statements(deployed(TEMPLATE)).values() for right in rights]
        self.assertEqual([right for right in rights if "kms:" in str(right)], [])

    def test_each_role_may_use_it_by_the_services_that_it_calls(self) -> None:
        found = {
            role: {
                (action, service)
                for right in rights
                if any(action.startswith("kms:") for action in actions(right))
                for action in actions(right)
                for service in services_of(self, right)
            }
            for role, rights in statements(deployed(TEMPLATE, KmsKeyArn=KEY)).items()
        }
        both = ("kms:Decrypt", "kms:GenerateDataKey")
        by_queue = {(action, "sqs") for action in both}
        reads_table = {("kms:Decrypt", "dynamodb")}
        expected = {
            "S3ToSqsRole": by_queue | reads_table | {(action, "s3") for action in both},
            "SqsToDynamoDbRole": by_queue | reads_table,
            **dict.fromkeys(API_ROLES, reads_table),
        }
        self.assertEqual({role: rights for role, rights in found.items() if rights}, expected)

    def test_what_the_stack_makes_is_encrypted_with_it(self) -> None:
        resources = deployed(TEMPLATE, KmsKeyArn=KEY)
        buckets = of(resources, "AWS::S3::Bucket")
        self.assertEqual(buckets.keys(), {"DataBucket", "ReportBucket"})
        for name, bucket in buckets.items():
            [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
            self.assertEqual(rule, {"ServerSideEncryptionByDefault": by_key, "BucketKeyEnabled": True}, name)
        for name, queue in of(resources, "AWS::SQS::Queue").items():
            self.assertEqual((queue["KmsMasterKeyId"], queue["SqsManagedSseEnabled"]), (KEY, False), name)
        tables = of(resources, "AWS::DynamoDB::Table")
        self.assertEqual(tables.keys(), {"MessageTable", "IngestTable"})
        for name, table in tables.items():
            by_key = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
            self.assertEqual(table["SSESpecification"], by_key, name)


def services_of(test: unittest.TestCase, right: dict) -> list[str]:
    """The services through which a right on the key applies, in the stack's region."""
    test.assertEqual(right["Resource"], KEY)
    [(operator, condition)] = right["Condition"].items()
    test.assertEqual((operator, list(condition)), ("StringLike", ["kms:ViaService"]))
    by = condition["kms:ViaService"]
    by = by if isinstance(by, list) else [by]
    for service in by:
        test.assertRegex(service, r"^[a-z0-9]+\.\$\{AWS::Region}\.\*$")
    return [service.split(".")[0] for service in by]


if __name__ == "__main__":
    unittest.main()
