"""Lists the resources and parameters of a deployed stack."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

# The statuses of a stack without resources.
EMPTY = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")


def resources_of(cloudformation, stack: str) -> Iterator[dict]:
    """The resources of a stack, without those of the stacks that are nested in it."""
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        yield from page["StackResourceSummaries"]


def nested_resources_of(cloudformation, stack: str) -> Iterator[dict]:
    """The resources of a stack and of the stacks that are nested in it."""
    for resource in resources_of(cloudformation, stack):
        yield resource
        if resource["ResourceType"] == "AWS::CloudFormation::Stack" and "PhysicalResourceId" in resource:
            yield from nested_resources_of(cloudformation, resource["PhysicalResourceId"])


def parameters_of(cloudformation, stack: str) -> dict[str, str] | None:
    """The parameters that a stack is deployed with; `None` if the stack does not exist or is empty."""
    try:
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if found["StackStatus"] in EMPTY:
        return None
    return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in found.get("Parameters", [])}
