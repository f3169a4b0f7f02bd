"""Unit tests of the cost model and the partition simulation, with figures to check by hand: cost_test.py"""

import contextlib
import copy
import io
import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from cost import inputs, month, page, partition
from cost.inputs import ASSUMED, LIMITS
from cost.model import ROWS, billed, vcpu_share
from cost.partition import DEFAULTS, Simulation
from observe.metric_names import OWN
from pages import save, write
from repository import loaded

RESULTS = {
    "extractor/cpu_seconds_per_million_rows": 7,
    "extractor/cpu_seconds_per_million_rows/python_idiomatic": 150,
    "extractor/cpu_seconds_per_million_rows/python_classic": 1200,
    "extractor_10ms/rows_per_second": 60_000,
    "cold_start/s3-to-sqs/total": 5.9,
    "cold_start/sqs-to-dynamodb/total": 3,
    **{f"writer_{size}/cpu_seconds_per_million_items": cpu for size, cpu in ((10, 38), (100, 12), (1000, 9))},
    **{
        f"writer_{size}/cpu_seconds_per_million_items/{peer}": 1000
        for size in (10, 100, 1000)
        for peer in ("python_batch_writer", "python_classic")
    },
}
PRICES = loaded(page.PRICES)


def figures(results: dict[str, float] = RESULTS, prices: dict = PRICES) -> dict[str, object]:
    return page.figures([{"name": name, "value": value} for name, value in results.items()], prices)


def rendered(named: dict[str, object]) -> list[str]:
    return [page.rendered(f"{path.name}.jinja", named) for path in page.PAGES]


