"""A temporary IAM user for tools that test the embedded stack's API from outside."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import boto3
from botocore.credentials import Credentials

from stack.built_in import expect_built_in_shape
from stack.outputs import api_address


@dataclass
class ApiUser:
    """An IAM user who may call every route of an API. The emulator checks a user's signature, but not the account's own."""

    url: str
    outputs: dict[str, str]
    credentials: Credentials

    def environment(self) -> dict[str, str]:
        """The environment variables for a program that tests the API."""
        return {
            "API_URL": self.url,
            "TABLE_NAME": self.outputs["TableName"],
            "AWS_REGION": self.outputs["Region"],
            "AWS_ACCESS_KEY_ID": self.credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_key,
        }


@contextmanager
def api_user(file: Path) -> Iterator[ApiUser]:
    """Creates a user of the API of the stack whose outputs are in `file`, and deletes the user at the end."""
    outputs = json.loads(file.read_text())
    expect_built_in_shape(outputs["StackName"])
    # The right is for any API: in a longer pattern MiniStack's star does not match line ends, which a path can contain.
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    iam = boto3.client("iam")
    name = f"api-user-{uuid4()}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="calls", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    try:
        yield ApiUser(api_address(outputs), outputs, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    finally:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
        iam.delete_user_policy(UserName=name, PolicyName="calls")
        iam.delete_user(UserName=name)
