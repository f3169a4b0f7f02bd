"""Tests of the built templates as JSON: python -m building.templates_as_json_test"""

import json
import tempfile
import unittest
from pathlib import Path

from samcli.yamlhelper import yaml_parse

from building.templates_as_json import write_as_json
from repository import ROOT

TEMPLATES = ("template.yaml", "observability/template.yaml")


class TemplatesAsJson(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_they_are_json_and_mean_the_same(self) -> None:
        for name in TEMPLATES:
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes((ROOT / name).read_bytes())
        write_as_json(self.folder)
        for name in TEMPLATES:
            with self.subTest(name):
                written = json.loads((self.folder / name).read_text())
                self.assertEqual(written, yaml_parse((ROOT / name).read_text(encoding="utf-8")))

    def test_a_folder_without_templates_is_an_error(self) -> None:
        with self.assertRaisesRegex(SystemExit, "has no template.yaml"):
            write_as_json(self.folder)


if __name__ == "__main__":
    unittest.main()
