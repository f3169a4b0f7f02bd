"""The targets of the benchmark, and the figures that they are measured by."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

API = ("get-messages", "get-message", "post-message", "put-message", "delete-message")
OTHERS = ("s3-to-sqs", "sqs-to-dynamodb")

Figures = dict[str, dict]
Measure = Callable[[Figures], float | None]


@dataclass(frozen=True)
class Target:
    """A target: `measured` must be at least, or at most, `goal`. `stretch` is a more ambitious goal."""

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
        """The goal, and whether it is reached."""
        if goal is None:
            return ""
        bound = f"{'≤' if self.at_most else '≥'} {self.shown(goal)}"
        if value is None:
            return bound
        return f"{bound}: {'yes' if (value <= goal if self.at_most else value >= goal) else '**no**'}"


def value(name: str) -> Measure:
    return lambda figures: figures[name]["value"] if name in figures else None


def ratio(name: str, peer: str) -> Measure:
    """How many times as good ours is as a peer."""
    return lambda figures: figures.get(name, {}).get("ratios", {}).get(peer)


def share(name: str, limit: str) -> Measure:
    """The percentage of a limit that ours reaches."""

    def measured(figures: Figures) -> float | None:
        found = ratio(name, limit)(figures)
        return 100 * found if found else None

    return measured


def between(name: str, limit: str) -> Measure:
    """The percentage of a limit's figure that another contender's figure is."""

    def measured(figures: Figures) -> float | None:
        if name not in figures or limit not in figures:
            return None
        return 100 * figures[name]["value"] / figures[limit]["value"]

    return measured


def times(name: str, peer: str) -> Measure:
    """How many times as good a peer is as ours: for a time, how many times as long ours takes."""

    def measured(figures: Figures) -> float | None:
        found = ratio(name, peer)(figures)
        return 1 / found if found else None

    return measured


def worst(*measures: Measure) -> Measure:
    """The greatest of several figures, all of which must be measured."""

    def measured(figures: Figures) -> float | None:
        values = [measure(figures) for measure in measures]
        return None if None in values else max(values)

    return measured


def most(pattern: str) -> Measure:
    """The greatest value in any round of the figures that match the pattern."""

    def measured(figures: Figures) -> float | None:
        return max((figure["max"] for name, figure in figures.items() if fnmatch(name, pattern)), default=None)

    return measured


ROWS, COLD, WARM = "extractor/rows_per_second", "cold_start/get-message/total", "warm/get-message"

PACKED = "extractor, 100 rows a message"

TARGETS = [
    Target("extractor: rate compared with the AWS SDK for Rust", ratio(ROWS, "rust_sdk"), 2.5, 3),
    Target("extractor: rate compared with idiomatic Python", ratio(ROWS, "python_idiomatic"), 20, 45),
    Target("extractor: share of the limit with aws-sigv4 and hyper", share(ROWS, "limit_sigv4"), 30, unit=" %"),
    Target("extractor: share of the raw limit, without signatures", share(ROWS, "limit_unsigned"), 50, unit=" %"),
    Target(
        "extractor: CPU for a million rows", value("extractor/cpu_seconds_per_million_rows"), 7, 3, " s", at_most=True
    ),
    Target(
        "extractor with a descriptor: rate compared with idiomatic Python",
        ratio("declared/rows_per_second", "python_idiomatic"),
        20,
    ),
    Target(
        "extractor: rate with 10 ms for each call", value("extractor_10ms/rows_per_second"), 100_000, unit=" rows/s"
    ),
    Target(
        "extractor: resident memory at most, objects of any size",
        most("growth/object_*/peak_rss_mb"),
        32,
        unit=" MB",
        at_most=True,
    ),
    Target(
        "extractor with a descriptor: resident memory at most",
        most("declared/peak_rss_mb"),
        32,
        unit=" MB",
        at_most=True,
    ),
    Target(f"{PACKED}: rate", value(f"{ROWS}/ours_packed"), 1_000_000, unit=" rows/s"),
    # The target of a million rows a second was set where limit_parse does 2,700,000. This is the same target for other machines.
    Target(
        f"{PACKED}: share of the limit that only parses and serialises",
        between(f"{ROWS}/ours_packed", f"{ROWS}/limit_parse"),
        100 * 1_000_000 / 2_700_000,
        unit=" %",
    ),
    Target(
        f"{PACKED}: CPU for a million rows",
        value("extractor/cpu_seconds_per_million_rows/ours_packed"),
        1.2,
        unit=" s",
        at_most=True,
    ),
    Target(
        f"{PACKED}: resident memory at most", most("extractor*/peak_rss_mb/ours_packed"), 40, unit=" MB", at_most=True
    ),
    Target(
        f"{PACKED}: rate with 10 ms for each call",
        value("extractor_10ms/rows_per_second/ours_packed"),
        400_000,
        unit=" rows/s",
    ),
    Target(
        "writer, events of 400: rate compared with the AWS SDK for Rust",
        ratio("writer_400/items_per_second", "rust_sdk"),
        2,
        2.5,
    ),
    Target(
        "writer, 400 rows in 4 messages: rate compared with 400 messages",
        times("writer_400/items_per_second", "ours_packed"),
        1.2,
    ),
    Target(
        "writer, 400 rows in 4 messages: CPU compared with 400 messages",
        times("writer_400/cpu_seconds_per_million_items", "ours_packed"),
        1.2,
    ),
    Target(
        "writer, events of 1,000: rate compared with batch_writer",
        ratio("writer_1000/items_per_second", "python_batch_writer"),
        15,
    ),
    Target(
        "writer, events of 10: rate compared with batch_writer",
        ratio("writer_10/items_per_second", "python_batch_writer"),
        6,
    ),
    Target(
        "writer, events of 1,000: rate of new items in the mode latest",
        value("writer_latest_1000/items_per_second"),
        40_000,
        unit=" items/s",
    ),
    Target(
        "cold start without Lambda's share, slowest API function: times bare",
        worst(*(times(f"cold_start/{function}/total", "bare") for function in API)),
        2,
        at_most=True,
    ),
    Target("cold start without Lambda's share: compared with the AWS SDK for Rust", ratio(COLD, "rust_sdk"), 2.5),
    Target("cold start without Lambda's share: compared with Python", ratio(COLD, "python"), 70),
    Target("cold start without Lambda's share: compared with Node.js", ratio(COLD, "node"), 35),
    Target("warm GetItem, median: times the bare runtime's", times(f"{WARM}/p50", "bare"), 3.2, at_most=True),
    Target("warm GetItem, median: compared with the AWS SDK for Rust", ratio(f"{WARM}/p50", "rust_sdk"), 1.2),
    Target("warm GetItem, median: compared with Python", ratio(f"{WARM}/p50", "python"), 3),
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
    Target(
        "API function, get-message: resident memory at most", most(f"{WARM}/peak_rss_mb"), 9, unit=" MB", at_most=True
    ),
]
