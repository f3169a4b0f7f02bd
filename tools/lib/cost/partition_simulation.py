"""Writes what DynamoDB's limit on a partition does to a load into docs/scaling.md: tools/partitions [--check].

Nothing is measured here: it is what the documented limits and this repository's settings lead to (partition_model.py).
"""

from concurrent.futures import ProcessPoolExecutor

from cost.inputs import Prices
from cost.partition_model import SETTINGS, Load, Outcome, simulated
from pages import money, parser, span, table, write
from repository import ROOT

PAGE = ROOT / "docs" / "scaling.md"
LOADS = [
    *(Load(rows, dates, mixed=True) for rows in (10**5, 10**6, 10**7) for dates in (1, 7, 30)),
    *(Load(10**6, dates) for dates in (7, 30)),
]
# A million rows of one date: writers, and messages of a batch.
OTHER_SETTINGS = [(2, 100), (5, 400), (10, 100), (10, 1000), (100, 100), (100, 1000), (1000, 100)]


def dollars(outcome: Outcome) -> str:
    price = Prices()[f"lambda_gb_second_{SETTINGS.architecture}"]
    return money(outcome.billed * SETTINGS.writer_memory / 1024 * price)


def of_load(load: Load, outcome: Outcome) -> list:
    return [
        f"{load.rows:,}",
        load.dates,
        "one" if load.dates == 1 else "mixed" if load.mixed else "one after the other",
        span(outcome.seconds),
        f"{load.rows / outcome.seconds:,.0f}",
        f"{outcome.calls:,}",
        f"{outcome.throttled / outcome.calls:.0%}",
        span(outcome.oldest),
        outcome.dead,
        dollars(outcome),
    ]


def of_settings(load: Load, outcome: Outcome) -> list:
    return [
        load.writers,
        f"{load.batch:,}",
        span(outcome.seconds),
        f"{outcome.calls:,}",
        f"{outcome.throttled / outcome.calls:.0%}",
        f"{outcome.again:,}",
        f"{outcome.in_flight:,}",
        outcome.dead,
        dollars(outcome),
    ]


def main() -> None:
    check = parser(__doc__.splitlines()[0]).parse_args().check
    others = [Load(10**6, 1, writers=writers, batch=batch) for writers, batch in OTHER_SETTINGS]
    with ProcessPoolExecutor() as pool:
        outcomes = list(pool.map(simulated, [*LOADS, *others]))
    loads = [of_load(*pair) for pair in zip(LOADS, outcomes)]
    settings = [of_settings(*pair) for pair in zip(others, outcomes[len(LOADS) :], strict=True)]
    head = [
        "rows",
        "dates",
        "order",
        "written after",
        "rows a second",
        "calls",
        "throttled",
        "oldest message",
        "lost",
        "$",
    ]
    other_head = ["writers", "batch", "written after", "calls", "throttled", "came back", "most in flight", "lost", "$"]
    parts = {"loads": table(head, loads, 0), "settings": table(other_head, settings, 0)}
    write(PAGE, "partitions", parts, check)


if __name__ == "__main__":
    main()
