"""Writes the figures of docs/performance/cost.md: cost.py [--check] [--results FILE].

They follow from what the benchmark measured (bench/results.json), list prices (bench/prices.json), the settings of the
template and the functions, and assumptions, which cost_model.py names.
"""

from pathlib import Path

import cost_break_evens
import cost_sources
import cost_tables
from cost_inputs import RESULTS, ROOT, Measured, Prices, settings
from cost_model import Model
from pages import parser, write

PAGE = ROOT / "docs" / "performance" / "cost.md"
PARTS = {
    "in short": cost_tables.summary,
    "a million rows": cost_tables.million,
    "the clock": cost_tables.time,
    "other ways": cost_tables.others,
    "defaults": cost_break_evens.defaults,
    "memory of the extractor": cost_break_evens.extractor_memory,
    "calls in flight": cost_break_evens.in_flight,
    "memory of the writer": cost_break_evens.writer_memory,
    "batch size": cost_break_evens.batch_size,
    "batching window": cost_break_evens.window,
    "maximum concurrency": cost_break_evens.concurrency,
    "architecture": cost_tables.architecture,
    "size of files": cost_tables.files,
    "assumptions": cost_sources.assumptions,
    "prices": cost_sources.price_list,
}


def main() -> None:
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--results", type=Path, default=RESULTS, help="the benchmark's figures")
    options.add_argument("--page", type=Path, default=PAGE, help="the document")
    chosen = options.parse_args()
    model = Model(Measured(chosen.results), Prices(), settings())
    write(chosen.page, "cost.py", {name: part(model) for name, part in PARTS.items()}, chosen.check)


if __name__ == "__main__":
    main()
