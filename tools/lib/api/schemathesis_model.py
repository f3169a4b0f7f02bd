"""A check for schemathesis: the API's answers must agree with its earlier answers.

Two of schemathesis's own checks, use_after_free and ensure_resource_availability, look for a message that exists after its
deletion or is missing after a write. They do not fit: they take the path for the whole address and ignore the `time` in
the query.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import schemathesis
from schemathesis import Case, CheckContext, Response

Key = tuple[str, str]

# The ETag of every message that was written; `None` if it was deleted.
etags: dict[Key, str | None] = {}
# The announced pages: for each token, the query of the page that returned it.
announced: dict[str, dict[str, Any]] = {}


def key_of(url: str) -> Key:
    """The date and time that address a message."""
    parts = urlsplit(url)
    return unquote(parts.path.rpartition("/")[2]), dict(parse_qsl(parts.query)).get("time", "")


@schemathesis.check
class messages_are_as_written:
    """A message exists, with the ETag of its last write, until it is deleted."""

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
