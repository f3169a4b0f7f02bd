"""Corrects the emulator's queues: they pass on traces, lose no message, and can be long.

The emulator's SendMessageBatch drops the system attributes of the messages (seen in 1.5.33; its SendMessage keeps them),
and with them the header by which AWS passes a trace on. This module keeps them, as SQS does.

The emulator's pollers are threads, and its handlers of calls run in another thread. Only the pollers hold the lock of the
queues. A poller can therefore receive a message that a call has not finished, and either can lose the other's changes. With
this module every reader and writer of a queue's messages holds the lock.

The emulator's calls look at every message of a queue, and it gives a function ten messages at once, whatever the batch size
is. Here a queue holds `Messages`, which finds them quickly, and a function receives as many as its event source mapping
says.
"""

import asyncio
import functools
import json
import threading
import time
from collections.abc import Callable

from ministack.core.concurrency import esm_wake
from ministack.core.responses import AccountRegionScopedDict, new_uuid
from ministack.services import sqs

from stack.emulator_messages import Messages

# The most messages of a receive, and of a function's batch from a FIFO queue.
MAX_MESSAGES = 10
# A function's batch gets no more messages after this many bytes of bodies. Lambda's payload has room for them and their metadata.
ENOUGH_BYTES = 1024 * 1024

put, sweep = sqs._act_send_message_batch, sqs._dlq_sweep


class Queues(AccountRegionScopedDict):
    """The emulator's queues, which hold `Messages`."""

    __slots__ = ()

    def __setitem__(self, url: str, queue: dict) -> None:
        waiting = queue["messages"]
        queue["messages"] = Messages(sqs._queues_lock, queue["is_fifo"], sqs._ensure_msg_fields)
        for message in waiting:
            queue["messages"].append(message)
        super().__setitem__(url, queue)


def send_message_batch(data: dict, queue_url: str) -> dict:
    """Sends messages with their trace headers. The caller holds the lock, so that no message is received without one."""
    result = put(data, queue_url)
    given = {entry.get("Id"): entry.get("MessageSystemAttributes") for entry in data.get("Entries", [])}
    sent = {entry["MessageId"]: given.get(entry["Id"]) for entry in result["Successful"]}
    for message in messages_of(data, queue_url, "sqs:SendMessage").newest(len(given)):
        header = (sent.get(message["id"]) or {}).get("AWSTraceHeader")
        if header:
            message["sys"]["AWSTraceHeader"] = header["StringValue"]
    return result


def messages_of(data: dict, queue_url: str, right: str) -> Messages:
    """The messages of the queue that a call names, if the caller has the right."""
    return sqs._get_q(data.get("QueueUrl", queue_url), right)["messages"]


