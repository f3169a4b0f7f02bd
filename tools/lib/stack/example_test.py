"""Tests of the committed examples: they fit the JSON Schema, and their parts fit each other. python -m stack.example_test"""

import json
import unittest
from pathlib import Path

from jsonschema import Draft202012Validator

from repository import ROOT
from stack.example import EXAMPLES, compared

FOLDERS = sorted(folder for folder in EXAMPLES.iterdir() if folder.is_dir())


def read(file: Path):
    return json.loads(file.read_text(encoding="utf-8"))


class Examples(unittest.TestCase):
    def test_there_are_six(self) -> None:
        names = [folder.name for folder in FOLDERS]
        self.assertEqual(names, ["dump", "european", "sample", "sample-take-back", "single-table", "take-back"])

    def test_editors_take_the_descriptors(self) -> None:
        validator = Draft202012Validator(read(ROOT / "schema" / "datapackage.schema.json"))
        for folder in FOLDERS:
            with self.subTest(folder.name):
                package = read(folder / "datapackage.json")
                self.assertEqual([error.message for error in validator.iter_errors(package)], [])
                schema = (folder / package["$schema"]).resolve()
                self.assertEqual(schema, ROOT / "schema" / "datapackage.schema.json")

    def test_editors_underline_a_misspelt_property(self) -> None:
        schema = read(ROOT / "schema" / "datapackage.schema.json")
        package = read(EXAMPLES / "sample" / "datapackage.json")
        package["resources"][0]["s3.keys"] = ["**"]
        [error] = Draft202012Validator(schema).iter_errors(package)
        self.assertEqual(list(error.path), ["resources", 0])
        self.assertIn("s3.keys", error.message)

    def test_uploads_are_of_files_and_resources_that_are_there(self) -> None:
        for folder in FOLDERS:
            resources = {resource["name"] for resource in read(folder / "datapackage.json")["resources"]}
            uploads = read(folder / "uploads.json")
            with self.subTest(folder.name):
                self.assertEqual({upload["resource"] for upload in uploads}, resources, "each resource is shown")
                files = {str(file.relative_to(folder)) for file in folder.rglob("*.csv")}
                self.assertEqual({upload["file"] for upload in uploads}, files, "each file is shown")

    def test_items_are_there_once(self) -> None:
        for folder in FOLDERS:
            items = compared(read(folder / "items.json"))
            self.assertEqual(len(set(items)), len(items), folder.name)
            self.assertEqual(len(items), read(folder / "uploads.json")[-1]["items_afterwards"], folder.name)


if __name__ == "__main__":
    unittest.main()
