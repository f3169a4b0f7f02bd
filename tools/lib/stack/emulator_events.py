"""The emulator's rights for events: policies may name the source and the type of the events that are put.

It does not fill in the keys that IAM has for PutEvents (seen in 1.5.33), so that a policy with a condition on one of them
refuses every event, or lets every event through. Here they are what the call's events have.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
"""

import json

from ministack.core import iam_actions

KEYS = {"events:source": "Source", "events:detail-type": "DetailType"}

of_tags = iam_actions.request_tag_context


def context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
    """The keys that conditions can name, each with one value, or with a list where events differ."""
    keys = of_tags(service, iam_action, body, params)
    if iam_action != "events:PutEvents":
        return keys
    try:
        entries = json.loads(body)["Entries"]
        values = {key: sorted({entry[member] for entry in entries}) for key, member in KEYS.items()}
    except (ValueError, TypeError, KeyError):
        # What cannot be read is put nowhere, and conditions that name a key refuse it.
        return keys
    return keys | {key: found[0] if len(found) == 1 else found for key, found in values.items()}


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    iam_actions.request_tag_context = context
