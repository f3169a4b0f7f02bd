"""Tests of the Postman collection and its environment by what is in them: nothing is sent."""

import csv
import json
import re
import unittest
from datetime import datetime, timezone

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from api import postman_collection
from api.openapi import Document, Operation
from repository import ROOT

COLLECTION = postman_collection.load()
ITEMS = [*postman_collection.items(COLLECTION)]
ENVIRONMENT = json.loads((ROOT / "docs" / "postman" / "aws.postman_environment.json").read_text())
DOCUMENT = Document.read(ROOT / "docs" / "openapi.yaml")
ADDRESS = "urn:openapi"
REGISTRY = Registry().with_resource(ADDRESS, Resource(contents=DOCUMENT.root, specification=DRAFT202012))
SAMPLE = ROOT / "sample_data" / "data.csv"
# What a request has, or the script before it makes.
OPTIONAL = {"sessionToken", "apiKey", "tooLarge"}


def operation_of(request: dict) -> Operation | None:
    """The documented operation that a request calls, if there is one."""
    path = "/" + "/".join(request["url"]["path"])
    for operation in DOCUMENT.operations:
        pattern = re.sub(r"\{\w+}", "[^/]+", operation.path)
        if operation.method.upper() == request["method"] and re.fullmatch(pattern, path):
            return operation
    return None


def step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def mistakes(value: object, *pointer: str) -> list[str]:
    """What is wrong with a value by the schema at this place of the document."""
    reference = f"{ADDRESS}#/{'/'.join(map(step, pointer))}"
    return [error.message for error in Draft202012Validator({"$ref": reference}, registry=REGISTRY).iter_errors(value)]


def values() -> dict[str, str]:
    """The variables of the collection."""
    return {variable["key"]: variable["value"] for variable in COLLECTION["variable"]}


def filled(text: str) -> str:
    return re.sub(r"\{\{(\w+)}}", lambda found: values()[found[1]], text)


def used(node: object) -> set[str]:
    """The variables in the templates of a request."""
    return set(re.findall(r"\{\{(\w+)}}", json.dumps(node)))


def scripts(node: dict) -> str:
    return "\n".join("\n".join(event["script"]["exec"]) for event in node.get("event", []))


def kind(item: dict) -> str | None:
    """The kind of problem in the example of a request."""
    body = item["response"][0]["body"]
    return json.loads(body)["type"].rpartition(":")[2] if item["response"][0]["code"] >= 400 else None


class Requests(unittest.TestCase):
    def test_it_begins_with_the_sample(self) -> None:
        first = ITEMS[0]
        self.assertEqual((first["name"], first["request"]["method"]), ("List the sample's day", "GET"))
        with SAMPLE.open(newline="", encoding="utf-8") as rows:
            times = [int(float(row["timestamp"])) for row in csv.DictReader(rows)]
        days = {datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%d") for time in times}
        self.assertEqual(days, {values()["sampleDate"]})

    def test_every_operation_is_called(self) -> None:
        called = {operation.id for item in ITEMS if (operation := operation_of(item["request"]))}
        self.assertEqual(called, {operation.id for operation in DOCUMENT.operations})

    def test_every_problem_is_provoked_or_named(self) -> None:
        kinds = DOCUMENT.components("schemas")["Problem"]["properties"]["type"]["enum"]
        [folder] = [folder for folder in COLLECTION["item"] if folder["name"] == "Problems"]
        named = set(re.findall(r"`([a-z]+-[a-z-]+|forbidden)`", folder["description"]))
        provoked = {found for item in ITEMS if (found := kind(item))}
        self.assertEqual(provoked & named, set())
        self.assertEqual(provoked | named, {name.rpartition(":")[2] for name in kinds})

    def test_each_says_what_it_does_and_is_tested(self) -> None:
        names = [item["name"] for item in ITEMS]
        self.assertEqual(len(names), len(set(names)))
        for item in ITEMS:
            self.assertTrue(item["request"]["description"], item["name"])
            self.assertIn("pm.test(", scripts(item), item["name"])

    def test_bodies_of_requests_that_succeed_are_as_documented(self) -> None:
        for item in ITEMS:
            operation = operation_of(item["request"])
            if "body" in item["request"] and item["response"][0]["code"] < 400:
                body = json.loads(filled(item["request"]["body"]["raw"]))
                place = ("requestBody", "content", "application/json", "schema")
                found = mistakes(body, "paths", operation.path, operation.method, *place)
                self.assertEqual(found, [], item["name"])


class Variables(unittest.TestCase):
    def test_each_that_is_used_is_known(self) -> None:
        known = {variable["key"] for variable in ENVIRONMENT["values"]} | values().keys()
        known |= set(re.findall(r'ariables\.set\("(\w+)"', "\n".join(map(scripts, ITEMS))))
        for item in [COLLECTION["auth"], *ITEMS]:
            self.assertLessEqual(used(item.get("request", item)), known)

    def test_each_that_may_be_empty_has_a_hint(self) -> None:
        hints = re.findall(r"^  (\w+): \"", scripts(COLLECTION), re.MULTILINE)
        needed = used(COLLECTION["auth"]).union(*(used(item["request"]) for item in ITEMS))
        self.assertEqual(set(hints), needed - OPTIONAL)

    def test_each_is_described(self) -> None:
        names = values().keys() | {variable["key"] for variable in ENVIRONMENT["values"]}
        for name in names:
            self.assertIn(f"`{name}`", COLLECTION["info"]["description"])

    def test_the_environment_to_fill_in_is_empty(self) -> None:
        self.assertEqual({variable["value"] for variable in ENVIRONMENT["values"]}, {""})


class Examples(unittest.TestCase):
    def test_each_request_has_one(self) -> None:
        for item in ITEMS:
            self.assertEqual(len(item["response"]), 1, item["name"])
            self.assertEqual(item["response"][0]["originalRequest"], item["request"], item["name"])

    def test_they_are_as_documented(self) -> None:
        for item in ITEMS:
            [example] = item["response"]
            body = json.loads(example["body"]) if example["body"] else None
            operation = operation_of(item["request"])
            with self.subTest(item["name"]):
                if operation is None:
                    # No route has this path and method.
                    self.assertEqual(mistakes(body, "components", "schemas", "Problem"), [])
                else:
                    self.check(operation, example, body)

    def check(self, operation: Operation, example: dict, body: object) -> None:
        status = str(example["code"])
        self.assertIn(status, operation.value["responses"])
        response = DOCUMENT.resolved(operation.value["responses"][status])
        place = ("components", "responses", response.name)
        if response.name is None:
            place = ("paths", operation.path, operation.method, "responses", status)
        headers = {header["key"]: header["value"] for header in example["header"]}
        for name, reference in response.value["headers"].items():
            header = DOCUMENT.resolved(reference)
            if name in headers:
                self.assertEqual(mistakes(headers[name], "components", "headers", header.name, "schema"), [], name)
            else:
                self.assertFalse(header.value.get("required"), name)
        content = response.value.get("content", {})
        self.assertEqual(headers.get("Content-Type"), next(iter(content), None))
        for media_type in content:
            self.assertEqual(mistakes(body, *place, "content", media_type, "schema"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
