"""Unit tests of what the demo prints: demo_test.py"""

import unittest

from stack.demo import COLUMNS, table_of

ROW = ["2019-05-28", "10:55:09", "location-03", "wireless", "router-1", "4.39", "device-1", "10.87"]


class Table(unittest.TestCase):
    def test_the_sample_fits_80_columns_and_nothing_of_it_is_cut(self) -> None:
        lines = table_of([dict(zip(COLUMNS, ROW))])
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertEqual(lines[-1].split(), ROW)
        self.assertEqual(lines[0].split(), ["local", "local", "remote", "remote"])
        self.assertEqual(lines[1].split(), ["date", "time", "location", "source", "dest", "avg", "dest", "avg"])


if __name__ == "__main__":
    unittest.main()
