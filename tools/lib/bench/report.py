"""Writes the figures of the benchmark as tables into docs/performance/README.md.

report.py [--check]          writes the tables from bench/results.json
report.py --measured NOISE   also writes this machine, today's date and the versions of the tools in TOOLS_DIR
report.py --show RESULTS     prints whether the figures of another file reach the targets, and writes nothing
"""

from pathlib import Path

from bench.machine import facts
from bench.targets import TARGETS
from pages import parser, table, write
from repository import RESULTS, ROOT, loaded

PAGE = ROOT / "docs" / "performance" / "README.md"
OURS = "ours"
MISSING = "not measured"
# The first part of a figure's name, and the title of its table.
SCENARIOS = {
    "binary": "Executables",
    "cold_start": "Cold start, without Lambda's own share",
    "warm": "Warm requests",
    "extractor": "Extractor, no latency",
    "extractor_10ms": "Extractor, 10 ms for each call",
    "declared": "Extractor with a descriptor, no latency",
    "writer_10": "Writer, events of 10",
    "writer_100": "Writer, events of 100",
    "writer_400": "Writer, events of 400",
    "writer_1000": "Writer, events of 1,000",
    "writer_latest_100": "Writer, events of 100, mode latest",
    "writer_latest_1000": "Writer, events of 1,000, mode latest",
    "growth": "Growth",
}


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


def targets(figures: dict[str, dict]) -> list[list[str]]:
    """The rows of the table of targets: the measured figure, the target, and whether it is reached."""
    rows = []
    for target in TARGETS:
        value = target.measured(figures)
        found = MISSING if value is None else target.shown(value)
        rows.append([target.what, found, target.judged(value, target.goal), target.judged(value, target.stretch)])
    return rows


def tables(figures: dict[str, dict]) -> str:
    """Every figure, in one table for each scenario."""
    head = ["", "who", "median", "least", "most", "unit", "ratio"]
    parts = []
    for scenario in dict.fromkeys(name.split("/")[0] for name in figures):
        rows = [row(name, figures) for name in figures if name.split("/")[0] == scenario]
        parts.append(f"### {SCENARIOS.get(scenario, scenario)}\n\n{table(head, rows, words=2)}\n")
    return "\n".join(parts)


def row(name: str, figures: dict[str, dict]) -> list[str]:
    """The row of a figure of ours or of a peer, whose name is our name followed by the peer's."""
    metric, _, peer = name.rpartition("/")
    if metric not in figures:
        metric, peer = name, OURS
    figure, ratio = figures[name], figures[metric]["ratios"].get(peer)
    values = [shown(figure[part]) for part in ("value", "min", "max")]
    return [metric.partition("/")[2], peer, *values, figure["unit"], f"{shown(ratio)}x" if ratio else ""]


def read(path: Path) -> dict[str, dict]:
    return {figure["name"]: figure for figure in loaded(path)}


def main() -> None:
    made = parser(__doc__)
    made.add_argument("--measured", metavar="NOISE", help="how busy other programs kept this machine")
    made.add_argument("--show", type=Path, metavar="RESULTS")
    options = made.parse_args()
    if options.show:
        for what, *cells in targets(read(options.show)):
            if cells[0] != MISSING:
                print(f"  {what:70} " + " ".join(f"{cell:24}" for cell in cells).replace("**", "").rstrip())
        return
    figures = read(RESULTS)
    head = ["what", "measured", "target", "stretch target"]
    parts = {"targets": table(head, targets(figures)), "all figures": tables(figures)}
    if options.measured:
        parts["machine"] = table(["", ""], facts(options.measured), words=2)
    write(PAGE, "bench", parts, options.check)


if __name__ == "__main__":
    main()
