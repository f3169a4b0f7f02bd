"""Counts the instructions of the hot paths and compares them with the recorded counts; tools/instructions runs it.

instructions.py PROGRAM            counts, and prints the differences from bench/instructions.json
instructions.py PROGRAM --check    the same, and fails if one is more than 3 % under the recorded conditions
instructions.py PROGRAM --record   counts, and writes bench/instructions.json and its table in docs/performance
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.instruction_counts import NOTABLE, Change, Count, compare, otherwise, paths, recorded, result, total
from bench.machine import said
from pages import table, write
from repository import ROOT, loaded

RECORD = ROOT / "bench" / "instructions.json"
PAGE = ROOT / "docs" / "performance" / "README.md"
# Caches are not simulated, since the simulation would not match any real machine.
CALLGRIND = ("valgrind", "--tool=callgrind", "--toggle-collect=instructions::counted*", "--cache-sim=no")


def counted(program: Path) -> dict[str, Count]:
    counts = {}
    for name, unit, of in paths(said(program)):
        count = counts[name] = Count(instructions(program, name), of, unit)
        if not count.total:
            sys.exit(f"error: callgrind did not find {name}\n  The program must have the symbol instructions::counted")
    return counts


def instructions(program: Path, path: str) -> int:
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as profile:
        command = [*CALLGRIND, f"--callgrind-out-file={profile.name}", program, path]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"{run.stderr}error: the instructions of {path} could not be counted\n  See the output above")
        return total(profile.read())


def conditions() -> dict[str, str]:
    """The conditions that counts depend on, besides the source."""
    return {
        "architecture": platform.machine(),
        "rustc": said("rustc", "--version").split()[1],
        "valgrind": said("valgrind", "--version").removeprefix("valgrind-"),
        "libc": " ".join(platform.libc_ver()),
    }


def record(counts: dict[str, Count], here: dict[str, str]) -> None:
    document = {"counted_with": here, "counts": {name: count.as_json() for name, count in counts.items()}}
    RECORD.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"{RECORD.name} is written")
    rows = [[f"`{name}`", f"{count.each:,.0f}", f"a {count.unit}"] for name, count in counts.items()]
    write(PAGE, "instructions", {"instructions": table(["path", "instructions", "for"], rows)}, check=False)


def show(changes: list[Change]) -> None:
    head = ["path", "for a", "recorded", "now", "change", ""]
    rows = [head, *([*change.cells(), change.verdict()] for change in changes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        numbers = [cell.rjust(width) for cell, width in zip(row[2:5], widths[2:5], strict=True)]
        print("  " + "  ".join([*words, *numbers, row[5]]).rstrip())


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("program", type=Path)
    modes = made.add_mutually_exclusive_group()
    modes.add_argument("--record", action="store_true")
    modes.add_argument("--check", action="store_true")
    options = made.parse_args()
    here, counts = conditions(), counted(options.program)
    if options.record:
        record(counts, here)
        return
    document = loaded(RECORD)
    changes = compare(recorded(document), counts)
    print("Instructions of the hot paths, as recorded in bench/instructions.json and now:")
    show(changes)
    differences = otherwise(document["counted_with"], here)
    for difference in differences:
        print(f"  {difference}")
    notable = [change.name for change in changes if change.notable]
    if notable:
        print(f"  More than {NOTABLE:g} % from the recorded count: {', '.join(notable)}.")
        print("  If the change is intended, record the new counts: tools/instructions --record")
    if options.check:
        print(f"  {result(notable, differences)}")
    sys.exit(bool(options.check and notable and not differences))


if __name__ == "__main__":
    main()
