"""What the cost of a load is computed from: measured figures, list prices, and the settings that are deployed.

The settings are read where they are made, in the template and the functions' sources: documents follow them.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from repository import ROOT

RESULTS = ROOT / "bench" / "results.json"
PRICES = ROOT / "bench" / "prices.json"


@dataclass(frozen=True)
class Settings:
    """What the template and the functions have now."""

    extractor_memory: int
    writer_memory: int
    writer_timeout: int
    batch_size: int
    window: int
    maximum_concurrency: int
    max_receives: int
    architecture: str
    extractor_calls: int
    writer_calls: int


class Measured:
    """The figures of a run of the benchmark, by their names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values = {figure["name"]: figure["value"] for figure in loaded(path, "`make bench` writes it")}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> float:
        if name not in self.values:
            sys.exit(f"error: {self.path} has no figure {name}\n  Run the whole benchmark: make bench")
        return self.values[name]


class Prices:
    """List prices in dollars, by their names."""

    def __init__(self, path: Path = PRICES) -> None:
        document = loaded(path, "it is part of the repository")
        self.region, self.read = document["region"], document["read"]
        self.entries = document["prices"]

    def __getitem__(self, name: str) -> float:
        entry = self.entries[name]
        return entry["dollars"] / entry["per"]


def loaded(path: Path, hint: str):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        sys.exit(f"error: there is no {path}\n  {hint}")


def settings() -> Settings:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    resources = {name: section(template, rf"^  {name}:\n", r"^  \w") for name in FUNCTIONS}
    parameters = {name: section(template, rf"^  {name}:\n", r"^  \w") for name in PARAMETERS}
    return Settings(
        extractor_memory=number(resources["S3ToSqsFunction"], r"^      MemorySize: (\d+)"),
        writer_memory=number(resources["SqsToDynamoDbFunction"], r"^      MemorySize: (\d+)"),
        writer_timeout=number(resources["SqsToDynamoDbFunction"], r"^      Timeout: (\d+)"),
        batch_size=number(parameters["WriterBatchSize"], r"Default: (\d+)"),
        window=number(parameters["WriterBatchingWindow"], r"Default: (\d+)"),
        maximum_concurrency=number(parameters["WriterMaximumConcurrency"], r"Default: (\d+)"),
        max_receives=number(template, r"maxReceiveCount: (\d+)"),
        architecture=found(parameters["Architecture"], r"Default: (\w+)"),
        extractor_calls=constant("s3-to-sqs", "send.rs", "CALLS"),
        writer_calls=constant("sqs-to-dynamodb", "execute.rs", "CONCURRENCY"),
    )


FUNCTIONS = ("S3ToSqsFunction", "SqsToDynamoDbFunction")
PARAMETERS = ("WriterBatchSize", "WriterBatchingWindow", "WriterMaximumConcurrency", "Architecture")


def constant(function: str, file: str, name: str) -> int:
    source = ROOT / "functions" / function / "src" / file
    return number(source.read_text(encoding="utf-8"), rf"const {name}: \w+ = (\d+);")


def section(text: str, begin: str, end: str) -> str:
    """What stands between a line and the next of its kind."""
    _, _, rest = partition(text, begin)
    return partition(rest, end)[0]


def partition(text: str, pattern: str) -> tuple[str, str, str]:
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        sys.exit(f"error: nothing like {pattern!r} was found\n  tools/lib/cost/inputs.py must follow what was renamed")
    return text[: match.start()], match[0], text[match.end() :]


def found(text: str, pattern: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        sys.exit(f"error: nothing like {pattern!r} was found\n  tools/lib/cost/inputs.py must follow what was renamed")
    return match[1]


def number(text: str, pattern: str) -> int:
    return int(found(text, pattern))
