"""Tests of what emulator.py changes in MiniStack, by MiniStack's own Python: emulator_test.py"""

import asyncio
import json
import sys
import threading
import unittest
from collections.abc import Callable

from ministack.services import sqs

import emulator

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
    """Takes messages off a queue without a pause, until it is told that no more come and the queue is empty."""

    def __init__(self, take: Callable[[], list]) -> None:
        super().__init__()
        self.take, self.last, self.taken = take, threading.Event(), []
        self.start()

    def run(self) -> None:
        while True:
            # Asked before the look: what was put before the end is found by a later one.
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
        emulator.patch()

    def setUp(self) -> None:
        interval = sys.getswitchinterval()
        self.addCleanup(sys.setswitchinterval, interval)
        self.addCleanup(sqs.reset)
        # Threads take turns as often as they can.
        sys.setswitchinterval(1e-6)
        dead = call("CreateQueue", QueueName="dead")["QueueUrl"]
        [arn] = call("GetQueueAttributes", QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"].values()
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1000})
        self.url = call("CreateQueue", QueueName="rows", Attributes={"RedrivePolicy": redrive})["QueueUrl"]

    def poll(self) -> list[tuple[str, str | None]]:
        """Takes what an event source mapping takes, and deletes it: bodies and headers."""
        messages = sqs._receive_messages_for_esm(self.url, 10)
        sqs._delete_messages_for_esm(self.url, {message["receipt_handle"] for message in messages})
        return [(message["body"], message["sys"].get("AWSTraceHeader")) for message in messages]

    def receive(self) -> list[str]:
        """Takes messages by calls, as a program does: bodies."""
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


if __name__ == "__main__":
    unittest.main()
