"""Where this repository is, and how its figures are read."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
# What the benchmark measured last.
RESULTS = ROOT / "bench" / "results.json"


def loaded(path: Path):
    """A JSON document of the repository; ends the program when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        sys.exit(f"error: there is no {path}\n  `make bench` writes the benchmark's results; the rest is committed")