def number_of(messages: Messages, data: dict) -> int:
    """The number of the message with the given receipt handle."""
    number = messages.received(data.get("ReceiptHandle", ""))
    if number is None:
        raise sqs._Err("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
    return number


def delete(messages: Messages, data: dict) -> None:
    messages.drop(number_of(messages, data))


def change_visibility(messages: Messages, data: dict) -> None:
    hidden_s = int(data.get("VisibilityTimeout", 30))
    messages.change_visibility(number_of(messages, data), time.time() + hidden_s)
    if hidden_s == 0:
        esm_wake.set()


def delete_message(data: dict, queue_url: str) -> dict:
    messages = messages_of(data, queue_url, "sqs:DeleteMessage")
    if not data.get("ReceiptHandle"):
        raise sqs._Err("MissingParameter", "The request must contain the parameter ReceiptHandle.")
    delete(messages, data)
    return {}


def change_message_visibility(data: dict, queue_url: str) -> dict:
    change_visibility(messages_of(data, queue_url, "sqs:ChangeMessageVisibility"), data)
    return {}


def batch_of(action: str, change: Callable[[Messages, dict], None]) -> Callable[[dict, str], dict]:
    """The handler of an action's batch form."""

    def handler(data: dict, queue_url: str) -> dict:
        messages, entries = messages_of(data, queue_url, f"sqs:{action}"), data.get("Entries", [])
        sqs._validate_batch_entries(entries, f"{action}BatchRequestEntry")
        result = {"Successful": [], "Failed": []}
        for entry in entries:
            try:
                change(messages, entry)
                result["Successful"].append({"Id": entry["Id"]})
            except sqs._Err as error:
                failure = {"Code": error.code, "Message": error.message, "SenderFault": True}
                result["Failed"].append({"Id": entry["Id"], **failure})
        return result

    return handler


def expire_retained(queue: dict) -> None:
    """A step of a receive: removes the messages whose retention period is over."""
    retention = int(queue["attributes"].get("MessageRetentionPeriod", "345600"))
    queue["messages"].drop_since(time.time() - retention)


def dlq_sweep(queue: dict) -> None:
    """A step of a receive: moves messages that were received too often. It runs the emulator's own step on them alone."""
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    if not isinstance(policy, dict) or "maxReceiveCount" not in policy:
        return
    messages = queue["messages"]
    numbers = messages.returned_after(int(policy["maxReceiveCount"]), time.time())
    if numbers:
        some = {**queue, "messages": [messages.by_number[number] for number in numbers]}
        sweep(some)
        kept = {message["id"] for message in some["messages"]}
        for number in numbers:
            if messages.by_number[number]["id"] not in kept:
                messages.drop(number)


def collect_messages(queue: dict, most: int, hidden_s: int) -> list[dict]:
    """The last step of a receive."""
    now = time.time()
    return queue["messages"].receive(most, now, now + hidden_s, new_uuid)


def refresh_counts(queue: dict) -> None:
    """A step of GetQueueAttributes."""
    expire_retained(queue)
    counted = zip(("", "NotVisible", "Delayed"), queue["messages"].counts(time.time()))
    queue["attributes"].update((f"ApproximateNumberOfMessages{what}", str(count)) for what, count in counted)


def receive_for_function(queue_url: str, batch_size: int) -> list[dict]:
    """The batch for a function: receives until it is full or the queue has no more messages."""
    with sqs._queues_lock:
        queue, batch, size = sqs._get_q(queue_url), [], 0
        most = min(batch_size, MAX_MESSAGES) if queue["is_fifo"] else batch_size
        while len(batch) < most and size < ENOUGH_BYTES:
            expire_retained(queue)
            dlq_sweep(queue)
            hidden_s = int(queue["attributes"].get("VisibilityTimeout", "30"))
            received = collect_messages(queue, min(most - len(batch), MAX_MESSAGES), hidden_s)
            if not received:
                break
            batch += received
            size += sum(len(message["body"]) for message in received)
        return batch


def delete_for_function(queue_url: str, receipts: set[str]) -> None:
    """Deletes the messages that a function has processed."""
    with sqs._queues_lock:
        messages = sqs._get_q(queue_url)["messages"]
        for number in map(messages.received, receipts):
            if number is not None:
                messages.drop(number)


def locked(function: Callable) -> Callable:
    """The function, run while it holds the lock of the queues."""

    @functools.wraps(function)
    def hold(*arguments):
        with sqs._queues_lock:
            return function(*arguments)

    return hold


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    # A reentrant lock, because the pollers already hold it when they call the steps.
    sqs._queues_lock = threading.RLock()
    sqs._queues = Queues()
    sqs._HANDLERS |= {
        "SendMessageBatch": send_message_batch,
        "DeleteMessage": delete_message,
        "DeleteMessageBatch": batch_of("DeleteMessage", delete),
        "ChangeMessageVisibility": change_message_visibility,
        "ChangeMessageVisibilityBatch": batch_of("ChangeMessageVisibility", change_visibility),
    }
    for action, handler in sqs._HANDLERS.items():
        if not asyncio.iscoroutinefunction(handler):
            sqs._HANDLERS[action] = locked(handler)
    # The steps of calls that yield while they wait, and so cannot hold the lock all the time.
    sqs._expire_retained, sqs._dlq_sweep = locked(expire_retained), locked(dlq_sweep)
    sqs._collect_msgs, sqs._refresh_counts = locked(collect_messages), locked(refresh_counts)
    sqs._receive_messages_for_esm, sqs._delete_messages_for_esm = receive_for_function, delete_for_function
