"""Tests of the Postman collection without a stack: postman_test.py NEWMAN...

A server answers each request of a run with the example that is saved with it, so the collection's own tests see the examples.
"""

import copy
import io
import json
import re
import sys
import tempfile
import threading
import unittest
from contextlib import nullcontext, redirect_stdout
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from api import postman, postman_collection
from api.postman_environment import api_key_of, environment, main
from repository import ROOT

NEWMAN: list[str] = []
RUN = postman.run
TEMPLATE = ROOT / "docs" / "postman" / "aws.postman_environment.json"
ON_AWS = {
    "StackName": "messages",
    "Region": "eu-west-1",
    "ApiUrl": "https://abcdef1234.execute-api.eu-west-1.amazonaws.com/Prod",
}


class Server(HTTPServer):
    """Gives the saved examples in their order, and keeps the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.examples = [item["response"][0] for item in postman_collection.items(postman_collection.load())]
        self.requests: list[tuple[str, str, dict[str, str]]] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        example = self.server.examples[len(self.server.requests) - 1]
        body = postman_collection.compacted(example["body"]).encode()
        self.send_response(example["code"], example["status"])
        for header in example["header"]:
            self.send_header(header["key"], header["value"])
        if body:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def log_message(self, *_: object) -> None:
        pass


class Runs(unittest.TestCase):
    def setUp(self) -> None:
        self.server = Server()
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.environment = Path(folder.name) / "environment.json"
        port = self.server.server_port
        outputs = {
            "StackName": "messages-test",
            "Region": "us-east-1",
            "Endpoint": f"http://127.0.0.1:{port}",
            "ApiUrl": f"http://abcdef12.execute-api.localhost:{port}/Prod",
        }
        self.environment.write_text(json.dumps(environment(outputs)))

    def run_it(self, **variables: str) -> tuple[int, list[dict], str]:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            status, executions = RUN(NEWMAN, self.environment, variables, output)
            output.seek(0)
            return status, executions, " ".join(output.read().split())

    def test_the_examples_pass_the_tests_of_the_collection(self) -> None:
        status, executions, said = self.run_it()
        self.assertEqual(status, 0, said)
        collection = postman_collection.load()
        self.assertEqual(len(self.server.requests), len([*postman_collection.items(collection)]))
        for method, path, headers in self.server.requests:
            self.assertTrue(path.startswith("/_aws/execute-api/abcdef12/Prod/message"), (method, path))
            self.assertNotIn("x-api-key", headers)
        unsigned = [path for _, path, headers in self.server.requests if "Authorization" not in headers]
        self.assertEqual(len(unsigned), 1, "all but the request without a signature")

        # What was received is what is saved, and would be saved so again.
        for item, example in postman.examples(collection, executions):
            self.assertEqual(postman_collection.differences(item, example), [])
            self.assertEqual([example], item["response"])

    def main(self, *options: str) -> str:
        """What tools/postman says, where newman's own report is left out."""
        user = SimpleNamespace(credentials=SimpleNamespace(access_key="key", secret_key="secret"))
        arguments = ["postman", "outputs.json", str(self.environment), *options, *NEWMAN]
        with (
            mock.patch.object(postman, "api_user", lambda _: nullcontext(user)),
            mock.patch.object(postman, "run", self.run_quietly),
            mock.patch.object(sys, "argv", arguments),
            redirect_stdout(io.StringIO()) as said,
        ):
            postman.main()
        return said.getvalue()

    def run_quietly(self, newman: list[str], environment: Path, variables: dict[str, str]) -> tuple[int, list[dict]]:
        self.assertEqual(([*newman, environment], variables["accessKey"]), ([*NEWMAN, self.environment], "key"))
        status, executions, _ = self.run_it(**variables)
        return status, executions

    def test_the_tool_is_content_with_responses_like_the_examples(self) -> None:
        self.assertEqual(self.main(), "")

    def test_the_tool_names_what_differs_and_records_it(self) -> None:
        collection = postman_collection.load()
        changed = copy.deepcopy(collection)
        next(postman_collection.items(changed))["response"] = []
        with (
            mock.patch.object(postman_collection, "load", lambda: copy.deepcopy(changed)),
            mock.patch.object(postman_collection, "save") as save,
        ):
            with self.assertRaisesRegex(SystemExit, "tools/postman record"):
                self.main()
            save.assert_not_called()

            self.server.requests.clear()
            self.assertIn("The examples of", self.main("--record"))
            save.assert_called_once_with(collection)

    def test_an_api_key_is_sent_and_stands_for_a_signature(self) -> None:
        status, _, said = self.run_it(apiKey="a-key", accessKey="", secretKey="")
        self.assertEqual(status, 0, said)
        keys = [headers.get("x-api-key") for _, _, headers in self.server.requests]
        self.assertEqual([key for key in keys if key != "a-key"], [None], "all but the request without a key")

    def test_what_is_missing_is_named_and_the_run_ends(self) -> None:
        hints = {
            "baseUrl": "Choose an environment, and fill in baseUrl (the stack's output ApiUrl)",
            "region": "Fill in region (",
            "accessKey": "Fill in accessKey (",
            "secretKey": "Fill in secretKey (",
        }
        for name, hint in hints.items():
            with self.subTest(name):
                self.server.requests.clear()
                status, executions, said = self.run_it(**{name: " "})
                self.assertEqual((status, len(executions)), (1, 1))
                self.assertIn(hint, said)

    def test_a_response_that_is_not_as_its_example_is_noticed(self) -> None:
        collection = postman_collection.load()
        [created] = [item for item in postman_collection.items(collection) if item["name"] == "Create a message"]
        [saved] = created["response"]
        headers = {header["key"].lower(): header["value"] for header in saved["header"]}
        for code, changes, body in (
            (200, {}, saved["body"]),
            (201, {"etag": '"another"'}, saved["body"]),
            (201, {}, re.sub("5.55", "5.56", saved["body"])),
        ):
            seen = postman_collection.example(created, code, headers | changes, body)
            self.assertEqual(len(postman_collection.differences(created, seen)), 1)
        created["request"]["method"] = "PUT"
        self.assertEqual(len(postman_collection.differences(created, saved | {"originalRequest": {}})), 1)


