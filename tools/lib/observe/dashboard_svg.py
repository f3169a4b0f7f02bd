"""Draws the widgets of a dashboard as SVG, on a light ground, in the way of CloudWatch."""

import math
import re
import textwrap
from datetime import datetime, timezone
from html import escape

from observe.dashboard_data import COLUMNS, Series, Widget

COLUMN, ROW, GAP = 46, 34, 8
INK, GREY, GRID, GROUND, PAPER = "#16191f", "#687078", "#e9ebed", "#f2f3f3", "#ffffff"
PALETTE = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]
STATES = {"OK": "#1d8102", "ALARM": "#d13212", "INSUFFICIENT_DATA": "#687078"}
# How wide a letter is, on average, in parts of the size of the type.
LETTER = 0.53


def picture(widgets: list[Widget], states: dict[str, str], start: float, end: float) -> str:
    height = max(widget.y + widget.height for widget in widgets) * ROW
    width = COLUMNS * COLUMN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        '<g font-family="Helvetica, Arial, sans-serif" font-size="10">',
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>',
    ]
    for widget in widgets:
        x, y = widget.x * COLUMN + GAP / 2, widget.y * ROW + GAP / 2
        w, h = widget.width * COLUMN - GAP, widget.height * ROW - GAP
        parts.append(f'<g transform="translate({x:g} {y:g})">')
        parts.append(f'<rect width="{w:g}" height="{h:g}" rx="3" fill="{PAPER}" stroke="#d5dbdb"/>')
        if widget.kind == "text":
            parts += words(widget.properties["markdown"], w)
        elif widget.kind == "alarm":
            parts += alarms(widget, states, w)
        elif widget.properties["view"] == "singleValue":
            parts += numbers(widget, w, h)
        else:
            parts += graph(widget, w, h, start, end)
        parts.append("</g>")
    return "\n".join([*parts, "</g>", "</svg>", ""])


def text(x: float, y: float, content: str, **style) -> str:
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{given}>{escape(content)}</text>'


def title(widget: Widget) -> str:
    return text(10, 18, widget.properties["title"], font_size=12, font_weight="bold", fill=INK)


def words(markdown: str, width: float) -> list[str]:
    """A heading and a paragraph with bold words, which is all the markdown there is."""
    heading, _, paragraph = markdown.partition("\n")
    size = 17 if heading.startswith("# ") else 14
    parts = [text(10, 22, heading.lstrip("# "), font_size=size, font_weight="bold", fill=INK)]
    bold = False
    for number, line in enumerate(textwrap.wrap(paragraph, int((width - 20) / (11 * LETTER)))):
        spans = []
        for place, piece in enumerate(line.split("**")):
            bold = not bold if place else bold
            spans.append(f'<tspan font-weight="bold">{escape(piece)}</tspan>' if bold else escape(piece))
        parts.append(f'<text x="10" y="{40 + 15 * number}" font-size="11" fill="{INK}">{"".join(spans)}</text>')
    return parts


