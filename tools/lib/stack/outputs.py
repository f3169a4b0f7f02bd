"""Reads a stack's outputs. As a command, it writes them as one flat JSON object: outputs.py STACK FILE"""

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
    """The options by which a command is given a stack."""
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
    """The outputs of a stack from CloudFormation, with its name and region."""
    cloudformation = boto3.client("cloudformation")
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return {**outputs, "StackName": name, "Region": cloudformation.meta.region_name}


def api_address(outputs: dict[str, str]) -> str:
    """The address of the API. The embedded stack's needs no host name: many resolvers do not know names below localhost."""
    url = urlsplit(outputs["ApiUrl"])
    api_id = url.hostname.partition(".")[0]
    return f"{outputs['Endpoint']}/_aws/execute-api/{api_id}{url.path}" if "Endpoint" in outputs else outputs["ApiUrl"]


def write(file: Path, content: dict) -> None:
    """Writes a JSON object into a file atomically: a reader sees either the old file or the new one."""
    temporary = Path(f"{file}.new")
    temporary.write_text(json.dumps(content, indent=2) + "\n")
    temporary.replace(file)


def main() -> None:
    limit_waiting()
    name, file = sys.argv[1:]
    outputs = described(name)
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        outputs["Endpoint"] = endpoint
        # The template has AWS's URL. The emulator's URL has the same API id in front of its own host name.
        outputs["ApiUrl"] = re.sub(
            r"^https://([^.]+)\.execute-api\.[^/]+",
            rf"http://\1.execute-api.localhost:{urlsplit(endpoint).port}",
            outputs["ApiUrl"],
        )

    write(Path(file), outputs)


if __name__ == "__main__":
    told(main)
