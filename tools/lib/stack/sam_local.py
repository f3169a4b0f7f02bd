"""Runs the lines of docs/sam-local.md against the embedded stack: sam_local.py FOLDER [--without-containers].

FOLDER has env.json, s3-to-sqs.json and the stack's outputs, as tools/deploy writes them. Without containers, each function runs
under the runtime interface emulator of SAM CLI, with the variables that SAM CLI gives it.
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

# A base image is downloaded by the first of them.
PATIENCE_S = 900


@dataclass
class Line:
    """A function with its event, and what it answers when all is well."""

    function: str
    event: str
    expected: object


def api(status: int) -> dict:
    """An answer of the API, as far as it is looked at."""
    return {"statusCode": status}


# In this order: the writer leaves the item that is read, posted, updated and deleted.
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
    """A file that a line names, when .local is this folder."""
    return folder / name.removeprefix(".local/") if name.startswith(".local/") else ROOT / name


def in_container(line: Line, folder: Path) -> tuple[str, str]:
    """What `sam local invoke` prints of the answer, and what it says beside."""
    event, variables = in_folder(line.event, folder), folder / "env.json"
    command = ["sam", "local", "invoke", line.function, "--event", event, "--env-vars", variables]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    if ended.returncode:
        raise Failed(f"sam local invoke ended with {ended.returncode}", ended.stderr)
    return ended.stdout, ended.stderr


def without_container(line: Line, folder: Path) -> tuple[str, str]:
    """The same of the emulator that SAM CLI puts into the container."""
    event = in_folder(line.event, folder).read_text(encoding="utf-8")
    variables = json.loads((folder / "env.json").read_text(encoding="utf-8"))
    return invoke_without_container(line.function, event, variables)


class Failed(Exception):
    """A function did not answer as it should."""

    def __init__(self, problem: str, said: str) -> None:
        super().__init__(problem)
        self.said = said


def check(line: Line, answer: str, said: str) -> None:
    """Compares an answer with what is expected, of an object only the members that are."""
    try:
        given = json.loads(answer.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Failed(f"the answer is no JSON: {answer.strip() or 'nothing'}", said) from None
    shown = {name: given.get(name) for name in line.expected} if isinstance(given, dict) and line.expected else given
    if shown != line.expected:
        raise Failed(f"it answered {answer.strip()}", said)
    if any(error.startswith("Error: ") for error in said.splitlines()):
        raise Failed("it answered, and ended with an error", said)


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
    # The event names this upload. That the stack extracts it, too, does no harm.
    boto3.client("s3").put_object(Bucket=outputs["DataBucketName"], Key=SAMPLE.name, Body=SAMPLE.read_bytes())
    # The endpoint in env.json is the one that counts.
    os.environ.pop("AWS_ENDPOINT_URL", None)
    try:
        run(folder, without_container if options else in_container)
    except Failed as failed:
        sys.exit(f"{failed.said}\nerror: {failed}\n  What it said is above")
    print(f"All {len(LINES)} answered as they should.")


if __name__ == "__main__":
    told(main)
