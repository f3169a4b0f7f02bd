"""Tests that frictionless-py accepts the committed descriptors and still reads cells as recorded.

python -m schema.interop_test

The tests of crates/schema compare the records with this product's own reading, and name each deviation."""

import json
import unittest
from pathlib import Path

from frictionless import Package, system

from repository import ROOT
from schema.frictionless_cells import cells
from schema.frictionless_record import CELLS, FILES, described

# The descriptors of examples and tests, and the valid ones of the fuzzing corpus.
COMMITTED = sorted(
    [
        *ROOT.glob("schema/**/datapackage.json"),
        *ROOT.glob("crates/schema/tests/descriptors/*.json"),
        *(path for path in ROOT.glob("fuzz/corpus/descriptor/*") if path.name != "misspelt"),
    ]
)


def faults(path: Path) -> list[str]:
    """The faults of a descriptor, and of the files that it names, if they exist."""
    text = path.read_text(encoding="utf-8")
    # An input of the fuzz target has a digit before the descriptor.
    descriptor = json.loads(text[text.index("{") :])
    package = Package.from_descriptor(descriptor, basepath=str(path.parent))
    named = [path.parent / resource["path"] for resource in descriptor["resources"] if "path" in resource]
    if not named or not all(file.exists() for file in named):
        return [str(error) for error in Package.metadata_validate(descriptor)]
    report = package.validate()
    return [str(line) for line in report.flatten(["title", "rowNumber", "fieldName", "message"])]


class Interoperability(unittest.TestCase):
    maxDiff = None

    def test_committed_descriptors_are_valid(self) -> None:
        self.assertGreater(len(COMMITTED), 1)
        for path in COMMITTED:
            with self.subTest(path.relative_to(ROOT)), system.use_context(trusted=True):
                self.assertEqual(faults(path), [])

    def test_cells_are_read_as_recorded(self) -> None:
        self.assertEqual(cells(), CELLS.read_text(encoding="utf-8"))

    def test_files_are_described_as_recorded(self) -> None:
        self.assertEqual(len(FILES), 5)
        for file in FILES:
            with self.subTest(file.name):
                self.assertEqual(described(file), file.with_suffix(".json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
