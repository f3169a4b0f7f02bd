"""Tests of module_cycles: what it refuses, and what it accepts."""

import pathlib
import tempfile
import unittest

import module_cycles


def crate(folder, **files):
    """Writes a crate's src folder whose modules have these texts."""
    for name, text in files.items():
        path = pathlib.Path(folder, *name.split("__")).with_suffix(".rs")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


class Loops(unittest.TestCase):
    def status(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            return module_cycles.main([crate(folder, **files)])

    def test_a_loop_is_refused(self):
        self.assertEqual(self.status(lib="", a="use crate::b::B;", b="use crate::a::{self, A};"), 1)

    def test_a_loop_through_the_face_is_refused(self):
        self.assertEqual(self.status(lib="pub use a::A;", a="use crate::b::B;", b="use crate::A;"), 1)

    def test_one_way_is_fine(self):
        files = {"lib": "pub use a::A;", "a": "use crate::b::{B, c};", "b": "mod c;", "b__c": "use super::B;"}
        self.assertEqual(self.status(**files, b__tests="use crate::a::A;"), 0)


if __name__ == "__main__":
    unittest.main()
