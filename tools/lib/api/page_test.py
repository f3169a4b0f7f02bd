"""Tests of the API's page: what it shows, that a browser fetches nothing for it, and what its samples send."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from api import code_samples
from api.openapi import Document, Operation
from api.page import markdown, rendered
from repository import ROOT

DOCUMENT = Document.read(ROOT / "docs" / "openapi.yaml")
HTML = rendered(DOCUMENT)
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "no_proxy": "*"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Elements for which browsers fetch something or send a form, and elements that browsers do not show at first.
FETCHING = {"script", "img", "iframe", "object", "embed", "video", "audio", "source", "base", "form", "input", "style"}
HIDING = {"details", "dialog", "template", "noscript", "hidden"}


class Reader(HTMLParser):
    """The elements of a page, and its text as a browser's search sees it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.ids: dict[str, str] = {}
        self.parts: list[str] = []
        self.feed(html)
        self.text = words("".join(self.parts))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "head" not in self.open:
            self.parts.append(data)


def words(text: str) -> str:
    return " ".join(text.split())


def plain(text: str) -> str:
    """The text of a Markdown source as a browser shows it."""
    return Reader(str(markdown(text))).text


def texts(node: object, name: str) -> Iterator[str]:
    """All strings with this member name in a part of the document. Those in examples are data and left out."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name and isinstance(value, str):
                yield value
            elif key not in ("value", "links"):
                yield from texts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, name)


def section(name: str) -> str:
    """The section of the page about an operation."""
    [found] = re.findall(rf'<section id="{name}".*?</section>', HTML, re.DOTALL)
    return found


class Content(unittest.TestCase):
    PAGE = Reader(HTML)

    def test_every_description_and_summary_is_open_text(self) -> None:
        for name in ("description", "summary"):
            for text in texts(DOCUMENT.root, name):
                self.assertTrue(plain(text) in self.PAGE.text, text)
        self.assertEqual(HIDING & {tag for tag, _ in self.PAGE.elements}, set())
        self.assertNotIn("hidden", {name for _, attributes in self.PAGE.elements for name in attributes})
        self.assertNotIn("display: none", re.sub(r"@media print.*", "", HTML.partition("</style>")[0], flags=re.DOTALL))

    def test_headers_are_explained_once(self) -> None:
        for header in DOCUMENT.components("headers").values():
            self.assertEqual(self.PAGE.text.count(plain(header["description"])), 1, header)
        for operation in DOCUMENT.operations:
            of_call = Reader(section(operation.id)).text
            self.assertNotIn("Strict-Transport-Security", of_call)
            self.assertNotIn("Weak ones", of_call)

    def test_an_etag_is_as_it_is_sent(self) -> None:
        for name in ("getMessage", "postMessage", "putMessage"):
            self.assertRegex(Reader(section(name)).text, r'ETag: "[\w-]{22}"')
        self.assertIn("""-H 'If-Match: "Heeu34""", Reader(section("putMessage")).text)

    def test_a_list_has_a_token(self) -> None:
        self.assertRegex(Reader(section("getMessages")).text, r'"NextToken": "[\w-]{20,}"')

    def test_links_lead_somewhere_and_names_are_unique(self) -> None:
        ids = [attributes["id"] for _, attributes in self.PAGE.elements if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for tag, attributes in self.PAGE.elements:
            target = attributes.get("href", "")
            if tag == "a" and not target.startswith("https://"):
                self.assertIn(target.removeprefix("#"), ids)

    def test_elements_are_closed(self) -> None:
        self.assertEqual(self.PAGE.open, [])


class Requests(unittest.TestCase):
    def test_a_browser_fetches_nothing(self) -> None:
        page = Reader(HTML)
        for tag, attributes in page.elements:
            self.assertFalse({"src", "srcset", "poster", "background", "ping"} & attributes.keys(), (tag, attributes))
            if tag == "link":
                self.assertEqual(attributes, {"rel": "icon", "href": "data:,"})
        self.assertEqual(FETCHING & {tag for tag, _ in page.elements}, {"style"})
        self.assertNotRegex(HTML.partition("</style>")[0], r"@import|url\(")

    def test_a_policy_forbids_it(self) -> None:
        self.assertIn("default-src 'none'; style-src 'unsafe-inline'; img-src data:", HTML)


class Server(HTTPServer):
    """Records requests, and responds with examples of the document."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str, dict[str, str], object]] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers), json.loads(sent) if sent else None))
        first = self.path.startswith("/Prod/message?") and PAGED not in self.path
        examples = DOCUMENT.components("examples")
        answer = json.dumps(examples["FirstPage" if first else "Page"]["value"]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        pass


PAGED = code_samples.PAGED


class Samples(unittest.TestCase):
    """The samples send what the sample events of the functions contain."""

    def setUp(self) -> None:
        self.server = Server()
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}/Prod"

    def check(self, operation: Operation, run: Callable[[code_samples.Request], None]) -> None:
        request = code_samples.request_of(DOCUMENT, operation)
        run(request)
        method, target, headers, body = self.server.requests.pop(0)
        name = re.sub("([A-Z])", r"-\1", operation.id).lower()
        event = json.loads((ROOT / "events" / f"{name}.json").read_text())
        self.assertEqual((method, urlsplit(target).path), (event["httpMethod"], "/Prod" + event["path"]))
        query = {name: [value] for name, value in (event["queryStringParameters"] or {}).items()}
        self.assertEqual(parse_qs(urlsplit(target).query), query)
        self.assertIn("/us-east-1/execute-api/aws4_request", headers["Authorization"])
        content = operation.value.get("requestBody", {}).get("content", {})
        bodies = [example.value["value"] for example in DOCUMENT.examples(content)]
        self.assertIn(body, bodies or [None])
        if body is not None:
            self.assertEqual(headers["Content-Type"], "application/json")
        for name, value in request.headers.items():
            self.assertEqual(headers[name], value)

    @unittest.skipUnless(shutil.which("curl"), "there is no curl")
    def test_curl(self) -> None:
        for operation in DOCUMENT.operations:
            with self.subTest(operation.id):
                self.check(operation, self.run_curl)
                self.assertEqual(self.server.requests, [])

    def run_curl(self, request: code_samples.Request) -> None:
        environment = os.environ | KEYS | {"API_URL": self.url}
        lines = code_samples.curl(request)
        subprocess.run(["bash", "-euc", lines], check=True, capture_output=True, env=environment, timeout=60)

    def test_python(self) -> None:
        for operation in DOCUMENT.operations:
            with self.subTest(operation.id):
                self.check(operation, self.run_python)
                # The sample of a list requests the next page, too.
                pages = [target for _, target, _, _ in self.server.requests]
                self.server.requests.clear()
                token = DOCUMENT.components("examples")["FirstPage"]["value"][PAGED]
                listed = operation.id == "getMessages"
                self.assertEqual([token in page for page in pages], [True] if listed else [])

    def run_python(self, request: code_samples.Request) -> None:
        lines = code_samples.PYTHON + code_samples.python(request)
        lines = re.sub(r"https://abcdef1234[^\"]*", self.url, lines)
        environment = os.environ | KEYS | {"PYTHONPATH": str(ROOT / "docs" / "guides")}
        command = [sys.executable, "-c", lines]
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=60)


class Command(unittest.TestCase):
    def test_it_writes_the_page(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "docs" / "index.html"
            command = [sys.executable, "-m", "api.page", ROOT / "docs" / "openapi.yaml", page]
            subprocess.run(command, check=True)
            self.assertEqual(page.read_text(encoding="utf-8"), HTML)

    def test_what_it_cannot_show_is_an_error(self) -> None:
        root = json.loads(json.dumps(DOCUMENT.root))
        root["components"]["schemas"]["Text"]["multipleOf"] = 2
        with self.assertRaisesRegex(ValueError, "cannot show multipleOf"):
            rendered(Document(root))


if __name__ == "__main__":
    unittest.main(verbosity=2)
