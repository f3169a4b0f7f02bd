"""Shows on one screen whether a stack is healthy: status.py (--stack NAME | --outputs FILE) [--json]

The exit code is 0 for a healthy stack, 1 if somebody must look, and 2 if the stack cannot be reached. See
docs/messages-command.md.
"""

import argparse
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from failures import told
from observe.status_parts import Parts, Unreadable
from observe.status_screen import Screen, left_out, verdict
from stack.outputs import outputs_of, which_stack
from stack.patience import limit_waiting

# The rights that each part needs. If the caller lacks one, the screen names them.
RIGHTS = {
    "queue": "sqs:GetQueueAttributes",
    "oldest": "cloudwatch:GetMetricData",
    "dead_letters": "sqs:GetQueueAttributes, sqs:ReceiveMessage and sqs:ChangeMessageVisibility",
    "ingests": "dynamodb:Query on the index by_day of the table of ingests, and dynamodb:BatchGetItem on the table",
    "reports": "s3:ListBucket and s3:GetObject",
    "writes": "cloudformation:DescribeStacks and cloudwatch:GetMetricData",
    "functions": "cloudformation:ListStackResources, cloudwatch:GetMetricData and logs:FilterLogEvents",
    "alarms": "cloudformation:ListStackResources, also on nested stacks, and cloudwatch:DescribeAlarms",
    "table": "dynamodb:DescribeTable",
}
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "Forbidden", "403"}
NO_STACK = 2


def main() -> None:
    options = parser().parse_args()
    limit_waiting()
    try:
        outputs = outputs_of(options)
        parts = Parts(outputs)
    except OSError as error:
        give_up(f"{options.outputs} cannot be read: {error.strerror}", "Deploy a stack: make deploy")
    except (ValueError, KeyError):
        where = options.outputs or f"the stack {options.stack}"
        give_up(f"{where} does not have the outputs of a stack", "Is it a stack of this template, completely deployed?")
    except (BotoCoreError, ClientError) as error:
        give_up(f"the stack cannot be found: {error}", "Correct its name, the region (AWS_REGION) or the credentials")
    found = read(parts)
    if all(isinstance(part, Unreadable) for part in found.values()):
        give_up(f"nothing of the stack can be read: {found['queue'].reason}", "Is it up? make up, and make deploy")

    wrong = verdict(found, local="Endpoint" in outputs)
    if options.json:
        text = json.dumps(as_json(outputs, found, wrong), ensure_ascii=False, indent=2)
    else:
        colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        text = Screen(outputs, colours).text(found, wrong)
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader closed the pipe. Output that Python still writes at its end is discarded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1 if wrong else 0)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="status",
        description="Shows on one screen whether a stack is healthy and, if not, what is wrong.",
        parents=[which_stack()],
    )
    parser.add_argument("--json", action="store_true", help="print all parts as one JSON object")
    return parser


def read(parts: Parts) -> dict:
    """Every part by name; an `Unreadable` for a part that cannot be read."""
    with ThreadPoolExecutor(len(RIGHTS)) as pool:
        reading = {name: pool.submit(read_part, parts, name) for name in RIGHTS}
        return {name: part.result() for name, part in reading.items()}


def read_part(parts: Parts, name: str):
    try:
        return getattr(parts, name)()
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code in DENIED:
            return Unreadable(f"this needs the right to {RIGHTS[name]}")
        return Unreadable(str(error))
    except (BotoCoreError, ValueError, KeyError) as error:
        return Unreadable(f"{type(error).__name__}: {error}")


def as_json(outputs: dict, found: dict, wrong: list[str]) -> dict:
    parts = {
        name: {"unreadable": part.reason} if isinstance(part, Unreadable) else part for name, part in found.items()
    }
    names = {"stack": outputs["StackName"], "region": outputs["Region"], "api": outputs.get("ApiUrl")}
    return {**names, "healthy": not wrong, "wrong": wrong, "left_out": left_out(found), **parts}


def give_up(problem: str, remedy: str) -> None:
    print(f"error: {problem}\n  {remedy}", file=sys.stderr)
    sys.exit(NO_STACK)


if __name__ == "__main__":
    told(main, NO_STACK)
