"""CSV object -> one SQS message per row, as in the classic SAM demo of this pipeline: the whole object in memory, one call
at a time, one row a call. That demo also logs every row and botocore's messages at level DEBUG. This peer logs nothing, which
favours it.
"""

import csv
import os
from urllib.parse import unquote_plus

import boto3

from message import message_body

sqs_queue_url = os.getenv("SQS_QUEUE_URL")
table_name = os.getenv("TABLE_NAME")

s3_client = boto3.client("s3")
sqs_client = boto3.client("sqs")


def handler(event, context):
    sent = 0
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        for row in read_csv_file(bucket, key):
            send_message(row)
            sent += 1
    return {"sent": sent}


def read_csv_file(bucket, key):
    response = s3_client.get_object(Bucket=bucket, Key=key)
    return list(csv.DictReader(response["Body"].read().decode("utf-8").splitlines()))


def send_message(row):
    return sqs_client.send_message(
        QueueUrl=sqs_queue_url,
        MessageBody=message_body(row, table_name),
        MessageAttributes={"Method": {"DataType": "String", "StringValue": "POST"}},
    )
