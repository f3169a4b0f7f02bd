"""Checks that each function alone is made of the same crates, compiled in the same way, as all functions together.

`sam build` builds one function at a time, tools/compile all at once. A crate is compiled anew, with all that is built on it, for a
function where it has other features than for all of them together. The same becomes of the crates under one that is a shared
library besides: Cargo has them compiled to objects beside the bitcode for the link across crates, where such a crate is part of the
build (https://github.com/rust-lang/cargo/blob/master/src/cargo/core/compiler/lto.rs). crates/shared_features makes them the same.
"""

import json
import subprocess
import sys

from failures import told
from repository import ROOT

FUNCTIONS = ("s3-to-sqs", "sqs-to-dynamodb", "api")
LIBRARIES_OF_OBJECTS = {"cdylib", "dylib", "staticlib"}


def output_of(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def crates_of(*packages: str) -> set[str]:
    """The crates that packages are made of, each with its version and its features."""
    options = [option for package in packages for option in ("--package", package)]
    tree = (
        "cargo",
        "tree",
        "--locked",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--no-dedupe",
        "--format",
        "{p} {f}",
    )
    return {line.rstrip() for line in output_of(*tree, *options).splitlines()}


def shared_libraries() -> set[str]:
    """The crates of the workspace that are made as a library of objects, too, as `name vVERSION`."""
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
        problem = "error: these are compiled otherwise for one function alone than for all of them together"
        sys.exit("\n  ".join([problem, *problems, "Name the features or the crate in crates/shared_features"]))


if __name__ == "__main__":
    told(main)
