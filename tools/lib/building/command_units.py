"""Checks that tools/messages compiles nothing anew that make test has compiled.

Both build with other targets of the workspace. If a crate differed, its dependents would be compiled once more, which took 40 s
at the first use of the command. cargo prints what it would compile as a graph of units
(https://doc.rust-lang.org/cargo/reference/unstable.html#unit-graph).
"""

import json
import os
import re
import subprocess
import sys

from failures import told
from repository import ROOT, TOOLS

ALL = ["cargo", "test", "--locked", "--workspace", "--no-run"]


def units(build: list[str]) -> dict[str, str]:
    """What this build would compile, each unit with all its settings, and its name."""
    # The flag is not stable. It prints, and compiles nothing.
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
    printed = subprocess.run(
        [*build, "--unit-graph", "-Zunstable-options"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = {}
    for unit in json.loads(printed.stdout)["units"]:
        # The places in the graph.
        del unit["dependencies"]
        found[json.dumps(unit, sort_keys=True)] = f"{unit['pkg_id']}: {unit['target']['name']} ({unit['mode']})"
    return found


def main() -> None:
    script = (TOOLS / "messages").read_text(encoding="utf-8")
    [build] = re.findall(r"build=\((cargo test .*)\)", script)
    of_tests = units(ALL)
    differing = sorted(name for unit, name in units(build.split()).items() if unit not in of_tests)
    if differing:
        problem = "error: tools/messages compiles these crates differently than make test"
        sys.exit("\n  ".join([problem, *differing, "Their features or profile depend on what else is built"]))


if __name__ == "__main__":
    told(main)
