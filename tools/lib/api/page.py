"""Renders the API's OpenAPI document as one page without scripts: page.py DOCUMENT FILE.

The page makes no request, and everything that the document says is open text on it: the browser's search finds it.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from api import code_samples
from api.openapi import Document, Named, Operation
from api.schema_words import code, facts_of, properties_of, type_of
from failures import told

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
JSON_WIDTH = 100


@dataclass
class Response:
    """A response: its kinds of problems, its headers, the type of its body, and how it looks on the wire."""

    status: str
    kinds: list[str]
    name: str | None
    description: str
    headers: list[tuple[str, Named]]
    type: Markup | None
    messages: list[tuple[str, str]]


@dataclass
class Call:
    """An operation with its samples and responses."""

    operation: Operation
    parameters: list[Named]
    body_type: Markup | None
    bodies: list[tuple[str, str]]
    curl: str
    python: str
    responses: list[Response] = field(default_factory=list)


class Page:
    """What the page shows of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root = document.root
        self.sections = re.findall(r"^## (.+)$", self.root["info"]["description"], re.MULTILINE)
        self.calls = [self.call(operation) for operation in document.operations]
        self.problems = {
            name: self.response(self.statuses(name), Named(name, response))
            for name, response in document.components("responses").items()
        }
        everywhere = [name for name in self.problems if len(self.callers(name)) == len(self.calls)]
        self.of_every_call = everywhere

    def tagged(self) -> list[tuple[dict, list[Call]]]:
        """The calls of each tag."""
        return [
            (tag, [call for call in self.calls if tag["name"] in call.operation.value["tags"]])
            for tag in self.root["tags"]
        ]

    def call(self, operation: Operation) -> Call:
        request = code_samples.request_of(self.document, operation)
        content = operation.value.get("requestBody", {}).get("content", {})
        responses = [
            (status, self.document.resolved(response)) for status, response in operation.value["responses"].items()
        ]
        return Call(
            operation,
            list(operation.parameters),
            self.type_in(content),
            [(example.value.get("summary", ""), pretty(example.value["value"])) for example in self.examples(content)],
            code_samples.curl(request),
            code_samples.python(request),
            [self.response(status, response) for status, response in responses],
        )

    def response(self, status: str, response: Named) -> Response:
        value = response.value
        headers = [(name, self.document.resolved(header)) for name, header in value.get("headers", {}).items()]
        own = [(name, header) for name, header in headers if not self.is_of_every_response(header)]
        content = value.get("content", {})
        lines = [f"HTTP/2 {status}"]
        lines += [f"Content-Type: {media_type}" for media_type in content]
        lines += [f"{name}: {wire(header.value['example'])}" for name, header in own]
        head = "\n".join(lines)
        messages = [
            (example.value.get("summary", ""), f"{head}\n\n{pretty(example.value['value'])}")
            for example in self.examples(content)
        ]
        return Response(
            status,
            self.kinds(content),
            response.name,
            value["description"],
            own,
            self.type_in(content),
            messages or [("", head + "\n")],
        )

    def kinds(self, content: dict) -> list[str]:
        """The kinds of problems that a body can have, by the ends of their names."""
        examples = (example.value["value"] for example in self.examples(content))
        kinds = (example["type"] for example in examples if "type" in example and "instance" in example)
        return [kind.rpartition(":")[2] for kind in kinds]

    def examples(self, content: dict) -> list[Named]:
        return self.document.examples(content)

    def type_in(self, content: dict) -> Markup | None:
        """The type of a body, in the one media type that it has."""
        for media_type in content.values():
            return type_of(self.document, media_type["schema"])
        return None

    def is_of_every_response(self, header: Named) -> bool:
        """Whether all responses of all calls have a header."""
        uses = self.document.header_uses
        return bool(header.name) and uses[header.name] == max(uses.values())

    def shared_headers(self) -> tuple[list[Named], list[Named]]:
        """The headers of every response, and those that several calls or responses have: they are explained once."""
        uses = self.document.header_uses
        parts = self.document.components("parameters") | self.document.components("headers")
        named = {header.name: header for header in self.headers()}
        shared = [named[name] for name in parts if uses[name] > 1]
        every = [header for header in shared if self.is_of_every_response(header)]
        return every, [header for header in shared if header not in every]

    def headers(self) -> list[Named]:
        """Every header of requests and responses, with its name on the wire."""
        found = []
        for operation in self.document.operations:
            found += operation.parameters_in("header")
            for response in operation.value["responses"].values():
                for name, header in self.document.resolved(response).value.get("headers", {}).items():
                    resolved = self.document.resolved(header)
                    found.append(Named(resolved.name, {"name": name, **resolved.value}))
        return found

    def is_explained_once(self, header: Named) -> bool:
        return self.document.header_uses[header.name] > 1

    def callers(self, response: str) -> list[Operation]:
        """The operations that have a response."""
        return [
            operation
            for operation in self.document.operations
            if any(self.document.resolved(of).name == response for of in operation.value["responses"].values())
        ]

    def statuses(self, response: str) -> str:
        """The status of a response that is a component."""
        [status] = {
            status
            for operation in self.document.operations
            for status, of in operation.value["responses"].items()
            if self.document.resolved(of).name == response
        }
        return status


def wire(value: object) -> str:
    """A header's value as it is sent: an ETag with its quotation marks."""
    return value if isinstance(value, str) else json.dumps(value)


def pretty(value: object) -> str:
    """JSON, whose objects that fit are in one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= JSON_WIDTH or not isinstance(value, (dict, list)):
        return line
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    members = (
        [f"{json.dumps(name)}: {pretty(of)}" for name, of in value.items()]
        if isinstance(value, dict)
        else [*map(pretty, value)]
    )
    indented = ",\n".join(members).replace("\n", "\n  ")
    return f"{opening}\n  {indented}\n{closing}"


def anchor(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-")


def markdown(text: str) -> Markup:
    """Markdown as HTML, whose headings have anchors."""
    html = MARKDOWN.render(text)
    return Markup(re.sub(r"<h2>(.+?)</h2>", lambda found: f'<h2 id="{anchor(found[1])}">{found[1]}</h2>', html))


def inline(text: str) -> Markup:
    return Markup(MARKDOWN.renderInline(" ".join(text.split())))


def rendered(document: Document) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"markdown": markdown, "inline": inline, "anchor": anchor, "code": code, "wire": wire}
    template = environment.get_template("page.html.jinja")
    return template.render(
        page=Page(document),
        document=document,
        root=document.root,
        type_of=lambda schema: type_of(document, schema),
        facts_of=lambda schema: facts_of(document.resolved(schema).value),
        properties_of=lambda schema: properties_of(document, schema),
        samples_shell=code_samples.SHELL,
        samples_python=code_samples.PYTHON,
        phrase=lambda status: HTTPStatus(int(status)).phrase,
    )


def main() -> None:
    source, file = map(Path, sys.argv[1:])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(rendered(Document.read(source)), encoding="utf-8")


if __name__ == "__main__":
    told(main)
