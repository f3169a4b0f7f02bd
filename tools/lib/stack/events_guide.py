"""Tests of docs/events.md on a deployed stack: events_guide.py OUTPUTS. Its commands and its template are run as they stand."""

import json
import re
import subprocess
import sys
import unittest
import uuid
from pathlib import Path

import boto3

from repository import ROOT
from stack.event_schema import problems
from stack.uploads import UploadTest

OUTPUTS = json.loads(Path(sys.argv[1]).read_text())
STACK = OUTPUTS["StackName"]
GUIDE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
MAIL, QUEUE, EXECUTION, ASK_AGAIN = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
[TEMPLATE] = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
FILE = """timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg
1042675200,location-03,wireless,router-1,4.39,device-1,9.09
never,location-03,wireless,router-1,4.39,device-1,9.09
"""
# The command takes other endpoints for SQS than the environment names.
AWS = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n'
PASS = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Guide(UploadTest):
    """In the order of the guide."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.connect(OUTPUTS)

    def run_commands(self, commands: str, **variables: str) -> None:
        """Runs commands of the guide, with other values for variables that they set."""
        for name, value in ({"stack": STACK} | variables).items():
            commands, count = re.subn(rf"^{name}=\S+$", f"{name}={value}", commands, flags=re.MULTILINE)
            self.assertEqual(count, 1, name)
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", AWS + commands], check=False, capture_output=True, text=True
        )
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def upload(self) -> str:
        key = f"{uuid.uuid4()}.csv"
        self.put(key, FILE.encode())
        return key

    def message(self, url: str, text: str) -> str:
        """Waits for the message that has this text."""

        def found() -> str | None:
            messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            return next((message["Body"] for message in messages if text in message["Body"]), None)

        return self.eventually(found, f"a message about {text}")

    def check(self, event: str, key: str) -> None:
        event = json.loads(event)
        detail = event["detail"]
        self.assertEqual((event["source"], event["detail-type"]), ("messages", "Ingest Completed"))
        self.assertEqual((detail["object"], detail["state"]), (key, "done"))
        self.assertEqual(problems(detail), [])

    def test_1_an_e_mail(self) -> None:
        self.run_commands(MAIL)
        topics = [topic["TopicArn"] for topic in boto3.client("sns").list_topics()["Topics"]]
        [topic] = [arn for arn in topics if arn.endswith(f":{STACK}-ingests")]
        # Nobody reads e-mails here: a queue gets the same text.
        url = self.sqs.create_queue(QueueName="events-guide-mails")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        may_send = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may_send]})
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

        key = self.upload()

        text = json.loads(self.message(url, key))["Message"]
        self.assertEqual(text, f'"{key} is done: 2 rows read, 1 written, 1 rejected, 0 dead"')

    def test_2_a_queue_message(self) -> None:
        self.run_commands(QUEUE)

        key = self.upload()

        url = self.sqs.get_queue_url(QueueName=f"{STACK}-ingests")["QueueUrl"]
        self.check(self.message(url, key), key)

    def test_3_a_step_functions_execution(self) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        role = boto3.client("iam").create_role(RoleName="events-guide", AssumeRolePolicyDocument=document)["Role"]
        states = boto3.client("stepfunctions")
        machine = states.create_state_machine(name="events-guide", definition=json.dumps(PASS), roleArn=role["Arn"])[
            "stateMachineArn"
        ]
        self.run_commands(EXECUTION, machine=machine)

        key = self.upload()

        def started() -> dict | None:
            for execution in states.list_executions(stateMachineArn=machine)["executions"]:
                given = json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])
                if given["object"] == key:
                    return given
            return None

        detail = self.eventually(started, "an execution")
        self.assertEqual(problems(detail), [])

    def test_4_the_template(self) -> None:
        cloudformation = boto3.client("cloudformation")
        parameters = {"Stack": STACK, "Address": "you@example.com"}
        cloudformation.create_stack(
            StackName="events-guide",
            TemplateBody=TEMPLATE,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName="events-guide", WaiterConfig={"Delay": 1})
        [stack] = cloudformation.describe_stacks(StackName="events-guide")["Stacks"]
        [output] = stack["Outputs"]

        key = self.upload()

        self.check(self.message(output["OutputValue"], key), key)

    def test_5_another_bus(self) -> None:
        events = boto3.client("events")
        events.create_event_bus(Name="events-guide")
        self.run_commands(QUEUE, bus="events-guide")

        detail = json.dumps({"stack": STACK, "object": "of another bus"})
        entry = {"Source": "messages", "DetailType": "Ingest Completed", "Detail": detail}
        events.put_events(Entries=[{**entry, "EventBusName": "events-guide"}])

        url = self.sqs.get_queue_url(QueueName=f"{STACK}-ingests")["QueueUrl"]
        self.message(url, "of another bus")

    def test_6_every_target_of_the_template_has_a_dead_letter_queue(self) -> None:
        targets = re.findall(r"^        - Id: .*\n((?:          .*\n)+)", TEMPLATE, re.MULTILINE)
        self.assertEqual(len(targets), TEMPLATE.count("AWS::Events::Rule"))
        for target in targets:
            self.assertIn("DeadLetterConfig", target)

    def test_7_an_end_that_was_not_told(self) -> None:
        key = self.upload()
        url = self.sqs.get_queue_url(QueueName=f"{STACK}-ingests")["QueueUrl"]
        ingest_id = json.loads(self.message(url, key))["detail"]["ingest_id"]
        ingests = boto3.resource("dynamodb").Table(OUTPUTS["IngestTableName"])

        def record() -> dict:
            return ingests.get_item(Key={"ingest_id": ingest_id}, ConsistentRead=True)["Item"]

        self.eventually(lambda: "completed" in record(), "the end in the record")
        # As if the bus had refused the event until the invocation was over.
        ingests.update_item(
            Key={"ingest_id": ingest_id},
            UpdateExpression="SET #state = :writing REMOVE completed, told_dead",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":writing": "writing"},
        )

        self.run_commands(ASK_AGAIN, ingest_id=ingest_id)

        self.eventually(lambda: "completed" in record(), "the end in the record again")
        self.assertEqual(record()["attempts"], 1)


unittest.main(argv=[sys.argv[0]], verbosity=2)
