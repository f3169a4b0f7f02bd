"""Tests of the alarms of a deployed stack, each of which goes off and ends again: alarms_test.py OUTPUTS

Where the emulator has the metrics, the test causes the trouble: messages that die or come back, a file with bad rows,
functions that fail or are throttled. For the other alarms it writes the metrics. It checks every state twice: the
emulator's, which depends on the names of metrics alone, and the one by CloudWatch's rule on exactly the alarm's metric
(alarm_rule.py). Run it on a fresh stack: failures of the last half hour keep the emulator's alarms active.
"""

import json
import sys
import tempfile
import time
import unittest
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import boto3
from botocore.config import Config

from observe import alarm_rule
from observe.local_metrics import Copier
from observe.metric_names import known
from stack.resources import nested_resources_of

OUTPUTS = json.loads(Path(sys.argv[1]).read_text())
STACK = OUTPUTS["StackName"]
PATIENCE_S = 60
# A check may take this long before the emulator's window ends.
EDGE_S = 3
A_YEAR_S = 365 * 86_400

FUNCTIONS = ["S3ToSqs", "SqsToDynamoDb", "GetMessages", "GetMessage", "PostMessage", "PutMessage", "DeleteMessage"]
# Every alarm with the method that causes its trouble on the emulator, or None where the emulator cannot have it.
TROUBLES = {
    "DeadLetterQueueNotEmptyAlarm": "a_message_that_dies",
    "MessagesComeBackAlarm": "a_message_that_comes_back",
    "RejectedShareAlarm": "a_file_with_bad_rows",
    "S3ToSqsLedgerAlarm": "an_upload_without_books",
    "SqsToDynamoDbLedgerAlarm": "a_count_without_books",
    **{f"{function}ErrorsAlarm": "an_event_that_fails" for function in FUNCTIONS[:2]},
    # These functions answer every event, unless they cannot start.
    **{f"{function}ErrorsAlarm": "a_missing_setting" for function in FUNCTIONS[2:]},
    **{f"{function}ThrottlesAlarm": "no_concurrency" for function in FUNCTIONS},
    **{f"{function}NearTimeoutAlarm": None for function in FUNCTIONS},
    "OldestMessageAlarm": None,
    "S3ToSqsRecursionAlarm": None,
    "S3ToSqsEventsDroppedAlarm": None,
    "S3ToSqsDestinationAlarm": None,
    "TableWriteThrottlesAlarm": None,
    "TableReadThrottlesAlarm": None,
    "ApiServerErrorsAlarm": None,
    "ApiLatencyAlarm": None,
}

cloudwatch, iam = boto3.client("cloudwatch"), boto3.client("iam")
# The test wants refused invocations, so it does not retry them.
functions = boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))
resources = list(nested_resources_of(boto3.client("cloudformation"), STACK))
physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


def alarms() -> dict[str, dict]:
    """The deployed alarms, by logical id."""
    logical = {
        resource["PhysicalResourceId"]: resource["LogicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == "AWS::CloudWatch::Alarm"
    }
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=STACK)
    found = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    return {logical[name]: alarm for name, alarm in found.items() if name in logical}


def by_rule(now: float) -> dict[str, str]:
    """The states by CloudWatch's rule, by logical id."""
    deployed = alarms()
    found = alarm_rule.states(cloudwatch, deployed.values(), now)
    return {name: found[alarm["AlarmName"]] for name, alarm in deployed.items()}


def put(alarm: dict, value: float, *times: float) -> None:
    names = tuple(dimension["Name"] for dimension in alarm["Dimensions"])
    datum = {
        "MetricName": alarm["MetricName"],
        "Dimensions": alarm["Dimensions"],
        "Unit": known(alarm["Namespace"], alarm["MetricName"], names).unit,
        "Value": value,
    }
    data = [{**datum, "Timestamp": datetime.fromtimestamp(at, timezone.utc)} for at in times]
    cloudwatch.put_metric_data(Namespace=alarm["Namespace"], MetricData=data)


def bad(alarm: dict) -> float:
    return 2 * alarm["Threshold"] + 1


def window(alarm: dict) -> int:
    return alarm["Period"] * alarm["EvaluationPeriods"]


