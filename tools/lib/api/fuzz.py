"""Fuzzes the deployed API: fuzz.py OUTPUTS FOLDER [OPTION]... passes the options on to `schemathesis run`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from api.user import api_user
from failures import told
from repository import ROOT


@contextmanager
def tidied(table_name: str) -> Iterator[None]:
    """Deletes, at the end, the messages that were not in the table before."""
    table = boto3.resource("dynamodb").Table(table_name)

    def keys() -> set[tuple[str, str]]:
        pages = table.meta.client.get_paginator("scan").paginate(
            TableName=table_name, ProjectionExpression="#d, #t", ExpressionAttributeNames={"#d": "date", "#t": "time"}
        )
        return {(item["date"], item["time"]) for page in pages for item in page["Items"]}

    before = keys()
    try:
        yield
    finally:
        with table.batch_writer() as batch:
            for date, time in keys() - before:
                batch.delete_item(Key={"date": date, "time": time})


def main() -> None:
    outputs, folder, *options = sys.argv[1:]
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file",
        Path(__file__).with_name("schemathesis.toml"),
        "run",
        ROOT / "docs" / "openapi.yaml",
        *options,
    ]
    with api_user(Path(outputs)) as user, tidied(user.outputs["TableName"]):
        environment = os.environ | user.environment()
        # schemathesis leaves files in its working folder.
        status = subprocess.run(command, check=False, cwd=folder, env=environment).returncode
    sys.exit(status)


told(main)
