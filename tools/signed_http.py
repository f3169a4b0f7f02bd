"""Calls of the deployed API, signed as AWS_IAM wants them."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

# The emulator's host names end in .localhost, which many resolvers do not know. Such names are loopback (RFC 6761).
LOOPBACK = "127.0.0.1"


@dataclass
class Answer:
    """What the API said."""

    status: int
    body: str


class Api:
    """The API at `url`, in `region`, called with the credentials of the environment."""

    def __init__(self, url: str, region: str) -> None:
        self.url = url
        self.signer = SigV4Auth(Session().get_credentials(), "execute-api", region)

    def call(self, method: str, path: str, query: dict[str, str] | None = None, body: str | None = None) -> Answer:
        """Sends one signed request."""
        target = f"{path}?{urlencode(query)}" if query else path
        headers = {"Content-Type": "application/json"} if body is not None else {}
        request = AWSRequest(method, self.url + target, headers=headers, data=body)
        self.signer.add_auth(request)

        url = urlsplit(self.url)
        local = url.hostname.endswith(".localhost")
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(LOOPBACK if local else url.hostname, url.port, timeout=30)
        try:
            connection.request(method, url.path + target, body, {"Host": url.netloc, **dict(request.headers)})
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()
