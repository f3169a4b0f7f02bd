"""CSV object -> one SQS message per row, by boto3's guides and AWS's advice on throughput: clients made once, outside the
handler, the object streamed, and messages sent ten to a call by a pool of threads with as many connections.
"""

import csv
import io
import logging
import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from urllib.parse import unquote_plus

import boto3
from botocore.config import Config

from message import message_body

QUEUE_URL = os.environ["SQS_QUEUE_URL"]
TABLE_NAME = os.environ["TABLE_NAME"]
THREADS = 16
# The most calls that the threads have and whose results are not read: enough that no thread waits for the reader, and few
# enough that memory does not grow with the object.
PENDING = 4 * THREADS
ENTRIES_PER_CALL = 10
ATTEMPTS = 5

logger = logging.getLogger()
logger.setLevel(logging.INFO)

s3 = boto3.client("s3")
sqs = boto3.client("sqs", config=Config(max_pool_connections=THREADS))


def handler(event, context):
    return ingest(event, ",", lambda row, key, line: message_body(row, TABLE_NAME))


def ingest(event, delimiter, body_of):
    """Sends the rows of every object of an event. `body_of` makes a message's body of a row, its object and its line."""
    sent = 0
    with ThreadPoolExecutor(THREADS) as pool:
        for record in event["Records"]:
            bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
            count = extract(pool, bodies(bucket, key, delimiter, body_of))
            logger.info("%d rows of %s/%s sent", count, bucket, key)
            sent += count
    return {"sent": sent}


def extract(pool, bodies):
    sent, pending = 0, deque()
    for entries in batches(bodies):
        if len(pending) == PENDING:
            sent += pending.popleft().result()
        pending.append(pool.submit(send, entries))
    return sent + sum(future.result() for future in pending)


def bodies(bucket, key, delimiter, body_of):
    # TextIOWrapper, since codecs.getreader() would read 72 bytes at a time from the response.
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    reader = csv.DictReader(io.TextIOWrapper(body, encoding="utf-8-sig", newline=""), delimiter=delimiter)
    for row in reader:
        yield body_of(row, key, reader.line_num)


def batches(bodies):
    while chunk := list(islice(bodies, ENTRIES_PER_CALL)):
        yield [
            {
                "Id": str(index),
                "MessageBody": body,
                "MessageAttributes": {"Method": {"DataType": "String", "StringValue": "POST"}},
            }
            for index, body in enumerate(chunk)
        ]


def send(entries):
    """Sends one batch. Entries that SQS did not accept, although it answered 200, are sent again."""
    count = len(entries)
    for attempt in range(ATTEMPTS):
        failed = sqs.send_message_batch(QueueUrl=QUEUE_URL, Entries=entries).get("Failed", [])
        if not failed:
            return count
        ids = {entry["Id"] for entry in failed if not entry["SenderFault"]}
        if len(ids) < len(failed):
            raise RuntimeError(f"the queue refuses messages: {failed}")
        entries = [entry for entry in entries if entry["Id"] in ids]
        time.sleep(0.1 * 2**attempt)
    raise RuntimeError(f"the queue did not take {len(entries)} messages in {ATTEMPTS} attempts")
