"""Describes a JSON Schema of the OpenAPI document in words and code, for the API's page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from api.openapi import Document

# Keywords that `facts_of` shows with their name and value. A keyword that is neither here nor in SHOWN is an error.
FACTS = {
    "format",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "minProperties",
    "default",
    "not",
    "propertyNames",
    "contentEncoding",
}
# Keywords that the page shows in another way.
SHOWN = {
    "$ref",
    "type",
    "const",
    "enum",
    "items",
    "oneOf",
    "anyOf",
    "allOf",
    "properties",
    "required",
    "patternProperties",
    "additionalProperties",
    "title",
    "description",
    "examples",
}


@dataclass(frozen=True)
class Property:
    """A member of an object."""

    name: str
    required: bool
    schema: dict


def code(value: object) -> Markup:
    """A value as JSON, but a string without quotation marks."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Markup("<code>{}</code>").format(shown)


def type_of(document: Document, schema: dict) -> Markup:
    """The type of a schema in a few words, with links to the schemas that it refers to."""
    if "$ref" in schema:
        name = document.resolved(schema).name
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    if "const" in schema:
        return code(schema["const"])
    if "enum" in schema:
        return Markup(" or ").join(map(code, schema["enum"]))
    for keyword, word in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
        parts = [part for part in schema.get(keyword, []) if part.keys() & {"$ref", "type", "const"}]
        if parts:
            return Markup(word).join(type_of(document, part) for part in parts)
    kind = schema.get("type", "any JSON")
    if kind == "array" and "items" in schema:
        return Markup("array of {}").format(type_of(document, schema["items"]))
    if kind == "object" and not schema.get("description"):
        members = [
            Markup("<code>{}</code>: {}").format(of.name, type_of(document, of.schema))
            for of in properties_of(document, schema)
        ]
        return Markup("object with {}").format(Markup(", ").join(members)) if members else Markup(kind)
    return Markup(kind)


def properties_of(document: Document, schema: dict) -> list[Property]:
    """The members of an object, including those of the schemas in its `allOf`."""
    found: dict[str, Property] = {}
    required = set(required_in(document, schema))
    for part in parts_of(document, schema):
        for name, of in part.get("properties", {}).items():
            found[name] = Property(name, name in required, of)
        further = part.get("additionalProperties")
        if isinstance(further, dict):
            found["further names"] = Property("further names", False, further)
    return list(found.values())


def required_in(document: Document, schema: dict) -> Iterator[str]:
    for part in parts_of(document, schema):
        yield from part.get("required", [])


def parts_of(document: Document, schema: dict) -> Iterator[dict]:
    """The schema and, recursively, the schemas in its `allOf`."""
    schema = document.resolved(schema).value
    yield schema
    for part in schema.get("allOf", []):
        yield from parts_of(document, part)


def facts_of(schema: dict) -> list[tuple[str, Markup]]:
    """The limits of a value, each with its JSON Schema keyword or a name in words."""
    if unknown := schema.keys() - FACTS - SHOWN:
        raise ValueError(f"the page of the API cannot show {', '.join(sorted(unknown))} of a schema")
    facts = [(name, code(value)) for name, value in schema.items() if name in FACTS]
    facts += [("names like", code(pattern)) for pattern in schema.get("patternProperties", {})]
    if schema.get("additionalProperties") is False:
        facts.append(("further names", Markup("refused")))
    if examples := schema.get("examples"):
        facts.append(("for example", Markup(", ").join(map(code, examples))))
    return facts
