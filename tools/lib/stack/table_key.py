"""Refuses to deploy a stack with another key than its table's: table_key.py STACK [PARAMETER=VALUE]...

CloudFormation would create a new, empty table for it, and the emulator, unlike AWS, would delete the old one. A parameter
that is not given keeps its value.
"""

import sys

import boto3

from failures import told
from stack.conditions import defaults
from stack.patience import limit_waiting
from stack.resources import parameters_of
from stack.templates import root

KEY = ("PartitionKey", "PartitionKeyType", "SortKey", "SortKeyType")
EXISTING = "ExistingTableName"


def key_of(parameters: dict[str, str]) -> str:
    """The key of the table of a stack with these parameters, as text."""
    partition, partition_type, sort, sort_type = (parameters[name] for name in KEY)
    return f"{partition} ({partition_type})" + (f" and {sort} ({sort_type})" if sort else "")


def refusal(stack: str, deployed: dict[str, str], given: list[str]) -> str | None:
    """The reason why a stack with the parameters `deployed` cannot be deployed with the given ones; `None` if it can."""
    present = defaults(root()) | deployed
    wanted = {name: value.strip('"') for name, _, value in (parameter.partition("=") for parameter in given)}
    if present[EXISTING] or (present | wanted)[EXISTING]:
        # The table is not the stack's own, before or after the deployment.
        return None
    [old, new] = [key_of(parameters) for parameters in (present, present | wanted)]
    if old == new:
        return None
    return (
        f"error: the key of the table of {stack} is {old}, and a key cannot be changed to {new}\n"
        "  Deploy another stack beside it: make deploy STACK=another, and the rest as before. "
        "Or delete this one with its data: make down"
    )


def main() -> None:
    limit_waiting()
    stack, *given = sys.argv[1:]
    deployed = parameters_of(boto3.client("cloudformation"), stack)
    if deployed is not None and (problem := refusal(stack, deployed, given)):
        sys.exit(problem)


if __name__ == "__main__":
    told(main)
