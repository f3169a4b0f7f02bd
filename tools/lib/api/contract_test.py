"""Tests that docs/openapi.yaml, docs/problems.md, the API in template.yaml and the sample events agree."""

import json
import re
import unittest

from botocore.loaders import Loader

from repository import ROOT
from stack.templates import read, root

DOCUMENT = read(ROOT / "docs" / "openapi.yaml")
PROBLEMS = (ROOT / "docs" / "problems.md").read_text()
DEFINITION = root()["Resources"]["MessageApi"]["Properties"]["DefinitionBody"]

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"}
PREFIX = "urn:problem-type:messages:"
# The function that answers requests without a route: with 405, or with 404 on these paths.
NO_ROUTE_FUNCTION = "GetMessagesFunction"
NO_ROUTE_PATHS = {"/", "/{proxy+}"}


def resolved(node: dict) -> dict:
    """The part of the document that a `$ref` refers to, or the node itself."""
    while "$ref" in node:
        target = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def operations(paths: dict) -> dict[tuple[str, str], dict]:
    """The operations below `paths`, by path and method."""
    return {
        (path, method): operation
        for path, item in paths.items()
        for method, operation in item.items()
        if method in METHODS
    }


def function_for(operation: dict) -> str:
    """The function of a documented operation: GetMessageFunction for getMessage."""
    name = operation["operationId"]
    return f"{name[0].upper()}{name[1:]}Function"


def versions(operation: dict) -> list[dict]:
    """The integrations of an operation of the template, more than one if a condition chooses."""
    if "Fn::If" in operation:
        return [version for branch in operation["Fn::If"][1:] for version in versions(branch)]
    return [operation["x-amazon-apigateway-integration"]]


def function_behind(integration: dict) -> str | None:
    """The function that an integration calls; `None` if the gateway answers itself."""
    function = re.search(r"\$\{(\w+)\.Arn\}", json.dumps(integration.get("uri")))
    return function and function[1]


def examples(content: dict) -> list:
    """The examples of a body."""
    media_types = content.values()
    return [resolved(example)["value"] for media_type in media_types for example in media_type["examples"].values()]


def problem_kinds() -> dict[str, tuple[int, str]]:
    """The status and title of each kind of problem, from the table of docs/problems.md."""
    rows = re.findall(r"^\| \[([a-z-]+)\]\(#\1\) \| (\d{3}) \| ([^|]+) \|", PROBLEMS, re.MULTILINE)
    return {PREFIX + name: (int(status), title) for name, status, title in rows}


def problem_responses() -> list[tuple[str, dict]]:
    """The problem responses of all documented operations, each with its status."""
    return [
        (status, resolved(response))
        for operation in DOCUMENTED.values()
        for status, response in operation["responses"].items()
        if int(status) >= 400
    ]


def allowed_types(response: dict) -> set[str]:
    """The kinds of problem that a response may have."""
    [media_type] = response["content"].values()
    [_, narrowed] = media_type["schema"]["allOf"]
    kind = narrowed["properties"]["type"]
    return set(kind["enum"]) if "enum" in kind else {kind["const"]}


def headers_of(kind: str) -> dict[str, dict]:
    """The headers of a kind of problem, by name."""
    response = next(response for _, response in problem_responses() if kind in allowed_types(response))
    return {name: resolved(header) for name, header in response["headers"].items()}


def problem_of(response: dict) -> dict:
    """The problem in a gateway response of the template. Its variables are in strings."""
    [template] = response["responseTemplates"].values()
    return json.loads(template)


def samples() -> list[tuple[str, str, dict, dict]]:
    """The documented operations, each with its sample event: get-message.json for getMessage."""
    found = []
    for (path, method), operation in DOCUMENTED.items():
        name = re.sub("([A-Z])", r"-\1", operation["operationId"]).lower()
        found.append((path, method, operation, json.loads((ROOT / "events" / f"{name}.json").read_text())))
    return found


DOCUMENTED = operations(DOCUMENT["paths"])
DEPLOYED = {route: versions(operation) for route, operation in operations(DEFINITION["paths"]).items()}


class Routes(unittest.TestCase):
    def test_document_and_template_have_the_same_operations(self) -> None:
        expected = {route: [function_for(operation)] for route, operation in DOCUMENTED.items()}
        deployed = {route: [*map(function_behind, found)] for route, found in DEPLOYED.items()}
        self.assertEqual({route: found for route, found in deployed.items() if route in expected}, expected)

    def test_everything_else_in_the_template_is_no_route(self) -> None:
        for path, method in DEPLOYED.keys() - DOCUMENTED.keys():
            functions = [function_behind(integration) for integration in DEPLOYED[path, method]]
            with self.subTest(path=path, method=method):
                self.assertIn(path, DOCUMENT["paths"].keys() | NO_ROUTE_PATHS)
                # With CORS on, the gateway itself answers preflight requests.
                preflight = [None] if method == "options" and path in DOCUMENT["paths"] else []
                self.assertEqual(functions, [*preflight, NO_ROUTE_FUNCTION])

    def test_scripts_may_use_every_method(self) -> None:
        for path, item in DOCUMENT["paths"].items():
            [preflight] = [found for found in DEPLOYED[path, "options"] if not function_behind(found)]
            allowed = preflight["responses"]["default"]["responseParameters"]
            methods = sorted(method.upper() for method in item if method in METHODS)
            self.assertEqual(
                allowed["method.response.header.Access-Control-Allow-Methods"], f"'{','.join(methods)}'", path
            )


