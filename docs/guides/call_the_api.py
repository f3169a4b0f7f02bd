"""Prints the messages of one day, one JSON object a line: call_the_api.py API_URL REGION DATE [PAGE_SIZE]

Needs Python 3.10 and botocore. Credentials are those of the AWS CLI: profiles, single sign-on, the environment.
"""

import json
import random
import sys
import time
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.session import Session

TRIES = 6
# What may succeed when it is sent again. Any other status from 400 on is final.
PASSING = {429, 500, 502, 503, 504}
LONGEST_PAUSE_S = 20


class ApiError(Exception):
    """An answer that says what is wrong; `problem` has its RFC 9457 members."""

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        try:
            self.problem = json.loads(body)
        except ValueError:
            self.problem = {"detail": body}
        super().__init__(f"{status}: {self.problem.get('detail')}")


class MessagesApi:
    """The API at `url`, the stack's output ApiUrl, in `region`."""

    def __init__(self, url: str, region: str) -> None:
        self.url, self.region = url.rstrip("/"), region
        self.session, self.http = Session(), URLLib3Session(timeout=30)

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict:
        """Sends a request until it succeeds or cannot; the answer's body. `path` is encoded as a URL has it.

        Raises ApiError for an answer that says no, and HTTPClientError where there was none in the end.
        """
        target = self.url + path
        if query:
            target += "?" + urlencode(query, quote_via=quote, safe="")
        content = None if body is None else json.dumps(body).encode()
        for tries_left in reversed(range(TRIES)):
            pause = random.uniform(
                0, min(LONGEST_PAUSE_S, 0.2 * 2 ** (TRIES - tries_left))
            )
            try:
                response = self.http.send(
                    self.signed(method, target, content, dict(headers or {}))
                )
            except HTTPClientError:
                if not tries_left:
                    raise
            else:
                if response.status_code < 400:
                    return json.loads(response.text) if response.text else {}
                if response.status_code not in PASSING or not tries_left:
                    raise ApiError(response.status_code, response.text)
                pause = max(
                    pause,
                    min(LONGEST_PAUSE_S, float(response.headers.get("Retry-After", 0))),
                )
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def signed(
        self, method: str, target: str, content: bytes | None, headers: dict[str, str]
    ):
        """The request with a signature of this moment: an old one is refused."""
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = AWSRequest(method, target, data=content, headers=headers)
        SigV4Auth(
            self.session.get_credentials().get_frozen_credentials(),
            "execute-api",
            self.region,
        ).add_auth(request)
        return request.prepare()

    def day(self, date: str, page_size: int = 1000) -> Iterator[dict]:
        """All messages of a date, in the order of time, page by page."""
        query = {"date": date, "limit": str(page_size)}
        while True:
            page = self.call("GET", "/message", query)
            yield from page["Items"]
            if "NextToken" not in page:
                return
            query["NextToken"] = page["NextToken"]


def main() -> None:
    url, region, date, *page_size = sys.argv[1:]
    try:
        for message in MessagesApi(url, region).day(date, *map(int, page_size)):
            print(json.dumps(message))
    except ApiError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
