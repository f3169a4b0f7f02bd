"""Tests of unreached_sources: what it refuses, and what it accepts."""

import pathlib
import tempfile
import unittest

import unreached_sources


class Reached(unittest.TestCase):
    def unreached(self, files, roots=("src/lib.rs",)):
        """The names of the files, of these texts, that are not reached from the roots."""
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: pathlib.Path(folder, name) for name in files}
            for name, path in paths.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(files[name], encoding="utf-8")
            found = unreached_sources.unreached(paths.values(), [paths[root] for root in roots])
            return [str(path.relative_to(folder)) for path in found]

    def test_a_file_that_no_module_declares_is_refused(self):
        files = {"src/lib.rs": "mod a;\n// mod b;\n", "src/a.rs": "", "src/b.rs": "mod c;\n", "src/b/c.rs": ""}
        self.assertEqual(self.unreached(files), ["src/b.rs", "src/b/c.rs"])

    def test_a_declaration_in_another_folder_does_not_count(self):
        files = {"src/lib.rs": "mod a;\n", "src/a.rs": "mod tests;\n", "src/tests.rs": ""}
        self.assertEqual(self.unreached(files), ["src/tests.rs"])

    def test_modules_of_every_form_are_reached(self):
        files = {
            "src/lib.rs": '#[cfg(test)]\nmod a;\npub(crate) mod b;\n#[path = "c/d.rs"]\n#[cfg(test)]\nmod other;\n',
            "src/a.rs": "pub mod tests;\n",
            "src/a/tests.rs": "",
            "src/b/mod.rs": "mod e;\n",
            "src/b/e.rs": "",
            "src/c/d.rs": "",
            "tests/all/main.rs": "mod f;\n",
            "tests/all/f.rs": "",
        }
        self.assertEqual(self.unreached(files, ["src/lib.rs", "tests/all/main.rs"]), [])


if __name__ == "__main__":
    unittest.main()