class Costs(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.named = figures()

    def setUp(self) -> None:
        self.ours = self.named["ours"]
        self.way = replace(self.ours, extractor_memory=1769, writer_memory=1769, sends_at_once=64)

    def test_requests_are_counted_by_calls_of_ten(self) -> None:
        self.assertAlmostEqual(self.way.cost["sqs_request"], 3 * 100_000 * 0.40e-6)
        # A call sends one message, and receives or deletes ten.
        self.assertAlmostEqual(self.named["classic"].cost["sqs_request"], 1_200_000 * 0.40e-6)
        self.assertAlmostEqual(self.way.cost["dynamodb_write"], 0.625)

    def test_many_rows_a_message_are_billed_by_their_bytes(self) -> None:
        packed = self.named["packed"]
        # A thousand calls of 247 KB, and receives of four messages, 99 KB, with a deletion each.
        self.assertAlmostEqual(packed.sqs_requests, 1000 * 4 + 2500 * (2 + 1))
        self.assertAlmostEqual(packed.cost["dynamodb_write"], self.ours.cost["dynamodb_write"])
        self.assertLess(packed.total, 0.645)

    def test_what_is_measured_of_many_rows_a_message_takes_the_place_of_what_is_not(self) -> None:
        self.assertEqual((self.named["packed"].extractor_peer, self.named["packed"].writer_peer), ("", ""))
        self.assertIn("not measured yet", rendered(self.named)[0])
        measured = {
            "extractor/cpu_seconds_per_million_rows/ours_packed": 1,
            "writer_400/cpu_seconds_per_million_items/ours_packed": 8,
        }
        named = figures(RESULTS | measured)
        self.assertLess(named["packed"].extractor_cpu_s, self.named["packed"].extractor_cpu_s - 5)
        self.assertAlmostEqual(named["packed"].batch_cpu_s * vcpu_share(256), 400 * (8e-6 + 10e-6 / 25))
        self.assertIn("measured in both forms", rendered(named)[0])

    def test_times_to_table_are_shown_once_they_are_measured(self) -> None:
        load = {"contender": "ours", "rows": 100_000, "dates": 1, "mixed": False, "shards": 1, "writers": 5}
        load |= {
            "seconds": 100,
            "extractor_seconds": 3,
            "billed_seconds": 500,
            "calls": 16_000,
            "throttled_calls": 12_000,
        }
        load |= {"received_again": 7, "dead": 0, "left": 0, "load_average": 1.2}
        ended = load | {"contender": "rust_sdk", "seconds": 600, "left": 40_000}
        with tempfile.TemporaryDirectory() as folder:
            record = Path(folder) / "time_to_table.json"
            with mock.patch.object(page, "TIMES", record):
                self.assertIn("Not measured yet.", rendered(figures())[1])
                record.write_text(json.dumps({"loads": [ended, load]}))
                text = rendered(figures())[1]
        self.assertIn(
            "| ours | 100,000 | 1 | one | 1 | 5 | 100 s | 1,000 | 3 s | 5,000 | 0.021 | 75% | 7 | 0 | 0 | 1 |", text
        )
        self.assertIn("| more than 10 min | 100 |", text)

    def test_a_billion_rows_are_a_thousand_million(self) -> None:
        text = rendered(self.named)[3]
        self.assertIn("| 4,000 | a new table that does not grow | 69.4 h |", text)
        self.assertIn("| 40,000 | the quota, 40 keys and more | 6.9 h |", text)
        self.assertIn("| DynamoDB: writes, on demand | 625.00 | 625.00 |", text)
        self.assertIn("| SQS: send, receive, delete | 120.00 | 4.60 |", text)

    def test_the_readme_says_what_was_measured_and_what_it_costs(self) -> None:
        measured = {
            "extractor/peak_rss_mb": 28.2,
            "growth/object_1000000/peak_rss_mb": 28.9,
            "growth/object_10000000/peak_rss_mb": 28.1,
            "extractor_10ms/rows_per_second/python_idiomatic": 3900,
            "cold_start/get-messages/total": 3.7,
        }
        text = page.rendered("lead.md.jinja", figures(RESULTS | measured))
        months = self.named["months"]
        for said in (
            "21 times as fast",
            "15 times if each call",
            "in some 29 MB",
            f"[${months['nothing'].total:.2f} a month]",
            f"${months['30,000 rows a day'].total:.2f} with 30,000 rows a day",
            "some 4 ms after the start of its process",
            f"[{self.ours.total * 100:.0f} cents]",
        ):
            self.assertIn(said, text)

    def test_each_file_of_a_batch_is_counted(self) -> None:
        way = replace(self.ours, batch_size=400)
        # Four writes for the file, one for each of 2,500 batches, and an event.
        self.assertAlmostEqual(way.books_cost, 2504 * 0.625e-6 + 1e-6)
        self.assertLess(way.books_cost, 0.01 * way.total)
        self.assertAlmostEqual(replace(way, files_per_batch=100).books_cost, 250_004 * 0.625e-6 + 1e-6)
        # A batch has rows of forty files of ten rows each.
        small = replace(way, rows_per_file=10)
        self.assertAlmostEqual(small.books_cost, 100_000 * (5 * 0.625e-6 + 1e-6))
        self.assertEqual(self.named["classic"].books_cost, 0)

    def test_the_slower_of_cpu_and_waiting_decides(self) -> None:
        # TLS adds a second for 100,000 calls and a tenth of a second for 64 connections.
        self.assertAlmostEqual(self.way.extractor_cpu_s, 7 + 1 + 64 * 1.5e-3)
        self.assertAlmostEqual(self.way.extractor_waiting_s, 100_000 / 64 * 0.010)
        self.assertEqual(self.way.extractor_s, self.way.extractor_waiting_s)
        slow = replace(self.way, extractor_memory=512)
        self.assertEqual(slow.extractor_s, self.way.extractor_cpu_s * 1769 / 512)

    def test_a_batch_is_a_sum(self) -> None:
        way = replace(self.way, batch_size=100, writes_at_once=16)
        self.assertAlmostEqual(way.batch_s, 0.001 + 100 * (12e-6 + 10e-6 / 25) + 0.010 + 0.005)
        self.assertAlmostEqual(replace(way, writes_at_once=1).batch_s - 0.030, way.batch_s)
        # Between two measured sizes, 3.33 us more for an item are 333 us for an invocation.
        between = replace(way, batch_size=400)
        self.assertAlmostEqual(between.batch_cpu_s / 400 * 1e6, 9 - 1 / 3 + 1000 / 3 / 400 + 0.4)

    def test_waiting_for_one_partition_is_paid_for(self) -> None:
        way = replace(self.ours, writer_memory=512, writers=10)
        seconds = 10 * ROWS / LIMITS.partition_writes
        self.assertAlmostEqual(way.waiting_cost, seconds * 0.5 * way.price("lambda_gb_second"))

    def test_each_file_is_an_invocation(self) -> None:
        way = replace(self.way, rows_per_file=1000)
        self.assertAlmostEqual(way.extractor_cost["lambda_request"], 1000 * 0.20e-6)
        self.assertAlmostEqual(way.cost["s3_put"], 2 * 1000 * 5e-6)
        seconds = 0.001 + 2 * 0.030 + 0.010 + 2 * 0.005 + self.way.extractor_s / 1000
        dollars = 1769 / 1024 * 1000 * billed(seconds) * way.price("lambda_gb_second")
        self.assertAlmostEqual(way.extractor_cost["lambda_gb_second"], dollars)

    def test_memory_is_cpu_up_to_one(self) -> None:
        self.assertEqual((vcpu_share(1769), vcpu_share(3538)), (1.0, 1.0))
        self.assertEqual((billed(0.0101), billed(0.011)), (0.011, 0.011))


class Bill(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        named = figures()
        cls.months, cls.free = named["months"], named["free"]

    def setUp(self) -> None:
        self.rest, self.few, self.many, self.slow, self.fast = self.months.values()

    def test_a_stack_at_rest_pays_for_polling_and_the_dashboard(self) -> None:
        self.assertAlmostEqual(self.rest.total, 5 * 3 * 60 * 24 * 30 * 0.40e-6 + 3)
        self.assertEqual(replace(self.rest, dashboard=False).lines["CloudWatch dashboard"], 0)

    def test_x_ray_takes_the_first_call_of_a_second_and_a_share_of_the_others(self) -> None:
        self.assertAlmostEqual(month.traces_a_second(0.1), 0.1)
        self.assertAlmostEqual(month.traces_a_second(1), 1)
        self.assertAlmostEqual(month.traces_a_second(100), 1 + 99 * 0.05)
        self.assertAlmostEqual(self.slow.lines["X-Ray"], 30 * 86_400 * 5e-6)
        self.assertAlmostEqual(self.fast.lines["X-Ray"], 5.95 * 30 * 86_400 * 5e-6)

    def test_rows_cost_what_a_million_costs_so_many_times(self) -> None:
        # A count for each batch, and the writes for each of 24 files a day.
        counts = ROWS / 400 + 24 * ASSUMED.record_writes
        self.assertAlmostEqual(self.many.quantities["dynamodb_write"], 30 * (ROWS + counts))
        self.assertAlmostEqual(self.many.quantities["eventbridge_event"], 30 * 24)
        self.assertAlmostEqual(self.many.quantities["s3_put"], 2 * 24 * 30)
        requests = self.many.quantities["sqs_request"] - self.rest.quantities["sqs_request"]
        self.assertAlmostEqual(requests, 30 * 300_000)
        self.assertAlmostEqual(self.few.quantities["dynamodb_storage"], 900_000 * (124 + 100) / 1e9)

    def test_calls_are_billed_by_each_service_on_their_way(self) -> None:
        calls = 30 * 86_400 * 100
        for name in ("apigateway_request", "lambda_request", "dynamodb_read"):
            self.assertAlmostEqual(self.fast.quantities[name], calls)
        self.assertAlmostEqual(self.fast.quantities["lambda_gb_second"], calls * 0.25 * 0.006)

    def test_all_that_is_billed_is_in_a_line_once(self) -> None:
        names = [name for names in month.BILL.values() for name in names]
        self.assertEqual(len(names), len(set(names)))
        for stack in self.months.values():
            billed = replace(stack, alarms=True, access_logs=True)
            self.assertLessEqual(billed.quantities.keys(), set(names))
            self.assertAlmostEqual(billed.total, sum(map(billed.dollars, billed.quantities)))

    def test_each_switch_takes_its_lines_off(self) -> None:
        for stack in self.months.values():
            self.assertEqual(replace(stack, tracing=False).lines, stack.lines | {"X-Ray": 0})
            without = replace(stack, metrics=False).lines
            self.assertEqual(without["CloudWatch metrics"], 0)
            self.assertLessEqual(without["CloudWatch Logs"], stack.lines["CloudWatch Logs"])
        alarms, of_others = inputs.alarms()
        self.assertLess(of_others, alarms)
        self.assertAlmostEqual(replace(self.rest, alarms=True).total - self.rest.total, alarms * 0.10)
        few = replace(self.rest, alarms=True, metrics=False)
        self.assertAlmostEqual(few.lines["CloudWatch alarms"], of_others * 0.10)

    def test_what_is_free_is_no_more_than_what_is_billed(self) -> None:
        self.assertEqual(self.rest.with_free_tiers({"sqs_request": 1e6, "cloudwatch_dashboard": 3}), 0)
        self.assertAlmostEqual(self.slow.with_free_tiers({"xray_trace": 100_000}), self.slow.total - 0.5)

    def test_each_free_quantity_is_one_that_is_billed(self) -> None:
        ways = [replace(self.fast.way, architecture=name) for name in ("x86_64", "arm64")]
        names = {way.price_name(name) for way in ways for names in month.BILL.values() for name in names}
        self.assertLessEqual(self.free.keys(), names)

    def test_the_functions_first_400000_gb_seconds_are_free(self) -> None:
        # A hundred calls a second take 388,800.
        without = {name: free for name, free in self.free.items() if not name.startswith("lambda_gb_second")}
        saved = self.fast.with_free_tiers(without) - self.fast.with_free_tiers(self.free)
        self.assertAlmostEqual(saved, 30 * 86_400 * 100 * 0.25 * 0.006 * 0.0000166667)

    def test_metrics_are_those_that_the_functions_write(self) -> None:
        named = [name for names in month.METRICS.values() for name in names]
        self.assertEqual(set(named), OWN.keys())


class Pages(unittest.TestCase):
    def test_pages_follow_what_they_are_computed_from(self) -> None:
        named = figures()
        before = rendered(named)
        for text in before:
            self.assertNotIn("{", text)
        self.assertNotEqual(before[0], rendered(figures(RESULTS | {"extractor_10ms/rows_per_second": 50_000}))[0])
        dearer = copy.deepcopy(PRICES)
        dearer["prices"]["lambda_gb_second_x86_64"]["dollars"] = "0.00002"
        for text, then in zip(rendered(figures(prices=dearer)), before):
            self.assertNotEqual(text, then)

    def test_what_is_missing_ends_the_program(self) -> None:
        few = {name: value for name, value in RESULTS.items() if not name.startswith("cold_start")}
        with self.assertRaisesRegex(SystemExit, "no figure or price cold_start"):
            rendered(figures(few))

    def test_a_page_is_checked_or_written(self) -> None:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            path = Path(folder) / "page.md"
            path.write_text("<!-- sum: written by tools/x -->\nold\n<!-- end of sum -->\nrest\n")
            with self.assertRaises(SystemExit):
                write(path, "x", {"sum": "new"}, check=True)
            write(path, "x", {"sum": "new"}, check=False)
            write(path, "x", {"sum": "new"}, check=True)
            with self.assertRaises(SystemExit):
                write(path, "x", {"other": ""}, check=False)
            self.assertTrue(path.read_text().endswith("<!-- end of sum -->\nrest\n"))
            with self.assertRaises(SystemExit):
                save(path, "x", "all of it\n", check=True)
            save(path, "x", "all of it\n", check=False)
            save(path, "x", "all of it\n", check=True)


class Settings(unittest.TestCase):
    def test_constants_are_read_where_they_are_made(self) -> None:
        now = inputs.settings()
        self.assertEqual((now.first_pause_s, now.longest_pause_s, now.pauses), (0.05, 5, 40))
        self.assertEqual((now.first_redelivery_s, now.longest_redelivery_s), (10, 900))
        self.assertEqual(now.trying_s, now.writer_timeout - 2)

    def test_what_was_renamed_ends_the_program(self) -> None:
        for pattern, name in (("crates/backoff/src/lib.rs", "FURST"), ("crates/backoff/src/none.rs", "FIRST")):
            with self.assertRaisesRegex(SystemExit, f"not exactly one constant {name}"):
                inputs.constant(pattern, name)
        with self.assertRaisesRegex(SystemExit, "no Parameters/Other/Default"):
            inputs.deployed_value({"Parameters": {"Some": {"Default": 1}}}, "Parameters/Other/Default")


class Partition(unittest.TestCase):
    def played(self, **load) -> SimpleNamespace:
        return Simulation({**DEFAULTS, **load}).run()

    def test_a_date_takes_a_thousand_a_second(self) -> None:
        outcome = self.played(rows=20_000, dates=1, batch=100, writers=10)
        # The first thousand writes are accepted at once.
        self.assertTrue(19 <= outcome.seconds < 21, outcome)
        self.assertEqual((outcome.again, outcome.dead), (0, 0))
        self.assertTrue(outcome.in_flight <= 1000 < outcome.throttled * 25, outcome)

    def test_more_writers_are_paid_and_no_faster(self) -> None:
        few, many = (self.played(rows=20_000, dates=1, batch=100, writers=writers) for writers in (2, 20))
        self.assertLess(abs(few.seconds - many.seconds), 2)
        self.assertGreater(many.billed, 5 * few.billed)

    def test_mixed_dates_are_faster_than_one_after_the_other(self) -> None:
        mixed, ordered = (
            self.played(rows=100_000, dates=30, mixed=mixed, batch=100, writers=10) for mixed in (True, False)
        )
        self.assertLess(mixed.seconds, ordered.seconds / 2)

    def test_what_an_invocation_cannot_write_comes_back_and_is_not_lost(self) -> None:
        outcome = self.played(rows=100_000, dates=1, batch=1000, writers=100)
        self.assertGreater(outcome.again, 0)
        self.assertEqual(outcome.dead, 0)
        self.assertTrue(98 <= outcome.seconds < 300, outcome)

    def test_what_is_recorded_is_of_these_settings_and_comes_out_the_same(self) -> None:
        changes = (
            lambda document: document["settings"].update(first_redelivery_s=11),
            lambda document: document["loads"][0].update(seconds=1.0),
            lambda document: document["loads"].pop(),
        )
        for change in changes:
            document = loaded(partition.RECORD)
            change(document)
            with tempfile.TemporaryDirectory() as folder:
                record = Path(folder) / "partition.json"
                record.write_text(json.dumps(document))
                with mock.patch.object(partition, "RECORD", record), self.assertRaises(SystemExit):
                    partition.recorded()
        with mock.patch.object(ASSUMED, "batch_write_s", 0.020), self.assertRaises(SystemExit):
            partition.recorded()


if __name__ == "__main__":
    unittest.main()
