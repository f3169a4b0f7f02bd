"""The tools that show or test the pipeline with the sample's rows need a stack of the built-in shape."""

import sys

import boto3

from stack.resources import parameters_of


def expect_built_in_shape(stack: str) -> None:
    """Ends the tool when the stack has a data package."""
    parameters = parameters_of(boto3.client("cloudformation"), stack) or {}
    if package := parameters.get("DataPackage"):
        sys.exit(
            f"error: {stack} loads the files that {package} declares, and not the sample\n"
            "  Take another stack: the same command with STACK=another behind it"
        )
