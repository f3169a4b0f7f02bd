"""The template as AWS deploys it: after SAM's transform, with its conditions evaluated."""

from types import SimpleNamespace

from samtranslator.translator.transform import transform

from repository import ROOT
from stack.conditions import Decided, defaults, without_no_value
from stack.templates import of_type, read, root

PACKAGED = "s3://packaged/code"


def transformed() -> dict:
    """The template after `sam package` and SAM's transform."""
    template = root()
    for properties in of_type(template, "AWS::Serverless::Function").values():
        properties["CodeUri"] = PACKAGED
    for properties in of_type(template, "AWS::Serverless::LayerVersion").values():
        properties["ContentUri"] = PACKAGED
    # The template names no managed policies, so none has to be looked up.
    return transform(template, {}, SimpleNamespace(load=dict))


def deployed(template: dict, **given: str) -> dict[str, dict]:
    """The resources of a stack of a transformed template with these parameters, by logical id."""
    decided = decided_with(template, given)
    return {
        name: without_no_value(decided.value(resource))
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or decided.holds(template["Conditions"][resource["Condition"]])
    }


def nested(resources: dict[str, dict], partition: str = "aws", region: str = "us-east-1") -> dict[str, dict]:
    """The resources of the nested stack of a stack with these resources, by logical id."""
    [application] = [resource for resource in resources.values() if resource["Type"] == "AWS::CloudFormation::Stack"]
    template = read(ROOT / "observability" / "template.yaml")
    parameters = application["Properties"]["Parameters"]
    # A value that refers to a resource has a name that only the stack knows.
    given = {name: value if isinstance(value, str) else f"the {name}" for name, value in parameters.items()}
    return deployed(template, **given, **{"AWS::Partition": partition, "AWS::Region": region})


def outputs(template: dict, **given: str) -> dict[str, str]:
    """The outputs of a stack of a transformed template, by name. References to resources stay as they are."""
    decided = decided_with(template, given)
    return {
        name: decided.value(output["Value"])
        for name, output in template["Outputs"].items()
        if "Condition" not in output or decided.holds(template["Conditions"][output["Condition"]])
    }


def decided_with(template: dict, given: dict[str, str]) -> Decided:
    return Decided(template, defaults(template) | given)