class Alarms(unittest.TestCase):
    """Tests that run in the order of their names."""

    def test_1_every_alarm_has_a_case_and_says_what_missing_data_means(self) -> None:
        self.assertEqual(alarms().keys(), TROUBLES.keys())
        for name, alarm in alarms().items():
            with self.subTest(name):
                names = tuple(dimension["Name"] for dimension in alarm["Dimensions"])
                self.assertIsNotNone(known(alarm["Namespace"], alarm["MetricName"], names), "there is such a metric")
                self.assertEqual(alarm["TreatMissingData"], "notBreaching")
                self.assertGreater(len(alarm["AlarmDescription"]), 20)

    def test_2_missing_data_is_no_trouble(self) -> None:
        self.assertEqual(by_rule(time.time() + A_YEAR_S), dict.fromkeys(TROUBLES, "OK"))

    def test_3_on_the_emulator_each_alarm_goes_off_and_ends(self) -> None:
        # The longest window comes first: values written for a shorter window of the same metric would still be in it.
        for seconds in sorted({window(alarm) for alarm in alarms().values()}, reverse=True):
            group = {name: alarm for name, alarm in alarms().items() if window(alarm) == seconds}
            edge, end = EDGE_S, 0.0
            # States read after the bad values had left the window prove nothing, so this repeats with more time.
            while time.time() >= end:
                edge, end = edge * 2, time.time() + edge
                for alarm in group.values():
                    put(alarm, bad(alarm), end - seconds)
                states = self.emulated(group)
            self.assertEqual(states, dict.fromkeys(group, "ALARM"))
            # The emulator's window has no periods, so the bad value leaves it a moment later.
            time.sleep(max(0.0, end + 0.5 - time.time()))
            for alarm in group.values():
                put(alarm, 0, time.time())
            self.assertEqual(self.emulated(group), dict.fromkeys(group, "OK"))

    def test_4_by_cloudwatchs_rule_each_alarm_goes_off_by_its_own_metric_alone(self) -> None:
        # A day ago there are no other data, so that no period is shared with another test.
        now = time.time() - 86_400
        states = by_rule(now)
        self.assertEqual(states, dict.fromkeys(TROUBLES, "OK"))
        for name, alarm in alarms().items():
            with self.subTest(name):
                periods = alarm_rule.periods(alarm, now)
                enough = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
                put(alarm, bad(alarm), *periods[: enough - 1])
                self.assertEqual(by_rule(now), states, "too few periods")
                put(alarm, bad(alarm), periods[enough - 1])
                states[name] = "ALARM"
                self.assertEqual(by_rule(now), states, "this alarm and no other")
                put(alarm, 0, *(at + window(alarm) for at in periods))
        for name, alarm in alarms().items():
            with self.subTest(name):
                later = now + window(alarm)
                values = alarm_rule.points(cloudwatch, [alarm], later)[alarm["AlarmName"]]
                self.assertEqual(values, [0] * alarm["EvaluationPeriods"], "good data")
                self.assertEqual(alarm_rule.state(alarm, values), "OK")

    def test_5_trouble_is_in_the_metric_that_the_alarm_looks_at(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.copier = Copier(OUTPUTS, Path(folder) / "metrics.json")
            for name, trouble in TROUBLES.items():
                if trouble:
                    with self.subTest(name):
                        alarm = alarms()[name]
                        began = time.time()
                        getattr(self, trouble)(name)
                        self.wait_until_it_breaches(name, alarm, began)
                        self.assertEqual(self.emulated([name]), {name: "ALARM"})
                        self.doCleanups()
        self.assertEqual(self.copier.broken, set())

    # ---- troubles

    def a_message_that_dies(self, _name: str) -> None:
        self.send("UNHEARD_OF")
        self.addCleanup(boto3.client("sqs").purge_queue, QueueUrl=OUTPUTS["DeadLetterQueueUrl"])

    def a_message_that_comes_back(self, _name: str) -> None:
        self.deny("SqsToDynamoDbRole", "dynamodb:*")
        self.send("DELETE")

    def an_upload_without_books(self, name: str) -> None:
        self.deny("S3ToSqsRole", "dynamodb:UpdateItem")
        self.a_file_with_bad_rows(name)

    def a_count_without_books(self, name: str) -> None:
        self.deny("SqsToDynamoDbRole", "dynamodb:UpdateItem")
        self.a_file_with_bad_rows(name)

    def a_file_with_bad_rows(self, _name: str) -> None:
        header = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg"
        rows = [f"{978339665 + row},location-03,wireless,router-1,{'x' * (row % 2)}1,device-1,2" for row in range(10)]
        boto3.client("s3").put_object(
            Bucket=OUTPUTS["DataBucketName"], Key="alarms-test.csv", Body="\n".join([header, *rows]).encode()
        )

    def an_event_that_fails(self, name: str) -> None:
        function = physical[name.replace("ErrorsAlarm", "Function")]
        answer = functions.invoke(FunctionName=function, Payload=b'"not an event of it"')
        self.assertIn("FunctionError", answer)

    def a_missing_setting(self, name: str) -> None:
        function = physical[name.replace("ErrorsAlarm", "Function")]
        settings = functions.get_function_configuration(FunctionName=function)["Environment"]
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": {}})
        self.addCleanup(functions.update_function_configuration, FunctionName=function, Environment=settings)
        answer = functions.invoke(FunctionName=function, Payload=b"{}")
        self.assertIn("FunctionError", answer)

    def no_concurrency(self, name: str) -> None:
        function = physical[name.replace("ThrottlesAlarm", "Function")]
        functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        self.addCleanup(functions.delete_function_concurrency, FunctionName=function)
        with self.assertRaises(functions.exceptions.TooManyRequestsException):
            functions.invoke(FunctionName=function, Payload=b"{}")

    # ---- helpers

    def deny(self, role: str, action: str) -> None:
        """Takes a right from a role until the test ends."""
        deny = {"Effect": "Deny", "Action": action, "Resource": "*"}
        policy = {"RoleName": physical[role], "PolicyName": "alarms-test"}
        iam.put_role_policy(**policy, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
        self.addCleanup(iam.delete_role_policy, **policy)

    def send(self, method: str) -> None:
        key = {"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}}
        boto3.client("sqs").send_message(
            QueueUrl=OUTPUTS["QueueUrl"],
            MessageBody=json.dumps({"Key": key}),
            MessageAttributes={"Method": {"DataType": "String", "StringValue": method}},
        )

    def wait_until_it_breaches(self, name: str, alarm: dict, began: float) -> None:
        """Waits until the metric breaches in the period of `began` or of now, since a period may end in between."""
        end = time.monotonic() + PATIENCE_S
        while True:
            self.copier.copy()
            values = [alarm_rule.points(cloudwatch, [alarm], at)[alarm["AlarmName"]][-1] for at in (began, time.time())]
            if any(value is not None and alarm_rule.breaches(alarm, value) for value in values):
                return
            self.assertLess(time.monotonic(), end, f"{name}: {alarm['MetricName']} is {values}")

    def emulated(self, names: Iterable[str]) -> dict[str, str]:
        """The states that the emulator gives some alarms, by logical id."""
        deployed = alarms()
        return {name: deployed[name]["StateValue"] for name in names}


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
