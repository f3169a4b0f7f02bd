"""Tests of the lifecycle of stacks with a data package: creation, update in place and deletion: declared.py OUTPUTS

Each deployment overwrites the file OUTPUTS.
"""

import json
import sys
import tempfile
import unittest
from pathlib import Path

import boto3

from repository import ROOT
from stack.deployment import Deployment, delete_left_behind, existing, of_what_is_built
from stack.templates import of_type, root
from stack.uploads import UploadTest

OUTPUTS = Path(sys.argv[1])
READINGS = ROOT / "crates" / "schema" / "tests" / "descriptors" / "readings.json"
HEADER = "Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags"
ROW = "2024-03-31T01:30:00;DE-01;1.234,5;ok;ja;a|b"
ITEM = {
    "pk": {"S": "SENSOR#DE-01#2024-03#3"},
    "sk": {"S": "READING#2024-03-31T00:30:00Z"},
    "kind": {"S": "reading"},
    "version": {"N": "1"},
    "origin": {"M": {"file": {"S": "readings/a.csv"}, "line": {"N": "2"}}},
    "expires": {"N": "1774917000"},
    "at": {"S": "2024-03-31T00:30:00Z"},
    "Messstelle": {"S": "DE-01"},
    "value": {"N": "1234.5"},
    "Status": {"S": "ok"},
    "Aktiv": {"BOOL": True},
    "Tags": {"SS": ["a", "b"]},
}
# A data package for a table whose key is a single number.
COUNTERS = {
    "resources": [
        {
            "name": "counters",
            "type": "table",
            "s3:keys": ["**"],
            "schema": {"fields": [{"name": "id", "type": "integer"}, {"name": "count", "type": "integer"}]},
        }
    ]
}


class Declared(UploadTest):
    """Tests that run in the order of their names."""

    deployment: Deployment

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="it's a folder (1) ")
        cls.addClassCleanup(folder.cleanup)
        cls.package = Path(folder.name) / "datapackage.json"

    def upload(self, key: str, content: str) -> dict:
        """Uploads a file to the stack that was deployed last and waits for its report."""
        self.connect(json.loads(OUTPUTS.read_text()))
        return self.report(key, self.put(key, content.encode()))

    def item(self, key: dict) -> dict:
        """Waits for the item of a key."""
        table = json.loads(OUTPUTS.read_text())["TableName"]
        get = boto3.client("dynamodb").get_item
        return self.eventually(lambda: get(TableName=table, Key=key, ConsistentRead=True).get("Item"), f"{key}")

    def key_schema(self) -> list[tuple[str, str]]:
        """The key attributes of the table, each with its type."""
        table = json.loads(OUTPUTS.read_text())["TableName"]
        described = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
        types = {entry["AttributeName"]: entry["AttributeType"] for entry in described["AttributeDefinitions"]}
        names = [entry["AttributeName"] for entry in described["KeySchema"]]
        self.assertEqual(types.keys(), {*names})
        return [(name, types[name]) for name in names]


