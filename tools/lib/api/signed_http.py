"""Calls the deployed API with requests signed for AWS_IAM (SigV4)."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import Session

# The emulator's host names end in .localhost, which many resolvers do not know. RFC 6761 defines them as loopback.
LOOPBACK = "127.0.0.1"


@dataclass
class Answer:
    """A response of the API."""

    status: int
    headers: Mapping[str, str]
    body: str


class Signer:
    """Signs requests to an API in `region`, with these credentials or those of the environment."""

    def __init__(self, region: str, credentials: Credentials | None = None) -> None:
        self.signature = SigV4Auth(credentials or Session().get_credentials(), "execute-api", region)

    def headers(self, method: str, url: str, body: str | bytes | None) -> dict[str, str]:
        """The headers that sign a request to this URL, whose query must be encoded by `encoded`."""
        request = AWSRequest(method, url, data=body)
        self.signature.add_auth(request)
        return dict(request.headers)


def encoded(query: str) -> str:
    """The query string in the form that a signature covers: percent-encoded as far as possible, unlike in many clients."""

    def component(text: str) -> str:
        return quote(unquote_to_bytes(text.replace("+", " ")), safe="-_.~")

    pairs = [parameter.partition("=") for parameter in query.split("&") if parameter]
    return "&".join(f"{component(name)}={component(value)}" for name, _, value in pairs)


class Api:
    """The API at `url`, in `region`, called with these credentials or those of the environment."""

    def __init__(self, url: str, region: str, credentials: Credentials | None = None) -> None:
        self.url = url
        self.signer = Signer(region, credentials)

    def call(self, method: str, path: str, query: dict[str, str] | None = None, body: str | None = None) -> Answer:
        """Sends one signed request."""
        target = f"{path}?{encoded(urlencode(query))}" if query else path
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers |= self.signer.headers(method, self.url + target, body)

        url = urlsplit(self.url)
        local = url.hostname.endswith(".localhost")
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(LOOPBACK if local else url.hostname, url.port, timeout=30)
        try:
            connection.request(method, url.path + target, body, {"Host": url.netloc, **headers})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()
