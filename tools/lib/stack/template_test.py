"""Tests of template.yaml, with and without a data package. They need no stack."""

import os
import re
import unittest

from repository import ROOT
from stack.templates import read
from stack.transformed import deployed, transformed

# The transform needs a region, although it calls nothing.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
TEMPLATE = transformed()
EXTRACTOR = "S3ToSqsFunction"
DECLARED = {"DataPackage": "/opt/datapackage.json", "PartitionKey": "pk", "SortKey": "sk"}
KEY_VARIABLES = {"PARTITION_KEY", "PARTITION_KEY_TYPE", "SORT_KEY", "SORT_KEY_TYPE"}


def of(resources: dict[str, dict], kind: str) -> dict[str, dict]:
    """The properties of the resources of a type, by logical id."""
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def message_table(resources: dict[str, dict]) -> dict:
    """The properties of the message table."""
    return of(resources, "AWS::DynamoDB::Table")["MessageTable"]


def variables(resources: dict[str, dict]) -> dict[str, dict]:
    """The environment variables of the functions, by logical id."""
    functions = of(resources, "AWS::Lambda::Function")
    return {name: function["Environment"]["Variables"] for name, function in functions.items()}


class BeforeObservability(unittest.TestCase):
    def test_the_api_of_the_stack_that_is_updated_is_today_s(self) -> None:
        """Unlike AWS, the emulator replaces the API when the body changes, and the lifecycle test would see that."""
        fixture = ROOT / "tests" / "fixtures" / "stack-before-observability" / "template.yaml"
        before, now = (
            read(template)["Resources"]["MessageApi"]["Properties"]["DefinitionBody"]
            for template in (fixture, ROOT / "template.yaml")
        )
        self.assertEqual(before, now)


