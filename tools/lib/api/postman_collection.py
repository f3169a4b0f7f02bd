"""The Postman collection of docs/postman: its requests, and the responses that are saved with them as examples."""

import copy
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path

from repository import ROOT

FILE = ROOT / "docs" / "postman" / "messages.postman_collection.json"
# The headers that an example has. The others are of the transport.
HEADERS = (
    "Content-Type",
    "ETag",
    "Location",
    "Allow",
    "Cache-Control",
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
)
# What is another text in each run, and what is written for people and may be reworded.
VARYING = {"instance", "NextToken", "detail"}
# The id of a request in examples.
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def load(file: Path = FILE) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def save(collection: dict, file: Path = FILE) -> None:
    file.write_text(json.dumps(collection, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def items(collection: dict) -> Iterator[dict]:
    """The requests, in the order of a run."""
    for item in collection["item"]:
        if "item" in item:
            yield from items(item)
        else:
            yield item


def example(item: dict, code: int, headers: dict[str, str], body: str) -> dict:
    """A response as Postman saves it with a request. Names of headers are in lower case."""
    # Without a body, API Gateway adds the type that it has for everything.
    names = HEADERS if body else HEADERS[1:]
    body = re.sub(r'("instance":)"[^"]*"', rf'\1"{REQUEST_ID}"', body)
    return {
        "name": f"{code} {phrase(code)}",
        "originalRequest": copy.deepcopy(item["request"]),
        "status": phrase(code),
        "code": code,
        "_postman_previewlanguage": "json" if body else "text",
        "header": [
            {"key": name, "value": headers[name.lower()]} for name in names if headers.get(name.lower()) is not None
        ],
        "cookie": [],
        "body": indented(body),
    }


def phrase(code: int) -> str:
    """The reason phrase of a status, in every version of Python the one of RFC 9110."""
    return "Content Too Large" if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else HTTPStatus(code).phrase


def indented(text: str) -> str:
    """JSON text with line breaks, and otherwise unchanged: numbers keep their digits."""
    written, depth = "", 0
    tokens = TOKEN.findall(text)
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token in "]}":
            depth -= 1
            written += ("" if before in ("[", "{") else "\n" + "  " * depth) + token
        elif token in "[{":
            depth += 1
            written += token + ("" if after in ("]", "}") else "\n" + "  " * depth)
        else:
            written += {",": ",\n" + "  " * depth, ":": ": "}.get(token, token)
    return written


def compacted(text: str) -> str:
    """JSON text without spaces, as the API sends it."""
    return "".join(TOKEN.findall(text))


def differences(item: dict, seen: dict) -> list[str]:
    """What is not in a new example as in the one that is saved."""
    if not item["response"]:
        return ["there is no saved example"]
    [saved] = item["response"]
    own = "{{date}}" in item["request"]["url"]["raw"] + item["request"].get("body", {}).get("raw", "")
    parts = {
        "request": (saved["originalRequest"], seen["originalRequest"]),
        "status": (saved["code"], seen["code"]),
        "headers": (saved["header"], seen["header"]),
        "body": (stable(saved["body"], own), stable(seen["body"], own)),
    }
    return [f"{part}: saved {was}, now {now}" for part, (was, now) in parts.items() if was != now]


def stable(body: str, own: bool) -> object:
    """What a body says in every run. Of lists with messages of others it is which members there are."""
    if not body:
        return None
    value = json.loads(body, parse_float=Decimal)
    if "Items" in value and not own:
        return sorted(value.keys() - VARYING)
    return without_varying(value)


def without_varying(value: object) -> object:
    if isinstance(value, dict):
        return {name: "…" if name in VARYING else without_varying(of) for name, of in value.items()}
    if isinstance(value, list):
        parts = [without_varying(of) for of in value]
        # The mistakes of a request have no order.
        return sorted(parts, key=str) if any("pointer" in part for part in parts if isinstance(part, dict)) else parts
    return value
