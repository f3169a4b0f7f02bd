"""Checks that tools/messages compiles nothing anew that make test has compiled.

They build different targets of the workspace. If a crate differed, cargo would compile it and its dependents once more, which
took 40 s at the first use of the command. cargo prints what it would compile as a graph of units:
https://doc.rust-lang.org/cargo/reference/unstable.html#unit-graph
"""

import json
import os
import re
import subprocess
import sys
from functools import cache
from hashlib import sha256

from failures import told
from repository import ROOT, TOOLS

# cargo nextest builds what cargo test builds.
TESTS = ["cargo", "test", "--locked", "--workspace", "--no-run"]


def units(build: list[str]) -> dict[str, str]:
    """The units of a build: the name of each by a digest of its settings and of all units that it depends on."""
    # The flag is not stable. With it cargo compiles nothing.
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
    command = [*build, "--unit-graph", "-Zunstable-options"]
    printed = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    graph = json.loads(printed.stdout)["units"]

    @cache
    def digest(place: int) -> str:
        unit = dict(graph[place])
        # Dependencies are places in the graph.
        unit["dependencies"] = sorted(digest(dependency["index"]) for dependency in unit["dependencies"])
        return sha256(json.dumps(unit, sort_keys=True).encode()).hexdigest()

    return {
        digest(place): f"{unit['pkg_id']}: {unit['target']['name']} ({unit['mode']})"
        for place, unit in enumerate(graph)
    }


def main() -> None:
    script = (TOOLS / "messages").read_text(encoding="utf-8")
    [build] = re.findall(r"build=\((cargo test .*)\)", script)
    of_tests = units(TESTS)
    differing = sorted(name for digest, name in units(build.split()).items() if digest not in of_tests)
    if differing:
        problem = "error: tools/messages compiles these crates differently than make test"
        remedy = "Give the crate that all the others depend on the same features and profile in both builds: Cargo.toml"
        sys.exit("\n  ".join([problem, *differing, remedy]))


if __name__ == "__main__":
    told(main)
