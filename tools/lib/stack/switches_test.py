"""Tests of the template's switches: what each leaves out, and that by default a stack changes nothing outside itself.

They need no stack.
"""

import json
import os
import re
import unittest

from repository import ROOT
from stack.templates import root
from stack.transformed import deployed, nested, outputs, transformed

# The transform needs a region, although it calls nothing.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
TEMPLATE = transformed()
SOMEBODY = {"AlarmEmail": "operator@example.com"}


def properties(resources: dict[str, dict], kind: str) -> dict[str, dict]:
    """The properties of the resources of a type, by logical id."""
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def alarms(**given: str) -> dict[str, dict]:
    return properties(nested(deployed(TEMPLATE, **given)), "AWS::CloudWatch::Alarm")


def dashboard(**given: str) -> dict:
    """The body of the dashboard."""
    [found] = properties(nested(deployed(TEMPLATE, **given)), "AWS::CloudWatch::Dashboard").values()
    return json.loads(found["DashboardBody"])


class Tracing(unittest.TestCase):
    def tracing(self, **given: str) -> tuple[set[str], bool, set[str], bool]:
        """Lambda's tracing modes, whether the stage is traced, the functions' samplers, whether roles may send traces."""
        resources = deployed(TEMPLATE, **given)
        functions = properties(resources, "AWS::Lambda::Function").values()
        self.assertEqual(len(functions), 7)
        [stage] = properties(resources, "AWS::ApiGateway::Stage").values()
        roles = properties(resources, "AWS::IAM::Role")
        sending = {
            json.dumps(roles[name].get("ManagedPolicyArns", [])) for name in roles if name != "ApiGatewayLogRole"
        }
        self.assertEqual(len(sending), 1)
        policy = "TracingPolicy" in resources
        self.assertEqual(sending, {json.dumps([{"Ref": "TracingPolicy"}] if policy else [])})
        return (
            {function["TracingConfig"]["Mode"] for function in functions},
            stage["TracingEnabled"],
            {function["Environment"]["Variables"]["OTEL_TRACES_SAMPLER"] for function in functions},
            policy,
        )

    def test_x_ray_decides_by_default(self) -> None:
        as_x_ray_decides = ({"Active"}, True, {"parentbased_always_on"}, True)
        self.assertEqual(self.tracing(), as_x_ray_decides)
        self.assertEqual(self.tracing(OtlpEndpoint="http://localhost:4318"), as_x_ray_decides)

    def test_without_it_nothing_is_recorded_and_no_role_may(self) -> None:
        self.assertEqual(self.tracing(Tracing="false"), ({"PassThrough"}, False, {"parentbased_always_on"}, False))

    def test_without_it_a_receiver_of_spans_gets_all(self) -> None:
        found = self.tracing(Tracing="false", OtlpEndpoint="https://xray.eu-west-1.amazonaws.com")
        self.assertEqual(found, ({"PassThrough"}, False, {"always_on"}, True))


