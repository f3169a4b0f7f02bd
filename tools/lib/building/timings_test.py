"""Tests of the table of the crates that took longest: python -m building.timings_test"""

import json
import unittest

from building.timings import LONGEST, longest


def page(units: list[tuple[str, float]]) -> str:
    """The part of cargo's page that has the units, as cargo writes it."""
    data = json.dumps([{"name": name, "duration": duration, "features": []} for name, duration in units], indent=2)
    return f"<script>\nconst UNIT_DATA = {data};\nconst CONCURRENCY_DATA = [\n];\n</script>"


class Timings(unittest.TestCase):
    def test_the_units_of_a_crate_are_added_up(self) -> None:
        units = [("small", 1.0), ("with-a-build-script", 2.5), ("with-a-build-script", 7.0)]
        self.assertEqual(longest(page(units)), [("with-a-build-script", 9.5), ("small", 1.0), ("all 3 units", 10.5)])

    def test_only_the_longest_are_named_but_all_are_counted(self) -> None:
        crates = longest(page([(f"crate-{number}", number) for number in range(20)]))
        self.assertEqual(len(crates), LONGEST + 1)
        self.assertEqual((crates[0], crates[-1]), (("crate-19", 19), ("all 20 units", 190)))

    def test_a_page_of_another_form_is_an_error(self) -> None:
        with self.assertRaisesRegex(SystemExit, "no UNIT_DATA"):
            longest("<html></html>")


if __name__ == "__main__":
    unittest.main()
