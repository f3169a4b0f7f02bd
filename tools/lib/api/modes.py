"""Tests of the API with non-default parameters, for which the stack is updated in place: modes.py OUTPUTS"""

import json
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import boto3

from guide_lines import blocks, run
from repository import TOOLS
from stack.templates import root
from stack.transformed import transformed

OUTPUTS = Path(sys.argv[1])
ORIGIN = "https://example.com"
PREFIX = "urn:problem-type:messages:"


def deploy(*parameters: str) -> dict[str, str]:
    """Deploys the stack with these parameters and returns its outputs."""
    subprocess.run([TOOLS / "deploy", *parameters], check=True)
    return json.loads(OUTPUTS.read_text())


def call(outputs: dict[str, str], method: str, path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Sends a request without a signature. The response's body is in `text`."""
    url = urlsplit(outputs["ApiUrl"])
    connection = HTTPConnection("127.0.0.1", url.port, timeout=30)
    connection.request(method, url.path + path, headers={"Host": url.netloc, **(headers or {})})
    response = connection.getresponse()
    response.text = response.read().decode()
    connection.close()
    return response


def guards(outputs: dict[str, str]) -> dict[tuple[str, str], tuple[str, bool]]:
    """The authorization type of each method of the API, and whether the method requires a key."""
    api = urlsplit(outputs["ApiUrl"]).hostname.partition(".")[0]
    resources = boto3.client("apigateway").get_resources(restApiId=api, limit=500, embed=["methods"])["items"]
    return {
        (resource["path"], name): (method["authorizationType"], method.get("apiKeyRequired", False))
        for resource in resources
        for name, method in resource.get("resourceMethods", {}).items()
    }


class Test(unittest.TestCase):
    def assert_problem(self, response: HTTPResponse, status: int, kind: str) -> None:
        self.assertEqual(response.status, status, response.text)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        problem = json.loads(response.text)
        self.assertEqual((problem["type"], problem["status"]), (PREFIX + kind, status))
        self.assertTrue(problem["instance"] and problem["title"] and problem["detail"], problem)


class ApiKeyAndCors(Test):
    """The API with API_KEY and one allowed origin."""

    @classmethod
    def setUpClass(cls) -> None:
        # The calls exceed this rate even on a busy machine.
        quota = ("ApiKeyThrottleRate=2", "ApiKeyThrottleBurst=5", "ApiKeyQuota=30", "ApiKeyQuotaPeriod=DAY")
        # A parameter that is not given keeps its value of the previous deployment, so these are given.
        stage = ("ApiThrottleRate=500", "ApiThrottleBurst=1000")
        cls.outputs = deploy("ApiAuthorization=API_KEY", f"CorsAllowOrigin={ORIGIN}", *stage, *quota)
        key = boto3.client("apigateway").get_api_key(apiKey=cls.outputs["ApiKeyId"], includeValue=True)
        cls.key = {"x-api-key": key["value"]}

    def test_0_postman_has_the_key(self) -> None:
        environment = json.loads(OUTPUTS.with_name("postman_environment.json").read_text())
        values = {variable["key"]: variable["value"] for variable in environment["values"]}
        self.assertEqual({"x-api-key": values["apiKey"]}, self.key)

    def test_1_only_a_key_lets_a_call_through(self) -> None:
        for path, method in [
            ("/message", "GET"),
            ("/message", "POST"),
            ("/message/2001-01-01", "DELETE"),
            ("/x", "GET"),
        ]:
            with self.subTest(path=path, method=method):
                self.assert_problem(call(self.outputs, method, path), 403, "unauthenticated")
                self.assert_problem(call(self.outputs, method, path, {"x-api-key": "made-up"}), 403, "unauthenticated")
        self.assertEqual(call(self.outputs, "GET", "/message", self.key).status, 200)
        without = {route for route, guard in guards(self.outputs).items() if guard != ("NONE", True)}
        self.assertEqual(without, {("/message", "OPTIONS"), ("/message/{date}", "OPTIONS")}, "the preflights")

    def test_2_a_browser_learns_what_a_script_may_send(self) -> None:
        for path, methods in [("/message", "GET,POST"), ("/message/2001-01-01", "DELETE,GET,PUT")]:
            asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
            preflight = call(self.outputs, "OPTIONS", path, asked)
            self.assertEqual(preflight.status, 204, preflight.text)
            self.assertEqual(preflight.headers["Access-Control-Allow-Origin"], ORIGIN)
            self.assertEqual(preflight.headers["Access-Control-Allow-Methods"], methods)
            allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(",")
            for header in (
                "authorization",
                "content-type",
                "if-match",
                "if-none-match",
                "x-api-key",
                "x-amz-date",
                "traceparent",
                "tracestate",
                "x-amzn-trace-id",
            ):
                self.assertIn(header, allowed)
            self.assertEqual(preflight.headers["Access-Control-Max-Age"], "600")
            self.assertEqual(preflight.headers["Cache-Control"], "no-store")

    def test_3_a_script_may_read_every_answer(self) -> None:
        for response, status in [
            (call(self.outputs, "GET", "/message", self.key), 200),
            (call(self.outputs, "GET", "/message/2001-01-01", self.key), 400),
            (call(self.outputs, "PATCH", "/message", self.key), 405),
            (call(self.outputs, "GET", "/message"), 403),
        ]:
            self.assertEqual(response.status, status, response.text)
            self.assertEqual(response.headers["Access-Control-Allow-Origin"], ORIGIN)
            self.assertEqual(response.headers["Vary"], "Origin")
            self.assertIn("Retry-After", response.headers["Access-Control-Expose-Headers"])
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")

    def test_4_a_key_is_replaced_by_another_one(self) -> None:
        show, add, disable = blocks("rotate-an-api-key.md", self.outputs["StackName"])
        self.assertEqual(run(show).strip(), self.key["x-api-key"])
        value = run(show + add).splitlines()[-1]
        self.assertEqual(call(self.outputs, "GET", "/message", {"x-api-key": value}).status, 200)

        run(show + disable.replace("--api-key ID ", '--api-key "$(output ApiKeyId)" '))

        self.assert_problem(call(self.outputs, "GET", "/message", self.key), 403, "unauthenticated")
        type(self).key = {"x-api-key": value}
        self.assertEqual(call(self.outputs, "GET", "/message", self.key).status, 200)

    def test_5_a_key_has_a_rate_and_a_quota(self) -> None:
        kinds = set()
        for _ in range(300):
            response = call(self.outputs, "GET", "/message?limit=1", self.key)
            if response.status != 200:
                kind = json.loads(response.text)["type"].removeprefix(PREFIX)
                self.assert_problem(response, 429, kind)
                self.assertGreater(int(response.headers["Retry-After"]), 0)
                kinds.add(kind)
                if kind == "quota-exceeded":
                    break
                # Calls beyond the rate do not use up the quota.
                time.sleep(0.1)
        self.assertEqual(kinds, {"too-many-requests", "quota-exceeded"})


class Open(Test):
    """The API with NONE, any origin, and a low rate of the stage."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.outputs = deploy(
            "ApiAuthorization=NONE", "CorsAllowOrigin=*", "ApiThrottleRate=1", "ApiThrottleBurst=5", "ApiAccessLogs=OFF"
        )

    def test_1_anyone_may_call(self) -> None:
        response = call(self.outputs, "GET", "/message/9999-12-31?time=23:59:59")
        self.assert_problem(response, 404, "message-not-found")
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        self.assertNotIn("ApiKeyId", self.outputs)
        self.assertEqual(set(guards(self.outputs).values()), {("NONE", False)})

    def test_2_the_stage_has_a_rate(self) -> None:
        # The calls run in parallel: one after the other they could be slower than the rate.
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: call(self.outputs, "GET", "/message"), range(12)))
        self.assertIn(200, [answer.status for answer in answers])
        throttled = [answer for answer in answers if answer.status != 200]
        self.assertGreater(len(throttled), 3)
        for answer in throttled:
            self.assert_problem(answer, 429, "too-many-requests")
            self.assertEqual(answer.headers["Retry-After"], "1")


class Transform(unittest.TestCase):
    """The template after AWS's own transform."""

    def transformed(self, at: int) -> dict:
        """The resources of the template, transformed at this second."""
        with mock.patch("time.time", return_value=at):
            return transformed()["Resources"]

    def test_a_changed_parameter_reaches_the_stage(self) -> None:
        """The definition contains the parameters, and a stage serves the definition of its deployment."""
        first, second = (
            {
                name
                for name, resource in self.transformed(at).items()
                if resource["Type"] == "AWS::ApiGateway::Deployment"
            }
            for at in (1, 2)
        )
        self.assertEqual((len(first), len(second), first & second), (1, 1, set()))

    def test_each_function_is_called_by_its_route_only(self) -> None:
        called = {
            name: resource["Properties"]["SourceArn"]["Fn::Sub"][0].partition("}/${__Stage__}")[2]
            for name, resource in self.transformed(1).items()
            if resource["Type"] == "AWS::Lambda::Permission" and "RoutePermission" in name
        }
        self.assertEqual(
            called,
            {
                "GetMessageFunctionRoutePermissionProd": "/GET/message/*",
                "PostMessageFunctionRoutePermissionProd": "/POST/message",
                "PutMessageFunctionRoutePermissionProd": "/PUT/message/*",
                "DeleteMessageFunctionRoutePermissionProd": "/DELETE/message/*",
            },
        )


class Stage(Test):
    """Settings of the stage that the emulator stores or ignores, and that AWS applies."""

    def test_answers_are_compressed(self) -> None:
        client = boto3.client("apigateway")
        [api] = client.get_rest_apis()["items"]
        self.assertEqual(int(api["minimumCompressionSize"]), 1024)

    def test_access_logs_are_json_without_what_can_be_personal(self) -> None:
        template = root()
        stage = template["Resources"]["MessageApi"]["Properties"]["AccessLogSetting"]["Fn::If"]
        fields = json.loads(stage[1]["Format"])
        self.assertEqual(fields["request_id"], "$context.requestId")
        # No path, no query, and of the caller only an id that only the operator can resolve.
        known = {"requestId", "requestTimeEpoch", "httpMethod", "resourcePath", "status", "responseLatency"}
        known |= {"integrationLatency", "integrationStatus", "responseLength", "error.responseType"}
        known |= {"identity.caller", "identity.apiKeyId"}
        self.assertEqual({value.removeprefix("$context.") for value in fields.values()}, known)


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
