"""Draws the charts of the benchmark: charts.py RESULTS FOLDER. Those without figures are left out."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.report import OURS, PAGE, read
from drawing import INK, PAPER, SOFT, Picture, number
from repository import RESULTS

WIDTH, MARGIN, TOP, BOTTOM = 860, 20, 66, 34
# Where bars begin, right of their labels, how long the longest is, and from one to the next.
LEFT, LONGEST, ROW = 236, 300, 27
COLORS = {"ours": "#c2410c", "peer": "#6b8cae", "limit": "#c3ccd5"}
# What a contender is called, and its kind; one that is not here is a peer and goes by its name.
NAMES = {
    OURS: ("this pipeline", "ours"),
    "ours_packed": ("this pipeline, 100 rows a message", "ours"),
    "limit_sigv4": ("limit: hyper, aws-sigv4", "limit"),
    "limit_unsigned": ("limit: hyper, not signed", "limit"),
    "bare": ("limit: a runtime that says hello", "limit"),
    "rust_sdk": ("Rust, AWS SDK, usual crates", "peer"),
    "node": ("Node.js, SDK v3, bundled", "peer"),
    "python": ("Python, boto3", "peer"),
    "python_idiomatic": ("Python, boto3, 16 threads", "peer"),
    "python_batch_writer": ("Python, boto3, batch_writer", "peer"),
    "python_classic": ("Python, boto3, one call each", "peer"),
}
# Nobody can come near it, and beside its bar the others could not be told apart.
PARSE_LIMIT = "limit_parse"

Figures = dict[str, dict]


@dataclass
class Bar:
    """Our figure, or a peer's with a note on how ours compares."""

    label: str
    kind: str
    figure: dict
    note: str = ""


def charts(figures: Figures, caption: str) -> dict[str, Picture]:
    """The charts by the names of their files; `caption` says where and when the figures were measured."""
    bars = {
        "throughput.svg": (
            "How many CSV rows does one core turn into queue messages?",
            "Rows a second from S3 to SQS, more is better; without latency, and with some for each call",
            groups(figures, r"extractor(?:_(\d+)ms)?/rows_per_second", lambda latency: latency_of(latency, figures)),
        ),
        "writer.svg": (
            "How many queue messages does one core write to the table?",
            "Items a second from SQS to DynamoDB, more is better",
            groups(figures, r"writer_(\d+)/items_per_second", lambda size: f"Events of {number(int(size))} messages"),
        ),
        "cold_start.svg": (
            "How long does a function of the API take to its first response?",
            "GET /message/{date}, from the start of the process, without Lambda's own share before it; less is better",
            groups(figures, r"cold_start/get-message/total()", lambda _: ""),
        ),
    }
    drawn = {name: bar_chart(*chart, caption) for name, chart in bars.items() if chart[-1]}
    points = growth(figures)
    if len(points) > 1:
        drawn["growth.svg"] = line_chart(
            "Does a row cost more in a larger object?",
            "CPU seconds for a million rows; a level line is a cost that does not grow",
            points,
            "rows of the object",
            caption,
        )
    return drawn


def latency_of(milliseconds: str | None, figures: Figures) -> str:
    if milliseconds:
        return f"{milliseconds} ms for each call"
    limit = figures.get(f"extractor/rows_per_second/{PARSE_LIMIT}")
    return f"No latency (parsed and serialised only: {number(limit['value'])} rows/s)" if limit else "No latency"


def groups(figures: Figures, pattern: str, heading: Callable[[str], str]) -> dict[str, list[Bar]]:
    """A group of bars for each metric of ours with such a name, under a heading made of what was found in it."""
    found = {name: re.fullmatch(pattern, name) for name in figures}
    return {heading(match[1]): contenders(figures, name) for name, match in found.items() if match}


def contenders(figures: Figures, metric: str) -> list[Bar]:
    """Ours and its peers, the best on top."""
    ours = figures[metric]
    more_is_better = ours["unit"].endswith("/s")
    bars = [Bar(*NAMES[OURS], ours)]
    for peer, ratio in ours["ratios"].items():
        label, kind = NAMES.get(peer, (peer, "peer"))
        if kind == "ours":
            note = ""
        elif ratio >= 1:
            note = f"ours is {number(ratio)} times as fast"
        elif more_is_better:
            note = f"ours reaches {ratio:.0%} of it"
        else:
            note = f"ours takes {number(1 / ratio)} times as long"
        if peer != PARSE_LIMIT:
            bars.append(Bar(label, kind, figures[f"{metric}/{peer}"], note))
    return sorted(bars, key=lambda bar: bar.figure["value"], reverse=more_is_better)


