"""Tests of long queues of the emulator, run by its own Python: python -m stack.emulator_messages_test"""

import importlib.util
import json
import random
import sys
import unittest
from types import ModuleType
from unittest import mock

from ministack.services import sqs

from stack import emulator_queues
from stack.emulator_messages import Messages
from stack.emulator_test import call


class Lines:
    """Counts the lines of Python that are run, including every pass of a comprehension."""

    count = 0

    def line(self, *_frame_event_argument):
        self.count += 1
        return self.line

    def __enter__(self) -> None:
        sys.settrace(self.line)

    def __exit__(self, *_error) -> None:
        sys.settrace(None)


ACTIONS = ("send", "send", "send", "receive", "receive", "delete", "delete_many", "show", "hide", "delete_taken")


class Pair:
    """A queue and its dead-letter queue, of the original or the changed emulator."""

    def __init__(self, service: ModuleType, fifo: bool) -> None:
        self.service, self.suffix, self.receipts = service, ".fifo" if fifo else "", []
        self.urls, attributes = [], {"MessageRetentionPeriod": "300"}
        if fifo:
            attributes["ContentBasedDeduplication"] = "true"
        for name in ("dead", "rows"):
            queue = {"QueueName": f"{name}{self.suffix}", "Attributes": {**attributes}}
            self.urls.append(service._HANDLERS["CreateQueue"](queue, "")["QueueUrl"])
            arn = service._queues[self.urls[-1]]["attributes"]["QueueArn"]
            attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})

    def act(self, name: str, body: str, *chances: float):
        """Performs an action and returns its result."""
        return getattr(self, name)(body, *chances)

    def ask(self, action: str, **data):
        try:
            return self.service._HANDLERS[action]({"QueueUrl": self.urls[1], **data}, "")
        except self.service._Err as error:
            return error.code

    def send(self, body: str, delay: float, group: float, _chance: float) -> None:
        grouped = {"MessageGroupId": f"{int(group * 4)}"} if self.suffix else {"DelaySeconds": int(delay * 3) * 10}
        self.ask("SendMessage", MessageBody=body, **grouped)

    def receive(self, _body: str, most: float, hidden: float, _chance: float) -> list[tuple[str, int]]:
        queue = self.service._queues[self.urls[1]]
        self.service._expire_retained(queue)
        self.service._dlq_sweep(queue)
        taken = self.service._collect_msgs(queue, 1 + int(most * 10), int(hidden * 4) * 10)
        self.receipts += [message["receipt_handle"] for message in taken]
        return [(message["body"], message["receive_count"]) for message in taken]

    def some(self, chance: float) -> str:
        """The receipt handle of a message that was received at any time."""
        return self.receipts[int(chance * len(self.receipts))] if self.receipts else "unknown"

    def delete(self, _body: str, which: float, *_chances: float):
        return self.ask("DeleteMessage", ReceiptHandle=self.some(which))

    def delete_many(self, _body: str, *chances: float):
        entries = [{"Id": str(at), "ReceiptHandle": self.some(which)} for at, which in enumerate(chances)]
        return self.ask("DeleteMessageBatch", Entries=entries)

    def show(self, _body: str, *chances: float):
        entries = [
            {"Id": str(at), "ReceiptHandle": self.some(which), "VisibilityTimeout": 0}
            for at, which in enumerate(chances)
        ]
        return self.ask("ChangeMessageVisibilityBatch", Entries=entries)

    def hide(self, _body: str, which: float, hidden: float, _chance: float):
        return self.ask("ChangeMessageVisibility", ReceiptHandle=self.some(which), VisibilityTimeout=int(hidden * 90))

    def delete_taken(self, _body: str, *chances: float) -> None:
        self.service._delete_messages_for_esm(self.urls[1], {self.some(which) for which in chances})

    def state(self) -> list:
        """The messages of both queues in order, and their counts."""
        queues = [self.service._queues[url] for url in self.urls]
        for queue in queues:
            self.service._refresh_counts(queue)
        names = ("body", "visible_at", "receive_count", "first_receive_at", "sent_at", "enqueued_at", "group_id", "seq")
        return [
            [
                [value for name, value in sorted(queue["attributes"].items()) if name.startswith("Approximate")],
                [[message.get(name) for name in names] for message in queue["messages"]],
            ]
            for queue in queues
        ]


