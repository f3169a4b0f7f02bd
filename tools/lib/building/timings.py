"""Prints the crates that took cargo longest, as a table for docs/performance/build.md: timings.py FILE

FILE is the cargo-timing.html that cargo writes with --timings: https://doc.rust-lang.org/cargo/reference/timings.html
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from failures import told
from pages import table

# Crates that are named.
LONGEST = 9
UNITS = re.compile(r"^const UNIT_DATA = (\[.*?^\]);$", re.MULTILINE | re.DOTALL)


def longest(page: str) -> list[tuple[str, float]]:
    """The crates that took longest, with their seconds from beginning to end, and the sum of all units.

    The units of a crate are added up: the crate itself, its build script, and the run of that script.
    """
    found = UNITS.search(page)
    if not found:
        sys.exit("error: the page has no UNIT_DATA\n  Another version of cargo may write it differently")
    units = json.loads(found[1])
    seconds = Counter()
    for unit in units:
        seconds[unit["name"]] += unit["duration"]
    return [*seconds.most_common(LONGEST), (f"all {len(units)} units", seconds.total())]


def main() -> None:
    crates = longest(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(table(["crate", "s"], [[name, f"{seconds:.0f}"] for name, seconds in crates]))


if __name__ == "__main__":
    told(main)
