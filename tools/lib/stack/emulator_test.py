"""Tests of the corrections to the emulator, run by its own Python: python -m stack.emulator_test"""

import asyncio
import json
import os
import subprocess
import sys
import threading
import unittest
from collections.abc import Callable
from queue import Queue
from types import SimpleNamespace
from unittest import mock

import hypercorn.asyncio
from ministack.core import iam_actions
from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import apigateway_v1, dynamodb, lambda_svc, sqs

from stack import (
    emulator_addresses,
    emulator_keys,
    emulator_logs,
    emulator_partiql,
    emulator_queues,
    emulator_tables,
)

BATCHES = 200
HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def call(action: str, **data) -> dict:
    return asyncio.run(sqs._dispatch(action, data, data.get("QueueUrl", "")))


def batch(number: int) -> list[dict]:
    """Ten messages, every other one with a header."""
    entries = [{"Id": str(place), "MessageBody": f"{number}-{place}"} for place in range(10)]
    for entry in entries[::2]:
        entry["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": HEADER}}
    return entries


class Reader(threading.Thread):
    """Receives messages from a queue without a pause, until `end` is called and the queue is empty."""

    def __init__(self, take: Callable[[], list]) -> None:
        super().__init__()
        self.take, self.last, self.taken = take, threading.Event(), []
        self.start()

    def run(self) -> None:
        while True:
            # Checked before the receive, so that this receive finds every message sent before the end.
            last = self.last.is_set()
            found = self.take()
            self.taken += found
            if last and not found:
                return

    def end(self) -> list:
        self.last.set()
        self.join()
        return self.taken


