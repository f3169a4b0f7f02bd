"""The dead-letter queue: looking at all of it, and moving dead letters back. Nothing is deleted before it is somewhere else."""

import functools
import json
import sys
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import boto3
from botocore.exceptions import ClientError

from observe.dead_letters import MAX_BYTES, NOT_ANSWERED, DeadLetter
from stack.patience import limited

# SQS's most messages of a call.
BATCH = 10
# A sweep that gets nothing but what it has seen before takes longer than dead letters stay hidden: it ends.
STALE_RECEIVES = 3
# What a service answers that does not have message move tasks.
UNSUPPORTED = {
    "InvalidAction",
    "UnknownOperation",
    "UnsupportedOperation",
    "AWS.SimpleQueueService.UnsupportedOperation",
}
ACTIVE = {"RUNNING", "CANCELLING"}


class DeadLetterQueue:
    """The dead-letter queue of a stack, whose outputs these are."""

    # In seconds. AWS counts what a task has moved about once a minute.
    second, poll = 1, 5

    def __init__(self, outputs: dict[str, str], session: boto3.Session | None = None) -> None:
        self.outputs = outputs
        self.session = session or boto3.Session(botocore_session=limited(), region_name=outputs["Region"])
        self.sqs, self.lambda_ = self.client("sqs"), self.client("lambda")
        self.url = outputs["DeadLetterQueueUrl"]
        # Of the last sweep: the dead letters that there were, as far as SQS knows, and those that it came upon.
        self.expected = self.met = 0

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.outputs.get("Endpoint"))

    def sweep(self) -> Iterator[list[DeadLetter]]:
        """Every visible dead letter, once, in batches. They are hidden from then on, for as long as a sweep may take."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        self.expected, self.met = sum(int(attributes.get(name, 0)) for name in names), 0
        # At twenty a second, which is slow; twelve hours are SQS's most.
        hidden = min(30 + self.expected // 20, 12 * 3600)
        seen, stale = set(), 0
        while stale < STALE_RECEIVES:
            try:
                received = self.sqs.receive_message(
                    QueueUrl=self.url,
                    MaxNumberOfMessages=BATCH,
                    VisibilityTimeout=hidden,
                    # Without waiting, AWS asks only some of its servers.
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
        """How many dead letters the last sweep did not come upon: nobody sees those that somebody else looks at."""
        return max(self.expected - self.met, 0)

    def look(self) -> Iterator[DeadLetter]:
        """Every visible dead letter, once. They are visible again at the end, however it comes."""
        receipts = []
        try:
            for dead_letters in self.sweep():
                receipts.extend(dead_letter.message["ReceiptHandle"] for dead_letter in dead_letters)
                yield from dead_letters
        finally:
            self.release(receipts)

    def release(self, receipts: list[str]) -> None:
        """Shows hidden dead letters again. What cannot be shown now shows up when its time is over."""
        for batch in batches(receipts):
            entries = [{"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0} for index, receipt in batch]
            self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def move(self, chosen: Callable[[DeadLetter], bool], progress: Callable[[int, int], None]) -> "Moved":
        """Moves chosen dead letters back to where they came from: those that are there now. What fails again at once and
        is back before the end is not moved a second time."""
        moved, held = Moved(), list[set[str]]()
        start = self.now()
        # Until that second is over: what comes back has a later one.
        time.sleep(self.second)
        try:
            for dead_letters in self.sweep():
                # All of them until they are gone: whatever interrupts the sending, they are not left hidden.
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
        """Sends dead letters to where they came from. Those that are there now."""
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
        """Hands the event to the extractor as S3 does."""
        payload = json.dumps(event)
        self.lambda_.invoke(FunctionName=self.extractor, InvocationType="Event", Payload=payload)

    def delete(self, dead_letters: list[DeadLetter], done: str) -> int:
        """Deletes dead letters; how many it could. `done` is what was done to them."""
        receipts = [dead_letter.message["ReceiptHandle"] for dead_letter in dead_letters]
        deleted = len(receipts)
        for batch in batches(receipts):
            entries = [{"Id": str(index), "ReceiptHandle": receipt} for index, receipt in batch]
            failed = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries).get("Failed", [])
            if failed:
                deleted -= len(failed)
                dead = counted(len(failed), "dead letter")
                print(f"{dead} {done} and still here: {failed[0]['Code']}", file=sys.stderr)
        return deleted

    def discard(self, ids: set[str]) -> int:
        """Deletes the dead letters with these message ids. How many there were."""
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
        """The physical name of the function that extracts files."""
        stack = {"StackName": self.outputs["StackName"], "LogicalResourceId": "S3ToSqsFunction"}
        resource = self.client("cloudformation").describe_stack_resource(**stack)
        return resource["StackResourceDetail"]["PhysicalResourceId"]

    def now(self) -> int:
        """SQS's own time, in seconds since the Unix epoch: that of this machine may be wrong."""
        reply = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        date = reply["ResponseMetadata"]["HTTPHeaders"].get("date")
        return int(parsedate_to_datetime(date).timestamp() if date else time.time())

    def move_by_task(self, count: int, progress: Callable[[int, int], None]) -> "Moved | None":
        """Has SQS itself move all dead letters, `count` of them, which must be messages. `None` when it does not do that."""
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
            # What fails again at once comes back while the task still runs, and it would be moved in a circle.
            if done >= count and not cancelled:
                self.sqs.cancel_message_move_task(TaskHandle=task["TaskHandle"])
                cancelled = True
            time.sleep(self.poll)
        failed = [status.get("FailureReason", "the task failed")] if status["Status"] == "FAILED" else []
        return Moved(messages=done, failed=failed)


class Moved:
    """How many dead letters were moved to where, and why others were not."""

    def __init__(self, messages: int = 0, events: int = 0, failed: list[str] | None = None) -> None:
        self.messages, self.events, self.failed = messages, events, failed or []


def can_go_by_task(dead_letter: DeadLetter) -> bool:
    """Whether SQS's own task can move it: the task takes all dead letters to one queue, as they are. So it must not be an
    event, and must keep count of its attempts itself, as those do that the writer put there."""
    return dead_letter.kind == "message" and dead_letter.reason != NOT_ANSWERED


def counted(count: int, what: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def batches(receipts: list[str]) -> Iterator[list[tuple[int, str]]]:
    for start in range(0, len(receipts), BATCH):
        yield list(enumerate(receipts[start : start + BATCH]))


def packs(dead_letters: list[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """Divides dead letters into what one call takes."""
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
