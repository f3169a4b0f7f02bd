"""GET /message/{date}?time=, by boto3's guides: one DynamoDB resource, whose values a default function turns into plain JSON."""

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
    """Converts the table's numbers: they are Decimals, which json does not know."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
