"""The rules that docs/openapi.yaml states in words, because a schema cannot express them.

schemathesis expects a request that is valid by the schemas to be accepted. These functions change it so that it keeps the
rules too.
"""

import os
from typing import Any

from schemathesis import Case

from api.schemathesis_model import announced, etags

# The key, which an update expression cannot name.
KEY = ("date", "time")
# The limits of a number: its significant digits, and the range of its magnitude.
DIGITS, SMALLEST, TOO_LARGE = 38, 1e-130, 10**126


def keep_rules(case: Case) -> None:
    """Changes a request that is valid by the schemas into one that keeps all rules."""
    if isinstance(case.body, dict):
        case.body = storable(case.body)
        if "TableName" in case.body:
            case.body["TableName"] = os.environ["TABLE_NAME"]
        # MiniStack mistakes a message with an attribute of this name for a map, and then refuses to update it.
        case.body.get("Item", {}).pop("M", None)
    if case.method == "POST":
        keep_preconditions(case, case.body["Item"])
    elif case.operation.path == "/message":
        keep_list_rules(case)
    else:
        if case.method == "PUT":
            aim_at_a_message(case)
            keep_update_rules(case.body, case.path_parameters | case.query)
        keep_preconditions(case, case.path_parameters | case.query)


def keep_preconditions(case: Case, address: dict[str, Any]) -> None:
    """Chooses a message that exists, and its ETag, for `If-Match`, and one that does not exist for `If-None-Match`."""
    etag = etags.get((address["date"], address["time"]))
    if not etag:
        case.headers.pop("If-Match", None)
    elif case.headers.get("If-Match", "*") != "*":
        case.headers["If-Match"] += f", {etag}"
    if etag and case.method == "POST":
        case.headers.pop("If-None-Match", None)


def aim_at_a_message(case: Case) -> None:
    """Aims an update at an existing message, if there is one."""
    there = [key for key, etag in etags.items() if etag]
    if there and (case.path_parameters["date"], case.query["time"]) not in there:
        case.path_parameters["date"], case.query["time"] = there[-1]


def keep_list_rules(case: Case) -> None:
    """Keeps times and orders only with a date, puts the start of a range first, and uses a token that the API returned."""
    query = case.query
    if "NextToken" in query:
        del query["NextToken"]
        if announced:
            token, before = announced.popitem()
            query.clear()
            query.update(before, NextToken=token)
    if "date" not in query:
        for name in ("from", "to", "order"):
            query.pop(name, None)
    if "from" in query and "to" in query:
        query["from"], query["to"] = sorted([query["from"], query["to"]])


def keep_update_rules(body: dict[str, Any], address: dict[str, Any]) -> None:
    """Uses the key of the address, changes at least one attribute, none in two ways, and uses every placeholder."""
    if "UpdateExpression" in body:
        body["UpdateExpression"] = expression_of(body)
        return
    item = body.get("Item", {})
    item.update((name, address[name]) for name in KEY if name in item)
    if "Remove" in body:
        body["Remove"] = [name for name in dict.fromkeys(body["Remove"]) if name not in item]
    if not body.get("Remove") and not item.keys() - set(KEY):
        body["Item"] = {**item, "source": "wired"}


def expression_of(body: dict[str, Any]) -> str:
    """An update expression that uses exactly the defined placeholders."""
    names = body.get("ExpressionAttributeNames", {})
    # An expression cannot change an attribute twice, nor the key.
    distinct = {name: placeholder for placeholder, name in names.items() if name not in KEY}
    if "ExpressionAttributeNames" in body:
        body["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in distinct.items()}
    sets = [f"fuzzed{at} = {value}" for at, value in enumerate(body.get("ExpressionAttributeValues", {}))]
    removes = list(distinct.values()) or ["note"]
    return (f"SET {', '.join(sets)} " if sets else "") + f"REMOVE {', '.join(removes)}"


def storable(value: Any) -> Any:
    """The same JSON with every number replaced by one that DynamoDB can store."""
    if isinstance(value, dict):
        return {name: storable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [storable(member) for member in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or value == 0:
        return value
    if not SMALLEST <= abs(value) < TOO_LARGE:
        return 0
    if isinstance(value, int) and (extra := len(str(abs(value))) - DIGITS) > 0:
        return value // 10**extra * 10**extra
    return value
