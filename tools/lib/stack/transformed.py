"""The template as AWS deploys it: behind SAM's transform, and with its conditions decided."""

from types import SimpleNamespace

from samtranslator.translator.transform import transform

from stack.conditions import Decided, defaults, without_no_value
from stack.templates import of_type, root

PACKAGED = "s3://packaged/code"


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
