"""Makes code samples that call an operation, from the examples in the OpenAPI document."""

import json
import shlex
import textwrap
from dataclasses import dataclass, field
from urllib.parse import quote

from api.openapi import Document, Operation

# The optional parameters that samples have: those that list a day. The sample of GUARDED also has its precondition.
SHOWN = {"ListDate", "ListKey", "Limit"}
GUARDED = "putMessage"
PAGED = "NextToken"
# The most characters of a line of Python.
LINE = 88

# What has to run before the samples.
SHELL = """\
export API_URL=https://abcdef1234.execute-api.us-east-1.amazonaws.com/Prod AWS_REGION=us-east-1
eval "$(aws configure export-credentials --format env)"
"""
PYTHON = """\
from call_the_api import MessagesApi

api = MessagesApi("https://abcdef1234.execute-api.us-east-1.amazonaws.com/Prod", "us-east-1")
"""


@dataclass
class Request:
    """A request whose values are examples of the document."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None
    paged: bool = False

    @property
    def target(self) -> str:
        """Path and query, percent-encoded. In a query, a colon and a comma need no encoding."""
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe=':,')}" for name, value in self.query.items())
        return self.path + (f"?{query}" if query else "")


def request_of(document: Document, operation: Operation) -> Request:
    """The request that the samples of an operation make."""
    request = Request(operation.method.upper(), operation.path)
    for parameter in operation.parameters_in("path"):
        value = quote(text(parameter.value["example"]), safe="")
        request.path = request.path.replace(f"{{{parameter.value['name']}}}", value)
    for parameter in operation.parameters_in("query"):
        if parameter.value.get("required") or parameter.name in SHOWN:
            request.query[parameter.value["name"]] = text(parameter.value["example"])
    if operation.id == GUARDED:
        [header] = operation.parameters_in("header")
        request.headers[header.value["name"]] = document.resolved(header.value["schema"]).value["examples"][0]
    if body := operation.value.get("requestBody"):
        request.body = document.examples(body["content"])[0].value["value"]
    request.paged = any(parameter.value["name"] == PAGED for parameter in operation.parameters)
    return request


def text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def curl(request: Request) -> str:
    """A curl command that signs the request and sends it."""
    method = "" if request.method == "GET" or request.body and request.method == "POST" else f"-X {request.method} "
    lines = [
        'curl -i --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
        f'{method}"$API_URL{request.target}"',
    ]
    headers = request.headers | ({"Content-Type": "application/json"} if request.body is not None else {})
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if request.body is not None:
        lines.append(f"-d {shlex.quote(json.dumps(request.body))}")
    return " \\\n  ".join(lines)


def python(request: Request) -> str:
    """Python statements that make the request with `api`, a MessagesApi of docs/guides/call_the_api.py."""
    arguments = [literal(request.method), literal(request.path)]
    if request.query:
        arguments.append("query" if request.paged else literal(request.query))
    if request.body is not None:
        arguments.append(f"body={literal(request.body)}")
    if request.headers:
        arguments.append(f"headers={literal(request.headers)}")
    call = bracketed("api.call(", arguments, ")")
    if not request.paged:
        return call
    return PAGES.format(query=literal(request.query), call=call)


PAGES = """\
query = {query}
while True:
    page = {call}
    print(page["Items"])
    if "NextToken" not in page:
        break
    query["NextToken"] = page["NextToken"]"""


def literal(value: object) -> str:
    """A Python literal. Its quotation marks are chosen so that none has to be escaped."""
    if isinstance(value, dict):
        return bracketed("{", [f"{literal(name)}: {literal(of)}" for name, of in value.items()], "}")
    if isinstance(value, list):
        return bracketed("[", [*map(literal, value)], "]")
    if isinstance(value, str) and '"' not in value:
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def bracketed(opening: str, elements: list[str], closing: str) -> str:
    """Elements between brackets: in one line if it is short enough, otherwise one element per line."""
    line = f"{opening}{', '.join(elements)}{closing}"
    if len(line) <= LINE and "\n" not in line:
        return line
    lines = "".join(f"{element},\n" for element in elements)
    return f"{opening}\n{textwrap.indent(lines, '    ')}{closing}"
