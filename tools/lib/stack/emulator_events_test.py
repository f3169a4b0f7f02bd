"""Tests of the corrections to the emulator's EventBridge, run by its own Python: python -m stack.emulator_events_test"""

import json
import unittest
from unittest import mock

from ministack.core import iam_actions
from ministack.services import eventbridge, lambda_svc, sqs

from stack import emulator_events, emulator_queues, emulator_rules
from stack.emulator_test import call

RULE = {"Arn": "arn:aws:events:us-east-1:000000000000:rule/the-rule"}
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:extractor"
EVENT = {"EventId": "1", "Source": "aws.s3", "DetailType": "Object Created", "Detail": '{"a": 1}'}


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        emulator_events.patch()

    def keys(self, call: str, request: object) -> dict:
        return iam_actions.request_tag_context("events", f"events:{call}", json.dumps(request).encode(), {})

    def entry(self, source: str, detail_type: str) -> dict:
        return {"Source": source, "DetailType": detail_type, "Detail": "{}"}

    def test_conditions_see_the_events_of_a_call(self) -> None:
        one, other = self.entry("messages", "Ingest Completed"), self.entry("others", "Ingest Completed")
        same = {"events:source": "messages", "events:detail-type": "Ingest Completed"}
        self.assertEqual(self.keys("PutEvents", {"Entries": [one, one]}), same)
        self.assertEqual(
            self.keys("PutEvents", {"Entries": [other, one]}), same | {"events:source": ["messages", "others"]}
        )

    def test_other_calls_and_what_cannot_be_read_have_no_such_keys(self) -> None:
        self.assertEqual(self.keys("PutRule", {"Entries": [self.entry("messages", "Ingest Completed")]}), {})
        for request in ({}, {"Entries": [{}]}, {"Entries": 1}, []):
            self.assertEqual(self.keys("PutEvents", request), {})


class Rules(unittest.TestCase):
    """A rule of EventBridge whose target is a function, with a dead-letter queue."""

    @classmethod
    def setUpClass(cls) -> None:
        emulator_queues.patch()
        emulator_rules.patch()

    def setUp(self) -> None:
        self.addCleanup(sqs.reset)
        self.url = call("CreateQueue", QueueName="dead")["QueueUrl"]
        [self.queue] = call("GetQueueAttributes", QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"].values()

    def policy(self, action: str, resource: str, rule: str = RULE["Arn"]) -> dict:
        """A policy that allows a rule this action."""
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": action}
        condition = {"ArnLike": {"AWS:SourceArn": rule}}
        return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": resource, "Condition": condition}]}

    def matched(self, policy: dict) -> list[dict]:
        """The events that a function with this policy receives when the rule matches one."""
        function = {"policy": policy}
        found = mock.patch.object(
            lambda_svc, "_get_func_record_for_ref", return_value=(function, {"FunctionArn": FUNCTION}, "extractor")
        )
        record = mock.patch.object(lambda_svc, "_execution_record_for_config")
        with found, record, mock.patch.object(lambda_svc, "invoke_async_with_retry") as invoke:
            target = {"Id": "1", "Arn": FUNCTION, "DeadLetterConfig": {"Arn": self.queue}}
            eventbridge._invoke_target(target, EVENT, RULE)
        return [arguments.args[1]["detail"] for arguments in invoke.call_args_list]

    def dead(self) -> list[dict]:
        received = call("ReceiveMessage", QueueUrl=self.url, MessageAttributeNames=["All"]).get("Messages", [])
        return [
            {"event": json.loads(message["Body"])["detail"]}
            | {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
            for message in received
        ]

    def test_a_function_that_lets_the_rule_in_is_invoked_as_by_s3(self) -> None:
        self.assertEqual(self.matched(self.policy("lambda:InvokeFunction", FUNCTION)), [{"a": 1}])

    def test_another_rule_s_permission_is_none_and_the_event_is_a_dead_letter(self) -> None:
        allowed = json.dumps(self.policy("sqs:SendMessage", self.queue))
        call("SetQueueAttributes", QueueUrl=self.url, Attributes={"Policy": allowed})
        self.assertEqual(self.matched(self.policy("lambda:InvokeFunction", FUNCTION, "arn:of:another")), [])
        [dead] = self.dead()
        self.assertEqual((dead["event"], dead["RULE_ARN"]), ({"a": 1}, RULE["Arn"]))
        self.assertEqual((dead["ERROR_CODE"], dead["TARGET_ARN"]), ("NO_PERMISSIONS", FUNCTION))

    def test_a_queue_that_does_not_let_the_rule_in_gets_nothing(self) -> None:
        self.assertEqual(self.matched({}), [])
        self.assertEqual(self.dead(), [])


if __name__ == "__main__":
    unittest.main()
