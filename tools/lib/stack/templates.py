"""The templates of this repository as data, short forms written out: `!Ref X` is {"Ref": "X"}."""

import re
from pathlib import Path
from types import SimpleNamespace

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from repository import ROOT

NO_VALUE = {"Ref": "AWS::NoValue"}
PACKAGED = "s3://packaged/code"


def read(file: Path) -> dict:
    return yaml_parse(file.read_text(encoding="utf-8"))


def root() -> dict:
    """The template that is deployed."""
    return read(ROOT / "template.yaml")


def merged() -> dict:
    """The template that is deployed, with the resources of the templates that it nests among its own.

    A nested template calls a parameter by the name of the resource that is passed to it, so that names mean the same.
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


def without_no_value(value):
    """The value as CloudFormation has it: what is AWS::NoValue is not there."""
    if isinstance(value, dict):
        return {name: without_no_value(member) for name, member in value.items() if member != NO_VALUE}
    if isinstance(value, list):
        return [without_no_value(element) for element in value if element != NO_VALUE]
    return value


class Decided:
    """A template's conditions and texts, with the parameters that a stack was deployed with."""

    def __init__(self, template: dict, parameters: dict[str, str]) -> None:
        self.conditions = template["Conditions"]
        self.parameters = parameters

    def holds(self, condition: dict) -> bool:
        """Whether a condition holds. These two functions are all that the template's conditions are made of."""
        [(function, arguments)] = condition.items()
        if function == "Fn::Not":
            return not self.holds(arguments[0])
        if function == "Fn::Equals":
            first, second = map(self.value, arguments)
            return first == second
        raise ValueError(f"a condition of the template is made with {function}, which templates.py does not know")

    def value(self, value):
        """A value with its conditions decided and its parameters put in. What is made of resources stays as it is."""
        if isinstance(value, list):
            return [self.value(element) for element in value]
        if not isinstance(value, dict):
            return value
        if "Fn::If" in value:
            name, then, otherwise = value["Fn::If"]
            return self.value(then if self.holds(self.conditions[name]) else otherwise)
        if "Ref" in value:
            return self.parameters.get(value["Ref"], value)
        if "Fn::Sub" in value and isinstance(value["Fn::Sub"], str):
            return re.sub(r"\$\{(\w+)}", lambda name: self.parameters.get(name[1], name[0]), value["Fn::Sub"])
        return {name: self.value(member) for name, member in value.items()}


def defaults(template: dict) -> dict[str, str]:
    """What the parameters are when nobody gives them."""
    return {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}


def transformed() -> dict:
    """The template as SAM's transform writes it out, behind a `sam package`."""
    template = root()
    for properties in of_type(template, "AWS::Serverless::Function").values():
        properties["CodeUri"] = PACKAGED
    for properties in of_type(template, "AWS::Serverless::LayerVersion").values():
        properties["ContentUri"] = PACKAGED
    # The template names no policies that would have to be looked up.
    return transform(template, {}, SimpleNamespace(load=dict))


def deployed(template: dict, **given: str) -> dict[str, dict]:
    """The resources that a stack of a transformed template has with these parameters, by logical id."""
    decided = Decided(template, defaults(template) | given)
    return {
        name: without_no_value(decided.value(resource))
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or decided.holds(template["Conditions"][resource["Condition"]])
    }