class Environment(unittest.TestCase):
    def values(self, outputs: dict[str, str], key: str = "") -> dict[str, str]:
        made = environment(outputs, key)
        template = json.loads(TEMPLATE.read_text())
        self.assertEqual(made.keys(), template.keys())
        without_values = [[variable | {"value": ""} for variable in of["values"]] for of in (made, template)]
        self.assertEqual(without_values[0], without_values[1])
        return {variable["key"]: variable["value"] for variable in made["values"]}

    def test_one_of_a_stack_on_aws_has_no_credentials(self) -> None:
        values = self.values(ON_AWS)
        self.assertEqual((values.pop("baseUrl"), values.pop("region")), (ON_AWS["ApiUrl"], "eu-west-1"))
        self.assertEqual(set(values.values()), {""})
        self.assertEqual(api_key_of(ON_AWS | {"ApiKeyId": "key"}), "")

    def test_one_of_the_embedded_stack_has_all_that_a_request_needs(self) -> None:
        outputs = ON_AWS | {"Endpoint": "http://127.0.0.1:1", "ApiUrl": "http://abc.execute-api.localhost:1/Prod"}
        values = self.values(outputs, "a-key")
        self.assertEqual(values["baseUrl"], "http://127.0.0.1:1/_aws/execute-api/abc/Prod")
        self.assertEqual((values["accessKey"], values["secretKey"], values["apiKey"]), ("test", "test", "a-key"))
        with mock.patch("boto3.client") as client:
            client.return_value.get_api_key.return_value = {"value": "a-key"}
            self.assertEqual(api_key_of(outputs | {"ApiKeyId": "id"}), "a-key")
            client.return_value.get_api_key.assert_called_once_with(apiKey="id", includeValue=True)
            self.assertEqual(api_key_of(outputs), "")

    def test_the_same_stack_has_the_same_id(self) -> None:
        another = ON_AWS | {"ApiUrl": "https://another.execute-api.eu-west-1.amazonaws.com/Prod"}
        ids = [environment(outputs)["id"] for outputs in (ON_AWS, ON_AWS, another)]
        self.assertEqual(ids[0], ids[1])
        self.assertNotEqual(ids[0], ids[2])

    def test_the_command_writes_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            outputs, file = Path(folder) / "outputs.json", Path(folder) / "environment.json"
            outputs.write_text(json.dumps(ON_AWS))
            arguments = ["postman environment", "--outputs", str(outputs), "--to", str(file)]
            with mock.patch.object(sys, "argv", arguments):
                main()
            self.assertEqual(json.loads(file.read_text()), environment(ON_AWS))


if __name__ == "__main__":
    NEWMAN = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
