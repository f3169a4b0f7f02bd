"""MiniStack with a trace through its queues: emulator.py, in place of its command `ministack`.

Its SendMessageBatch leaves out the system attributes of the messages (seen in 1.5.33; its SendMessage keeps them), and so
the header by which AWS hands a trace on. Here they are kept, as SQS keeps them.
"""

from ministack.app import main
from ministack.services import sqs

original = sqs._act_send_message_batch


def send_message_batch(data: dict, queue_url: str) -> dict:
    result = original(data, queue_url)
    given = {entry.get("Id"): entry.get("MessageSystemAttributes") for entry in data.get("Entries", [])}
    sent = {entry["MessageId"]: given.get(entry["Id"]) for entry in result["Successful"]}
    # Nobody has received them yet: all of this is one step of the emulator's loop.
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:SendMessage")
    for message in queue["messages"][-len(given) :]:
        header = (sent.get(message["id"]) or {}).get("AWSTraceHeader")
        if header:
            message["sys"]["AWSTraceHeader"] = header["StringValue"]
    return result


if __name__ == "__main__":
    sqs._HANDLERS["SendMessageBatch"] = send_message_batch
    main()
