"""Checks that cargo compiles the same crates, in the same way, for each function alone as for all functions together.

`sam build` builds one function at a time, tools/compile all at once. If a crate has other features for one function than
for all of them, cargo compiles it once more, with every crate that depends on it. The dependencies of a crate that is
also a shared library differ as well: where such a crate is part of the build, cargo compiles them to objects in addition
to the bitcode for link-time optimisation
(https://github.com/rust-lang/cargo/blob/master/src/cargo/core/compiler/lto.rs).
crates/shared_features removes both differences.
"""

import json
import subprocess
import sys

from building.dependencies import tree
from failures import told
from repository import ROOT

FUNCTIONS = ("s3-to-sqs", "sqs-to-dynamodb", "api")
LIBRARIES_OF_OBJECTS = {"cdylib", "dylib", "staticlib"}


def output_of(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def crates_of(*packages: str) -> set[str]:
    """The crates that the packages depend on, each with its version and features."""
    return {line.rstrip() for line in output_of(*tree(packages)).splitlines()}


def shared_libraries() -> set[str]:
    """The crates that are also compiled to a shared or static library, as `name vVERSION`."""
    packages = json.loads(output_of("cargo", "metadata", "--locked", "--format-version", "1"))["packages"]
    return {
        f"{package['name']} v{package['version']}"
        for package in packages
        if any(LIBRARIES_OF_OBJECTS.intersection(target["crate_types"]) for target in package["targets"])
    }


def main() -> None:
    together = crates_of(*FUNCTIONS)
    shared = shared_libraries()
    required = {crate for crate in together if " ".join(crate.split()[:2]) in shared}
    problems = []
    for function in FUNCTIONS:
        alone = crates_of(function)
        problems += [f"{function}: other features: {crate}" for crate in sorted(alone - together)]
        problems += [f"{function}: without the shared library: {crate}" for crate in sorted(required - alone)]
    if problems:
        problem = "error: these crates are compiled differently for one function than for all functions together"
        sys.exit("\n  ".join([problem, *problems, "Name the features or the crate in crates/shared_features"]))


if __name__ == "__main__":
    told(main)
