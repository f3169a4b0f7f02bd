"""Draws the widgets of a dashboard as CloudWatch does, on a light background."""

import re
import textwrap
from datetime import datetime, timezone

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from drawing import EDGE, INK, PAPER, SOFT, Picture
from observe.dashboard_data import COLUMNS, Series, Widget

# The size of a cell of the grid, and the gap between two widgets.
COLUMN, ROW, GAP = 46, 34, 8
GROUND = "#f2f3f3"
PALETTE = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]
STATES = {"OK": "#1d8102", "ALARM": "#d13212", "INSUFFICIENT_DATA": "#687078"}
# The average width of a letter, as a share of the font size.
LETTER = 0.56
ALARMS_IN_A_ROW = 5
# Seconds between two marks on the time axis.
STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400)


class Card:
    """The place of a widget in the picture."""

    def __init__(self, picture: Picture, widget: Widget) -> None:
        self.picture = picture
        self.left, self.top = widget.x * COLUMN + GAP / 2, widget.y * ROW + GAP / 2
        self.width, self.height = widget.width * COLUMN - GAP, widget.height * ROW - GAP
        self.square(0, 0, self.width, self.height, facecolor=PAPER, edgecolor=EDGE, linewidth=1)
        if "title" in widget.properties:
            self.text(10, 18, widget.properties["title"], fontsize=12, fontweight="bold")

    def text(self, left: float, base: float, content: str, **style) -> Text:
        return self.picture.text(self.left + left, self.top + base, content, **{"fontsize": 10} | style)

    def square(self, left: float, top: float, width: float, height: float, **style) -> None:
        corner = self.left + left, self.picture.height - self.top - top - height
        self.picture.figure.add_artist(Rectangle(corner, width, height, transform=None, zorder=-1, **style))

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Axes with these distances from the edges."""
        width, height = self.width - left - right, self.height - top - bottom
        return self.picture.axes(self.left + left, self.top + top, width, height)


def picture(widgets: list[Widget], states: dict[str, str], start: float, end: float) -> Picture:
    drawn = Picture("Dashboard", COLUMNS * COLUMN, max(widget.y + widget.height for widget in widgets) * ROW, GROUND)
    for widget in widgets:
        card = Card(drawn, widget)
        if widget.kind == "text":
            words(card, widget.properties["markdown"])
        elif widget.kind == "alarm":
            alarms(card, widget, states)
        elif widget.properties["view"] == "singleValue":
            numbers(card, widget)
        else:
            graph(card, widget, start, end)
    return drawn


def words(card: Card, markdown: str) -> None:
    """A heading and a paragraph with bold words, which is all the markdown that the dashboard uses."""
    heading, _, paragraph = markdown.partition("\n")
    card.text(10, 22, heading.lstrip("# "), fontsize=17 if heading.startswith("# ") else 14, fontweight="bold")
    bold = False
    for number, line in enumerate(textwrap.wrap(paragraph, int((card.width - 20) / (11 * LETTER)))):
        left = 10.0
        # A space at the beginning of a text would not be drawn.
        for place, piece in enumerate(line.replace("** ", " **").split("**")):
            bold = not bold if place else bold
            drawn = card.text(left, 40 + 15 * number, piece, fontsize=11, fontweight="bold" if bold else "normal")
            left += drawn.get_window_extent().width


def alarms(card: Card, widget: Widget, states: dict[str, str]) -> None:
    for number, arn in enumerate(widget.properties["alarms"]):
        name = arn.rsplit(":", 1)[1]
        # The names are CloudFormation's: STACK-LogicalId-random.
        label = re.sub(r"Alarm-\w+$", "", name).rsplit("-", 1)[1]
        left = 10 + number % ALARMS_IN_A_ROW * (card.width - 20) / ALARMS_IN_A_ROW
        base = 37 + number // ALARMS_IN_A_ROW * 17
        card.square(left, base - 9, 10, 10, color=STATES[states[name]])
        card.text(left + 15, base, label)


def numbers(card: Card, widget: Widget) -> None:
    each = card.width / len(widget.series)
    for number, series in enumerate(widget.series):
        middle = each * (number + 0.5)
        shown = short(sum(series.points.values())) if series.points else "–"
        card.text(middle, 54, shown, fontsize=22, ha="center", color=series.color or INK)
        card.text(middle, 74, series.label, ha="center", color=SOFT)


def graph(card: Card, widget: Widget, start: float, end: float) -> None:
    axis = widget.properties["yAxis"]
    card.text(10, 32, axis["left"]["label"], color=SOFT, fontsize=9)
    if "right" in axis:
        card.text(card.width - 10, 32, axis["right"]["label"], color=SOFT, fontsize=9, ha="right")
    for number, one in enumerate(widget.series):
        one.color = one.color or PALETTE[number % len(PALETTE)]
    series = [one for one in widget.series if one.points]
    if not series:
        card.text(card.width / 2, card.height / 2 + 8, "nothing", ha="center", color=SOFT)
        return
    left = card.axes(44, 44, 44 if "right" in axis else 18, legend(card, series) + 22)
    left.grid(axis="y")
    notes = widget.properties.get("annotations", {}).get("horizontal", [])
    for axes, of_side in (
        (left, [one for one in series if not one.right]),
        (left.twinx() if "right" in axis else None, [one for one in series if one.right]),
    ):
        if of_side:
            most = lines(axes, of_side, widget.properties.get("stacked", False))
            scale(axes, max([most, *(note["value"] for note in notes if note["value"] <= 2 * most)]))
    clock(left, start, end)
    for note in notes:
        annotation(left, note)


def legend(card: Card, series: list[Series]) -> float:
    """Draws a legend at the lower edge, in as many columns as fit, and returns its height."""
    marks = [Line2D([], [], color=one.color, marker="s", markersize=8, linestyle="") for one in series]
    labels = [one.label for one in series]
    place = (card.left + 4) / card.picture.width, 1 - (card.top + card.height - 2) / card.picture.height
    style = {"fontsize": 10, "frameon": False, "borderpad": 0.2, "handletextpad": 0, "columnspacing": 1.2}
    for columns in range(len(series), 0, -1):
        drawn = card.picture.figure.legend(
            marks, labels, loc="lower left", bbox_to_anchor=place, ncols=columns, borderaxespad=0, **style
        )
        box = drawn.get_window_extent()
        if box.width <= card.width - 8 or columns == 1:
            return box.height
        drawn.remove()
    return 0


def lines(axes: Axes, series: list[Series], stacked: bool) -> float:
    """Draws a line for each series, or stacks them, and returns the highest value."""
    every = sorted({at for one in series for at in one.points})
    top = dict.fromkeys(every, 0.0)
    highest = 0.0
    for one in series:
        below, top = top, {at: top[at] + one.points.get(at, 0.0) for at in every} if stacked else one.points
        times, values = zip(*((moment(at), value) for at, value in sorted(top.items())))
        if stacked:
            axes.fill_between(times, list(below.values()), values, color=one.color, alpha=0.45, linewidth=0)
        style = {"color": one.color, "linewidth": 1.3, "clip_on": False, "zorder": 3}
        axes.plot(times, values, marker="" if len(times) > 1 else "o", markersize=4, **style)
        highest = max(highest, *values)
    return highest


def scale(axes: Axes, most: float) -> None:
    axes.set_ylim(0, 1.1 * most or 1)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.tick_params("y", labelsize=9, length=0)
    for side in ("left", "right"):
        axes.spines[side].set_visible(False)


def clock(axes: Axes, start: float, end: float) -> None:
    step = next((step for step in STEPS if (end - start) / step <= 7), 86_400)
    marks = [moment(at) for at in range(-(-int(start) // step) * step, int(end) + 1, step)]
    axes.set(xlim=(moment(start), moment(end)))
    axes.set_xticks(marks, [f"{mark:%H:%M}" for mark in marks], fontsize=9)


def annotation(axes: Axes, note: dict) -> None:
    color, label = note["color"], f"{note['label']}: {short(note['value'])}"
    if note["value"] > axes.get_ylim()[1]:
        label, place, transform = f"{label}, far above", 1, axes.transAxes
    else:
        place, transform = note["value"], axes.get_yaxis_transform()
        axes.axhline(place, color=color, linewidth=1, linestyle="--")
    style = {"ha": "right", "color": color, "fontsize": 9}
    axes.annotate(label, (1, place), (0, 2), xycoords=transform, textcoords="offset points", **style)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def short(value: float) -> str:
    """A figure in about four characters."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size * (10 if unit == "k" else 1):
            return f"{value / size:.3g}{unit}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
