"""Evaluates the conditions of a template, as CloudFormation does."""

import re

NO_VALUE = {"Ref": "AWS::NoValue"}


def without_no_value(value):
    """The value without the parts that are AWS::NoValue."""
    if isinstance(value, dict):
        return {name: without_no_value(member) for name, member in value.items() if member != NO_VALUE}
    if isinstance(value, list):
        return [without_no_value(element) for element in value if element != NO_VALUE]
    return value


class Decided:
    """A template's conditions and texts, evaluated with a stack's parameters."""

    def __init__(self, template: dict, parameters: dict[str, str]) -> None:
        self.conditions = template["Conditions"]
        self.mappings = template.get("Mappings", {})
        self.parameters = parameters

    def holds(self, condition: dict) -> bool:
        """Whether a condition holds. It covers all functions that the template's conditions use."""
        [(function, arguments)] = condition.items()
        if function == "Condition":
            return self.holds(self.conditions[arguments])
        if function == "Fn::Not":
            return not self.holds(arguments[0])
        if function == "Fn::And":
            return all(map(self.holds, arguments))
        if function == "Fn::Or":
            return any(map(self.holds, arguments))
        if function == "Fn::Equals":
            first, second = map(self.value, arguments)
            return first == second
        raise ValueError(f"a condition of the template uses {function}, which conditions.py does not know")

    def value(self, value):
        """A value with its conditions and parameters evaluated. References to resources stay as they are."""
        if isinstance(value, list):
            return [self.value(element) for element in value]
        if not isinstance(value, dict):
            return value
        if "Fn::If" in value:
            name, then, otherwise = value["Fn::If"]
            return self.value(then if self.holds(self.conditions[name]) else otherwise)
        if "Ref" in value:
            return self.parameters.get(value["Ref"], value)
        if "Fn::FindInMap" in value:
            name, first, second = map(self.value, value["Fn::FindInMap"])
            # The partition and the region are AWS's own values.
            return self.mappings[name][first][second] if isinstance(first, str) else value
        if "Fn::Sub" in value:
            return self.filled(value["Fn::Sub"])
        return {name: self.value(member) for name, member in value.items()}

    def filled(self, text: str | list) -> str:
        """A text with the known variables replaced: parameters, and variables that are texts."""
        text, variables = text if isinstance(text, list) else (text, {})
        known = self.parameters | {name: self.value(variable) for name, variable in variables.items()}
        return re.sub(
            r"\$\{([\w:.]+)}",
            lambda name: known[name[1]] if isinstance(known.get(name[1]), str) else name[0],
            text,
        )


def defaults(template: dict) -> dict[str, str]:
    """The default values of the parameters."""
    return {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
