"""Refuses stacks with a data package, for tools that use the sample's rows."""

import sys

import boto3

from stack.resources import parameters_of


def expect_built_in_shape(stack: str) -> None:
    """Ends the tool if the stack has a data package."""
    parameters = parameters_of(boto3.client("cloudformation"), stack) or {}
    if package := parameters.get("DataPackage"):
        sys.exit(
            f"error: {stack} loads the files that {package} declares, not the sample\n"
            "  Use another stack: the same command, followed by STACK=another"
        )
