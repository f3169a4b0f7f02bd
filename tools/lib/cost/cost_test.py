"""Unit tests of the cost model and the partition simulation, with figures that can be followed by hand: cost_test.py"""

import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from cost import page as cost_page
from cost.inputs import Measured, Prices, settings
from cost.model import ROWS, Model, billed, share
from cost.partition_model import PARTITION_WRITES, Load, Simulation
from pages import write

FIGURES = {
    "extractor/cpu_seconds_per_million_rows": 7,
    "extractor/cpu_seconds_per_million_rows/python_idiomatic": 150,
    "extractor/cpu_seconds_per_million_rows/python_classic": 1200,
    "extractor_10ms/rows_per_second": 60_000,
    "cold_start/sqs-to-dynamodb/total": 3,
    **{f"writer_{size}/cpu_seconds_per_million_items": cpu for size, cpu in ((10, 38), (100, 12), (1000, 9))},
    **{
        f"writer_{size}/cpu_seconds_per_million_items/{peer}": 1000
        for size in (10, 100, 1000)
        for peer in ("python_batch_writer", "python_classic")
    },
}


def measured(folder: Path) -> Measured:
    path = folder / "results.json"
    path.write_text(json.dumps([{"name": name, "value": value} for name, value in FIGURES.items()]))
    return Measured(path)


class Costs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.model = Model(measured(self.folder), Prices(), settings())
        self.way = replace(self.model.ours(), extractor_memory=1769, writer_memory=1769, sends_at_once=64)

    def test_requests_are_counted_by_calls_of_ten(self) -> None:
        self.assertAlmostEqual(self.model.cost(self.way).sqs, 3 * 100_000 * 0.40e-6)
        # One message a call to send, and ten to receive and to delete.
        self.assertAlmostEqual(self.model.cost(self.model.classic()).sqs, 1_200_000 * 0.40e-6)
        self.assertAlmostEqual(self.model.cost(self.way).writes, 0.625)

    def test_the_slower_of_cpu_and_waiting_decides(self) -> None:
        cpu, waiting = self.model.extractor_bounds(self.way)
        # 100,000 calls take a second more for TLS, and 64 connections a tenth.
        self.assertAlmostEqual(cpu, 7 + 1 + 64 * 1.5e-3)
        self.assertAlmostEqual(waiting, 100_000 / 64 * 0.010)
        self.assertEqual(self.model.extractor_seconds(self.way), waiting)
        self.assertEqual(self.model.extractor_seconds(replace(self.way, extractor_memory=512)), cpu * 1769 / 512)

    def test_a_batch_is_a_sum(self) -> None:
        way = replace(self.way, batch_size=100, writes_at_once=16)
        self.assertAlmostEqual(self.model.writer_seconds(way), 0.001 + 100 * (12e-6 + 10e-6 / 25) + 0.010)
        self.assertAlmostEqual(
            self.model.writer_seconds(replace(way, writes_at_once=1)) - 0.030, self.model.writer_seconds(way)
        )
        # Between two measured sizes: 3.33 us more for an item is 333 us for an invocation.
        self.assertAlmostEqual(
            self.model.writer_cpu(replace(way, batch_size=400)) * 1e6, 9 - 1 / 3 + 1000 / 3 / 400 + 0.4
        )

    def test_waiting_for_one_partition_is_paid_for(self) -> None:
        price = self.model.prices[f"lambda_gb_second_{self.model.settings.architecture}"]
        self.assertAlmostEqual(self.model.waiting_cost(512, 10), 10 * ROWS / PARTITION_WRITES * 0.5 * price)

    def test_memory_is_cpu_up_to_one(self) -> None:
        self.assertEqual((share(1769), share(3538)), (1.0, 1.0))
        self.assertEqual((billed(0.0101), billed(0.011)), (0.011, 0.011))

    def test_the_page_is_checked(self) -> None:
        page = self.folder / "page.md"
        page.write_text("<!-- sum: written by tools/x.py -->\nold\n<!-- end of sum -->\nrest\n")
        with contextlib.redirect_stdout(io.StringIO()):
            with self.assertRaises(SystemExit):
                write(page, "x.py", {"sum": "new"}, check=True)
            write(page, "x.py", {"sum": "new"}, check=False)
            write(page, "x.py", {"sum": "new"}, check=True)
            with self.assertRaises(SystemExit):
                write(page, "x.py", {"other": ""}, check=False)
        self.assertTrue(page.read_text().endswith("<!-- end of sum -->\nrest\n"))

    def test_every_part_can_be_written(self) -> None:
        for name, part in cost_page.PARTS.items():
            self.assertNotIn("{", part(self.model), name)


class Partition(unittest.TestCase):
    def test_a_date_takes_a_thousand_a_second(self) -> None:
        outcome = Simulation(Load(20_000, 1, batch=100, writers=10)).run()
        # The first thousand are taken at once.
        self.assertTrue(19 <= outcome.seconds < 21, outcome)
        self.assertEqual((outcome.again, outcome.dead), (0, 0))
        self.assertTrue(outcome.in_flight <= 1000 < outcome.throttled * 25, outcome)

    def test_more_writers_are_paid_and_no_faster(self) -> None:
        few, many = (Simulation(Load(20_000, 1, batch=100, writers=writers)).run() for writers in (2, 20))
        self.assertLess(abs(few.seconds - many.seconds), 2)
        self.assertGreater(many.billed, 5 * few.billed)

    def test_mixed_dates_are_faster_than_one_after_the_other(self) -> None:
        mixed, ordered = (Simulation(Load(100_000, 30, mixed, batch=100, writers=10)).run() for mixed in (True, False))
        self.assertLess(mixed.seconds, ordered.seconds / 2)

    def test_what_an_invocation_cannot_write_comes_back_and_is_not_lost(self) -> None:
        outcome = Simulation(Load(100_000, 1, batch=1000, writers=100)).run()
        self.assertGreater(outcome.again, 0)
        self.assertEqual(outcome.dead, 0)
        self.assertTrue(98 <= outcome.seconds < 300, outcome)


if __name__ == "__main__":
    unittest.main()
