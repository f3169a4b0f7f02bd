"""Checks that each function alone is made of the same crates, with the same features, as all functions together.

`sam build` builds one function at a time, tools/compile all at once. Where a crate had other features for one of them, it would be
compiled anew, and all that is built on it (crates/shared_features).
"""

import subprocess
import sys

from failures import told
from repository import ROOT

FUNCTIONS = ("s3-to-sqs", "sqs-to-dynamodb", "api")


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
    listed = subprocess.run([*tree, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return {line.removesuffix(" (*)").rstrip() for line in listed.stdout.splitlines()}


def main() -> None:
    together = crates_of(*FUNCTIONS)
    problems = [f"{function}: {crate}" for function in FUNCTIONS for crate in sorted(crates_of(function) - together)]
    if problems:
        problem = "error: these have other features in one function alone than in all of them together"
        sys.exit("\n  ".join([problem, *problems, "Name the features in crates/shared_features"]))


if __name__ == "__main__":
    told(main)
