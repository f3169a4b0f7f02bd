"""Unit tests of the tools around metrics, alarms and the dashboard: telemetry_test.py"""

import json
import unittest

from observe import alarm_rule
from observe.dashboard_data import computed, expanded, placed
from observe.emf import BrokenLine, data_of


def line(value, dimensions=(("Stack",),), **more) -> str:
    metrics = [{"Name": "Rows", "Unit": "Count"}]
    directive = {"Namespace": "Messages", "Dimensions": [list(names) for names in dimensions], "Metrics": metrics}
    document = {"_aws": {"Timestamp": 1_559_040_909_385, "CloudWatchMetrics": [directive]}, "Stack": "s", "Rows": value}
    return json.dumps({**document, **more})


def alarm(**more) -> dict:
    given = {"AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5, "StateValue": "ALARM"}
    return {**given, "EvaluationPeriods": 3, "Period": 60, "TreatMissingData": "notBreaching", **more}


class Emf(unittest.TestCase):
    def test_a_number_a_list_and_a_histogram_are_values_with_counts(self) -> None:
        for value, values, counts in (
            (3, [3], [1]),
            ([1, 2.5], [1, 2.5], [1, 1]),
            ({"Values": [10, 7], "Counts": [900, 1]}, [10, 7], [900, 1]),
            ([], [], []),
        ):
            with self.subTest(value=value):
                found = list(data_of(line(value)))
                if not values:
                    self.assertEqual(found, [])
                    continue
                [(namespace, datum)] = found
                self.assertEqual((namespace, datum["MetricName"], datum["Unit"]), ("Messages", "Rows", "Count"))
                self.assertEqual((datum["Values"], datum["Counts"]), (values, counts))
                self.assertEqual(datum["Dimensions"], [{"Name": "Stack", "Value": "s"}])
                self.assertEqual(datum["Timestamp"], 1_559_040_909.385)

    def test_each_set_of_dimensions_is_a_metric_and_many_values_are_several_data(self) -> None:
        found = list(data_of(line(list(range(301)), (("Stack",), ("Stack", "Function")), Function="f")))
        self.assertEqual([len(datum["Dimensions"]) for _, datum in found], [1, 1, 1, 2, 2, 2])
        self.assertEqual([len(datum["Values"]) for _, datum in found[:3]], [150, 150, 1])

    def test_other_lines_are_none(self) -> None:
        for other in (
            "",
            "REPORT RequestId: 1",
            "{",
            '{"level":"INFO"}',
            '"CloudWatchMetrics"',
            '["CloudWatchMetrics"]',
        ):
            self.assertEqual(list(data_of(other)), [])

    def test_what_cloudwatch_would_drop_is_said(self) -> None:
        for broken in (line(None), line("3"), line(True), line({"Values": [1], "Counts": []}), line(3, (("Route",),))):
            with self.subTest(broken), self.assertRaises(BrokenLine):
                list(data_of(broken))


class AlarmRule(unittest.TestCase):
    def test_as_many_periods_as_the_alarm_wants_must_breach(self) -> None:
        self.assertEqual(alarm_rule.state(alarm(), [6, 6, 6]), "ALARM")
        self.assertEqual(alarm_rule.state(alarm(), [6, 5, 6]), "OK")
        self.assertEqual(alarm_rule.state(alarm(DatapointsToAlarm=2), [6, 5, 6]), "ALARM")

    def test_missing_data_is_what_the_alarm_says(self) -> None:
        nothing = [None, None, None]
        for treatment, state in (
            ("notBreaching", "OK"),
            ("breaching", "ALARM"),
            ("missing", "INSUFFICIENT_DATA"),
            ("ignore", "ALARM"),
        ):
            self.assertEqual(alarm_rule.state(alarm(TreatMissingData=treatment), nothing), state)
        self.assertEqual(alarm_rule.state(alarm(), [6, None, 6]), "OK")
        self.assertEqual(alarm_rule.state(alarm(TreatMissingData="breaching"), [6, None, 6]), "ALARM")

    def test_periods_begin_at_their_multiples(self) -> None:
        self.assertEqual(alarm_rule.periods(alarm(), 605), [480, 540, 600])


class Dashboard(unittest.TestCase):
    def test_dots_repeat_what_stands_above_them(self) -> None:
        metrics = [["N", "A", "D", "1", {"label": "a"}], ["...", "2"], [".", "B", ".", "."], [{"expression": "m1"}]]
        self.assertEqual(
            [names for names, _ in expanded(metrics)],
            [["N", "A", "D", "1"], ["N", "A", "D", "2"], ["N", "B", "D", "2"], []],
        )

    def test_widgets_go_to_the_next_free_place(self) -> None:
        sizes = [(24, 2), (12, 6), (12, 4), (8, 3)]
        body = {"widgets": [{"type": "text", "width": w, "height": h, "properties": {}} for w, h in sizes]}
        self.assertEqual([(one.x, one.y) for one in placed(body)], [(0, 0), (0, 2), (12, 2), (0, 8)])

    def test_metric_math_is_arithmetic(self) -> None:
        points = {"d1": {0: 2000.0, 60: 500.0}, "d2": {60: 1.0}}
        self.assertEqual(computed("d1 / 1000 * 512 / 1024", points), {0: 1.0, 60: 0.25})
        self.assertEqual(computed("d1 + d2", points), {0: 2000.0, 60: 501.0})
        with self.assertRaises(ValueError):
            computed("SUM(d1)", points)


if __name__ == "__main__":
    unittest.main()
