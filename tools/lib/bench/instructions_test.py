"""Unit tests of how counts of instructions are read and compared: instructions_test.py"""

import json
import unittest

from bench.instruction_counts import Count, compare, read, recorded


def said(name: str, bench: str, total: int, before: int | None = None) -> str:
    """What the harness says of a benchmark, as far as it is read."""
    values = {"new": total} if before is None else {"new": total, "old": before}
    data = {"total": {"metrics": {"Ir": {"values": values}}}}
    return json.dumps({"function_name": name, "id": bench, "profiles": [{"tool": "Callgrind", "data": data}]})


class Counts(unittest.TestCase):
    def test_the_id_says_of_what_and_of_how_many(self) -> None:
        counts = read("\n".join([said("row_to_message", "rows_500", 2_800_000), said("plan", "writes_10", 15, 14)]))
        self.assertEqual(counts, {"row_to_message": Count(2_800_000, 500, "row"), "plan": Count(15, 10, "write")})
        self.assertEqual((counts["row_to_message"].each, counts["plan"].each), (5600, 1.5))

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


if __name__ == "__main__":
    unittest.main()
