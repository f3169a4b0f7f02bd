"""What a stack says about itself. As a command, outputs.py STACK FILE, it writes that as one flat JSON object."""

import argparse
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3

from failures import told
from stack.patience import limit_waiting


def which_stack() -> argparse.ArgumentParser:
    """The options of a command that is about a stack."""
    parser = argparse.ArgumentParser(add_help=False)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--stack", metavar="NAME", help="a stack on AWS, with the caller's credentials and region")
    where.add_argument(
        "--outputs", metavar="FILE", type=Path, help="the outputs of a stack, as tools/deploy writes them"
    )
    return parser


def outputs_of(options: argparse.Namespace) -> dict[str, str]:
    """The outputs of the stack that these options name."""
    return json.loads(options.outputs.read_text()) if options.outputs else described(options.stack)


def described(name: str) -> dict[str, str]:
    """The outputs of a stack, as CloudFormation knows them, with its name and region."""
    cloudformation = boto3.client("cloudformation")
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return {**outputs, "StackName": name, "Region": cloudformation.meta.region_name}


def write(file: Path, content: dict) -> None:
    """Writes a JSON object into a file. A reader sees the old file or the new one, never half of it."""
    temporary = Path(f"{file}.new")
    temporary.write_text(json.dumps(content, indent=2) + "\n")
    temporary.replace(file)


def main() -> None:
    limit_waiting()
    name, file = sys.argv[1:]
    outputs = described(name)
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        outputs["Endpoint"] = endpoint
        # The template's URL is AWS's. The emulator tells APIs apart by the same label before its own host name.
        outputs["ApiUrl"] = re.sub(
            r"^https://([^.]+)\.execute-api\.[^/]+",
            rf"http://\1.execute-api.localhost:{urlsplit(endpoint).port}",
            outputs["ApiUrl"],
        )

    write(Path(file), outputs)


if __name__ == "__main__":
    told(main)
