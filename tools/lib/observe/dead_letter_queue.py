"""Reads the dead-letter queue, moves dead letters back and discards them.

A dead letter that is moved back is deleted only after its destination has it.
"""

import functools
import json
import sys
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import boto3
from botocore.exceptions import ClientError

from observe.dead_letters import MAX_BYTES, NOT_ANSWERED, DeadLetter
from observe.plural import plural
from stack.patience import limited

# The most messages of one call to SQS.
BATCH = 10
# A sweep ends after this many calls that return only known dead letters: it has taken longer than they stay hidden.
STALE_RECEIVES = 3
# The error codes of a service that does not have message move tasks.
UNSUPPORTED = {
    "InvalidAction",
    "UnknownOperation",
    "UnsupportedOperation",
    "AWS.SimpleQueueService.UnsupportedOperation",
}
ACTIVE = {"RUNNING", "CANCELLING"}


class DeadLetterQueue:
    """The dead-letter queue of the stack with these outputs."""

    # In seconds. AWS updates the count of moved messages about once a minute.
    second, poll = 1, 5

    def __init__(self, outputs: dict[str, str], session: boto3.Session | None = None) -> None:
        self.outputs = outputs
        self.session = session or boto3.Session(botocore_session=limited(), region_name=outputs["Region"])
        self.sqs, self.lambda_ = self.client("sqs"), self.client("lambda")
        self.url = outputs["DeadLetterQueueUrl"]
        # The last sweep's number of dead letters: by SQS's own count, which is approximate, and as received.
        self.expected = self.met = 0

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.outputs.get("Endpoint"))

    def sweep(self) -> Iterator[list[DeadLetter]]:
        """Every visible dead letter, once, in batches. SQS hides them for as long as a sweep may take."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        self.expected, self.met = sum(int(attributes.get(name, 0)) for name in names), 0
        # A slow sweep reads twenty a second. SQS hides a message for at most twelve hours.
        hidden = min(30 + self.expected // 20, 12 * 3600)
        seen, stale = set(), 0
        while stale < STALE_RECEIVES:
            try:
                received = self.sqs.receive_message(
                    QueueUrl=self.url,
                    MaxNumberOfMessages=BATCH,
                    VisibilityTimeout=hidden,
                    # Without a wait time, SQS asks only some of its servers.
                    WaitTimeSeconds=1,
                    MessageAttributeNames=["All"],
                    AttributeNames=["All"],
                ).get("Messages", [])
            except ClientError as error:
                if error.response["Error"]["Code"].endswith("OverLimit"):
                    print(
                        f"SQS hides no more than these {len(seen)} dead letters at once: there are others",
                        file=sys.stderr,
                    )
                    return
                raise
            if not received:
                return
            dead_letters = [DeadLetter.of(message) for message in received if message["MessageId"] not in seen]
            seen.update(message["MessageId"] for message in received)
            self.met = len(seen)
            stale = 0 if dead_letters else stale + 1
            if dead_letters:
                yield dead_letters

    @property
    def missed(self) -> int:
        """The number of dead letters that the last sweep did not receive, because another reader has hidden them."""
        return max(self.expected - self.met, 0)

    def look(self) -> Iterator[DeadLetter]:
        """Every visible dead letter, once. They are visible again at the end, even after an error."""
        receipts = []
        try:
            for dead_letters in self.sweep():
                receipts.extend(dead_letter.message["ReceiptHandle"] for dead_letter in dead_letters)
                yield from dead_letters
        finally:
            self.release(receipts)

    def release(self, receipts: list[str]) -> None:
        """Makes hidden dead letters visible again. If that fails for one, it becomes visible when its time is over."""
        for batch in batches(receipts):
            entries = [{"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0} for index, receipt in batch]
            self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def move(self, chosen: Callable[[DeadLetter], bool], progress: Callable[[int, int], None]) -> "Moved":
        """Moves the chosen dead letters that are there now back to where they came from. A dead letter that fails again and
        returns meanwhile is not moved a second time."""
        moved, held = Moved(), list[set[str]]()
        start = self.now()
        # Waits until this second is over, so that a dead letter that returns has a later time.
        time.sleep(self.second)
        try:
            for dead_letters in self.sweep():
                # Holds every receipt until its dead letter is deleted, so that no interruption leaves one hidden.
                held.append({dead_letter.message["ReceiptHandle"] for dead_letter in dead_letters})
                sent = self.send_back(
                    [
                        dead_letter
                        for dead_letter in dead_letters
                        if dead_letter.sent // 1000 <= start and chosen(dead_letter)
                    ],
                    moved,
                )
                self.delete(sent, "moved")
                held[-1] -= {dead_letter.message["ReceiptHandle"] for dead_letter in sent}
                progress(moved.messages, moved.events)
        finally:
            self.release([receipt for receipts in held for receipt in receipts])
        return moved

    def send_back(self, dead_letters: list[DeadLetter], moved: "Moved") -> list[DeadLetter]:
        """Sends dead letters to where they came from. Returns those that arrived."""
        back = []
        for packed in packs([dead_letter for dead_letter in dead_letters if dead_letter.kind == "message"]):
            entries = [
                {
                    "Id": str(index),
                    "MessageBody": dead_letter.message["Body"],
                    "MessageAttributes": dead_letter.attributes_back(),
                }
                for index, dead_letter in enumerate(packed)
            ]
            reply = self.sqs.send_message_batch(QueueUrl=self.outputs["QueueUrl"], Entries=entries)
            sent = [packed[int(entry["Id"])] for entry in reply.get("Successful", [])]
            moved.messages += len(sent)
            moved.failed += [f"{entry['Code']}: {entry.get('Message', '')}" for entry in reply.get("Failed", [])]
            back += sent
        for dead_letter in dead_letters:
            if dead_letter.kind == "event":
                try:
                    self.invoke_extractor(dead_letter.event_back())
                except ClientError as error:
                    moved.failed.append(str(error))
                    continue
                moved.events += 1
                back.append(dead_letter)
        return back

    def invoke_extractor(self, event: dict) -> None:
        """Invokes the extractor with the event, asynchronously, as S3 does."""
        payload = json.dumps(event)
        self.lambda_.invoke(FunctionName=self.extractor, InvocationType="Event", Payload=payload)

    def delete(self, dead_letters: list[DeadLetter], done: str) -> int:
        """Deletes dead letters and returns how many it could delete. `done` says what was done to them before."""
        receipts = [dead_letter.message["ReceiptHandle"] for dead_letter in dead_letters]
        deleted = len(receipts)
        for batch in batches(receipts):
            entries = [{"Id": str(index), "ReceiptHandle": receipt} for index, receipt in batch]
            failed = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries).get("Failed", [])
            if failed:
                deleted -= len(failed)
                dead = plural(len(failed), "dead letter")
                print(f"{dead} {done} and still here: {failed[0]['Code']}", file=sys.stderr)
        return deleted

    def discard(self, ids: set[str]) -> int:
        """Deletes the dead letters with these message ids and returns their number."""
        discarded, held = 0, set[str]()
        try:
            for dead_letters in self.sweep():
                held |= {dead_letter.message["ReceiptHandle"] for dead_letter in dead_letters}
                chosen = [dead_letter for dead_letter in dead_letters if dead_letter.message["MessageId"] in ids]
                discarded += self.delete(chosen, "to be discarded")
                held -= {dead_letter.message["ReceiptHandle"] for dead_letter in chosen}
        finally:
            self.release(list(held))
        return discarded

    @functools.cached_property
    def extractor(self) -> str:
        """The physical name of the extractor's function."""
        stack = {"StackName": self.outputs["StackName"], "LogicalResourceId": "S3ToSqsFunction"}
        resource = self.client("cloudformation").describe_stack_resource(**stack)
        return resource["StackResourceDetail"]["PhysicalResourceId"]

    def now(self) -> int:
        """SQS's own time, in seconds since the Unix epoch, since this machine's clock may be wrong."""
        reply = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        date = reply["ResponseMetadata"]["HTTPHeaders"].get("date")
        return int(parsedate_to_datetime(date).timestamp() if date else time.time())

    def move_by_task(self, count: int, progress: Callable[[int, int], None]) -> "Moved | None":
        """Has SQS itself move all dead letters, `count` of them, which must be messages. `None` if it cannot."""
        source = {"SourceArn": self.outputs["DeadLetterQueueArn"]}
        try:
            task = self.sqs.start_message_move_task(**source, DestinationArn=self.outputs["QueueArn"])
        except ClientError as error:
            if error.response["Error"]["Code"] in UNSUPPORTED:
                return None
            raise
        cancelled = False
        while True:
            [status, *_] = self.sqs.list_message_move_tasks(**source, MaxResults=1)["Results"]
            done = int(status.get("ApproximateNumberOfMessagesMoved", 0))
            progress(done, 0)
            if status["Status"] not in ACTIVE:
                break
            # A message that fails again at once returns while the task still runs, and the task would move it in a circle.
            if done >= count and not cancelled:
                self.sqs.cancel_message_move_task(TaskHandle=task["TaskHandle"])
                cancelled = True
            time.sleep(self.poll)
        failed = [status.get("FailureReason", "the task failed")] if status["Status"] == "FAILED" else []
        return Moved(messages=done, failed=failed)


class Moved:
    """The numbers of dead letters that were moved back, and the reasons why others were not."""

    def __init__(self, messages: int = 0, events: int = 0, failed: list[str] | None = None) -> None:
        self.messages, self.events, self.failed = messages, events, failed or []


def can_go_by_task(dead_letter: DeadLetter) -> bool:
    """Whether SQS's own task can move a dead letter. The task moves all dead letters, unchanged, to one queue. So it must be
    a message, and must already have the attribute that counts its attempts, as the writer's dead letters do."""
    return dead_letter.kind == "message" and dead_letter.reason != NOT_ANSWERED


def batches(receipts: list[str]) -> Iterator[list[tuple[int, str]]]:
    for start in range(0, len(receipts), BATCH):
        yield list(enumerate(receipts[start : start + BATCH]))


def packs(dead_letters: list[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """Divides dead letters into batches that one call takes."""
    pack, size = [], 0
    for dead_letter in dead_letters:
        more = dead_letter.bytes_with(dead_letter.attributes_back())
        if pack and (len(pack) == BATCH or size + more > MAX_BYTES):
            yield pack
            pack, size = [], 0
        pack.append(dead_letter)
        size += more
    if pack:
        yield pack
