"""Reads an OpenAPI document: resolves its references and lists its operations."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True)
class Named:
    """A part of the document, with its name if it is a component."""

    name: str | None
    value: dict


@dataclass(frozen=True)
class Operation:
    """An operation of the API: a path and a method."""

    path: str
    method: str
    value: dict
    parameters: tuple[Named, ...]

    @property
    def id(self) -> str:
        return self.value["operationId"]

    def parameters_in(self, part: str) -> list[Named]:
        """The parameters in a part of the request: `path`, `query` or `header`."""
        return [parameter for parameter in self.parameters if parameter.value["in"] == part]


class Document:
    """An OpenAPI document, read from YAML or JSON."""

    def __init__(self, root: dict) -> None:
        self.root = root

    @classmethod
    def read(cls, file: Path) -> "Document":
        return cls(yaml.safe_load(file.read_text(encoding="utf-8")))

    def resolved(self, node: dict) -> Named:
        """The node itself or, if it is a reference, the part that it refers to."""
        name = None
        while "$ref" in node:
            *steps, name = node["$ref"].removeprefix("#/").split("/")
            node = self.root
            for step in (*steps, name):
                node = node[step]
        return Named(name, node)

    def components(self, kind: str) -> dict[str, dict]:
        return self.root["components"].get(kind, {})

    def examples(self, content: dict) -> list[Named]:
        """All examples of a body, given by its `content`."""
        return [
            self.resolved(example)
            for media_type in content.values()
            for example in media_type.get("examples", {}).values()
        ]

    @cached_property
    def operations(self) -> list[Operation]:
        return [
            Operation(
                path,
                method,
                item[method],
                tuple(
                    self.resolved(parameter)
                    for parameter in [*item.get("parameters", []), *item[method].get("parameters", [])]
                ),
            )
            for path, item in self.root["paths"].items()
            for method in METHODS
            if method in item
        ]

    @cached_property
    def header_uses(self) -> Counter[str]:
        """The number of operations and responses that refer to each header component."""
        named = [parameter for operation in self.operations for parameter in operation.parameters_in("header")]
        for operation in self.operations:
            for response in operation.value["responses"].values():
                named += map(self.resolved, self.resolved(response).value.get("headers", {}).values())
        return Counter(header.name for header in named if header.name)
