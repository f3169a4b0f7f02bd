"""Compares the messages in the table with those that the clients of tools/load have written, and deletes them."""

import json
from typing import Any

from api.signed_http import Api


def messages_of(api: Api, day: str) -> dict[str, dict[str, Any]]:
    """All messages of a day, by time."""
    messages, query = {}, {"date": day, "limit": "1000"}
    while True:
        page = answer_of(api, "GET", "/message", query)
        messages |= {item["time"]: item for item in page["Items"]}
        if "NextToken" not in page:
            return messages
        query["NextToken"] = page["NextToken"]


def differences(api: Api, day: str, expected: dict[str, dict[str, Any]]) -> list[str]:
    """The messages that are not as they were written."""
    found = messages_of(api, day)
    times = sorted(found.keys() | expected.keys())
    return [
        f"{day} {time} is {json.dumps(found.get(time))}, and should be {json.dumps(expected.get(time))}"
        for time in times
        if found.get(time) != expected.get(time)
    ]


def clear(api: Api, day: str) -> None:
    """Deletes all messages of a day."""
    for time in messages_of(api, day):
        answer_of(api, "DELETE", f"/message/{day}", {"time": time})


def answer_of(api: Api, method: str, path: str, query: dict[str, str]) -> Any:
    answer = api.call(method, path, query)
    if answer.status != 200:
        raise RuntimeError(f"{method} {path} was answered with {answer.status} {answer.body}")
    return json.loads(answer.body)
