"""Checks that what `sam build` has built is for the architecture that it was told, and as it ships.

architecture.py [--demo] [FOLDER]. The folder is .aws-sam. cargo-lambda compiles for the machine that it runs on unless it
is told otherwise. Where `make demo` has built last, the functions are not optimised; with --demo that is no problem. It needs nothing
but Python.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from repository import ROOT

# The machines of ELF, by Lambda's names: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
MAGIC = b"\x7fELF"
# Where the two bytes of the machine are in the header, little-endian on both.
MACHINE = slice(18, 20)


def architecture_of(binary: Path) -> str:
    """Lambda's name of the architecture that a binary is for, or what else it is."""
    with binary.open("rb") as file:
        header = file.read(MACHINE.stop)
    if not header.startswith(MAGIC):
        return "no Linux binary"
    machine = int.from_bytes(header[MACHINE], "little")
    return next((name for name, number in MACHINES.items() if number == machine), f"ELF machine {machine:#x}")


def built(folder: Path) -> dict[str, str]:
    """The architecture that `sam build` was told, by the logical id of the function, as its build.toml says."""
    text = (folder / "build.toml").read_text(encoding="utf-8")
    told = {}
    for definition in re.split(r"^\[function_build_definitions\.[^.\]]+]$", text, flags=re.MULTILINE)[1:]:
        architecture = re.search(r'^architecture = "(\w+)"$', definition, re.MULTILINE)[1]
        functions = re.search(r"^functions = \[([^]]*)]$", definition, re.MULTILINE)[1]
        told |= dict.fromkeys(re.findall(r'"(\w+)"', functions), architecture)
    return told


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with the binaries in the folder, a line for each."""
    for function, told in sorted(built(folder).items()):
        found = architecture_of(folder / "build" / function / "bootstrap")
        if found != told:
            yield f"{function}: built for {found}, and sam build was told Architecture={told}"


def is_demo(folder: Path) -> bool:
    """Whether tools/build has noted that it has built for a look at the local stack."""
    note = folder / "build" / ".built"
    return note.exists() and note.read_text(encoding="utf-8").startswith("demo ")


def main() -> None:
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(folders[0]) if folders else ROOT / ".aws-sam"
    if not (folder / "build.toml").exists():
        sys.exit(f"error: nothing is built in {folder}\n  Build it first: sam build")
    if wrong := list(problems(folder)):
        remedy = "How to build it: docs/guides/deploy.md"
        sys.exit("\n  ".join(["error: Lambda could not start what is built", *wrong, remedy]))
    if is_demo(folder) and "--demo" not in sys.argv:
        sys.exit("error: the functions are built for the demo, not as they ship\n  Build them anew: sam build")


if __name__ == "__main__":
    main()
