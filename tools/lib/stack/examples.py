"""Tests of the worked examples of docs/any-csv.md: examples.py OUTPUTS. Each key of a table has a stack of its own."""

import csv
import io
import json
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from api.signed_http import Answer, Api
from repository import TOOLS
from stack.deployment import Deployment
from stack.example import Example, compared, plain_item
from stack.uploads import UploadTest

OUTPUTS = Path(sys.argv[1])
STACK = json.loads(OUTPUTS.read_text())["StackName"]
# Whoever fails on purpose is called three times, with pauses between.
PATIENCE_WITH_FAILURES_S = 300
# A text that an address has to encode. The emulator, and not AWS, takes an encoded slash for one that divides the path.
ODD = "NEW#1 ü?&+="


def messages(*arguments: str | Path) -> str:
    """Runs the command `messages`, which must end well; what it says."""
    ended = subprocess.run([TOOLS / "messages", *arguments], check=False, capture_output=True, text=True)
    if ended.returncode:
        raise AssertionError(f"messages {arguments} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return ended.stdout


class DeclaredStack(UploadTest):
    """A stack that loads what a descriptor declares. What an earlier test left in its table is removed."""

    example: Example

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = f"{STACK}-{'-'.join(cls.example.keys)}"
        cls.deployment = Deployment(OUTPUTS, cls.stack)
        cls.deploy(cls.example.descriptor)
        for item in cls.all_items():
            key = {name: item[name] for name in cls.example.keys}
            cls.dynamodb.delete_item(TableName=cls.outputs["TableName"], Key=key)

    @classmethod
    def deploy(cls, descriptor: Path) -> None:
        cls.connect(cls.deployment.deploy("--schema", str(descriptor)))

    @classmethod
    def all_items(cls) -> list[dict]:
        pages = cls.dynamodb.get_paginator("scan").paginate(TableName=cls.outputs["TableName"], ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def report_under(self, key: str) -> dict:
        """The report of the object that is under this key now."""
        etag = self.s3.head_object(Bucket=self.outputs["DataBucketName"], Key=key)["ETag"].strip('"')
        return self.report(key, etag)

    def rejected_rows(self, report: dict) -> list[dict]:
        """Line, columns and reason of each rejected row, from the files that a report names."""
        files = (
            self.s3.get_object(Bucket=self.outputs["ReportBucketName"], Key=key)["Body"].read()
            for key in report.get("rejected_keys", [])
        )
        # The text of a row is as it stood, in whatever encoding.
        rows = (row for file in files for row in csv.DictReader(io.StringIO(file.decode("utf-8", "replace"))))
        return [{"line": int(row["line"]), "column": row["column"], "reason": row["reason"]} for row in rows]


class ExampleTests:
    """The tests of an example, from its files to the API's answers."""

    def test_1_the_files_become_the_items(self) -> None:
        for upload in self.example.uploads():
            with self.subTest(upload["key"]):
                self.upload(upload)
        self.assertEqual(compared(self.all_items()), compared(self.example.items()))

    def upload(self, upload: dict) -> None:
        key, read, rejected = upload["key"], upload["rows_read"], upload["rejected"]
        sent = read - len(rejected)

        said = self.ingest(self.example.folder / upload["file"], "--key", key, code=1 if rejected else 0)

        lost = f", {len(rejected)} rejected" if rejected else ""
        self.assertRegex(said, rf"\A{read} rows?: {sent} (written|done){lost}, in ")
        for row in rejected[:1]:
            self.assertIn(f"line {row['line']}", said)
        report = self.report_under(key)
        counts = {name: report[name] for name in ("rows_read", "rows_sent", "rows_rejected")}
        self.assertEqual(counts, {"rows_read": read, "rows_sent": sent, "rows_rejected": len(rejected)})
        self.assertEqual((report["resource"], report["write_mode"]), (upload["resource"], upload["write_mode"]))
        self.assertEqual(report.get("unknown_columns", []), upload.get("unknown_columns", []))
        warnings = {warning["kind"]: warning["rows"] for warning in report.get("warnings", [])}
        self.assertEqual(warnings, upload.get("warnings", {}))
        self.assertNotIn("problem", report)
        self.assertEqual(report["key_collisions"]["rows"], 0)
        self.assertEqual(self.rejected_rows(report), rejected)
        self.assertEqual(len(self.all_items()), upload["items_afterwards"])

    def test_2_the_status_names_the_uploads(self) -> None:
        status = self.status()
        self.assertEqual(status["stack"], self.stack)
        said = json.dumps(status, ensure_ascii=False)
        for upload in self.example.uploads():
            self.assertIn(upload["key"], said)

    def test_3_the_api_reads_the_items_by_their_keys(self) -> None:
        items = [plain_item(item) for item in self.example.items()]
        listed = self.called("GET", "/message", {"limit": "1000"})
        self.assertEqual(listed["Count"], len(items))
        self.assertCountEqual(map(with_sorted_sets, listed["Items"]), items)
        for item in items:
            self.assertEqual(with_sorted_sets(self.called("GET", *self.address(item))["Item"]), item)
        if self.example.sort_key:
            partition, sort = (items[0][name] for name in self.example.keys)
            of_partition = self.called("GET", "/message", {self.example.partition_key: str(partition)})
            found = [item[self.example.sort_key] for item in of_partition["Items"]]
            wanted = [item[self.example.sort_key] for item in items if item[self.example.partition_key] == partition]
            self.assertEqual(found, sorted(wanted))
            narrowed = {self.example.partition_key: str(partition), "from": str(sort), "to": str(sort)}
            self.assertEqual(self.called("GET", "/message", narrowed)["Count"], 1)

    def test_4_the_api_writes_items_by_their_keys(self) -> None:
        numbers = {name for item in self.example.items() for name, value in item.items() if "N" in value}
        item = {name: 4711 if name in numbers else ODD for name in self.example.keys} | {"text": "x"}

        self.called("POST", "/message", body={"Item": item}, status=201)
        self.assertEqual(self.called("GET", *self.address(item))["Item"], item)
        self.called("PUT", *self.address(item), body={"Item": {"text": "y"}}, status=204)
        self.assertEqual(self.called("GET", *self.address(item))["Item"], item | {"text": "y"})
        self.called("DELETE", *self.address(item))
        self.called("GET", *self.address(item), status=404)

    def test_5_a_key_of_another_form_is_refused(self) -> None:
        [first, *rest] = self.example.keys
        self.called("POST", "/message", body={"Item": {"text": "x"}}, status=400)
        of_wrong_type = {first: {"a": 1}, **dict.fromkeys(rest, "x")}
        self.called("POST", "/message", body={"Item": of_wrong_type}, status=400)
        if self.example.sort_key:
            self.called("GET", f"/message/{quote(ODD, safe='')}", status=400)
        else:
            self.called("GET", "/message/no-number", status=400)

    def address(self, item: dict) -> tuple[str, dict[str, str]]:
        """The path and the query of an item."""
        query = {self.example.sort_key: str(item[self.example.sort_key])} if self.example.sort_key else {}
        return f"/message/{quote(str(item[self.example.partition_key]), safe='')}", query

    def called(
        self, method: str, path: str, query: dict[str, str] | None = None, body: dict | None = None, status: int = 200
    ) -> dict:
        """Calls the API, which must answer with this status; the body of its answer."""
        api = Api(self.outputs["ApiUrl"], self.outputs["Region"])
        answer: Answer = api.call(method, path, query, body and json.dumps(body))
        self.assertEqual(answer.status, status, answer.body)
        return json.loads(answer.body, parse_float=Decimal, parse_int=Decimal) if answer.body else {}


def with_sorted_sets(item: dict) -> dict:
    """An item of the API whose set of tags, which has no order, is in order."""
    return {name: sorted(value) if name == "Tags" else value for name, value in item.items()}


class Sample(ExampleTests, DeclaredStack):
    """(a) The sample as a descriptor."""

    example = Example("sample", "date", "time")


class Dump(ExampleTests, DeclaredStack):
    """(d) The dump of a database; the key is a number, and there is no sort key."""

    example = Example("dump", "id")


class SingleTable(ExampleTests, DeclaredStack):
    """(c) Two kinds of files in one table, and a third that adds to the items of the first."""

    example = Example("single-table", "pk", "sk")


class TakeBack(ExampleTests, DeclaredStack):
    """(e) A file that is taken back."""

    example = Example("take-back", "pk", "sk")


class SampleTakeBack(ExampleTests, DeclaredStack):
    """(f) A file like the sample that is taken back."""

    example = Example("sample-take-back", "date", "time")


class European(ExampleTests, DeclaredStack):
    """(b) The European file."""

    example = Example("european", "pk", "sk")


class Mistakes(DeclaredStack):
    """What people get wrong, on the stack of the European file."""

    example = European.example

    def test_1_a_file_in_a_folder_of_no_resource_has_a_report_that_names_the_patterns(self) -> None:
        readings = self.example.folder / "readings" / "2024.csv"
        self.ingest(readings, "--key", "reading/2024.csv", code=1)

        report = self.report_under("reading/2024.csv")
        self.assertIn("readings/**", report["problem"])
        self.assertEqual(report["rows_sent"], 0)
        self.assertIsNone(report.get("resource"))
        self.assertEqual(self.all_items(), [])

    def test_2_a_header_that_lacks_a_column_is_a_problem_that_names_it(self) -> None:
        etag = self.put("readings/lacking.csv", b"Zeitpunkt;Wert\n2024-03-31T01:30:00;1,5\n")

        report = self.report("readings/lacking.csv", etag)
        self.assertIn("`Messstelle`", report["problem"])
        self.assertEqual((report["resource"], report["rows_sent"], report["rows_rejected"]), ("readings", 0, 1))

    def test_3_the_key_of_a_deployed_table_cannot_be_changed(self) -> None:
        said = self.deployment.refused("--schema", str(Dump.example.descriptor))

        self.assertIn(f"the key of the table of {self.stack} is pk (S) and sk (S)", said)
        self.assertIn("cannot be changed to id (N)", said)

    def test_4_a_broken_descriptor_fails_every_upload_until_it_is_mended(self) -> None:
        fault = '/resources/0/dynamodb:item/pk: no field "Messstele"; did you mean "Messstelle"?'
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "datapackage.json"
            text = self.example.descriptor.read_text(encoding="utf-8")
            broken.write_text(text.replace("${Messstelle}", "${Messstele}", 1), encoding="utf-8")
            # The check finds it; somebody deploys it all the same.
            checked = subprocess.run(
                [TOOLS / "messages", "schema", "check", broken], check=False, capture_output=True, text=True
            )
            self.assertEqual(checked.returncode, 1, checked.stdout + checked.stderr)
            self.assertIn(fault, checked.stdout + checked.stderr)
            self.connect(self.deployment.deploy(f"DataPackage={broken}", "PartitionKey=pk", "SortKey=sk"))

            content = (self.example.folder / "readings" / "2024.csv").read_bytes()
            etag = self.put("readings/broken.csv", content)
            self.eventually(
                lambda: self.depth("DeadLetterQueueUrl") == 1, "a dead letter of the upload", PATIENCE_WITH_FAILURES_S
            )
            listed = subprocess.run([TOOLS / "dlq", "list"], check=True, capture_output=True, text=True).stdout
            self.assertIn("DataPackageInvalid: 1 event", listed)
            self.assertIn(fault, listed)
            self.assertIn("/readings/broken.csv", listed)
            self.assertEqual(self.all_items(), [])

            self.deploy(self.example.descriptor)
            moved = subprocess.run([TOOLS / "dlq", "move"], check=True, capture_output=True, text=True).stdout
            self.assertIn("Moved back: 0 messages to the queue, 1 event to the extractor.", moved)

        report = self.report("readings/broken.csv", etag)
        self.assertEqual((report["resource"], report["rows_sent"]), ("readings", 9))
        self.settle()
        self.assertEqual(len(self.all_items()), 9)


class FromInfer(UploadTest):
    """A file of one's own, on a stack of its own: a descriptor by `infer`, a check, and the items."""

    def test_from_a_file_to_its_items(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "prices.csv"
            file.write_bytes((TakeBack.example.folder / "prices" / "2024-04.csv").read_bytes())
            descriptor = Path(folder) / "datapackage.json"
            descriptor.write_text(messages("schema", "infer", file), encoding="utf-8")
            [resource] = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
            types = [(field["name"], field["type"]) for field in resource["schema"]["fields"]]
            self.assertEqual(types, [("sku", "string"), ("valid_from", "date"), ("price", "number")])
            self.assertEqual(resource["schema"]["primaryKey"], ["sku", "valid_from"])

            checked = messages("schema", "check", descriptor, file)
            for said in ("4 rows: 4 items, 0 rejected", "A-1", "PartitionKey=sku", "SortKey=valid_from"):
                self.assertIn(said, checked)

            self.connect(Deployment(OUTPUTS, f"{STACK}-inferred").deploy("--schema", str(descriptor)))
            said = self.ingest(file)

        self.assertTrue(said.startswith("4 rows: 4 written, in "), said)
        items = self.dynamodb.scan(TableName=self.outputs["TableName"], ConsistentRead=True)["Items"]
        prices = {(item["sku"]["S"], item["valid_from"]["S"]): item["price"]["N"] for item in items}
        wanted = {("A-1", "2024-04-01"), ("A-1", "2024-04-15"), ("B-7", "2024-04-01"), ("C-3", "2024-04-01")}
        self.assertEqual(prices.keys(), wanted)
        self.assertEqual(prices["C-3", "2024-04-01"], "0.05")


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
