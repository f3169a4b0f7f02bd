"""Writes the outputs of a stack as one flat JSON object, for people and tests: outputs.py STACK FILE."""

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3


def main() -> None:
    stack_name, file = sys.argv[1:]
    cloudformation = boto3.client("cloudformation")
    [stack] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    outputs["StackName"] = stack_name
    outputs["Region"] = cloudformation.meta.region_name
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        outputs["Endpoint"] = endpoint
        # The template's URL is AWS's. The emulator tells APIs apart by the same label before its own host name.
        outputs["ApiUrl"] = re.sub(
            r"^https://([^.]+)\.execute-api\.[^/]+",
            rf"http://\1.execute-api.localhost:{urlsplit(endpoint).port}",
            outputs["ApiUrl"],
        )

    # Renamed into place: a reader sees the old file or the new one, never half of it.
    temporary = Path(f"{file}.new")
    temporary.write_text(json.dumps(outputs, indent=2) + "\n")
    temporary.replace(file)


main()
