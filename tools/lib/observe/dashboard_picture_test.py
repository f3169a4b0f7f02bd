"""Unit tests of the dashboard's picture: dashboard_picture_test.py"""

import unittest

from drawing_checks import illegible, svg, texts
from observe.dashboard_data import COLUMNS, Series, placed
from observe.dashboard_picture import lines, picture, short

START, END = 1_559_040_900, 1_559_041_500
FUNCTIONS = ("s3-to-sqs", "sqs-to-dynamodb", "get-messages", "get-message", "post-message", "put-message")
ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:messages-S3ToSqsErrorsAlarm-1A2B3C"


def widget(kind: str, width: int, **properties) -> dict:
    return {"type": kind, "width": width, "height": 6, "properties": properties}


def graph(title: str, **properties) -> dict:
    return widget("metric", 8, title=title, view="timeSeries", **{"yAxis": {"left": {"label": "count"}}, **properties})


def points(*values: float) -> dict[int, float]:
    return {START + 60 * place: value for place, value in enumerate(values)}


def dashboard() -> list:
    """A widget of each kind."""
    both = {"left": {"label": "rows"}, "right": {"label": "bytes"}}
    notes = {"horizontal": [{"label": "alarm", "value": value, "color": "#d62728"} for value in (5, 5000)]}
    widgets = placed(
        {
            "widgets": [
                widget("text", COLUMNS, markdown="# messages\n**Errors:** here, **two words** there. " + 30 * "word "),
                widget("alarm", COLUMNS, title="Alarms", alarms=[ARN]),
                widget("metric", COLUMNS, title="Sums", view="singleValue"),
                graph("Stacked", stacked=True),
                graph("Two scales", yAxis=both),
                graph("Annotated", annotations=notes),
                graph("Empty"),
            ]
        }
    )
    _, _, sums, stacked, scales, annotated, empty = widgets
    sums.series = [Series("rows read", points(1000, 234)), Series("rows sent", {})]
    stacked.series = [Series(name, points(1, 3, 2)) for name in FUNCTIONS]
    scales.series = [Series("rows", points(10, 30)), Series("bytes", points(2e6, 3e6), right=True)]
    annotated.series = [Series("share", points(1, 4))]
    empty.series = [Series("none", {})]
    return widgets


class Dashboard(unittest.TestCase):
    def test_each_kind_of_widget_is_drawn_and_can_be_read(self) -> None:
        drawn = picture(dashboard(), {ARN.rsplit(":", 1)[1]: "OK"}, START, END)
        self.assertEqual(illegible(drawn), [])
        shown = {content for content, _ in texts(drawn)}
        for content in ("messages", "S3ToSqsErrors", "1,234", "–", *FUNCTIONS, "bytes", "2M", "alarm: 5", "nothing"):
            self.assertIn(content, shown)
        self.assertIn("alarm: 5,000, far above", shown)
        self.assertEqual(svg(drawn), svg(picture(dashboard(), {ARN.rsplit(":", 1)[1]: "OK"}, START, END)))

    def test_bold_words_are_bold(self) -> None:
        drawn = svg(picture(dashboard()[:1], {}, START, END))
        for words in ("Errors: ", "two words "):
            self.assertRegex(drawn, rf'<text style="font-weight: 700; [^>]*>{words}<')
        self.assertNotIn("**", drawn)

    def test_series_are_piled_up_where_any_has_a_point(self) -> None:
        series = [Series("one", points(1, 2)), Series("other", points(3, 4, 5))]
        axes = picture(dashboard()[3:4], {}, START, END).figure.axes[0]
        self.assertEqual(lines(axes, series, stacked=True), 6)
        self.assertEqual(lines(axes, series, stacked=False), 5)

    def test_figures_are_short(self) -> None:
        for value, shown in ((0, "0"), (0.25, "0.25"), (1234, "1,234"), (12_345, "12.3k"), (2e6, "2M"), (3e9, "3G")):
            self.assertEqual(short(value), shown)


if __name__ == "__main__":
    unittest.main()
