"""The folders of this repository, and its recorded figures."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
# The figures of the last full benchmark.
RESULTS = ROOT / "bench" / "results.json"


def loaded(path: Path):
    """A JSON document of the repository. Ends the program if it does not exist."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        sys.exit(f"error: there is no {path}\n  `make bench` writes the benchmark's results; the rest is committed")
