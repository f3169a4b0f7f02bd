"""Runs the commands of docs/sam-local.md against the embedded stack: sam_local.py FOLDER [--without-containers]

FOLDER has env.json, s3-to-sqs.json and the stack's outputs, as tools/deploy writes them. Without containers, each function
runs under SAM CLI's runtime interface emulator, with the variables that SAM CLI would set.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3

from failures import told
from repository import ROOT
from stack.built_in import expect_built_in_shape
from stack.patience import limit_waiting
from stack.runtime_emulator import invoke_without_container
from stack.sam_local_files import SAMPLE

# In seconds. The first container downloads a base image.
PATIENCE_S = 900


@dataclass
class Line:
    """A function with its event and the expected answer."""

    function: str
    event: str
    expected: object


def api(status: int) -> dict:
    """The compared part of an API function's answer."""
    return {"statusCode": status}


# The order matters: the writer creates the item that the others read, post, update and delete.
LINES = [
    Line("S3ToSqsFunction", ".local/s3-to-sqs.json", None),
    Line("SqsToDynamoDbFunction", "events/sqs-to-dynamodb.json", {"batchItemFailures": []}),
    Line("GetMessagesFunction", "events/get-messages.json", api(200)),
    Line("GetMessageFunction", "events/get-message.json", api(200)),
    Line("PostMessageFunction", "events/post-message.json", api(201)),
    Line("PutMessageFunction", "events/put-message.json", api(204)),
    Line("DeleteMessageFunction", "events/delete-message.json", api(200)),
]


def in_folder(name: str, folder: Path) -> Path:
    """The path of a file that a line names, with this folder in place of .local."""
    return folder / name.removeprefix(".local/") if name.startswith(".local/") else ROOT / name


def in_container(line: Line, folder: Path) -> tuple[str, str]:
    """The answer and the other output of `sam local invoke`."""
    event, variables = in_folder(line.event, folder), folder / "env.json"
    command = ["sam", "local", "invoke", line.function, "--event", event, "--env-vars", variables]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    if ended.returncode:
        raise Failed(f"sam local invoke ended with {ended.returncode}", ended.stderr)
    return ended.stdout, ended.stderr


def without_container(line: Line, folder: Path) -> tuple[str, str]:
    """The answer and the output of the emulator that SAM CLI puts into the container."""
    event = in_folder(line.event, folder).read_text(encoding="utf-8")
    variables = json.loads((folder / "env.json").read_text(encoding="utf-8"))
    return invoke_without_container(line.function, event, variables)


class Failed(Exception):
    """A function did not answer as it should."""

    def __init__(self, problem: str, said: str) -> None:
        super().__init__(problem)
        self.said = said


def check(line: Line, answer: str, said: str) -> None:
    """Compares an answer with the expected one. Members of an object that are not expected do not count."""
    try:
        given = json.loads(answer.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Failed(f"the answer is not JSON: {answer.strip() or 'nothing'}", said) from None
    shown = {name: given.get(name) for name in line.expected} if isinstance(given, dict) and line.expected else given
    if shown != line.expected:
        raise Failed(f"it answered {answer.strip()}", said)
    if any(error.startswith("Error: ") for error in said.splitlines()):
        raise Failed("it answered, but ended with an error", said)


def run(folder: Path, invoke: Callable[[Line, Path], tuple[str, str]]) -> None:
    for line in LINES:
        print(f"sam local invoke {line.function} --event {line.event} --env-vars .local/env.json", flush=True)
        answer, said = invoke(line, folder)
        check(line, answer, said)
        print(f"  {answer.strip()[:160]}", flush=True)


def main() -> None:
    limit_waiting()
    folder, options = Path(sys.argv[1]), sys.argv[2:]
    outputs = json.loads((folder / "outputs.json").read_text())
    expect_built_in_shape(outputs["StackName"])
    # The event names this upload. The stack also extracts it, which does no harm.
    boto3.client("s3").put_object(Bucket=outputs["DataBucketName"], Key=SAMPLE.name, Body=SAMPLE.read_bytes())
    # The functions must use the endpoint in env.json.
    os.environ.pop("AWS_ENDPOINT_URL", None)
    try:
        run(folder, without_container if options else in_container)
    except Failed as failed:
        sys.exit(f"{failed.said}\nerror: {failed}\n  Its output is above")
    print(f"All {len(LINES)} functions answered as expected.")


if __name__ == "__main__":
    told(main)