class Problems(unittest.TestCase):
    def test_every_kind_is_explained(self) -> None:
        kinds = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
        self.assertEqual(list(problem_kinds()), kinds)
        sections = re.findall(r"^## ([a-z-]+)$", PROBLEMS, re.MULTILINE)
        self.assertEqual([PREFIX + section for section in sections], kinds)

    def test_responses_have_kinds_of_their_status(self) -> None:
        for status, response in problem_responses():
            for kind in allowed_types(response):
                # The gateway reports 502 as an internal error, like every status without a kind of its own.
                expected = 500 if status == "502" else int(status)
                self.assertEqual(problem_kinds()[kind][0], expected, kind)

    def test_examples_are_of_their_kind(self) -> None:
        for status, response in problem_responses():
            for example in examples(response["content"]):
                with self.subTest(status=status, type=example["type"]):
                    self.assertIn(example["type"], allowed_types(response))
                    self.assertEqual(example["title"], problem_kinds()[example["type"]][1])


class GatewayResponses(unittest.TestCase):
    """The gateway's own responses, one for each of its reasons."""

    RESPONSES = DEFINITION["x-amazon-apigateway-gateway-responses"]

    def test_reasons_are_those_of_the_gateway(self) -> None:
        known = Loader().load_service_model("apigateway", "service-2")["shapes"]["GatewayResponseType"]["enum"]
        self.assertLessEqual(self.RESPONSES.keys(), set(known))
        # A reason without a response of its own gets one of these.
        self.assertLessEqual({"DEFAULT_4XX", "DEFAULT_5XX"}, self.RESPONSES.keys())

    def test_bodies_are_documented_problems(self) -> None:
        schema = DOCUMENT["components"]["schemas"]["Problem"]
        for reason, response in self.RESPONSES.items():
            with self.subTest(reason):
                problem = problem_of(response)
                self.assertLessEqual(set(schema["required"]), problem.keys())
                self.assertLessEqual(problem.keys(), schema["properties"].keys())
                status, title = problem_kinds()[problem["type"]]
                self.assertEqual(problem["title"], title)
                # These stand for several statuses.
                several = reason.startswith("DEFAULT_")
                self.assertEqual(problem.get("status"), None if several else status)
                self.assertEqual(response.get("statusCode"), None if several else str(status))

    def test_headers_are_documented(self) -> None:
        for reason, response in self.RESPONSES.items():
            given = {name.rpartition(".")[2]: value for name, value in response["responseParameters"].items()}
            with self.subTest(reason):
                self.assertEqual(given.pop("Content-Type"), "'application/problem+json'")
                documented = headers_of(problem_of(response)["type"])
                self.assertLessEqual(given.keys(), documented.keys())
                needed = {name for name, header in documented.items() if header.get("required")}
                self.assertLessEqual(needed, given.keys())
                for name in given.keys() & needed:
                    fixed = documented[name]["schema"].get("const", given[name].strip("'"))
                    self.assertEqual(given[name], f"'{fixed}'", name)


class Samples(unittest.TestCase):
    """The examples of the document are the sample events, one for each operation."""

    ITEM = json.loads(json.loads((ROOT / "events" / "post-message.json").read_text())["body"])["Item"]

    def test_routes(self) -> None:
        for path, method, _, event in samples():
            self.assertEqual((event["resource"], event["httpMethod"].lower()), (path, method))

    def test_parameters(self) -> None:
        for path, _, operation, event in samples():
            both = [*DOCUMENT["paths"][path].get("parameters", []), *operation.get("parameters", [])]
            documented = {
                (parameter["in"], parameter["name"]): str(parameter.get("example")) for parameter in map(resolved, both)
            }
            given = {("path", name): value for name, value in (event["pathParameters"] or {}).items()}
            given |= {("query", name): value for name, value in (event["queryStringParameters"] or {}).items()}
            self.assertEqual(given, {key: documented.get(key) for key in given}, operation["operationId"])

    def test_bodies(self) -> None:
        for _, _, operation, event in samples():
            content = operation.get("requestBody", {}).get("content", {})
            body = event["body"] and json.loads(event["body"])
            self.assertIn(body, examples(content) or [None], operation["operationId"])

    def test_answers(self) -> None:
        one = {"Item": self.ITEM}
        page = {"Items": [self.ITEM], "Count": 1, "ScannedCount": 1}
        expected = {
            "getMessages": [
                page | {"NextToken": DOCUMENT["components"]["examples"]["FirstPage"]["value"]["NextToken"]},
                page,
            ],
            "postMessage": [one],
            "getMessage": [one],
            "putMessage": [],
            "deleteMessage": [{}],
        }
        answers = {
            operation["operationId"]: [
                answer
                for status, response in operation["responses"].items()
                if status.startswith("2")
                for answer in examples(response.get("content", {}))
            ]
            for operation in DOCUMENTED.values()
        }
        self.assertEqual(answers, expected)


unittest.main(verbosity=2)
