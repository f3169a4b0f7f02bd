"""Reads the templates of this repository as data, with short forms written out: `!Ref X` is {"Ref": "X"}."""

from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from repository import ROOT


def read(file: Path) -> dict:
    return yaml_parse(file.read_text(encoding="utf-8"))


def root() -> dict:
    """The template that is deployed."""
    return read(ROOT / "template.yaml")


def merged() -> dict:
    """The template that is deployed, merged with the resources of its nested templates.

    A parameter of a nested template has the name of the resource that is passed to it, so names have one meaning.
    """
    template = root()
    applications = of_type(template, "AWS::Serverless::Application")
    for application in applications.values():
        template["Resources"] |= read(ROOT / application["Location"])["Resources"]
    return template


def of_type(template: dict, kind: str) -> dict[str, dict]:
    """The properties of the resources of a type, by logical id."""
    return {
        name: resource["Properties"] for name, resource in template["Resources"].items() if resource["Type"] == kind
    }
