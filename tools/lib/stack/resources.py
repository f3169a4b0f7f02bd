"""What a deployed stack consists of."""

from collections.abc import Iterator


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
