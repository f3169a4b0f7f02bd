"""Unit tests of the counts of instructions: instructions_test.py"""

import json
import unittest

from bench.instruction_counts import Count, compare, otherwise, paths, recorded, result, total

# The lines of a callgrind profile that are read.
PROFILE = """events: Ir
summary: 2863172

fn=(0) instructions::counted
0 12
totals: 2863172
"""


class Counts(unittest.TestCase):
    def test_a_path_says_of_what_it_takes_how_many(self) -> None:
        said = "row_to_message row 500\noperations_to_json write 100\n"
        self.assertEqual(paths(said), [("row_to_message", "row", 500), ("operations_to_json", "write", 100)])
        self.assertEqual((Count(2_800_000, 500, "row").each, Count(15, 10, "write").each), (5600, 1.5))

    def test_the_total_is_that_of_the_profile(self) -> None:
        self.assertEqual(total(PROFILE), 2_863_172)
        self.assertEqual(total("events: Ir\n"), 0)

    def test_what_is_recorded_is_read_again(self) -> None:
        counts = {"a": Count(1000, 3, "row")}
        document = {"counts": {name: count.as_json() for name, count in counts.items()}}
        self.assertEqual(document["counts"]["a"]["each"], 333.3)
        self.assertEqual(recorded(json.loads(json.dumps(document))), counts)

    def test_a_change_is_one_of_each_not_of_the_total(self) -> None:
        (change,) = compare({"a": Count(1000, 10, "row")}, {"a": Count(2040, 20, "row")})
        self.assertAlmostEqual(change.percent, 2)
        self.assertEqual((change.notable, change.verdict()), (False, ""))
        self.assertEqual(change.cells(), ["a", "row", "100", "102", "+2.0 %"])

    def test_more_and_less_are_both_told(self) -> None:
        verdicts = {}
        for now in (960, 975, 1025, 1040):
            (change,) = compare({"a": Count(1000, 1, "row")}, {"a": Count(now, 1, "row")})
            verdicts[now] = change.verdict()
        self.assertEqual(verdicts, {960: "less", 975: "", 1025: "", 1040: "MORE"})

    def test_a_path_that_is_new_or_gone_is_notable(self) -> None:
        gone, new = compare({"a": Count(1000, 1, "row")}, {"b": Count(1000, 1, "call")})
        self.assertEqual((gone.verdict(), new.verdict()), ("not counted", "not recorded"))
        self.assertTrue(gone.notable and new.notable)
        self.assertEqual(new.cells(), ["b", "call", "-", "1,000", "-"])

    def test_what_else_counts_depend_on_is_said_only_where_it_differs(self) -> None:
        recorded_with = {"rustc": "1.95.0", "libc": "glibc 2.36"}
        self.assertEqual(otherwise(recorded_with, dict(recorded_with)), [])
        (difference,) = otherwise(recorded_with, recorded_with | {"rustc": "1.96.0"})
        self.assertIn("recorded with rustc 1.95.0, and this is 1.96.0", difference)

    def test_a_check_under_other_conditions_says_that_it_did_not_run(self) -> None:
        self.assertEqual(result([], []), "The check within 3 % passed.")
        self.assertEqual(result(["a"], []), "The check within 3 % failed.")
        for notable in ([], ["a"]):
            self.assertIn("did not run: the conditions above", result(notable, ["They were recorded with …"]))


if __name__ == "__main__":
    unittest.main()
