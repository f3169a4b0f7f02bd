"""Counts of instructions: read from what callgrind writes, and compared with others. Pure."""

import re
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


def paths(said: str) -> list[tuple[str, str, int]]:
    """The paths that bench/benches/instructions names: each with its unit, and how many of them a run takes."""
    lines = (line.split() for line in said.splitlines())
    return [(name, unit, int(of)) for name, unit, of in lines]


def total(profile: str) -> int:
    """The instructions of a file that callgrind has written."""
    totals = re.search(r"^totals: (\d+)", profile, re.MULTILINE)
    return int(totals[1]) if totals else 0


def recorded(document: dict) -> dict[str, Count]:
    return {name: Count(count["total"], count["of"], count["unit"]) for name, count in document["counts"].items()}


def compare(before: dict[str, Count], now: dict[str, Count]) -> list[Change]:
    return [Change(name, before.get(name), now.get(name)) for name in dict.fromkeys([*before, *now])]


def otherwise(recorded_with: dict[str, str], here: dict[str, str]) -> list[str]:
    """What the counts depend on beside the repository, where it is not what it was when they were recorded."""
    return [
        f"They were recorded with {name} {then}, and this is {here[name]}: that makes a difference, too."
        for name, then in recorded_with.items()
        if then != here[name]
    ]
