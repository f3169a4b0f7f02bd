"""Refuses to deploy a stack with another key than its table has: table_key.py STACK [PARAMETER=VALUE]...

CloudFormation would make a new, empty table for it, and the emulator, unlike AWS, would throw the old one away. What is not
given keeps its value.
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
    """The key of the table of a stack with these parameters, in words."""
    partition, partition_type, sort, sort_type = (parameters[name] for name in KEY)
    return f"{partition} ({partition_type})" + (f" and {sort} ({sort_type})" if sort else "")


def refusal(stack: str, deployed: dict[str, str], given: list[str]) -> str | None:
    """Why a stack with the parameters `deployed` is not deployed with those that are given, if so."""
    present = defaults(root()) | deployed
    wanted = {name: value.strip('"') for name, _, value in (parameter.partition("=") for parameter in given)}
    if present[EXISTING] or (present | wanted)[EXISTING]:
        # Before or after, the table is none of the stack.
        return None
    [old, new] = [key_of(parameters) for parameters in (present, present | wanted)]
    if old == new:
        return None
    return (
        f"error: the key of the table of {stack} is {old}, and a key cannot be changed to {new}\n"
        "  Deploy another stack beside it: make deploy STACK=another, and the rest as before. "
        "Or throw this one away: make down"
    )


def main() -> None:
    limit_waiting()
    stack, *given = sys.argv[1:]
    deployed = parameters_of(boto3.client("cloudformation"), stack)
    if deployed is not None and (problem := refusal(stack, deployed, given)):
        sys.exit(problem)


if __name__ == "__main__":
    told(main)
