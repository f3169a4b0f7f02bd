"""GET /message/{date}?time=, as boto3's guides have it: the DynamoDB resource, made once, and its values turned into
plain JSON by a default function.
"""

import json
import os
from decimal import Decimal

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    date = event["pathParameters"]["date"]
    time = (event["queryStringParameters"] or {}).get("time")
    if not time:
        return answer(400, {"message": "the query parameter time is missing"})
    item = table.get_item(Key={"date": date, "time": time}).get("Item")
    if item is None:
        return answer(404, {"message": f"there is no message of {date} {time}"})
    return answer(200, {"Item": item})


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, default=plain),
    }


def plain(value):
    """The table's numbers come as Decimal, which json does not know."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
