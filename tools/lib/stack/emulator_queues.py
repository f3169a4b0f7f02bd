"""The emulator's queues: traces go through them, and no message is lost or taken half done.

Its SendMessageBatch leaves out the system attributes of the messages (seen in 1.5.33; its SendMessage keeps them), and so
the header by which AWS hands a trace on. Here they are kept, as SQS keeps them.

Its pollers are threads, and its handlers of calls run in another one. Only the pollers hold the lock of the queues, so a
poller can take a message that a call has not finished, and either can lose what the other changes. Here whatever looks at
a queue's messages or changes them holds the lock.
"""

import asyncio
import functools
import threading
from collections.abc import Callable

from ministack.services import sqs

# Steps of calls that give up control while they wait: such a call cannot hold the lock as a whole.
STEPS = ("_collect_msgs", "_dlq_sweep", "_expire_retained")

put = sqs._act_send_message_batch


def send_message_batch(data: dict, queue_url: str) -> dict:
    """Puts messages with their trace headers. The caller holds the lock, so that nobody takes one without its header."""
    result = put(data, queue_url)
    given = {entry.get("Id"): entry.get("MessageSystemAttributes") for entry in data.get("Entries", [])}
    sent = {entry["MessageId"]: given.get(entry["Id"]) for entry in result["Successful"]}
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:SendMessage")
    for message in queue["messages"][-len(given) :]:
        header = (sent.get(message["id"]) or {}).get("AWSTraceHeader")
        if header:
            message["sys"]["AWSTraceHeader"] = header["StringValue"]
    return result


def locked(function: Callable) -> Callable:
    """The function, during which nobody else is at the queues."""

    @functools.wraps(function)
    def hold(*arguments):
        with sqs._queues_lock:
            return function(*arguments)

    return hold


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    # Steps are part of what pollers do, and these hold the lock already.
    sqs._queues_lock = threading.RLock()
    sqs._HANDLERS["SendMessageBatch"] = send_message_batch
    for action, handler in sqs._HANDLERS.items():
        if not asyncio.iscoroutinefunction(handler):
            sqs._HANDLERS[action] = locked(handler)
    for step in STEPS:
        setattr(sqs, step, locked(getattr(sqs, step)))
