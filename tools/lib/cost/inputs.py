"""What costs are computed from, beside measured figures and list prices: assumptions, limits, and deployed settings.

Settings are read where they are made, in the template and the functions' sources. What is not found ends the program.
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
RENAMED = "Has it been renamed? tools/lib/cost/inputs.yaml names it, too"
SECONDS = {"": 1, "millis": 0.001, "secs": 1, "mins": 60, "hours": 3600}


class Figures(dict):
    """What the benchmark measured, or AWS's prices, by name."""

    def __missing__(self, name: str) -> float:
        sys.exit(
            f"error: there is no figure or price {name}\n  `make bench` measures figures; bench/prices.json has prices"
        )


def settings() -> SimpleNamespace:
    """What the template and the functions have now."""
    template = root()
    deployed = {name: deployed_value(template, path) for name, path in INPUTS["deployed"].items()}
    compiled = {name: constant(*place.split()) for name, place in INPUTS["compiled"].items()}
    return SimpleNamespace(**deployed, **compiled, trying_s=deployed["writer_timeout"] - compiled["margin_s"])


def alarms() -> tuple[int, int]:
    """How many alarms a stack with a bucket of its own has: all, and those without metrics of the functions' own."""
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
    """The value of a Rust constant that is an integer or a duration, the only one of its name in files that fit."""
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob(pattern)]
    value = rf"^(?:pub.* )?const {name}: \w+ = (?:Duration::from_(\w+)\()?([\d_]+)\)?;"
    found = [match for source in sources for match in re.findall(value, source, re.MULTILINE)]
    if len(found) != 1:
        sys.exit(f"error: there is not one constant {name} in {pattern}\n  {RENAMED}")
    unit, number = found[0]
    return int(number) * SECONDS[unit]
