"""Counts of instructions: read from what the harness says, and compared with others. Pure."""

import json
from dataclasses import asdict, dataclass

# In percent. Builds of one source differ by none of it, runs by less than a tenth: hash maps are seeded at random.
NOTABLE = 3.0


@dataclass(frozen=True)
class Count:
    """What a path took for so many rows, messages, records."""

    total: int
    of: int
    unit: str

    @property
    def each(self) -> float:
        return self.total / self.of

    def as_json(self) -> dict:
        return {"each": round(self.each, 1), **asdict(self)}


@dataclass(frozen=True)
class Change:
    """A path then and now; one of the two may be missing."""

    name: str
    recorded: Count | None
    now: Count | None

    @property
    def percent(self) -> float | None:
        return (self.now.each / self.recorded.each - 1) * 100 if self.recorded and self.now else None

    @property
    def notable(self) -> bool:
        return self.percent is None or abs(self.percent) > NOTABLE

    def cells(self) -> list[str]:
        counts = ["-" if count is None else f"{count.each:,.0f}" for count in (self.recorded, self.now)]
        change = "-" if self.percent is None else f"{self.percent:+.1f} %"
        return [self.name, (self.recorded or self.now).unit, *counts, change]

    def verdict(self) -> str:
        if self.percent is None:
            return "not recorded" if self.recorded is None else "not counted"
        if not self.notable:
            return ""
        return "MORE" if self.percent > 0 else "less"


def read(said: str) -> dict[str, Count]:
    """The counts by the functions' names, from a JSON object a line. An id such as `rows_500` says what there is of how
    many."""
    counts = {}
    for line in said.splitlines():
        summary = json.loads(line)
        units, _, of = summary["id"].rpartition("_")
        (callgrind,) = summary["profiles"]
        total = callgrind["data"]["total"]["metrics"]["Ir"]["values"]["new"]
        counts[summary["function_name"]] = Count(total, int(of), units.removesuffix("s"))
    return counts


def recorded(document: dict) -> dict[str, Count]:
    return {name: Count(count["total"], count["of"], count["unit"]) for name, count in document["counts"].items()}


def compare(before: dict[str, Count], now: dict[str, Count]) -> list[Change]:
    return [Change(name, before.get(name), now.get(name)) for name in dict.fromkeys([*before, *now])]
