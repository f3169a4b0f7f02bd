"""SQS batch -> message table, as in the classic SAM demo of this pipeline: a table of operations, one call per record, and
the body's DynamoDB JSON passed on unchanged. That demo also swallows errors and logs at level DEBUG. In this peer an error
fails the batch, and nothing is logged, which favours it.
"""

import json

import boto3

dynamodb_client = boto3.client("dynamodb")

operations = {
    "DELETE": dynamodb_client.delete_item,
    "POST": dynamodb_client.put_item,
    "PUT": dynamodb_client.update_item,
    "GET": dynamodb_client.get_item,
    "GET_ALL": dynamodb_client.scan,
    "BATCH_WRITE": dynamodb_client.batch_write_item,
}


def handler(event, context):
    for record in event["Records"]:
        payload = json.loads(record["body"])
        operations[record["messageAttributes"]["Method"]["stringValue"]](**payload)
    return {"batchItemFailures": []}
