"""Writes docs/reference/parameters.md from template.yaml and observability/template.yaml: tools/parameters [--check]"""

import re
import sys

from pages import parser, save, table
from repository import ROOT
from stack.templates import read, root

PAGE = ROOT / "docs" / "reference" / "parameters.md"
HEAD = """<!-- tools/parameters writes this page from template.yaml: change the descriptions there. -->

# Parameters and outputs of the stack

This page answers: which parameters does the template take, what is each one's default and what may it be, and which outputs
does a stack have?

Give a parameter when you deploy: `sam deploy --parameter-overrides WriteMode=latest LogLevel=DEBUG`. A value that was given once
stays until another one is given. `sam deploy` deploys the built code too ([how to change a
parameter](../operations.md#change-a-parameter)). On the emulator:
`make deploy PARAMETERS="WriteMode=latest LogLevel=DEBUG"`. There [samconfig.toml](../../samconfig.toml) sets `RefusePlainHttp=false`,
`SavedQueries=false`, `Alarms=ON` and `ApiAccessLogs=SET_UP` instead of the defaults.
"""
NESTED = """## The nested template

[observability/template.yaml](../../observability/template.yaml) has the alarms, the dashboard and the saved queries. The stack
nests it and gives it these parameters; nobody else has to.
"""
# When a stack has an output, by the output's condition in the template.
WHEN = {
    None: "always",
    "WantsApiKey": "with `ApiAuthorization=API_KEY`",
    "HasKeyPrefix": "with `KeyPrefix`",
    "HasDashboard": "with `Dashboard=true`",
}


def linked(text: str) -> str:
    """A description of the template as a cell of a table: the pages that it names become links."""
    escaped = re.sub(r"([|*<])", r"\\\1", " ".join(text.split()))
    return re.sub(r"\bdocs/([\w/-]+\.md)\b", r"[docs/\1](../\1)", escaped)


def default(parameter: dict) -> str:
    value = str(parameter.get("Default", ""))
    return f"`{value}`" if value else "empty" if "Default" in parameter else "none"


def allowed(parameter: dict) -> str:
    """The values that a parameter allows."""
    if "AllowedValues" in parameter:
        return ", ".join(f"`{value}`" if value != "" else "empty" for value in parameter["AllowedValues"])
    if "MinValue" in parameter:
        least, most = parameter["MinValue"], parameter.get("MaxValue")
        return f"{least} to {most}" if most is not None else f"{least} or more"
    constraint = parameter.get("ConstraintDescription", "").strip().removeprefix("must be ").rstrip(".")
    return linked(constraint)


def rows(parameters: dict[str, dict]) -> list[list[str]]:
    return [
        [f"`{name}`", default(parameter), allowed(parameter), linked(parameter.get("Description", ""))]
        for name, parameter in parameters.items()
    ]


def page() -> str:
    """The page, from the templates."""
    template = root()
    parts = [HEAD]
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    if left_out := template["Parameters"].keys() - {name for group in groups for name in group["Parameters"]}:
        sys.exit(f"error: no parameter group of template.yaml has {', '.join(sorted(left_out))}")
    for group in groups:
        parameters = {name: template["Parameters"][name] for name in group["Parameters"]}
        body = table(["parameter", "default", "values", "what it does"], rows(parameters), words=4)
        parts.append(f"## {group['Label']['default']}\n\n{body}\n")
    outputs = [
        [f"`{name}`", linked(output["Description"]), WHEN.get(output.get("Condition"), output.get("Condition"))]
        for name, output in template["Outputs"].items()
    ]
    parts.append(f"## Outputs\n\n{table(['output', 'what it is', 'there'], outputs, words=3)}\n")
    nested = read(ROOT / "observability" / "template.yaml")["Parameters"]
    physical = "Physical name of the resource."
    given = [[f"`{name}`", linked(parameter.get("Description", physical))] for name, parameter in nested.items()]
    parts.append(f"{NESTED}\n{table(['parameter', 'what it is'], given, words=2)}\n")
    return "\n".join(parts)


def main() -> None:
    options = parser(__doc__).parse_args()
    save(PAGE, "parameters", page(), options.check)


if __name__ == "__main__":
    main()
