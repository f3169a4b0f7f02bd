"""Writes the Postman environment of a deployed stack: postman_environment.py (--stack NAME | --outputs FILE) [--to FILE].

For the embedded stack, it contains the credentials of the emulator's account. For a stack on AWS the credentials are empty, and
each user fills in their own.
"""

import argparse
import json
import sys
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import boto3

from failures import told
from stack.outputs import api_address, outputs_of, which_stack, write
from stack.patience import limit_waiting

# The access key of the emulator's own account.
EMBEDDED = {"accessKey": "test", "secretKey": "test"}
SECRET = {"secretKey", "sessionToken", "apiKey"}


def environment(outputs: dict[str, str], api_key: str = "") -> dict:
    """The environment of a stack with these outputs."""
    embedded = "Endpoint" in outputs
    values = {
        "baseUrl": api_address(outputs),
        "region": outputs["Region"],
        "accessKey": "",
        "secretKey": "",
        "sessionToken": "",
        "apiKey": api_key,
    } | (EMBEDDED if embedded else {})
    where = "embedded" if embedded else outputs["Region"]
    return {
        # The id depends on the stack only, so that Postman replaces an earlier environment of the stack.
        "id": str(uuid5(NAMESPACE_URL, outputs["ApiUrl"])),
        "name": f"{outputs['StackName']} ({where})",
        "values": [
            {"key": name, "value": value, "type": "secret" if name in SECRET else "default", "enabled": True}
            for name, value in values.items()
        ],
        "_postman_variable_scope": "environment",
    }


def api_key_of(outputs: dict[str, str]) -> str:
    """The value of the embedded stack's API key, if it has one."""
    if "Endpoint" not in outputs or "ApiKeyId" not in outputs:
        return ""
    return boto3.client("apigateway").get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]


def main() -> None:
    limit_waiting()
    parser = argparse.ArgumentParser(
        prog="postman environment",
        parents=[which_stack()],
        description="Writes the Postman environment of a stack.",
    )
    parser.add_argument("--to", metavar="FILE", type=Path, help="the file to write, in place of the standard output")
    options = parser.parse_args()
    outputs = outputs_of(options)
    found = environment(outputs, api_key_of(outputs))
    if options.to:
        write(options.to, found)
    else:
        json.dump(found, sys.stdout, indent=2)
        print()


if __name__ == "__main__":
    told(main)
