"""Prints the parameters of a deployment: parameters.py FOLDER [OPTION]... [PARAMETER=VALUE]...

Each parameter is on a line, in the notation of `sam deploy`. A data package is checked against the key of the table, which
is given or taken from it. It is copied into FOLDER under a name that depends on its content, so that running functions keep
the version that they were deployed with, as with a layer on AWS.
"""

import argparse
import hashlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

from failures import told
from repository import TOOLS

# The characters that `sam deploy` takes for the end of a value or for part of its notation, and the empty value.
SPECIAL = re.compile(r"""[\s"'\\]|^$""")


def arguments() -> argparse.Namespace:
    # The options are those of tools/deploy, and the comment at its head is the help.
    parser = argparse.ArgumentParser(prog="deploy", add_help=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schema", type=Path)
    for attribute in ("partition", "sort"):
        parser.add_argument(f"--{attribute}-key")
        parser.add_argument(f"--{attribute}-key-type", choices=["S", "N"])
    parser.add_argument("--ttl")
    parser.add_argument("parameters", nargs="*", metavar="PARAMETER=VALUE")
    options = parser.parse_intermixed_args()
    if options.schema is None and (options.partition_key or options.sort_key):
        parser.error("another key of the table needs a data package; name it: SCHEMA=schema/datapackage.json")
    if options.sort_key and not options.partition_key:
        parser.error("a sort key is given without a partition key; give both: PARTITION_KEY=pk SORT_KEY=sk")
    for attribute in ("partition", "sort"):
        key, key_type = (getattr(options, f"{attribute}_key{of}") for of in ("", "_type"))
        if key_type and not key:
            variable = f"{attribute}_key".upper()
            parser.error(
                f"the type of a key is given without its name; give both: {variable}=id {variable}_TYPE={key_type}"
            )
    return options


def declared(options: argparse.Namespace) -> dict[str, str]:
    """The parameters for a data package, by name."""
    command = [TOOLS / "messages", "schema", "parameters"]
    for attribute in ("partition", "sort"):
        name, key_type = (getattr(options, f"{attribute}_key{of}") for of in ("", "_type"))
        if name:
            command.append(f"--{attribute}-key={name}:{key_type or 'S'}")
    ended = subprocess.run([*command, "--", options.schema], check=False, stdout=subprocess.PIPE, text=True)
    if ended.returncode:
        # The command has printed the reason.
        sys.exit(ended.returncode)
    # The words are quoted for a shell, or for `sam` alone, which removes quotation marks as well.
    words = (word.split("=", 1) for word in shlex.split(ended.stdout))
    found = {name: value.removeprefix('"').removesuffix('"') for name, value in words}
    return found | {"DataPackage": str(copied(options.schema, options.folder))}


def copied(file: Path, folder: Path) -> Path:
    """Copies a data package, so that later changes of the file do not change the copy."""
    content = file.read_bytes()
    copy = folder.resolve() / hashlib.sha256(content).hexdigest()[:16] / "datapackage.json"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(content)
    return copy


def written(name: str, value: str) -> str:
    """A parameter in the notation of `sam deploy`."""
    if SPECIAL.search(value):
        value = '"' + value.replace('"', '\\"') + '"'
    return f"{name}={value}"


def main() -> None:
    options = arguments()
    found = declared(options) if options.schema else {}
    if options.ttl:
        found["TimeToLiveAttribute"] = options.ttl
    for name, value in found.items():
        print(written(name, value))
    for parameter in options.parameters:
        print(parameter)


if __name__ == "__main__":
    told(main)
