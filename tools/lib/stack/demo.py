"""Shows the deployed pipeline at work: demo.py OUTPUTS CSV AWS_COMMAND.

Uploads the sample rows, waits until they are in the table, shows them, calls each route of the API, and ends with what
to try next.
"""

import csv
import json
import shlex
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from api.signed_http import Api
from failures import told
from stack.built_in import expect_built_in_shape
from stack.patience import limit_waiting

COLUMNS = ["date", "time", "location", "source", "local_dest", "local_avg", "remote_dest", "remote_avg"]
# A cold start, a batching window and a few retries take seconds; after this long something is broken.
PATIENCE_S = 90
LOG = "aws logs tail, or ministack.log beside the stack's outputs"


def fail(problem: str, remedy: str) -> None:
    sys.exit(f"error: {problem}\n  {remedy}")


def keys_of(sample: Path) -> set[tuple[str, str]]:
    """The keys that the rows of a CSV file are stored under."""
    with sample.open(newline="", encoding="utf-8-sig") as rows:
        times = [datetime.fromtimestamp(int(float(row["timestamp"])), timezone.utc) for row in csv.DictReader(rows)]
    return {(at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S")) for at in times}


def upload(outputs: dict[str, str], sample: Path) -> dict:
    """Uploads the sample and returns the report that the extractor wrote about this very upload."""
    s3 = boto3.client("s3")
    put = s3.put_object(Bucket=outputs["DataBucketName"], Key=sample.name, Body=sample.read_bytes())
    uploaded = s3.head_object(Bucket=outputs["DataBucketName"], Key=sample.name)["LastModified"]
    print(f"Uploaded {sample.name} to s3://{outputs['DataBucketName']}/", flush=True)

    key = f"{sample.name}/{put['ETag'].strip(chr(34))}/report.json"

    def report() -> dict | None:
        try:
            found = s3.get_object(Bucket=outputs["ReportBucketName"], Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        # The same file has the same report key: a report from before this upload says nothing about it.
        return json.load(found["Body"]) if found["LastModified"] >= uploaded else None

    return wait_for("the ingest report", report)


def wait_for(what: str, look):
    """Looks until there is something to see, and says so while it takes long."""
    started = said = time.monotonic()
    while not (found := look()):
        now = time.monotonic()
        if now - started > PATIENCE_S:
            fail(f"waited {PATIENCE_S} s for {what}", f"The functions' logs: {LOG}")
        if now - said > 5:
            said = now
            print(f"  waiting for {what}: {now - started:.0f} s", flush=True)
        time.sleep(0.25)
    return found


def items_of(table_name: str) -> dict[tuple[str, str], dict]:
    """The whole table, by key."""
    paginator = boto3.client("dynamodb").get_paginator("scan")
    items = [item for page in paginator.paginate(TableName=table_name) for item in page["Items"]]
    plain = [{name: next(iter(value.values())) for name, value in item.items()} for item in items]
    return {(item["date"], item["time"]): item for item in plain}


def print_table(rows: list[dict]) -> None:
    print("\n".join(table_of(rows)))


def table_of(rows: list[dict]) -> list[str]:
    """Rows as lines of at most 80 columns: long names of columns are over two lines."""
    heads = [column.split("_") if "_" in column else ["", column] for column in COLUMNS]
    cells = [[str(row.get(column, "")) for column in COLUMNS] for row in rows]
    widths = [max(map(len, column)) for column in zip(*zip(*heads), *cells)]

    def line(cells: Iterable[str]) -> str:
        return "  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()

    return [*map(line, zip(*heads)), line("-" * width for width in widths), *map(line, cells)]


def call_every_route(outputs: dict[str, str]) -> None:
    api = Api(outputs["ApiUrl"], outputs["Region"])
    item = dict(zip(COLUMNS, ["2001-01-01", "09:01:05", "location-03", "wireless", "router-1", 5.55, "device-1", 10.1]))
    one, at = f"/message/{item['date']}", {"time": item["time"]}
    update = {"UpdateExpression": "SET remote_avg = :avg", "ExpressionAttributeValues": {":avg": 12.5}}
    calls = [
        ("POST", "/message", None, json.dumps({"Item": item})),
        ("PUT", one, at, json.dumps(update)),
        ("GET", one, at, None),
        ("GET", "/message", {"limit": "2"}, None),
        ("DELETE", one, at, None),
    ]
    for method, path, query, body in calls:
        shown = path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
        print(f"  {method} {shown}" + (f"  {body}" if body else ""), flush=True)
        answer = api.call(method, path, query, body)
        print(f"    {answer.status} {answer.body}".rstrip(), flush=True)
        if answer.status >= 400:
            fail(f"{method} {shown} was refused", f"The functions' logs: {LOG}")


def print_what_next(outputs: dict[str, str], sample: Path, aws: str) -> None:
    environment = (
        f"export AWS_ENDPOINT_URL={outputs['Endpoint']} AWS_DEFAULT_REGION={outputs['Region']} "
        "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_SESSION_TOKEN="
    )
    curl = f"curl -sS --aws-sigv4 aws:amz:{outputs['Region']}:execute-api --user test:test"
    body = json.dumps({"Item": {"date": "2001-01-01", "time": "09:01:05", "location": "location-03"}})
    # As a shell wants them: folders have spaces and brackets in their names.
    aws, file, body = (shlex.quote(word) for word in (aws, str(sample), body))
    api = outputs["ApiUrl"]
    print(f"""
The stack is up. It stays up until: make down

  API            {outputs["ApiUrl"]}
  data bucket    {outputs["DataBucketName"]}
  report bucket  {outputs["ReportBucketName"]}
  table          {outputs["TableName"]}
  queue          {outputs["QueueUrl"]}
  dead letters   {outputs["DeadLetterQueueUrl"]}

Paste these (the first line once in each shell):

  {environment}
  {aws} s3 cp {file} s3://{outputs["DataBucketName"]}/another.csv
  {aws} s3 ls --recursive s3://{outputs["ReportBucketName"]}/
  {aws} dynamodb scan --table-name {outputs["TableName"]} --max-items 2
  {curl} {api}/message
  {curl} -H 'Content-Type: application/json' -d {body} {api}/message
  {curl} '{api}/message/2001-01-01?time=09%3A01%3A05'

On AWS, which checks more closely, curl 7.88 is too old for the last one: it signs query strings wrongly.
""")


def main() -> None:
    limit_waiting()
    outputs = json.loads(Path(sys.argv[1]).read_text())
    sample, aws = Path(sys.argv[2]), sys.argv[3]
    expect_built_in_shape(outputs["StackName"])
    keys = keys_of(sample)

    report = upload(outputs, sample)
    print(
        f"Ingest report: {report['rows_read']} rows read, {report['rows_sent']} sent, {report['rows_rejected']} rejected"
    )

    def all_rows() -> dict | None:
        items = items_of(outputs["TableName"])
        return items if keys <= items.keys() else None

    items = wait_for(f"{len(keys)} rows in the table", all_rows)
    print(f"\nIn the table {outputs['TableName']}:")
    print_table([items[key] for key in sorted(keys)])

    print("\nThe five routes of the API, each called with a signed request:")
    call_every_route(outputs)
    print_what_next(outputs, sample, aws)


if __name__ == "__main__":
    told(main)
