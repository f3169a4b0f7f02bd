"""Unit tests of how the parts of the status screen are read: status_parts_test.py"""

import json
import unittest
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from unittest import mock

from botocore.exceptions import ClientError, EndpointConnectionError

from observe import status
from observe.status_parts import Parts, error_of
from observe.status_test import AWS
from observe.status_writes import counts_of, writes


class Reading(unittest.TestCase):
    def test_a_missing_right_is_named(self) -> None:
        class Denied:
            def table(self):
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeTable")

        part = status.read_part(Denied(), "table")
        self.assertEqual(part.reason, "this needs the right to dynamodb:DescribeTable")

    def test_other_failures_are_said_as_they_are(self) -> None:
        class Away:
            def queue(self):
                raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

        self.assertIn("127.0.0.1:1", status.read_part(Away(), "queue").reason)

    def test_the_writers_counts_are_read_off_its_log(self) -> None:
        metrics = [{"Name": name, "Unit": "Count"} for name in ("RowsOutdated", "MessagesWritten")]
        directive = {"Namespace": "Messages", "Dimensions": [["Stack"]], "Metrics": metrics}
        line = {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "Stack": "s", "RowsOutdated": 3}
        self.assertEqual(counts_of(json.dumps({**line, "MessagesWritten": 9})), {"RowsOutdated": 3})
        self.assertEqual(counts_of("no metrics"), {})
        self.assertEqual(counts_of(json.dumps({**line, "RowsOutdated": "many"})), {})

    def test_the_writers_counts_are_sums_of_its_metrics(self) -> None:
        class Parts:
            outputs = AWS
            cloudformation = mock.Mock()
            metric = mock.Mock(side_effect=lambda namespace, name, *_: [2.0, 1.0] if name == "RowsOutdated" else [])

        def read(**parameters: str) -> dict:
            given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
            Parts.cloudformation.describe_stacks.return_value = {"Stacks": [{"Parameters": given}]}
            return writes(Parts, timedelta(hours=1))

        found = read(WriteMode="latest", MetricsNamespace="Own")
        counts = {"outdated": 3, "existing": 0, "replaced": 0, "superseded": 0}
        self.assertEqual(found, {"mode": "latest", "counts": counts})
        dimensions = {"Stack": "messages", "Function": "sqs-to-dynamodb"}
        Parts.metric.assert_called_with("Own", "RowsSuperseded", "Sum", timedelta(hours=1), dimensions)
        self.assertEqual(read(), {"mode": "replace", "counts": counts})
        self.assertEqual(read(MetricsNamespace=""), {"mode": "replace", "counts": None})

    def test_alarms_that_are_not_there_are_none(self) -> None:
        parts = SimpleNamespace(cloudformation=None, outputs=AWS, cloudwatch=mock.Mock())
        alarm = {"ResourceType": "AWS::CloudWatch::Alarm", "PhysicalResourceId": "p", "LogicalResourceId": "l"}
        parts.cloudwatch.describe_alarms.return_value = {"MetricAlarms": []}
        for resources, expected in (([], None), ([alarm], [])):
            with mock.patch("observe.status_parts.nested_resources_of", return_value=resources):
                self.assertEqual(Parts.alarms(parts), expected)

    def test_an_alarm_does_not_say_again_to_run_this_tool(self) -> None:
        parts = SimpleNamespace(cloudformation=None, outputs=AWS, cloudwatch=mock.Mock())
        resource = {"ResourceType": "AWS::CloudWatch::Alarm", "PhysicalResourceId": "p", "LogicalResourceId": "l"}
        text = "Slow. First run `tools/status --stack messages`. Then see docs/operations.md: The API is slow."
        found = {
            "AlarmName": "p",
            "AlarmDescription": text,
            "StateUpdatedTimestamp": datetime(2026, 1, 2, tzinfo=timezone.utc),
        }
        parts.cloudwatch.describe_alarms.return_value = {"MetricAlarms": [found]}
        with mock.patch("observe.status_parts.nested_resources_of", return_value=[resource]):
            [alarm] = Parts.alarms(parts)
        self.assertEqual((alarm["alarm"], alarm["description"]), ("l", "Slow."))

    def test_error_lines_are_told_from_others(self) -> None:
        def said(message: str) -> dict:
            return error_of({"timestamp": 1_767_355_198_000, "message": message})

        flat = said('{"level":"ERROR","message":"object failed","reason":"AccessDenied"}')
        expected = {"at": "2026-01-02T11:59:58Z", "message": "object failed", "reason": "AccessDenied"}
        self.assertEqual(flat, expected)
        nested = said('{"level":"ERROR","fields":{"message":"object failed","error":"AccessDenied"}}')
        self.assertEqual(nested, expected)
        self.assertIsNone(said('{"level":"INFO","message":"no ERROR"}'))
        self.assertIsNone(said("ERROR that is no JSON"))


if __name__ == "__main__":
    unittest.main()
