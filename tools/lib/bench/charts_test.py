"""Unit tests of the benchmark's charts: charts_test.py"""

import unittest

from bench.charts import OURS, charts, growth
from bench.report import PAGE, read
from drawing import number
from drawing_checks import illegible, svg, texts
from repository import RESULTS


def figures(metric: str, unit: str, **values: float) -> dict[str, dict]:
    """Ours and its peers, as the benchmark writes them."""
    ours = values[OURS]
    ratios = {
        peer: ours / value if unit.endswith("/s") else value / ours for peer, value in values.items() if peer != OURS
    }
    return {
        metric if who == OURS else f"{metric}/{who}": {
            "value": value,
            "min": value,
            "max": value,
            "unit": unit,
            "ratios": ratios if who == OURS else {},
        }
        for who, value in values.items()
    }


class Charts(unittest.TestCase):
    def test_each_chart_has_its_figures_and_those_without_are_left_out(self) -> None:
        some = {
            **figures(
                "extractor/rows_per_second", "rows/s", ours=100.0, limit_sigv4=400.0, limit_parse=9000.0, other=10.0
            ),
            **figures("cold_start/get-messages/total", "ms", ours=2.0),
            **figures("growth/object_10/cpu_seconds_per_million_rows", "s/M rows", ours=7.0),
        }
        drawn = charts(some, "here & now")
        self.assertEqual(list(drawn), ["throughput.svg"])
        shown = {content for content, _ in texts(drawn["throughput.svg"])}
        for content in (
            "limit: hyper, aws-sigv4",
            "ours reaches 25% of it",
            "other",
            "ours is 10 times as fast",
            "No latency (parsed and serialised only: 9,000 rows/s)",
            "here & now",
        ):
            self.assertIn(content, shown)
        self.assertIn(">here &amp; now<", svg(drawn["throughput.svg"]))

    def test_the_best_is_on_top(self) -> None:
        values = {"ours": 2.0, "python": 200.0, "bare": 1.0}
        names = ["limit: a runtime that says hello", "this pipeline", "Python, boto3"]
        for name, metric, unit, expected in (
            ("cold_start.svg", "cold_start/get-message/total", "ms", names),
            ("writer.svg", "writer_10/items_per_second", "items/s", names[::-1]),
        ):
            drawn = sorted(texts(charts(figures(metric, unit, **values), "")[name]), key=lambda text: -text[1].y0)
            self.assertEqual([content for content, _ in drawn if content in names], expected)

    def test_ours_is_not_compared_with_itself(self) -> None:
        metric = "writer_400/items_per_second"
        drawn = charts(figures(metric, "items/s", ours=2.0, ours_packed=4.0, rust_sdk=1.0), "")["writer.svg"]
        shown = [content for content, _ in texts(drawn)]
        self.assertLess({"this pipeline, 100 rows a message", "Rust, AWS SDK, usual crates"}, set(shown))
        self.assertEqual([content for content in shown if content.startswith("ours ")], ["ours is 2 times as fast"])
        self.assertEqual(illegible(drawn), [])

    def test_bars_are_as_long_as_their_values_and_the_longest_range_fits(self) -> None:
        metric = "writer_10/items_per_second"
        some = figures(metric, "items/s", ours=200.0, python=100.0, node=1.0)
        some[metric]["max"] = 400.0
        [axes] = charts(some, "")["writer.svg"].figure.axes
        lengths = [bar.get_width() for container in axes.containers for bar in getattr(container, "patches", [])]
        self.assertEqual((lengths, axes.get_xlim()), ([200, 100, 1], (0, 400)))

    def test_growth_is_in_the_order_of_sizes(self) -> None:
        some = {}
        for rows in (1000, 10, 100):
            some |= figures(f"growth/object_{rows}/cpu_seconds_per_million_rows", "s/M rows", ours=7.0)
        self.assertEqual([rows for rows, _ in growth(some)], [10, 100, 1000])
        self.assertEqual(list(charts(some, "")), ["growth.svg"])

    def test_a_cost_too_small_to_be_measured_is_drawn(self) -> None:
        some = {}
        for rows in (10, 100):
            some |= figures(f"growth/object_{rows}/cpu_seconds_per_million_rows", "s/M rows", ours=0.0)
        picture = charts(some, "")["growth.svg"]
        self.assertEqual(picture.figure.axes[0].get_ylim(), (0, 1))
        self.assertEqual(illegible(picture), [])

    def test_numbers_are_short(self) -> None:
        for value, shown in (
            (0.0, "0"),
            (0.012_345, "0.0123"),
            (7.456, "7.46"),
            (120.0, "120"),
            (999.9, "1,000"),
            (1234.0, "1,230"),
            (12_345_678.0, "12,300,000"),
        ):
            self.assertEqual(number(value), shown)


class Published(unittest.TestCase):
    def test_the_charts_can_be_read_and_are_always_the_same(self) -> None:
        drawn, again = charts(read(RESULTS), "here, now"), charts(read(RESULTS), "here, now")
        self.assertEqual(len(drawn), 4)
        for name, picture in drawn.items():
            self.assertEqual(illegible(picture), [], name)
            self.assertEqual(svg(picture), svg(again[name]), name)

    def test_the_charts_show_the_published_figures(self) -> None:
        for name, picture in charts(read(RESULTS), "").items():
            published = (PAGE.parent / name).read_text(encoding="utf-8")
            for content, _ in texts(picture):
                self.assertIn(f">{content}<", published, f"{name}: make bench SIZE=pages draws it anew")


if __name__ == "__main__":
    unittest.main()
