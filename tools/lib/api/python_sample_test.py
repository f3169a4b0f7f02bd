"""Tests of docs/guides/call_the_api.py without a stack: what it sends, what it sends again, and when it gives up."""

import importlib.util
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from repository import ROOT

SPEC = importlib.util.spec_from_file_location("call_the_api", ROOT / "docs" / "guides" / "call_the_api.py")
sample = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(sample)
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "token", "no_proxy": "*"}
Answer = tuple[int, dict[str, str], str]


class Server(HTTPServer):
    """Gives answers in their order, and keeps the requests."""

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.requests = answers, []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))
        status, headers, body = self.server.answers.pop(0)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments) -> None:
        """Says nothing."""


class Sample(unittest.TestCase):
    def setUp(self) -> None:
        for patch in (mock.patch.dict("os.environ", KEYS), mock.patch("time.sleep")):
            self.pauses = patch.start()
            self.addCleanup(patch.stop)

    def api(self, *answers: Answer) -> tuple[Server, "sample.MessagesApi"]:
        server = Server([*answers])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, sample.MessagesApi(f"http://127.0.0.1:{server.server_port}/Prod/", "us-east-1")

    def test_a_day_is_read_page_by_page(self) -> None:
        first = json.dumps({"Items": [{"time": "1"}, {"time": "2"}], "NextToken": "a/b+c=="})
        empty = json.dumps({"Items": [], "NextToken": "d"})
        server, api = self.api((200, {}, first), (200, {}, empty), (200, {}, '{"Items": [{"time": "3"}]}'))

        self.assertEqual([item["time"] for item in api.day("2019-05-28", 2)], ["1", "2", "3"])

        queries = [parse_qs(urlsplit(path).query) for path, _ in server.requests]
        self.assertEqual([query.get("NextToken") for query in queries], [None, ["a/b+c=="], ["d"]])
        self.assertEqual([query["limit"] for query in queries], [["2"]] * 3)
        for path, headers in server.requests:
            self.assertTrue(path.startswith("/Prod/message?date=2019-05-28&"), path)
            self.assertIn("/us-east-1/execute-api/aws4_request", headers["Authorization"])
            self.assertEqual(headers["X-Amz-Security-Token"], "token")

    def test_what_may_pass_is_sent_again(self) -> None:
        server, api = self.api((503, {"Retry-After": "7"}, "{}"), (429, {}, "{}"), (200, {}, "{}"))

        self.assertEqual(api.call("GET", "/message"), {})

        self.assertEqual(len(server.requests), 3)
        first, second = (call.args[0] for call in self.pauses.call_args_list)
        self.assertGreaterEqual(first, 7)
        self.assertLess(second, 1)

    def test_it_gives_up_in_the_end(self) -> None:
        server, api = self.api(*[(500, {}, "no JSON")] * sample.TRIES)
        with self.assertRaisesRegex(sample.ApiError, "500: no JSON"):
            api.call("GET", "/message")
        self.assertEqual(server.answers, [])

    def test_what_is_wrong_is_told_at_once(self) -> None:
        server, api = self.api((400, {}, '{"detail": "limit is wrong"}'))
        with self.assertRaisesRegex(sample.ApiError, "400: limit is wrong"):
            api.call("GET", "/message", {"limit": "x"})
        self.assertEqual(len(server.requests), 1)


if __name__ == "__main__":
    unittest.main()
