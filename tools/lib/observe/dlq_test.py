"""Unit tests of the dead-letter queue's tools, on a queue in memory: dlq_test.py"""

import contextlib
import io
import json
import unittest
import unittest.mock
from email.utils import formatdate
from itertools import count

from botocore.exceptions import ClientError

from observe import dlq
from observe.dead_letter_queue import DeadLetterQueue, can_go_by_task
from observe.dead_letters_test import NOW, event, message, queued, throttled

QUEUE, DEAD = "https://sqs/queue", "https://sqs/dead"


class Aws:
    """The calls to AWS that the tools make. A received message stays hidden until it is released."""

    def __init__(self, *dead: dict, tasks: list[dict] | None = None, refused: tuple[int, ...] = ()) -> None:
        self.ids = count(1)
        self.queues = {QUEUE: [], DEAD: []}
        self.hidden: dict[str, dict] = {}
        self.invoked: list[dict] = []
        self.tasks, self.cancelled = tasks, False
        self.refused, self.sent = refused, count()
        self.on_send = lambda: None
        for dead_letter in dead:
            self.put(DEAD, dead_letter)

    def put(self, url: str, dead_letter: dict) -> None:
        number = f"{next(self.ids)}"
        self.queues[url].append({**dead_letter, "MessageId": number, "ReceiptHandle": f"receipt {number}"})

    def client(self, service: str, endpoint_url: str | None) -> "Aws":
        return self

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict:
        headers = {"HTTPHeaders": {"date": formatdate(NOW, usegmt=True)}}
        hidden = sum(found["ReceiptHandle"] in self.hidden for found in self.queues[QueueUrl])
        counts = {"": len(self.queues[QueueUrl]) - hidden, "NotVisible": hidden, "Delayed": 0}
        attributes = {f"ApproximateNumberOfMessages{which}": str(count) for which, count in counts.items()}
        return {"Attributes": attributes, "ResponseMetadata": headers}

    def receive_message(self, QueueUrl: str, MaxNumberOfMessages: int, **_) -> dict:
        visible = [found for found in self.queues[QueueUrl] if found["ReceiptHandle"] not in self.hidden]
        received = visible[:MaxNumberOfMessages]
        self.hidden.update({found["ReceiptHandle"]: found for found in received})
        return {"Messages": received} if received else {}

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict]) -> None:
        assert 1 <= len(Entries) <= 10
        for entry in Entries:
            self.hidden.pop(entry["ReceiptHandle"])

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict]) -> dict:
        assert 1 <= len(Entries) <= 10
        gone = {entry["ReceiptHandle"] for entry in Entries}
        self.queues[QueueUrl] = [left for left in self.queues[QueueUrl] if left["ReceiptHandle"] not in gone]
        return {}

    def send_message_batch(self, QueueUrl: str, Entries: list[dict]) -> dict:
        assert 1 <= len(Entries) <= 10
        self.on_send()
        reply = {"Successful": [], "Failed": []}
        for entry in Entries:
            if next(self.sent) in self.refused:
                reply["Failed"].append({"Id": entry["Id"], "Code": "InternalError"})
            else:
                self.queues[QueueUrl].append(entry)
                reply["Successful"].append({"Id": entry["Id"]})
        return reply

    def describe_stack_resource(self, StackName: str, LogicalResourceId: str) -> dict:
        return {"StackResourceDetail": {"PhysicalResourceId": f"{StackName}-{LogicalResourceId}-1A2B"}}

    def invoke(self, FunctionName: str, InvocationType: str, Payload: str) -> None:
        assert (FunctionName, InvocationType) == ("stack-S3ToSqsFunction-1A2B", "Event")
        self.invoked.append(json.loads(Payload))

    def start_message_move_task(self, SourceArn: str, DestinationArn: str) -> dict:
        assert (SourceArn, DestinationArn) == ("arn:dead", "arn:queue")
        if self.tasks is None:
            raise ClientError({"Error": {"Code": "InvalidAction"}}, "StartMessageMoveTask")
        return {"TaskHandle": "task"}

    def list_message_move_tasks(self, SourceArn: str, MaxResults: int) -> dict:
        return {"Results": [self.tasks.pop(0)]}

    def cancel_message_move_task(self, TaskHandle: str) -> None:
        self.cancelled = True


