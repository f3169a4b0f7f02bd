"""Refuses Rust files that no target compiles: python -m unreached_sources MANIFEST...

A file is reached if it is the root of a target of one of these workspaces, or if a reached file declares it by `mod`. `mod`
declarations are read as text, outside inline modules.
"""

import json
import pathlib
import re
import subprocess
import sys

MODULE = re.compile(
    r'^(?:#\[path = "(?P<path>[^"]+)"\]\s*)?(?:#\[.*\]\s*)*(?:pub(?:\([^)]*\))? )?mod (?P<name>\w+);', re.MULTILINE
)


def output(*command):
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def roots(manifest):
    """The root files of all targets of a workspace."""
    metadata = output(
        "cargo", "metadata", "--no-deps", "--format-version=1", "--offline", f"--manifest-path={manifest}"
    )
    return {target["src_path"] for package in json.loads(metadata)["packages"] for target in package["targets"]}


def children(file, is_root):
    """The files that the modules of a file may be in."""
    folder = file.parent if is_root or file.name == "mod.rs" else file.with_suffix("")
    for path, name in MODULE.findall(file.read_text(encoding="utf-8")):
        yield from [file.parent / path] if path else [folder / f"{name}.rs", folder / name / "mod.rs"]


def unreached(files, starts):
    """Those of the files to which no `mod` leads from the root files `starts`."""
    starts = {pathlib.Path(start).resolve() for start in starts}
    reached, found = set(), list(starts)
    while found:
        file = found.pop().resolve()
        if file not in reached and file.is_file():
            reached.add(file)
            found += children(file, file in starts)
    return [file for file in files if (path := pathlib.Path(file).resolve()).is_file() and path not in reached]


def main(manifests):
    """Prints the files of this folder that no target compiles, and returns the exit code."""
    files = output("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.rs").split("\0")
    status = 0
    for file in unreached(files, set().union(*map(roots, manifests))):
        print(f"error: {file}: no target compiles this file", file=sys.stderr)
        print("  Declare it by `mod` in its parent module, or delete it.", file=sys.stderr)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