class Readings(Declared):
    """A stack whose key comes from the data package."""

    deployment = Deployment(OUTPUTS, "messages-declared")

    def test_1_a_row_becomes_its_item(self) -> None:
        self.package.write_bytes(READINGS.read_bytes())

        self.deployment.deploy(f"--schema={self.package}", "--ttl=expires")

        self.assertEqual(self.key_schema(), [("pk", "S"), ("sk", "S")])
        report = self.upload("readings/a.csv", f"{HEADER}\n{ROW}\n")
        self.assertEqual([report[name] for name in ("resource", "rows_read", "rows_sent")], ["readings", 1, 1])
        self.assertEqual(self.item({name: ITEM[name] for name in ("pk", "sk")}), ITEM)

    def test_2_the_layer_is_on_the_extractor_alone(self) -> None:
        [layer] = self.deployment.resources("AWS::Lambda::LayerVersion").values()
        self.assertIn(":layer:messages-declared-schema:", layer)
        get = boto3.client("lambda").get_function_configuration
        layers = {
            logical: [attached["Arn"] for attached in get(FunctionName=name).get("Layers", [])]
            for logical, name in self.deployment.resources("AWS::Lambda::Function").items()
        }
        self.assertEqual(layers, {name: [] for name in layers} | {"S3ToSqsFunction": [layer]})

    def test_3_a_file_that_is_not_deployed_changes_nothing_and_one_that_is_the_next_upload(self) -> None:
        before = self.deployment.resources()
        package = json.loads(READINGS.read_text(encoding="utf-8"))
        package["resources"][0]["dynamodb:item"]["place"] = "roof of ${Messstelle}"
        self.package.write_text(json.dumps(package))
        self.upload("readings/b.csv", f"{HEADER}\n{ROW.replace('DE-01', 'DE-02')}\n")

        self.deployment.deploy(f"--schema={self.package}", "--ttl=expires")

        self.assertEqual(self.deployment.resources(), before, "nothing is replaced or lost")
        self.upload("readings/c.csv", f"{HEADER}\n{ROW.replace('DE-01', 'DE-03')}\n")
        places = self.eventually(lambda: self.places({"DE-01", "DE-02", "DE-03"}), "three items")
        self.assertEqual(places, {"DE-01": None, "DE-02": None, "DE-03": "roof of DE-03"})

    def places(self, names: set[str]) -> dict | None:
        """The attribute `place` by the attribute Messstelle, once there are items of all these names."""
        table = json.loads(OUTPUTS.read_text())["TableName"]
        items = boto3.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        found = {item["Messstelle"]["S"]: item.get("place", {}).get("S") for item in items}
        return found if found.keys() == names else None

    def test_4_another_content_of_the_layer_is_its_next_version(self) -> None:
        before = self.deployment.resources()
        template = of_what_is_built(root())
        [layer] = of_type(template, "AWS::Serverless::LayerVersion").values()
        layer["ContentUri"] = str(self.package.parent)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(template, file)
            file.flush()

            self.deployment.deploy(template=Path(file.name))

        after = self.deployment.resources()
        [old, new] = [
            {identity for name, identity in resources.items() if name.startswith("DataPackageLayer")}
            for resources in (before, after)
        ]
        self.assertEqual(len(new), 1)
        self.assertEqual(set(after.values()) - set(before.values()), new)
        self.assertEqual(existing() & (old | new), new, "the old one is gone")
        [attached] = boto3.client("lambda").get_function_configuration(FunctionName=after["S3ToSqsFunction"])["Layers"]
        self.assertEqual({attached["Arn"]}, new)

    def test_5_the_key_stays(self) -> None:
        self.package.write_bytes(READINGS.read_bytes())

        said = self.deployment.refused(f"--schema={self.package}", "--partition-key=sk", "--sort-key=pk")

        self.assertIn("the key of the table of messages-declared is pk (S) and sk (S)", said)
        self.assertIn("make deploy STACK=another", said)
        said = self.deployment.refused('DataPackage=""')
        self.assertIn("Without DataPackage the key of the table is date and time", said)
        self.assertEqual(self.item({name: ITEM[name] for name in ("pk", "sk")}), ITEM)

    def test_6_nothing_but_the_data_and_the_accounts_log_role_is_left_behind(self) -> None:
        ids = set(self.deployment.resources().values())
        [layer] = self.deployment.resources("AWS::Lambda::LayerVersion").values()
        self.assertIn(layer, existing())
        kept = {self.deployment.resources()[name] for name in ("ApiGatewayLogRole", "DataBucket", "MessageTable")}

        data = self.deployment.data()
        self.deployment.delete_stack()

        self.assertEqual(existing() & ids, kept)
        delete_left_behind(*data)


class Counters(Declared):
    """A stack whose key is given, a single number."""

    deployment = Deployment(OUTPUTS, "messages-counters")

    def test_1_another_key_needs_a_data_package(self) -> None:
        said = self.deployment.refused("PartitionKey=id", "PartitionKeyType=N", 'SortKey=""')
        self.assertIn("Set DataPackage=/opt/datapackage.json for another key", said)

    def test_2_a_row_becomes_its_item(self) -> None:
        self.package.write_text(json.dumps(COUNTERS))

        self.deployment.deploy(f"--schema={self.package}", "--partition-key=id", "--partition-key-type=N")

        self.assertEqual(self.key_schema(), [("id", "N")])
        self.upload("a.tsv", "id\tcount\n007\t5\n")
        self.assertEqual(self.item({"id": {"N": "7"}}), {"id": {"N": "7"}, "count": {"N": "5"}})
        self.deployment.delete()


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