class Alarms(unittest.TestCase):
    def test_there_are_alarms_when_somebody_is_told_or_wants_them(self) -> None:
        self.assertEqual(alarms(), {})
        self.assertEqual(alarms(Alarms="OFF", **SOMEBODY), {})
        all_of_them = alarms(Alarms="ON")
        self.assertGreater(len(all_of_them), 30)
        self.assertEqual(alarms(**SOMEBODY).keys(), all_of_them.keys())

    def test_they_tell_whoever_is_to_be_told(self) -> None:
        for name, alarm in alarms(**SOMEBODY).items():
            self.assertEqual(alarm["AlarmActions"], ["the AlarmTopic"], name)
        for name, alarm in alarms(Alarms="ON").items():
            self.assertNotIn("AlarmActions", alarm, name)

    def test_those_of_metrics_of_our_own_go_with_them(self) -> None:
        left_out = alarms(Alarms="ON").keys() - alarms(Alarms="ON", MetricsNamespace="").keys()
        self.assertLessEqual({"MessagesComeBackAlarm", "RejectedShareAlarm"}, left_out)
        self.assertEqual(alarms(MetricsNamespace=""), {})

    def test_the_address_stays_confirmed_while_alarms_are_off(self) -> None:
        for given in ({}, {"Alarms": "OFF"}):
            self.assertIn("AlarmSubscription", deployed(TEMPLATE, **SOMEBODY, **given))

    def test_the_dashboard_shows_the_alarms_that_there_are(self) -> None:
        for given in ({}, {"Alarms": "ON"}, {"Alarms": "ON", "MetricsNamespace": ""}, SOMEBODY):
            with self.subTest(given):
                widgets = dashboard(**given)["widgets"]
                shown = [
                    arn.rpartition(":")[2]
                    for widget in widgets
                    if widget["type"] == "alarm"
                    for arn in widget["properties"]["alarms"]
                ]
                self.assertEqual(sorted(shown), sorted(f"${{{name}}}" for name in alarms(**given)))
                self.assertEqual("every alarm" in widgets[0]["properties"]["markdown"], bool(shown))


class Account(unittest.TestCase):
    """Settings that exist once for each account and region, for all stacks."""

    def test_a_stack_changes_nothing_outside_itself_unless_it_is_asked_to(self) -> None:
        for given, logs, sets_up in (
            ({}, False, False),
            ({"ApiAccessLogs": "ON"}, True, False),
            ({"ApiAccessLogs": "SET_UP"}, True, True),
        ):
            with self.subTest(given):
                resources = deployed(TEMPLATE, **given)
                [stage] = properties(resources, "AWS::ApiGateway::Stage").values()
                self.assertEqual(("AccessLogSetting" in stage, "ApiAccessLogGroup" in resources), (logs, logs))
                for name in ("ApiGatewayAccount", "ApiGatewayLogRole"):
                    self.assertEqual(name in resources, sets_up, name)


class Api(unittest.TestCase):
    def test_answers_are_compressed_however_the_api_is_imported(self) -> None:
        [api] = properties(deployed(TEMPLATE), "AWS::ApiGateway::RestApi").values()
        self.assertEqual(api["MinimumCompressionSize"], 1024)
        self.assertEqual(api["Body"]["x-amazon-apigateway-minimum-compression-size"], 1024)


class AccessLogs(unittest.TestCase):
    def test_whoever_is_sent_to_the_query_of_callers_hears_when_it_is_there(self) -> None:
        """By default there are no access logs, so the query does not exist."""
        operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
        places = [found for found in re.split(r"\n\n|\n(?=\|)", operations) if "10-who-calls-the-api" in found]
        self.assertEqual([place for place in places if "ApiAccessLogs" not in place], [])
        self.assertGreaterEqual(len(places), 3)


class Console(unittest.TestCase):
    def url(self, partition: str, region: str, **given: str) -> str | None:
        return outputs(TEMPLATE, **{"AWS::Partition": partition, "AWS::Region": region, **given}).get("DashboardUrl")

    def test_the_dashboard_is_where_the_console_of_the_partition_is(self) -> None:
        for partition, region, host in (
            ("aws", "eu-central-1", "eu-central-1.console.aws.amazon.com"),
            ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
            ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
            ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
        ):
            url = self.url(partition, region)
            name = "${Observability.Outputs.Dashboard}"
            self.assertEqual(url, f"https://{host}/cloudwatch/home#dashboards:name={name}")
        self.assertIsNone(self.url("aws", "eu-central-1", Dashboard="false"))

    def test_every_partition_has_a_console(self) -> None:
        """CloudFormation refuses a stack that looks up a key that a mapping lacks."""
        known = {"aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}
        self.assertEqual(root()["Mappings"]["Console"].keys(), known)


if __name__ == "__main__":
    unittest.main()
