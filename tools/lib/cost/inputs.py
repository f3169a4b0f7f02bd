"""The inputs of the cost model besides measured figures and list prices: assumptions, limits and deployed settings.

Settings are read from the template and the functions' sources. The program ends if one is not found.
"""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

from repository import ROOT
from stack.templates import merged, read, root

INPUTS = read(Path(__file__).with_suffix(".yaml"))
ASSUMED = SimpleNamespace(**INPUTS["assumed"])
LIMITS = SimpleNamespace(**INPUTS["limits"])
RENAMED = "If it was renamed, rename it in tools/lib/cost/inputs.yaml too"
SECONDS = {"": 1, "millis": 0.001, "secs": 1, "mins": 60, "hours": 3600}


class Figures(dict):
    """The benchmark's figures or AWS's prices, by name."""

    def __missing__(self, name: str) -> float:
        sys.exit(
            f"error: there is no figure or price {name}\n  `make bench` measures figures; bench/prices.json has prices"
        )


def settings() -> SimpleNamespace:
    """The present settings of the template and the functions."""
    template = root()
    deployed = {name: deployed_value(template, path) for name, path in INPUTS["deployed"].items()}
    compiled = {name: constant(*place.split()) for name, place in INPUTS["compiled"].items()}
    return SimpleNamespace(**deployed, **compiled, trying_s=deployed["writer_timeout"] - compiled["margin_s"])


def alarms() -> tuple[int, int]:
    """The numbers of alarms of a stack with a bucket of its own: all, and those on AWS's metrics."""
    resources = merged()["Resources"].values()
    found = [resource["Condition"] for resource in resources if resource["Type"] == "AWS::CloudWatch::Alarm"]
    return found.count("HasAlarms") + found.count("HasOwnAlarms"), found.count("HasAlarms")


def deployed_value(template: dict, path: str) -> int | str:
    value = template
    for key in path.split("/"):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, int | str):
        sys.exit(f"error: template.yaml has no {path}\n  {RENAMED}")
    return value


def constant(pattern: str, name: str) -> float:
    """The value of a Rust constant, an integer or a duration. It must be the only one of its name in matching files."""
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob(pattern)]
    value = rf"^(?:pub.* )?const {name}: \w+ = (?:Duration::from_(\w+)\()?([\d_]+)\)?;"
    found = [match for source in sources for match in re.findall(value, source, re.MULTILINE)]
    if len(found) != 1:
        sys.exit(f"error: there is not exactly one constant {name} in {pattern}\n  {RENAMED}")
    unit, number = found[0]
    return int(number) * SECONDS[unit]
