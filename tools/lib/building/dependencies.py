"""The cargo command that lists the crates that packages depend on."""

from collections.abc import Iterable

TREE = (
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


def tree(packages: Iterable[str]) -> list[str]:
    """The command that prints each crate with its version and features, one a line, without the lines of a tree."""
    return [*TREE, *(option for package in packages for option in ("--package", package))]