def unchanged() -> ModuleType:
    """A second copy of the emulator's queue module, unchanged and with its own queues."""
    spec = importlib.util.find_spec("ministack.services.sqs")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class LongQueues(unittest.TestCase):
    """Calls do not look at all messages of a queue, and find the same messages as if they did."""

    @classmethod
    def setUpClass(cls) -> None:
        emulator_queues.patch()

    def setUp(self) -> None:
        self.addCleanup(sqs.reset)

    def test_what_a_message_costs_does_not_grow_with_their_number(self) -> None:
        url = call("CreateQueue", QueueName="long")["QueueUrl"]
        lines = {count: self.lines_per_message(url, count) for count in (2_000, 200_000)}
        self.assertLess(lines[200_000], 1.2 * lines[2_000])

    def lines_per_message(self, url: str, count: int) -> float:
        """Puts messages on an empty queue and takes them off. Returns the lines of Python for each of the first messages
        taken, while nearly all are on the queue."""
        bodies = [str(number) for number in range(count)]
        for start in range(0, count, 10):
            entries = [{"Id": body, "MessageBody": body} for body in bodies[start : start + 10]]
            sqs._HANDLERS["SendMessageBatch"]({"QueueUrl": url, "Entries": entries}, url)
        taken, lines = [], Lines()
        # Every loop over all messages, also in C, begins with one of these methods.
        whole = dict.fromkeys(("__iter__", "__getitem__"), mock.Mock(side_effect=AssertionError("all are looked at")))
        with mock.patch.multiple(Messages, **whole), lines:
            for size in (1, 10, 400, 400):
                taken += self.take(url, size)
        counted = len(taken)
        while more := self.take(url, 400):
            taken += more
        self.assertEqual(taken, bodies)
        return lines.count / counted

    def take(self, url: str, most: int) -> list[str]:
        """Does with messages what happens to them on a queue, and returns their bodies."""
        batch = sqs._receive_messages_for_esm(url, most)
        if batch:
            returned = {"QueueUrl": url, "ReceiptHandle": batch[0]["receipt_handle"], "VisibilityTimeout": 60}
            sqs._HANDLERS["ChangeMessageVisibility"](returned, url)
            sqs._HANDLERS["GetQueueAttributes"]({"QueueUrl": url, "AttributeNames": ["All"]}, url)
        sqs._delete_messages_for_esm(url, {message["receipt_handle"] for message in batch})
        return [message["body"] for message in batch]

    def test_a_function_is_given_its_batch_and_no_more_bytes_than_it_takes(self) -> None:
        for name, attributes, size, bodies, given in (
            ("few", {}, 400, ["x"] * 30, 30),
            ("many", {}, 20, ["x"] * 30, 20),
            ("large", {}, 400, ["x" * 100_000] * 30, 20),
            ("in-order.fifo", {"ContentBasedDeduplication": "true"}, 400, list("abcdefghijklm"), 10),
        ):
            with self.subTest(name):
                url = call("CreateQueue", QueueName=name, Attributes=attributes)["QueueUrl"]
                group = {"MessageGroupId": "g"} if attributes else {}
                for body in bodies:
                    call("SendMessage", QueueUrl=url, MessageBody=body, **group)
                self.assertEqual(len(sqs._receive_messages_for_esm(url, size)), given)

    def test_whatever_is_done_it_is_as_in_the_emulators_list(self) -> None:
        for fifo in (False, True):
            for seed in range(40):
                with self.subTest(fifo=fifo, seed=seed), mock.patch("time.time", lambda: self.now):
                    self.now = 1_000_000.0
                    self.play(fifo, random.Random(seed))
                sqs.reset()

    def play(self, fifo: bool, chance: random.Random) -> None:
        """Performs the same random actions on two queues, one of which has the emulator's original list and steps."""
        queues = [Pair(service, fifo) for service in (unchanged(), sqs)]
        for step in range(150):
            self.now += chance.choice((0, 0, 0.5, 1, 5, 40))
            name, arguments = chance.choice(ACTIONS), [chance.random() for _ in range(3)]
            self.assertEqual(*(queue.act(name, f"{step}", *arguments) for queue in queues), f"{step} {name}")
            self.assertEqual(*(queue.state() for queue in queues), f"{step} {name}")


if __name__ == "__main__":
    unittest.main()