def growth(figures: Figures) -> list[tuple[int, dict]]:
    """What a row of ours costs in objects of so many rows, the smallest first."""
    pattern = r"growth/object_(\d+)/cpu_seconds_per_million_rows"
    found = {name: re.fullmatch(pattern, name) for name in figures}
    return sorted(
        ((int(match[1]), figures[name]) for name, match in found.items() if match), key=lambda point: point[0]
    )


def framed(title: str, subtitle: str, height: float, caption: str) -> Picture:
    """An empty picture with room of this height, and what stands around it."""
    picture = Picture(title, WIDTH, TOP + height + BOTTOM)
    picture.text(MARGIN, 30, title, fontsize=17, fontweight="bold")
    picture.text(MARGIN, 50, subtitle, color=SOFT)
    picture.text(MARGIN, picture.height - 14, caption, fontsize=10, color=SOFT)
    return picture


def bar_chart(title: str, subtitle: str, groups: dict[str, list[Bar]], caption: str) -> Picture:
    """Bars on one scale, which begins at nothing."""
    rows, headings, place = [], [], 0.0
    for heading, group in groups.items():
        if heading:
            headings.append((place, heading))
            place += 1
        rows += [(place + number, bar) for number, bar in enumerate(group)]
        place += len(group) + 1 / 3
    places, bars = zip(*rows)
    picture = framed(title, subtitle, place * ROW, caption)
    axes = picture.axes(LEFT, TOP, LONGEST, place * ROW)
    axes.set(xlim=(0, max(bar.figure["max"] for bar in bars)), ylim=(place - 0.5, -0.5), xticks=[])
    axes.spines[:].set_visible(False)
    axes.set_yticks(places, [bar.label for bar in bars], color=INK)
    for place, bar in rows:
        low, value, high = (bar.figure[part] for part in ("min", "value", "max"))
        reach = {"xerr": [[value - low], [high - value]], "error_kw": {"ecolor": INK, "elinewidth": 1}}
        axes.barh(place, value, height=2 / 3, color=COLORS[bar.kind], clip_on=False, **reach)
        behind = {"xytext": (8, 0), "textcoords": "offset points"}
        shown = f"{number(value)} {bar.figure['unit']}"
        shown = axes.annotate(shown, (high, place), va="center_baseline", fontweight="bold", **behind)
        axes.annotate(bar.note, (1, 0), xycoords=shown, va="bottom", color=SOFT, **behind)
    for place, heading in headings:
        picture.text(MARGIN, TOP + (place + 0.5) * ROW, heading, fontweight="bold", va="center_baseline")
    return picture


def line_chart(title: str, subtitle: str, points: list[tuple[int, dict]], across: str, caption: str) -> Picture:
    """A line through points: across on a logarithmic scale, upwards on one that begins at nothing."""
    sizes, figures = zip(*points)
    low, values, high = ([figure[part] for figure in figures] for part in ("min", "value", "max"))
    picture = framed(title, subtitle, 290, caption)
    axes = picture.axes(60, TOP, WIDTH - 110, 240)
    reach = [value - least for value, least in zip(values, low)], [most - value for value, most in zip(values, high)]
    axes.errorbar(sizes, values, reach, color=COLORS["ours"], linewidth=2, marker="o", ecolor=INK, elinewidth=1)
    axes.set(xscale="log", ylim=(0, 1.15 * max(high) or 1))
    axes.set_xlabel(across, color=SOFT, labelpad=6)
    axes.set_xticks(sizes, [number(size) for size in sizes], color=INK)
    axes.minorticks_off()
    axes.locator_params("y", nbins=5)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y")
    for size, value, most in zip(sizes, values, high):
        style = {"fontweight": "bold", "ha": "center", "bbox": {"color": PAPER, "pad": 1}}
        axes.annotate(number(value), (size, most), (0, 9), textcoords="offset points", **style)
    return picture


def caption_of(results: Path) -> str:
    """Where and when it was measured: what is published as its page says, all else here and now."""
    if results.resolve() == RESULTS:
        page = PAGE.read_text(encoding="utf-8")
        where, when = (re.search(rf"^\| {part} \| (.*) \|$", page, re.MULTILINE)[1] for part in ("machine", "measured"))
    else:
        where, when = machine.name(), machine.today()
    return f"{where}, {when}: medians of all rounds; a thin line is from the least to the most"


def main() -> None:
    parser = argparse.ArgumentParser(prog="charts", description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the figures, as the benchmark writes them")
    parser.add_argument("folder", type=Path, help="where the charts go")
    options = parser.parse_args()
    for name, picture in charts(read(options.results), caption_of(options.results)).items():
        picture.save(options.folder / name)


if __name__ == "__main__":
    main()
