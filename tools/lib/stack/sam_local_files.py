"""Writes the files that `sam local invoke` needs from a deployed stack: sam_local_files.py STACK FOLDER [ENDPOINT]

It writes env.json, the variables of the stack's functions, and s3-to-sqs.json, the event of the sample's upload, into
FOLDER. ENDPOINT is the address by which containers reach the embedded stack. Without it the functions call AWS.
"""

import hashlib
import json
import sys
from pathlib import Path

import boto3

from failures import told
from repository import ROOT
from stack.outputs import described, write
from stack.patience import limit_waiting
from stack.resources import resources_of

SAMPLE = ROOT / "sample_data" / "data.csv"
SAMPLE_EVENT = ROOT / "events" / "s3-to-sqs.json"
# SAM CLI, like Lambda, mounts the layer with the data package here. The embedded stack mounts no layer and uses another path.
LAYER = "/opt/datapackage.json"


def environment(functions: dict[str, dict[str, str]], endpoint: str) -> dict[str, dict[str, str]]:
    """The content of env.json, made of the functions' variables by logical id."""
    return {name: local(variables) | {"AWS_ENDPOINT_URL": endpoint} for name, variables in sorted(functions.items())}


def local(variables: dict[str, str]) -> dict[str, str]:
    """A function's variables for a container of SAM CLI."""
    return variables | ({"DATA_PACKAGE": LAYER} if variables.get("DATA_PACKAGE") else {})


def variables_of(stack: str) -> dict[str, dict[str, str]]:
    """The environment variables of a stack's functions, by logical id."""
    cloudformation, functions = boto3.client("cloudformation"), boto3.client("lambda")
    return {
        resource["LogicalResourceId"]: functions.get_function_configuration(FunctionName=resource["PhysicalResourceId"])
        .get("Environment", {})
        .get("Variables", {})
        for resource in resources_of(cloudformation, stack)
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }


def upload(bucket: str, region: str) -> dict:
    """The event of the sample's upload, for an object that was not uploaded in parts or with a KMS key."""
    event = json.loads(SAMPLE_EVENT.read_text(encoding="utf-8"))
    [record] = event["Records"]
    record["awsRegion"] = region
    record["s3"]["bucket"] |= {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"}
    content = SAMPLE.read_bytes()
    record["s3"]["object"] |= {"size": len(content), "eTag": hashlib.md5(content, usedforsecurity=False).hexdigest()}
    return event


def main() -> None:
    limit_waiting()
    stack, folder, endpoint = sys.argv[1], Path(sys.argv[2]), "".join(sys.argv[3:])
    outputs = described(stack)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "env.json", environment(variables_of(stack), endpoint))
    write(folder / "s3-to-sqs.json", upload(outputs["DataBucketName"], outputs["Region"]))


if __name__ == "__main__":
    told(main)
