"""What the API has answered so far, and what must follow from it: a check of schemathesis beside its own.

Two of its own, use_after_free and ensure_resource_availability, are to find a message that is there after it was deleted, or
is not after it was written. But they take the path for the whole address, and leave out the `time` in the query.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import schemathesis
from schemathesis import Case, CheckContext, Response

Key = tuple[str, str]

# The ETag of every message that was written, or none when it was deleted.
etags: dict[Key, str | None] = {}
# The pages that were announced: the query of the page before, by the token for the next one.
announced: dict[str, dict[str, Any]] = {}


def key_of(url: str) -> Key:
    """The date and time that address a message."""
    parts = urlsplit(url)
    return unquote(parts.path.rpartition("/")[2]), dict(parse_qsl(parts.query)).get("time", "")


@schemathesis.check
class messages_are_as_written:
    """A message is there, with the ETag of its last write, until it is deleted; then it is not."""

    def after_response(self, ctx: CheckContext, response: Response, case: Case) -> None:
        key = key_of(response.request.url)
        [etag] = response.headers.get("etag", [None])
        match case.method, response.status_code:
            case "GET", 200 if case.operation.path == "/message":
                if token := response.json().get("NextToken"):
                    announced[token] = {name: value for name, value in case.query.items() if name != "NextToken"}
            case "GET", 200:
                assert etags.get(key, etag) == etag, f"{key} should have the ETag {etags[key]}"
            case "GET", 304:
                assert etags.get(key, etag) is not None, f"{key} was deleted"
            case ("GET" | "PUT", 404):
                assert etags.get(key) is None, f"{key} was written, and not deleted"
            case "POST", 201:
                item = response.json()["Item"]
                etags[item["date"], item["time"]] = etag
            case "PUT", 204:
                assert etags.get(key, etag) is not None, f"{key} was deleted"
                etags[key] = etag
            case "DELETE", 200:
                etags[key] = None