def alarms(widget: Widget, states: dict[str, str], width: float) -> list[str]:
    parts, per_row = [title(widget)], 5
    for number, arn in enumerate(widget.properties["alarms"]):
        name = arn.rsplit(":", 1)[1]
        # The names are CloudFormation's: STACK-LogicalId-random.
        label = re.sub(r"Alarm-\w+$", "", name).rsplit("-", 1)[1]
        x, y = 10 + number % per_row * (width - 20) / per_row, 36 + number // per_row * 17
        parts.append(f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="10" height="10" rx="2" fill="{STATES[states[name]]}"/>')
        parts.append(text(x + 15, y + 1, label, fill=INK))
    return parts


def numbers(widget: Widget, width: float, height: float) -> list[str]:
    parts, each = [title(widget)], width / len(widget.series)
    for number, series in enumerate(widget.series):
        middle = each * (number + 0.5)
        shown = short(sum(series.points.values())) if series.points else "–"
        color = series.color or INK
        parts.append(text(middle, 54, shown, font_size=22, text_anchor="middle", fill=color))
        parts.append(text(middle, 74, series.label, text_anchor="middle", fill=GREY))
    return parts


def graph(widget: Widget, width: float, height: float, start: float, end: float) -> list[str]:
    series = [one for one in widget.series if one.points]
    parts = [title(widget)]
    axis = widget.properties["yAxis"]
    left, right, top = 44, 44 if "right" in axis else 12, 44
    parts.append(text(10, 32, axis["left"]["label"], fill=GREY, font_size=9))
    if "right" in axis:
        parts.append(text(width - 10, 32, axis["right"]["label"], fill=GREY, font_size=9, text_anchor="end"))
    if not series:
        return [*parts, text(width / 2, height / 2 + 8, "nothing", text_anchor="middle", fill=GREY)]
    for number, one in enumerate(widget.series):
        one.color = one.color or PALETTE[number % len(PALETTE)]

    legend, bottom = legend_of(series, width, height)
    parts += legend
    box = (left, top, width - right, bottom - 18)
    notes = widget.properties.get("annotations", {}).get("horizontal", [])
    stacked = widget.properties.get("stacked", False)
    for side in (False, True):
        of_side = [one for one in series if one.right == side]
        if of_side:
            heights = list(piled(of_side) if stacked else of_side)
            most = max(value for one in heights for value in one.points.values())
            ceiling = nice_ceiling(max([most, *(note["value"] for note in notes if note["value"] <= 2 * most)]))
            parts += scale(box, ceiling, side)
            parts += lines(heights, box, start, end, ceiling, stacked)
    parts += clock(box, start, end)
    for note in notes:
        parts += annotation(note, box, ceiling)
    return parts


def legend_of(series: list[Series], width: float, height: float) -> tuple[list[str], float]:
    """The legend, from the lower edge up, and where it begins."""
    rows: list[list[tuple[float, Series]]] = [[]]
    x = 10.0
    for one in series:
        wide = 16 + len(one.label) * 10 * LETTER + 12
        if x + wide > width and rows[-1]:
            rows.append([])
            x = 10.0
        rows[-1].append((x, one))
        x += wide
    begin = height - 6 - 13 * len(rows)
    parts = []
    for number, row in enumerate(rows):
        y = begin + 13 * (number + 1) - 3
        for x, one in row:
            parts.append(f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="9" height="9" fill="{one.color}"/>')
            parts.append(text(x + 13, y, one.label, fill=INK))
    return parts, begin


def piled(series: list[Series]):
    """Each series on top of those before it; nothing where there is no point."""
    times = sorted({at for one in series for at in one.points})
    below = dict.fromkeys(times, 0.0)
    for one in series:
        below = {at: below[at] + one.points.get(at, 0.0) for at in times}
        yield Series(one.label, dict(below), one.color, one.right)


def lines(series: list[Series], box, start: float, end: float, ceiling: float, stacked: bool) -> list[str]:
    x0, y0, x1, y1 = box
    parts = []
    # The highest pile first, so that the lower ones are in front of it.
    for one in reversed(series):
        places = [
            (x0 + (at - start) / (end - start) * (x1 - x0), y1 - value / ceiling * (y1 - y0))
            for at, value in sorted(one.points.items())
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        if stacked:
            area = f"{places[0][0]:.1f},{y1:.1f} {path} {places[-1][0]:.1f},{y1:.1f}"
            parts.append(f'<polygon points="{area}" fill="{PAPER}"/>')
            parts.append(f'<polygon points="{area}" fill="{one.color}" fill-opacity="0.45"/>')
        if len(places) == 1:
            parts.append(f'<circle cx="{places[0][0]:.1f}" cy="{places[0][1]:.1f}" r="2" fill="{one.color}"/>')
        else:
            parts.append(f'<polyline points="{path}" fill="none" stroke="{one.color}" stroke-width="1.3"/>')
    return parts


def scale(box, ceiling: float, right: bool) -> list[str]:
    x0, y0, x1, y1 = box
    parts = []
    for step in range(5):
        y = y1 - step / 4 * (y1 - y0)
        if not right:
            parts.append(f'<line x1="{x0}" x2="{x1:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        x, anchor = (x1 + 5, "start") if right else (x0 - 5, "end")
        parts.append(text(x, y + 3, short(ceiling * step / 4), text_anchor=anchor, fill=GREY, font_size=9))
    return parts


def clock(box, start: float, end: float) -> list[str]:
    x0, _, x1, y1 = box
    steps = [seconds for seconds in (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400) if (end - start) / seconds <= 7]
    step = steps[0] if steps else 86_400
    parts = []
    for at in range(math.ceil(start / step) * step, int(end) + 1, step):
        x = x0 + (at - start) / (end - start) * (x1 - x0)
        shown = datetime.fromtimestamp(at, timezone.utc).strftime("%H:%M")
        parts.append(text(x, y1 + 12, shown, text_anchor="middle", fill=GREY, font_size=9))
    return parts


def annotation(note: dict, box, ceiling: float) -> list[str]:
    x0, y0, x1, y1 = box
    color, label = note["color"], f"{note['label']}: {short(note['value'])}"
    if note["value"] > ceiling:
        return [text(x1, y0 + 8, f"{label}, far above", text_anchor="end", fill=color, font_size=9)]
    y = y1 - note["value"] / ceiling * (y1 - y0)
    return [
        f'<line x1="{x0}" x2="{x1:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{color}" stroke-dasharray="4 3"/>',
        text(
            x1,
            y - 3,
            label,
            text_anchor="end",
            fill=color,
            font_size=9,
            stroke=PAPER,
            stroke_width=3,
            paint_order="stroke",
        ),
    ]


def nice_ceiling(most: float) -> float:
    """The next round figure, of which the quarters are round, too."""
    if most <= 0:
        return 1.0
    unit = 10 ** math.floor(math.log10(most))
    return next(factor * unit for factor in (1, 1.2, 1.6, 2, 2.4, 3, 4, 6, 8, 10) if most <= factor * unit * 1.0001)


def short(value: float) -> str:
    """A figure in four characters or so."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size * (10 if unit == "k" else 1):
            return f"{value / size:.3g}{unit}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
