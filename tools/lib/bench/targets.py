"""What the benchmark has to come to: the figures to reach, and where in its results they are."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

API = ("get-messages", "get-message", "post-message", "put-message", "delete-message")
OTHERS = ("s3-to-sqs", "sqs-to-dynamodb")

Figures = dict[str, dict]
Measure = Callable[[Figures], float | None]


@dataclass(frozen=True)
class Target:
    """`measured` has to be at least, or at most, `goal`; to reach `stretch` would be better still."""

    what: str
    measured: Measure
    goal: float | None = None
    stretch: float | None = None
    unit: str = "x"
    at_most: bool = False

    def shown(self, value: float) -> str:
        number = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
        return number + self.unit

    def judged(self, value: float | None, goal: float | None) -> str:
        """What is to be reached, and whether it is."""
        if goal is None:
            return ""
        bound = f"{'≤' if self.at_most else '≥'} {self.shown(goal)}"
        if value is None:
            return bound
        return f"{bound}: {'yes' if (value <= goal if self.at_most else value >= goal) else '**no**'}"


def value(name: str) -> Measure:
    return lambda figures: figures[name]["value"] if name in figures else None


def ratio(name: str, peer: str) -> Measure:
    """How many times as good as a peer ours is."""
    return lambda figures: figures.get(name, {}).get("ratios", {}).get(peer)


def times(name: str, peer: str) -> Measure:
    """How many times as good as ours a peer is: of a time, how many times as much ours takes."""

    def measured(figures: Figures) -> float | None:
        found = ratio(name, peer)(figures)
        return 1 / found if found else None

    return measured


def worst(*measures: Measure) -> Measure:
    """The greatest of several, which all have to be there."""

    def measured(figures: Figures) -> float | None:
        values = [measure(figures) for measure in measures]
        return None if None in values else max(values)

    return measured


def most(pattern: str) -> Measure:
    """The greatest of all rounds of all figures with such a name."""

    def measured(figures: Figures) -> float | None:
        return max((figure["max"] for name, figure in figures.items() if fnmatch(name, pattern)), default=None)

    return measured


ROWS, COLD, WARM = "extractor/rows_per_second", "cold_start/get-message/total", "warm/get-message"

PACKED = "extractor, 100 rows a message"

TARGETS = [
    Target("extractor: beside the AWS SDK for Rust", ratio(ROWS, "rust_sdk"), 2.5, 3),
    Target("extractor: beside idiomatic Python", ratio(ROWS, "python_idiomatic"), 20, 45),
    Target("extractor: of the limit with aws-sigv4 and hyper", ratio(ROWS, "limit_sigv4"), 0.3),
    Target("extractor: of the raw limit, without a signature", ratio(ROWS, "limit_unsigned"), 0.5),
    Target(
        "extractor: CPU for a million rows", value("extractor/cpu_seconds_per_million_rows"), 7, 3, " s", at_most=True
    ),
    Target(
        "extractor with a descriptor: beside idiomatic Python",
        ratio("declared/rows_per_second", "python_idiomatic"),
        20,
    ),
    Target("extractor: with 10 ms for each call", value("extractor_10ms/rows_per_second"), 100_000, unit=" rows/s"),
    Target(
        "extractor: resident at most, objects of any size",
        most("growth/object_*/peak_rss_mb"),
        32,
        unit=" MB",
        at_most=True,
    ),
    Target(PACKED, value(f"{ROWS}/ours_packed"), 1_000_000, unit=" rows/s"),
    Target(
        f"{PACKED}: CPU for a million rows",
        value("extractor/cpu_seconds_per_million_rows/ours_packed"),
        1.2,
        unit=" s",
        at_most=True,
    ),
    Target(f"{PACKED}: resident at most", most("extractor*/peak_rss_mb/ours_packed"), 40, unit=" MB", at_most=True),
    Target(
        f"{PACKED}: with 10 ms for each call",
        value("extractor_10ms/rows_per_second/ours_packed"),
        400_000,
        unit=" rows/s",
    ),
    Target(
        "writer, events of 400: beside the AWS SDK for Rust", ratio("writer_400/items_per_second", "rust_sdk"), 2, 2.5
    ),
    Target(
        "writer, 400 rows in 4 messages: beside as many messages",
        times("writer_400/items_per_second", "ours_packed"),
        1.2,
    ),
    Target(
        "writer, events of 1,000: beside batch_writer", ratio("writer_1000/items_per_second", "python_batch_writer"), 15
    ),
    Target("writer, events of 10: beside batch_writer", ratio("writer_10/items_per_second", "python_batch_writer"), 6),
    Target(
        "writer, events of 1,000: new items in the mode latest",
        value("writer_latest_1000/items_per_second"),
        40_000,
        unit=" items/s",
    ),
    Target(
        "cold start of the slowest API function: of the bare runtime's",
        worst(*(times(f"cold_start/{function}/total", "bare") for function in API)),
        2,
        at_most=True,
    ),
    Target("cold start: beside the AWS SDK for Rust", ratio(COLD, "rust_sdk"), 2.5),
    Target("cold start: beside Python", ratio(COLD, "python"), 70),
    Target("cold start: beside Node.js", ratio(COLD, "node"), 35),
    Target("warm GetItem, median: of the bare runtime's", times(f"{WARM}/p50", "bare"), 3.2, at_most=True),
    Target("warm GetItem, median: beside the AWS SDK for Rust", ratio(f"{WARM}/p50", "rust_sdk"), 1.2),
    Target("warm GetItem, median: beside Python", ratio(f"{WARM}/p50", "python"), 3),
    Target(
        "executable, the largest of the API functions",
        worst(*(value(f"binary/{name}") for name in API)),
        5,
        unit=" MB",
        at_most=True,
    ),
    Target(
        "executable, the larger of the others",
        worst(*(value(f"binary/{name}") for name in OTHERS)),
        9,
        unit=" MB",
        at_most=True,
    ),
    Target("API function, get-message: resident at most", most(f"{WARM}/peak_rss_mb"), 9, unit=" MB", at_most=True),
]
