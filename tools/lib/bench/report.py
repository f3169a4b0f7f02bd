"""The figures of the benchmark as tables, in docs/performance/README.md.

report.py [--check]          writes them from bench/results.json
report.py --measured NOISE   the same, and that it was here, today, with the tools that TOOLS_DIR has
report.py --show RESULTS     prints which of the figures to reach another file reaches, and writes nothing
"""

from pathlib import Path

from bench.machine import facts
from bench.targets import TARGETS
from pages import parser, table, write
from repository import RESULTS, ROOT, loaded

PAGE = ROOT / "docs" / "performance" / "README.md"
OURS = "ours"
MISSING = "not measured"
# The first part of a figure's name, and what its table is called.
SCENARIOS = {
    "binary": "Executables",
    "cold_start": "Cold start",
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
    """What was measured, what it has to be, and whether it is."""
    rows = []
    for target in TARGETS:
        value = target.measured(figures)
        found = MISSING if value is None else target.shown(value)
        rows.append([target.what, found, target.judged(value, target.goal), target.judged(value, target.stretch)])
    return rows


def tables(figures: dict[str, dict]) -> str:
    """All figures, a table for each scenario."""
    head = ["", "who", "median", "least", "most", "unit", "ratio"]
    parts = []
    for scenario in dict.fromkeys(name.split("/")[0] for name in figures):
        rows = [row(name, figures) for name in figures if name.split("/")[0] == scenario]
        parts.append(f"### {SCENARIOS.get(scenario, scenario)}\n\n{table(head, rows, words=2)}\n")
    return "\n".join(parts)


def row(name: str, figures: dict[str, dict]) -> list[str]:
    """A figure of ours, or of a peer of it, which has the name of ours with its own behind it."""
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
    made.add_argument("--measured", metavar="NOISE", help="what else ran on this machine just now")
    made.add_argument("--show", type=Path, metavar="RESULTS")
    options = made.parse_args()
    if options.show:
        for what, *cells in targets(read(options.show)):
            if cells[0] != MISSING:
                print(f"  {what:62} " + " ".join(f"{cell:24}" for cell in cells).replace("**", "").rstrip())
        return
    figures = read(RESULTS)
    head = ["what", "measured", "to reach", "stretch"]
    parts = {"figures to reach": table(head, targets(figures)), "all figures": tables(figures)}
    if options.measured:
        parts["machine"] = table(["", ""], facts(options.measured), words=2)
    write(PAGE, "bench", parts, options.check)


if __name__ == "__main__":
    main()