def queue_of(aws: Aws) -> DeadLetterQueue:
    outputs = {"Region": "eu-north-1", "QueueUrl": QUEUE, "DeadLetterQueueUrl": DEAD, "StackName": "stack"}
    queue = DeadLetterQueue({**outputs, "QueueArn": "arn:queue", "DeadLetterQueueArn": "arn:dead"}, aws)
    queue.second = queue.poll = 0
    return queue


def run(aws: Aws, *arguments: str) -> str:
    """The output of a command."""
    options = dlq.parser().parse_args([*arguments, "--stack", "stack"])
    with contextlib.redirect_stdout(io.StringIO()) as out:
        options.command(queue_of(aws), options)
    return out.getvalue()


class Commands(unittest.TestCase):
    def test_looking_changes_nothing(self) -> None:
        aws = Aws(*[throttled() for _ in range(23)], event("a.csv", None))
        listed = [json.loads(line) for line in run(aws, "list", "--json").splitlines()]
        self.assertEqual(
            [(group["reason"], group["count"]) for group in listed], [("Throttled", 23), ("RetriesExhausted", 1)]
        )
        said = run(aws, "list")
        self.assertIn("Throttled: 23 messages", said)
        for command in (
            "show --stack stack --reason Throttled",
            "move --stack stack --reason",
            "discard --stack stack",
        ):
            self.assertIn(f"tools/dlq {command}", said)
        self.assertEqual(len(run(aws, "show").splitlines()), 24)
        self.assertEqual(len(run(aws, "show", "--reason", "Throttled", "--limit", "12").splitlines()), 12)
        self.assertEqual((len(aws.queues[DEAD]), aws.hidden), (24, {}))

    def test_an_empty_queue_is_said_to_be_empty(self) -> None:
        self.assertEqual(run(Aws(), "list"), "The dead-letter queue is empty.\n")
        self.assertIn("0 messages", run(Aws(), "move"))

    def test_what_somebody_else_looks_at_is_named(self) -> None:
        for seen in (0, 2):
            aws = Aws(*[throttled() for _ in range(seen + 3)])
            aws.hidden = {found["ReceiptHandle"]: found for found in aws.queues[DEAD][:3]}
            for command in ("list", "show", "move"):
                with contextlib.redirect_stderr(io.StringIO()) as told:
                    self.assertNotIn("empty", run(aws, command))
                self.assertIn("3 more are on the dead-letter queue and hidden", told.getvalue())

    def test_everything_goes_back_to_where_it_came_from(self) -> None:
        aws = Aws(*[throttled() for _ in range(12)], event("a.csv", None, DeadLetterAttempts=1))
        self.assertIn("12 messages to the queue, 1 event to the extractor", run(aws, "move"))
        self.assertEqual(aws.queues[DEAD], [])
        self.assertEqual({entry["MessageAttributes"]["Attempts"]["StringValue"] for entry in aws.queues[QUEUE]}, {"2"})
        [invoked] = aws.invoked
        self.assertEqual((invoked["DeadLetterAttempts"], invoked["Records"][0]["s3"]["object"]["key"]), (2, "a.csv"))

    def test_only_what_is_chosen_goes(self) -> None:
        aws = Aws(throttled(), throttled(ReasonCode="NotJson"), event("a.csv", {"errorType": "AccessDenied"}))
        run(aws, "move", "--reason", "Throttled", "--reason", "AccessDenied")
        self.assertEqual((len(aws.queues[QUEUE]), len(aws.invoked), aws.hidden.keys() & {"receipt 2"}), (1, 1, set()))
        self.assertEqual([left["MessageId"] for left in aws.queues[DEAD]], ["2"])

    def test_what_nobody_wants_back_is_discarded_when_somebody_says_so(self) -> None:
        aws = Aws(throttled(), throttled(ReasonCode="NotJson"), event("a.csv", {"errorType": "AccessDenied"}))
        self.assertIn("No dead letter has the reason Other.", run(aws, "discard", "--reason", "Other", "--yes"))
        with self.assertRaises(SystemExit) as ended, unittest.mock.patch("sys.stdin", io.StringIO("y\n")):
            run(aws, "discard", "--reason", "NotJson")
        self.assertIn("--yes", str(ended.exception), "a pipe is nobody who can be asked")
        with unittest.mock.patch("observe.dlq.confirmed", return_value=False) as asked:
            self.assertEqual(run(aws, "discard", "--reason", "NotJson"), "Nothing was discarded.\n")
        asked.assert_called_once_with("Delete 1 dead letter with the reason NotJson for good?")
        self.assertEqual((len(aws.queues[DEAD]), aws.hidden), (3, {}))

        said = run(aws, "discard", "--reason", "NotJson", "--reason", "AccessDenied", "--yes")

        self.assertEqual(said, "Discarded: 2 dead letters.\n")
        self.assertEqual([left["MessageId"] for left in aws.queues[DEAD]], ["1"])
        self.assertEqual((aws.queues[QUEUE], aws.invoked, aws.hidden.keys() & {"receipt 1"}), ([], [], set()))

    def test_what_is_not_taken_stays_and_is_reported(self) -> None:
        aws = Aws(*[throttled() for _ in range(3)], refused=(1,))
        with self.assertRaises(SystemExit) as ended:
            run(aws, "move")
        self.assertIn("1 could not be moved", str(ended.exception))
        self.assertEqual((len(aws.queues[QUEUE]), len(aws.queues[DEAD])), (2, 1))

    def test_a_crash_hides_and_loses_nothing(self) -> None:
        aws = Aws(*[throttled() for _ in range(15)])

        def crash() -> None:
            if aws.queues[QUEUE]:
                raise KeyboardInterrupt

        aws.on_send = crash
        with self.assertRaises(KeyboardInterrupt):
            run(aws, "move")
        self.assertEqual((len(aws.queues[QUEUE]), len(aws.queues[DEAD])), (10, 5))
        self.assertEqual([left for left in aws.queues[DEAD] if left["ReceiptHandle"] in aws.hidden], [])

    def test_what_fails_again_at_once_is_not_moved_in_a_circle(self) -> None:
        aws = Aws(throttled())
        again = throttled(Attempts="3")
        again["Attributes"]["SentTimestamp"] = str((NOW + 1) * 1000)
        aws.on_send = lambda: aws.put(DEAD, again)
        self.assertIn("1 message to", run(aws, "move"))
        self.assertEqual((len(aws.queues[QUEUE]), len(aws.queues[DEAD]), len(aws.hidden)), (1, 1, 1))

    def test_sqs_moves_what_it_can(self) -> None:
        states = [("RUNNING", 1), ("RUNNING", 2), ("CANCELLING", 2), ("CANCELLED", 3)]
        tasks = [{"Status": status, "ApproximateNumberOfMessagesMoved": moved} for status, moved in states]
        aws = Aws(throttled(), throttled(), tasks=tasks)
        self.assertIn("3 messages to the queue", run(aws, "move"))
        self.assertTrue(aws.cancelled, "what comes back at once would be moved for ever")
        self.assertEqual(aws.hidden, {}, "the task moves only what is visible")

    def test_sqs_moves_nothing_while_somebody_else_looks_at_an_event(self) -> None:
        tasks = [{"Status": "COMPLETED", "ApproximateNumberOfMessagesMoved": 1}]
        aws = Aws(throttled(), event("a.csv", None), tasks=tasks)
        seen = aws.queues[DEAD][1]
        aws.hidden = {seen["ReceiptHandle"]: seen}
        with contextlib.redirect_stderr(io.StringIO()) as told:
            self.assertIn("1 message to the queue, 0 events", run(aws, "move"))
        self.assertIn("1 more is on the dead-letter queue and hidden", told.getvalue())
        self.assertEqual((len(aws.queues[QUEUE]), aws.queues[DEAD], len(aws.tasks)), (1, [seen], 1))

    def test_a_task_that_fails_is_reported(self) -> None:
        aws = Aws(throttled(), tasks=[{"Status": "FAILED", "FailureReason": "AWS.SimpleQueueService.NonExistentQueue"}])
        with self.assertRaises(SystemExit) as ended:
            run(aws, "move")
        self.assertIn("NonExistentQueue", str(ended.exception))

    def test_a_task_is_not_for_events_nor_for_what_keeps_no_count(self) -> None:
        self.assertTrue(can_go_by_task(queued(throttled())))
        self.assertFalse(can_go_by_task(queued(message({}))))
        self.assertFalse(can_go_by_task(queued(event("a.csv", None))))

    def test_calls_keep_to_the_limits_of_sqs(self) -> None:
        half = throttled()
        half["Body"] = "x" * (512 * 1024)
        aws = Aws(half, half, throttled(), half)
        sizes = []
        send = aws.send_message_batch
        aws.send_message_batch = lambda QueueUrl, Entries: sizes.append(len(Entries)) or send(QueueUrl, Entries)
        run(aws, "move")
        self.assertEqual(sizes, [1, 2, 1])


if __name__ == "__main__":
    unittest.main()
