"""Unit tests of the comparison of the benchmark's results with the recorded ones: regressions_test.py"""

import unittest

from bench.regressions import Figures, compare, lines, ratio, read
from repository import RESULTS


def figure(value: float, unit: str, spread: float = 0.0) -> dict:
    return {"value": value, "unit": unit, "ratios": {}, "min": value * (1 - spread), "max": value * (1 + spread)}


def run(rate: float, peer: float = 100.0, spread: float = 0.05, speed: float = 1.0) -> Figures:
    """A rate and a time of ours and of a peer, on a machine of this speed."""
    figures = {
        "x/rate": figure(rate * speed, "rows/s", spread),
        "x/rate/peer": figure(peer * speed, "rows/s", spread),
        "x/time": figure(1 / rate / speed, "ms", spread),
        "x/time/peer": figure(1 / peer / speed, "ms", spread),
    }
    for name in ("x/rate", "x/time"):
        figures[name]["ratios"] = {"peer": rate / peer}
    return figures


def names(changes: list) -> list[str]:
    return [change.name for change in changes]


BOTH = ["x/rate beside peer", "x/time beside peer"]


class Regressions(unittest.TestCase):
    def test_a_slower_machine_is_no_regression(self) -> None:
        found = compare(run(1000), run(1000, speed=0.3))
        self.assertEqual((found.worse, found.better, names(found.noise)), ([], [], BOTH))

    def test_what_is_slower_beside_its_peer_is_worse_whichever_way_it_counts(self) -> None:
        found = compare(run(1000), run(700, speed=2))
        self.assertEqual((sorted(names(found.worse)), found.better, found.noise), (BOTH, [], []))
        self.assertAlmostEqual(found.worse[0].gain, 0.7)
        self.assertIn("30 % less", found.worse[0].shown())

    def test_what_is_faster_beside_its_peer_is_better(self) -> None:
        found = compare(run(1000), run(1500))
        self.assertEqual((found.worse, sorted(names(found.better))), ([], BOTH))

    def test_what_ranges_do_not_tell_apart_is_noise(self) -> None:
        self.assertEqual(compare(run(1000, spread=0.2), run(700, spread=0.2)).worse, [])
        self.assertEqual(len(compare(run(1000, spread=0.02), run(700, spread=0.02)).worse), 2)

    def test_the_range_of_a_ratio_is_wider_than_of_its_parts_and_narrower_than_their_worst(self) -> None:
        found = ratio(figure(100, "rows/s", 0.1), figure(10, "rows/s", 0.1))
        self.assertAlmostEqual(found.value, 10)
        self.assertTrue(90 / 11 < found.least < 9 and 11 < found.most < 110 / 9, found)

    def test_a_noisy_round_of_the_peer_widens_only_the_side_that_it_speaks_for(self) -> None:
        peer = figure(10, "ms") | {"max": 40}
        found = ratio(figure(1, "ms"), peer)
        self.assertEqual((found.value, found.least, found.most), (10, 10, 40))

    def test_sizes_are_compared_as_they_are_and_the_last_digit_is_no_difference(self) -> None:
        sizes = {}
        for size in (9.05, 9.2, 8.0):
            found = compare({"binary/a": figure(9.0, "MB")}, {"binary/a": figure(size, "MB")})
            sizes[size] = (len(found.worse), len(found.better), len(found.noise))
        self.assertEqual(sizes, {9.05: (0, 0, 1), 9.2: (1, 0, 0), 8.0: (0, 1, 0)})

    def test_a_figure_or_a_peer_that_the_record_lacks_is_new(self) -> None:
        now = run(10) | {"x/rate/rust": figure(5, "rows/s"), "binary/a": figure(1, "MB")}
        now["x/rate"]["ratios"] = {"peer": 0.1, "rust": 2}
        found = compare(run(10), now)
        self.assertEqual((found.worse, found.new), ([], ["x/rate beside rust", "binary/a"]))
        self.assertEqual(compare(now, run(10)).gone, ["x/rate beside rust", "binary/a"])
        self.assertIn("2 new, which the recorded results lack: x, binary", "\n".join(lines(found)))

    def test_many_rows_a_message_are_ours_too_and_no_peer(self) -> None:
        def packed(rate: float, memory: float) -> Figures:
            figures = run(1000) | {"x/memory": figure(30, "MB"), "x/memory/ours_packed": figure(memory, "MB")}
            figures |= {"x/rate/ours_packed": figure(rate, "rows/s")}
            figures["x/rate"]["ratios"] |= {"ours_packed": 1000 / rate}
            return figures

        found = compare(packed(2000, 28), packed(1200, 84))
        self.assertEqual(names(found.worse), ["x/memory/ours_packed", "x/rate/ours_packed beside peer"])
        self.assertEqual((found.better, len(found.noise)), ([], 3))

    def test_what_has_nothing_beside_it_is_said_not_to_be_compared(self) -> None:
        alone = {"growth/rate": figure(5, "rows/s")}
        found = compare(alone, {"growth/rate": figure(1, "rows/s")})
        self.assertEqual((found.worse, found.noise, found.alone), ([], [], ["growth/rate"]))

    def test_nothing_that_took_no_measurable_time_is_divided_by(self) -> None:
        now = run(10) | {"x/rate/peer": figure(0, "rows/s")}
        self.assertEqual(compare(run(10), now).gone, ["x/rate beside peer"])

    def test_the_worst_is_told_first(self) -> None:
        two = {f"{name}/{key}": value for name in "ab" for key, value in run(1000).items()}
        now = {f"a/{key}": value for key, value in run(700).items()}
        now |= {f"b/{key}": value for key, value in run(500).items()}
        self.assertEqual(names(compare(two, now).worse)[0].split("/")[0], "b")

    def test_the_recorded_results_are_as_good_as_themselves(self) -> None:
        figures = read(RESULTS)
        found = compare(figures, figures)
        self.assertEqual((found.worse, found.better, found.new, found.gone), ([], [], [], []))
        self.assertGreater(len(found.noise), 50)
        self.assertEqual(len(lines(found)), 2)


if __name__ == "__main__":
    unittest.main()