class Queues(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        emulator_queues.patch()

    def setUp(self) -> None:
        interval = sys.getswitchinterval()
        self.addCleanup(sys.setswitchinterval, interval)
        self.addCleanup(sqs.reset)
        # Makes Python switch threads as often as possible.
        sys.setswitchinterval(1e-6)
        dead = call("CreateQueue", QueueName="dead")["QueueUrl"]
        [arn] = call("GetQueueAttributes", QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"].values()
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1000})
        self.url = call("CreateQueue", QueueName="rows", Attributes={"RedrivePolicy": redrive})["QueueUrl"]

    def poll(self) -> list[tuple[str, str | None]]:
        """Receives and deletes messages as an event source mapping does, and returns bodies and headers."""
        messages = sqs._receive_messages_for_esm(self.url, 10)
        sqs._delete_messages_for_esm(self.url, {message["receipt_handle"] for message in messages})
        return [(message["body"], message["sys"].get("AWSTraceHeader")) for message in messages]

    def receive(self) -> list[str]:
        """Receives messages by calls, as a program does, and returns their bodies."""
        messages = call("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            call("DeleteMessage", QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]

    def test_a_message_has_its_header_when_a_poller_takes_it(self) -> None:
        poller = Reader(self.poll)
        for number in range(BATCHES):
            call("SendMessageBatch", QueueUrl=self.url, Entries=batch(number))
        headers = {body: header for body, header in poller.end()}
        expected = {
            f"{number}-{place}": None if place % 2 else HEADER for number in range(BATCHES) for place in range(10)
        }
        without = [body for body, header in expected.items() if headers.get(body) != header]
        self.assertEqual((len(headers), without), (len(expected), []))

    def test_each_message_is_taken_once_however_it_is_taken(self) -> None:
        poller, receiver = Reader(lambda: [body for body, _ in self.poll()]), Reader(self.receive)
        for number in range(BATCHES):
            call("SendMessageBatch", QueueUrl=self.url, Entries=batch(number))
        taken = poller.end() + receiver.end()
        self.assertEqual(sorted(taken), sorted(f"{number}-{place}" for number in range(BATCHES) for place in range(10)))


class Logs(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        emulator_logs.patch()

    def worker(self, script: str, pumped: bool = True) -> ProvidedWorker:
        """A worker whose process has written all its output, while the reading thread may not have run yet."""
        worker = object.__new__(ProvidedWorker)
        worker._stderr_queue = Queue(maxsize=20)
        worker._proc = subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(worker._proc.stdout.close)
        if pumped:
            pump = threading.Thread(target=worker._pump_output, args=(worker._proc.stdout, worker._stderr_queue))
            pump.start()
            # Cleanups run in reverse order. The thread would wait for ever for a pipe that is closed before the thread ends.
            self.addCleanup(pump.join)
        worker._proc.wait()
        return worker

    def test_what_was_written_is_there_whoever_has_had_a_turn(self) -> None:
        for pumped in (True, False):
            with self.subTest(pumped=pumped):
                worker = self.worker("echo one; echo two >&2; printf 'th\\303\\274'; printf 'ree\\r\\n\\nlast'", pumped)
                self.assertEqual(worker._drain_stderr_bounded(), "one\ntwo\nthüree\n\nlast")
                self.assertEqual(worker._drain_stderr_bounded(), "")

    def test_a_process_can_write_more_than_a_pipe_or_the_queue_holds(self) -> None:
        worker = self.worker("seq 1 100000")
        self.assertEqual(worker._drain_stderr_bounded().split()[-20:], [str(number) for number in range(99981, 100001)])

    def test_lines_are_there_while_the_process_goes_on(self) -> None:
        worker = object.__new__(ProvidedWorker)
        worker._stderr_queue = Queue()
        with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            worker._proc = process
            pump = threading.Thread(target=worker._pump_output, args=(process.stdout, worker._stderr_queue))
            pump.start()
            process.stdin.write(b"a line\n")
            process.stdin.flush()
            # Only a line in the queue shows that the process has written.
            self.assertEqual(worker._stderr_queue.get(timeout=60), "a line")
            process.stdin.close()
            pump.join()
        self.assertEqual(worker._drain_stderr_bounded(), "")


class Endpoints(unittest.TestCase):
    def test_a_function_calls_the_emulator_whatever_its_own_variable_says(self) -> None:
        for declared in ({}, {"AWS_ENDPOINT_URL": ""}, {"AWS_ENDPOINT_URL": "http://elsewhere"}):
            config = {
                "FunctionName": "f",
                "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "Environment": {"Variables": {**declared, "TABLE_NAME": "t"}},
            }
            with mock.patch.dict(os.environ, {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}):
                environment = lambda_svc._provided_worker_env(config, "/code", 1)
            self.assertEqual(environment["AWS_ENDPOINT_URL"], "http://127.0.0.1:4566")
            self.assertEqual(environment["TABLE_NAME"], "t")


class Addresses(unittest.TestCase):
    def test_it_listens_on_one_more_address_when_it_is_told_to(self) -> None:
        for also, expected in (("", ["127.0.0.1:1"]), ("172.17.0.1", ["127.0.0.1:1", "172.17.0.1:1"])):
            bound = []

            async def serve(app, config, bound=bound) -> None:
                bound += config.bind

            with (
                mock.patch.dict(os.environ, {"ALSO_BIND": also, "GATEWAY_PORT": "1"}),
                mock.patch.object(hypercorn.asyncio, "serve", serve),
            ):
                emulator_addresses.patch()
                asyncio.run(hypercorn.asyncio.serve(None, SimpleNamespace(bind=["127.0.0.1:1"])))
            self.assertEqual(bound, expected)


class PartiQl(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        emulator_partiql.patch()

    def checks(self, call: str, request: dict) -> list[tuple[str, str]]:
        body = json.dumps(request).encode()
        checks = iam_actions.dynamodb_transaction_checks(f"dynamodb:{call}", body, "eu-west-1", "1")
        return [(action, arn.removeprefix("arn:aws:dynamodb:eu-west-1:1:table/")) for action, arn in checks]

    def batch(self, *statements: str) -> list[tuple[str, str]]:
        return self.checks("BatchExecuteStatement", {"Statements": [{"Statement": text} for text in statements]})

    def test_each_statement_needs_its_own_right_on_its_own_table(self) -> None:
        checks = self.batch(
            "INSERT INTO \"my-table.1\" VALUE {'date':?}",
            "insert into rows value {}",
            "UPDATE rows SET a=1",
            " delete\nfrom rows WHERE a=1",
            "SELECT a,\nb FROM rows",
        )
        self.assertEqual(checks[0], ("dynamodb:PartiQLInsert", "my-table.1"))
        kinds = ["Insert", "Update", "Delete", "Select"]
        self.assertEqual(checks[1:], [(f"dynamodb:PartiQL{kind}", "rows") for kind in kinds])
        single = self.checks("ExecuteStatement", {"Statement": "INSERT INTO rows VALUE {}"})
        self.assertEqual(single, [("dynamodb:PartiQLInsert", "rows")])

    def test_a_statement_that_cannot_be_read_needs_the_right_of_the_call(self) -> None:
        self.assertEqual(self.batch("INSERT INTO rows VALUE {}", "DROP TABLE rows"), [])

    def test_other_calls_need_what_they_needed(self) -> None:
        transaction = {"TransactItems": [{"Put": {"TableName": "rows"}}]}
        self.assertEqual(self.checks("TransactWriteItems", transaction), [("dynamodb:PutItem", "rows")])
        self.assertEqual(self.checks("PutItem", {"TableName": "rows"}), [])


class Keys(unittest.TestCase):
    def test_a_disabled_key_is_no_key_until_it_is_enabled(self) -> None:
        emulator_keys.patch()
        key = json.loads(apigateway_v1._create_api_key({"name": "client"})[2])
        for value, is_enabled in (("false", False), ("true", True)):
            patch = {"patchOperations": [{"op": "replace", "path": "/enabled", "value": value}]}
            answer = json.loads(apigateway_v1._update_api_key(key["id"], patch)[2])
            self.assertIs(answer["enabled"], is_enabled)
            self.assertIs(apigateway_v1._api_keys[key["id"]]["enabled"], is_enabled)


class Tables(unittest.TestCase):
    def test_a_stack_cannot_delete_a_protected_table(self) -> None:
        """A template's value is a text, a call's value is a boolean."""
        emulator_tables.patch()
        delete = emulator_tables.HANDLERS["delete"]
        for protection in (True, "true"):
            dynamodb._tables["protected"] = {"DeletionProtectionEnabled": protection}
            with self.assertRaisesRegex(ValueError, "protected against deletion: table protected"):
                delete("protected", {})
            self.assertIn("protected", dynamodb._tables)
        for protection in (False, "false"):
            dynamodb._tables["protected"] = {"DeletionProtectionEnabled": protection}
            delete("protected", {})
            self.assertNotIn("protected", dynamodb._tables)


if __name__ == "__main__":
    unittest.main()
