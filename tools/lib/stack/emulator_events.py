"""Adds IAM's condition keys for PutEvents to the emulator: the source and the detail type of the events.

The emulator does not set these keys (seen in 1.5.33), so a policy with a condition on one of them refuses or allows every
event. This module sets them from the call's events.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
"""

import json

from ministack.core import iam_actions

KEYS = {"events:source": "Source", "events:detail-type": "DetailType"}

of_tags = iam_actions.request_tag_context


def context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
    """The condition keys, each with one value, or with a list if the events differ."""
    keys = of_tags(service, iam_action, body, params)
    if iam_action != "events:PutEvents":
        return keys
    try:
        entries = json.loads(body)["Entries"]
        values = {key: sorted({entry[member] for entry in entries}) for key, member in KEYS.items()}
    except (ValueError, TypeError, KeyError):
        # A call that cannot be parsed has no keys, so conditions on them refuse it.
        return keys
    return keys | {key: found[0] if len(found) == 1 else found for key, found in values.items()}


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    iam_actions.request_tag_context = context
