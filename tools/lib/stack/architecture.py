"""Checks that `sam build` built every function for the wanted architecture, and as it ships.

architecture.py [--demo] [FOLDER]   FOLDER is .aws-sam by default

cargo-lambda compiles for the machine that it runs on unless an option says otherwise. `make demo` builds without
optimisation, which --demo accepts. The script needs only Python.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from repository import ROOT

# The machines of ELF, by Lambda's names: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
MAGIC = b"\x7fELF"
NO_BINARY = "not a Linux binary"
# The place of the two bytes of the machine in the header, little-endian on both architectures.
MACHINE = slice(18, 20)


def architecture_of(binary: Path) -> str:
    """Lambda's name of the architecture that a binary is for, or a description of the file."""
    with binary.open("rb") as file:
        header = file.read(MACHINE.stop)
    if not header.startswith(MAGIC):
        return NO_BINARY
    machine = int.from_bytes(header[MACHINE], "little")
    return next((name for name, number in MACHINES.items() if number == machine), f"ELF machine {machine:#x}")


def built(folder: Path) -> dict[str, str]:
    """The architecture that `sam build` was given for each function, by logical id, from its build.toml."""
    text = (folder / "build.toml").read_text(encoding="utf-8")
    told = {}
    for definition in re.split(r"^\[function_build_definitions\.[^.\]]+]$", text, flags=re.MULTILINE)[1:]:
        architecture = re.search(r'^architecture = "(\w+)"$', definition, re.MULTILINE)[1]
        functions = re.search(r"^functions = \[([^]]*)]$", definition, re.MULTILINE)[1]
        told |= dict.fromkeys(re.findall(r'"(\w+)"', functions), architecture)
    return told


def problems(folder: Path) -> Iterator[str]:
    """A line for each binary in the folder that is wrong."""
    for function, told in sorted(built(folder).items()):
        found = architecture_of(folder / "build" / function / "bootstrap")
        if found != told:
            what = found if found == NO_BINARY else f"for {found}"
            yield f"{function}: bootstrap is {what}, but sam build had Architecture={told}"


def is_demo(folder: Path) -> bool:
    """Whether the note of tools/build says that the functions are built for the demo."""
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
        sys.exit("error: the functions are built for the demo, without optimisation\n  Build them again: sam build")


if __name__ == "__main__":
    main()
