"""Writes the figures of docs/performance/cost.md: tools/cost [--check] [--results FILE].

They follow from what the benchmark measured (bench/results.json), list prices (bench/prices.json), the settings of the
template and the functions, and assumptions, which cost/model.py names.
"""

from pathlib import Path

from cost import break_evens, sources, tables
from cost.inputs import RESULTS, Measured, Prices, settings
from cost.model import Model
from pages import parser, write
from repository import ROOT

PAGE = ROOT / "docs" / "performance" / "cost.md"
PARTS = {
    "in short": tables.summary,
    "a million rows": tables.million,
    "the clock": tables.time,
    "other ways": tables.others,
    "defaults": break_evens.defaults,
    "memory of the extractor": break_evens.extractor_memory,
    "calls in flight": break_evens.in_flight,
    "memory of the writer": break_evens.writer_memory,
    "batch size": break_evens.batch_size,
    "batching window": break_evens.window,
    "maximum concurrency": break_evens.concurrency,
    "architecture": tables.architecture,
    "size of files": tables.files,
    "assumptions": sources.assumptions,
    "prices": sources.price_list,
}


def main() -> None:
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--results", type=Path, default=RESULTS, help="the benchmark's figures")
    options.add_argument("--page", type=Path, default=PAGE, help="the document")
    chosen = options.parse_args()
    model = Model(Measured(chosen.results), Prices(), settings())
    write(chosen.page, "cost", {name: part(model) for name, part in PARTS.items()}, chosen.check)


if __name__ == "__main__":
    main()