class WithoutADataPackage(unittest.TestCase):
    """A stack for files of the built-in shape."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.resources = deployed(TEMPLATE)

    def test_a_batch_has_as_many_rows_whatever_a_message_has(self) -> None:
        rows = TEMPLATE["Parameters"]["RowsPerMessage"]["AllowedValues"]
        self.assertEqual(rows, [1, 10, 25, 100])
        for each in rows:
            resources = deployed(TEMPLATE, RowsPerMessage=str(each), WriterBatchSize="")
            [mapping] = of(resources, "AWS::Lambda::EventSourceMapping").values()
            self.assertEqual(int(mapping["BatchSize"]) * each, 400, each)

    def test_the_table_has_the_built_in_key_and_keeps_its_items(self) -> None:
        self.assertEqual(
            message_table(self.resources),
            {
                "AttributeDefinitions": [
                    {"AttributeName": "date", "AttributeType": "S"},
                    {"AttributeName": "time", "AttributeType": "S"},
                ],
                "KeySchema": [
                    {"AttributeName": "date", "KeyType": "HASH"},
                    {"AttributeName": "time", "KeyType": "RANGE"},
                ],
                "BillingMode": "PAY_PER_REQUEST",
                "SSESpecification": {"SSEEnabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "DeletionProtectionEnabled": "false",
            },
        )

    def test_no_function_has_a_layer_or_is_told_of_a_data_package(self) -> None:
        self.assertEqual(of(self.resources, "AWS::Lambda::LayerVersion"), {})
        for name, function in of(self.resources, "AWS::Lambda::Function").items():
            self.assertEqual(function.get("Layers", []), [], name)
        settings = variables(self.resources)
        self.assertEqual(len(settings), 7)
        for name, told in settings.items():
            # An empty variable counts as not set.
            self.assertEqual({told.get(of_package, "") for of_package in (*KEY_VARIABLES, "DATA_PACKAGE")}, {""}, name)
            self.assertEqual(told["AWS_ENDPOINT_URL"], "", name)

    def test_the_bucket_tells_of_the_files_that_the_command_uploads(self) -> None:
        """S3 refuses overlapping notifications, and `messages ingest` refuses keys that the bucket does not notify about."""
        bucket = of(self.resources, "AWS::S3::Bucket")["DataBucket"]
        filters = [
            entry["Filter"]["S3Key"]["Rules"] for entry in bucket["NotificationConfiguration"]["LambdaConfigurations"]
        ]
        suffixes = [rule["Value"] for [rule] in filters]
        rules = (ROOT / "cli" / "src" / "key_rules.rs").read_text(encoding="utf-8")
        listed = re.search(r"const SUFFIXES: [^=]*= \[([^]]+)]", rules)[1]
        self.assertEqual(sorted(suffixes), sorted(re.findall(r'"([^"]+)"', listed)))
        for suffix in suffixes:
            self.assertEqual([other for other in suffixes if other.endswith(suffix)], [suffix])


class Books(unittest.TestCase):
    """The table of ingests, and the functions that may write it."""

    BUS = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/"

    def test_records_are_found_by_id_and_by_day_and_expire(self) -> None:
        table = of(deployed(TEMPLATE, **DECLARED), "AWS::DynamoDB::Table")["IngestTable"]
        self.assertEqual(table["KeySchema"], [{"AttributeName": "ingest_id", "KeyType": "HASH"}])
        [by_day] = table["GlobalSecondaryIndexes"]
        self.assertEqual(
            by_day,
            {
                "IndexName": "by_day",
                "KeySchema": [
                    {"AttributeName": "day", "KeyType": "HASH"},
                    {"AttributeName": "ingest_id", "KeyType": "RANGE"},
                ],
                # No attribute that a count changes may be among them: each count would also write the index.
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["bucket", "object"]},
            },
        )
        self.assertEqual(table["TimeToLiveSpecification"], {"AttributeName": "expires", "Enabled": True})
        self.assertEqual(table["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual(table["SSESpecification"], {"SSEEnabled": True})

    def test_extractor_and_writer_alone_are_told_of_table_and_bus(self) -> None:
        keeping = {EXTRACTOR, "SqsToDynamoDbFunction"}
        for name, told in variables(deployed(TEMPLATE, EventBusName="audit")).items():
            found = {variable: told.get(variable) for variable in ("INGEST_TABLE", "EVENT_BUS")}
            expected = {"INGEST_TABLE": {"Ref": "IngestTable"}, "EVENT_BUS": "audit"}
            self.assertEqual(found, expected if name in keeping else dict.fromkeys(expected), name)

    def test_events_go_to_that_bus_only_and_under_their_names_only(self) -> None:
        roles = of(deployed(TEMPLATE, EventBusName="audit"), "AWS::IAM::Role")
        told = {}
        for name, role in roles.items():
            policies = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
            for statement in [found for policy in policies for found in policy["Statement"]]:
                if "events:PutEvents" in statement["Action"]:
                    self.assertEqual(statement["Resource"], self.BUS + "audit")
                    sources = {"ForAllValues:StringEquals": {"events:source": "messages"}}
                    types = statement["Condition"].pop("StringEquals")
                    self.assertEqual(statement["Condition"], sources)
                    told[name] = types["events:detail-type"]
        self.assertEqual(
            told, {"S3ToSqsRole": ["Ingest Completed", "Ingest Failed"], "SqsToDynamoDbRole": "Ingest Completed"}
        )


class WithADataPackage(unittest.TestCase):
    """A stack for files that a data package declares."""

    def test_the_table_has_the_given_key(self) -> None:
        for given, attributes, schema in (
            ({}, [("pk", "S"), ("sk", "S")], [("pk", "HASH"), ("sk", "RANGE")]),
            ({"SortKeyType": "N"}, [("pk", "S"), ("sk", "N")], [("pk", "HASH"), ("sk", "RANGE")]),
            ({"PartitionKeyType": "N", "SortKey": ""}, [("pk", "N")], [("pk", "HASH")]),
        ):
            with self.subTest(given):
                table = message_table(deployed(TEMPLATE, **DECLARED | given))
                found = [(entry["AttributeName"], entry["AttributeType"]) for entry in table["AttributeDefinitions"]]
                self.assertEqual(found, attributes)
                self.assertEqual([(entry["AttributeName"], entry["KeyType"]) for entry in table["KeySchema"]], schema)
                self.assertNotIn("TimeToLiveSpecification", table)

    def test_items_expire_by_the_given_attribute(self) -> None:
        table = message_table(deployed(TEMPLATE, **DECLARED, TimeToLiveAttribute="expires"))
        self.assertEqual(table["TimeToLiveSpecification"], {"AttributeName": "expires", "Enabled": True})

    def test_each_function_is_told_the_key_and_the_extractor_the_path(self) -> None:
        for name, told in variables(deployed(TEMPLATE, **DECLARED, SortKeyType="N")).items():
            self.assertEqual([told[key] for key in sorted(KEY_VARIABLES)], ["pk", "S", "sk", "N"], name)
            self.assertEqual(told.get("DATA_PACKAGE"), "/opt/datapackage.json" if name == EXTRACTOR else None)

    def test_the_extractor_alone_has_the_layer_which_goes_with_the_stack(self) -> None:
        resources = deployed(TEMPLATE, **DECLARED)
        [(layer, properties)] = of(resources, "AWS::Lambda::LayerVersion").items()
        self.assertEqual(properties["LayerName"], "${AWS::StackName}-schema")
        # The maximum length of a stack's name is CloudFormation's, that of a layer's name Lambda's.
        self.assertLessEqual(len(properties["LayerName"].replace("${AWS::StackName}", "s" * 128)), 140)
        self.assertEqual(resources[layer]["DeletionPolicy"], "Delete")
        layers = {name: function.get("Layers") for name, function in of(resources, "AWS::Lambda::Function").items()}
        self.assertEqual(layers, dict.fromkeys(layers, None) | {EXTRACTOR: [{"Ref": layer}]})

    def test_nothing_else_is_deployed_otherwise(self) -> None:
        """A data package changes only the key of the table, the functions' settings and the layer."""
        kinds = ("AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::Lambda::LayerVersion")
        [built_in, declared] = [
            {name: resource for name, resource in resources.items() if resource["Type"] not in kinds}
            for resources in (deployed(TEMPLATE), deployed(TEMPLATE, **DECLARED))
        ]
        # SAM creates a new deployment each time.
        changed = {name for name in built_in | declared if built_in.get(name) != declared.get(name)}
        self.assertEqual({name for name in changed if not name.startswith("MessageApi")}, set())


if __name__ == "__main__":
    unittest.main()
