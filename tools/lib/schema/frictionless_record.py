"""Records how frictionless-py reads cells and files, for tests of crates/schema: python -m schema.frictionless_record"""

import json
from pathlib import Path

from frictionless import describe

from repository import ROOT
from schema.frictionless_cells import cells

INTEROP = ROOT / "crates" / "schema" / "tests" / "interop"
CELLS = INTEROP / "cells.json"
# Files as people publish them. Their descriptors come from `frictionless describe --json`.
FILES = sorted((INTEROP / "files").glob("*.csv"))


def described(file: Path) -> str:
    """The descriptor of a file."""
    descriptor = describe(file.name, basepath=str(file.parent)).to_descriptor()
    return json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the records."""
    CELLS.write_text(cells(), encoding="utf-8")
    for file in FILES:
        file.with_suffix(".json").write_text(described(file), encoding="utf-8")


if __name__ == "__main__":
    main()
