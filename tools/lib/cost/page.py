"""Writes docs/performance/cost.md, bill.md, partition.md and billion-rows.md: tools/cost [--check] [--simulate] [--results FILE].

The README has the figures that say the most. The pages are templates (*.md.jinja) for what the model makes of measured figures, prices, settings and assumptions.
"""

from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cost import inputs, model, month, partition
from pages import parser, save, write
from repository import RESULTS, ROOT, loaded

PRICES = ROOT / "bench" / "prices.json"
PAGES = [ROOT / "docs" / "performance" / name for name in ("cost.md", "partition.md", "bill.md", "billion-rows.md")]
TIMES = ROOT / "bench" / "time_to_table.json"
BILLION = 10**9
README = ROOT / "README.md"


def money(dollars: float) -> str:
    """To a tenth of a cent, or to two digits that mean something."""
    if dollars >= 0.1:
        return f"{dollars:.3f}"
    return f"{dollars:.5f}" if 0 < dollars < 0.0001 else f"{dollars:.2g}"


def span(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def cents(dollars: float) -> str:
    """As a bill has it; what is less than a cent is not nothing."""
    if 0 < dollars < 0.01:
        return "< 0.01"
    return f"{dollars:,.2f}"


FORMATS = {
    "money": money,
    "cents": cents,
    "span": span,
    "thousands": lambda number: f"{number:,.0f}",
    "fixed": lambda number, digits=0: f"{number:.{digits}f}",
    "percent": lambda part: f"{part:.0%}",
    "tenths": lambda part: f"{part:.1%}",
    "ms": lambda seconds: f"{seconds * 1000:.0f} ms",
    "bold": lambda shown, chosen: f"**{shown}**" if chosen else str(shown),
}


def figures(results: list[dict], prices: dict) -> dict[str, object]:
    """Everything that the pages name, by what the benchmark measured and what AWS bills."""
    measured = inputs.Figures({figure["name"]: figure["value"] for figure in results})
    billed = {name: float(price["dollars"]) / price["per"] for name, price in prices["prices"].items()}
    settings = inputs.settings()
    compared = model.ways(measured, inputs.Figures(billed), vars(settings))
    return {
        **compared,
        "dollars": lambda **quantities: sum(compared["ours"].dollars(**quantities).values()),
        "measured": measured,
        "months": month.months(compared["ours"], settings, inputs.alarms()),
        "switches": inputs.INPUTS["switches"],
        "most_metrics": month.most_metrics(),
        "days": month.DAYS,
        "files_a_day": month.FILES_A_DAY,
        "free": {name: price["free"] for name, price in prices["prices"].items() if "free" in price},
        "alarms": inputs.alarms(),
        "prices": prices,
        "settings": settings,
        "loads": partition.recorded(),
        "times": times(),
        "billion": BILLION,
        "stored_gb": BILLION * (inputs.ASSUMED.item_bytes + inputs.ASSUMED.item_overhead_bytes) / 1e9,
        "assumed": inputs.ASSUMED,
        "limits": inputs.LIMITS,
        "rows": model.ROWS,
        "replace": replace,
        "share": model.vcpu_share,
    }


def times() -> list[dict]:
    """The measured times to table, ours first; none when nothing was measured."""
    found = loaded(TIMES)["loads"] if TIMES.exists() else []
    places = list(dict.fromkeys(("ours", *(load["contender"] for load in found))))
    names = "rows", "dates", "mixed", "shards", "writers"
    return sorted(found, key=lambda load: (places.index(load["contender"]), *(load[name] for name in names)))


def rendered(template: str, named: dict[str, object]) -> str:
    """A page with figures for names. A name that is not known ends the program."""
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=folder, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    environment.filters |= FORMATS
    return environment.get_template(template).render(named)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--simulate", action="store_true", help="play all loads of partition.md through before")
    options.add_argument("--results", type=Path, default=RESULTS, help="the benchmark's figures")
    chosen = options.parse_args()
    if chosen.simulate:
        partition.record()
    named = figures(loaded(chosen.results), loaded(PRICES))
    for page in PAGES:
        save(page, "cost", rendered(f"{page.name}.jinja", named), chosen.check)
    write(README, "cost", {"what it comes to": rendered("lead.md.jinja", named)}, chosen.check)


if __name__ == "__main__":
    main()
