"""Tests of the names of files in a text: python -m file_words_test"""

import os
import tempfile
import unittest
from pathlib import Path

from file_words import names_in


class Names(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(folder.name)
        for name in ("a.csv", "a (1).csv", "it's.csv", 'say "b".csv', "my files/c.csv"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).touch()

    def test_a_name_is_one_whatever_is_in_it(self) -> None:
        for name in ("a.csv", "a (1).csv", "it's.csv", 'say "b".csv', "my files/c.csv", "my files/*.csv", "a*.csv"):
            self.assertEqual(names_in(name), [name])

    def test_words_are_several_and_may_be_quoted(self) -> None:
        self.assertEqual(names_in("a.csv 'a (1).csv' my\\ files/c.csv"), ["a.csv", "a (1).csv", "my files/c.csv"])
        self.assertEqual(names_in("a.csv it's.csv"), ["a.csv", "it's.csv"])
        self.assertEqual(names_in("  "), [])
        self.assertEqual(names_in("no.csv x*.csv"), ["no.csv", "x*.csv"])

    def test_a_link_that_leads_nowhere_is_a_name(self) -> None:
        os.symlink("nowhere", "a link.csv")
        self.assertEqual(names_in("a link.csv"), ["a link.csv"])


if __name__ == "__main__":
    unittest.main()
