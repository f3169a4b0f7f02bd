"""SQS batch -> message table, by boto3's guide to DynamoDB: the resource's batch_writer, which makes calls of 25 items and
resends unprocessed items, and a partial batch response for messages that cannot be parsed.
"""

import json
import logging
import os

import boto3
from boto3.dynamodb.types import TypeDeserializer

logger = logging.getLogger()
logger.setLevel(logging.INFO)

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
deserialize = TypeDeserializer().deserialize


def handler(event, context):
    # Keyed, so that the later write of a key wins: DynamoDB refuses two writes of one key in a call. overwrite_by_pkeys would
    # also prevent that, but compares each item with all others of its call.
    items, failures = {}, []
    for record in event["Records"]:
        try:
            item = read(record)
            items[item["date"], item["time"]] = item
        except Exception:
            logger.exception("message %s cannot be read", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    with table.batch_writer() as batch:
        for item in items.values():
            batch.put_item(Item=item)
    logger.info("%d items written, %d messages failed", len(items), len(failures))
    return {"batchItemFailures": failures}


def read(record):
    method = record["messageAttributes"]["Method"]["stringValue"]
    if method != "POST":
        raise ValueError(f"this function writes messages of method POST only, not {method}")
    return {name: deserialize(value) for name, value in json.loads(record["body"])["Item"].items()}
