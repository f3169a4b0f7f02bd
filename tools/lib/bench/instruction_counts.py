"""Reads counts of instructions from callgrind's output and compares them, without I/O."""

import re
from dataclasses import asdict, dataclass

# In percent. Builds of one source do not differ; runs differ by less than 0.1 %, since hash maps are seeded at random.
NOTABLE = 3.0


@dataclass(frozen=True)
class Count:
    """The instructions of a path for a number of rows, messages or records."""

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
    """The recorded and the present count of a path. One of the two may be missing."""

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
    """The paths that bench/benches/instructions prints: name, unit, and the number of units in a run."""
    lines = (line.split() for line in said.splitlines())
    return [(name, unit, int(of)) for name, unit, of in lines]


def total(profile: str) -> int:
    """The total of instructions in a profile of callgrind."""
    totals = re.search(r"^totals: (\d+)", profile, re.MULTILINE)
    return int(totals[1]) if totals else 0


def recorded(document: dict) -> dict[str, Count]:
    return {name: Count(count["total"], count["of"], count["unit"]) for name, count in document["counts"].items()}


def compare(before: dict[str, Count], now: dict[str, Count]) -> list[Change]:
    return [Change(name, before.get(name), now.get(name)) for name in dict.fromkeys([*before, *now])]


def otherwise(recorded_with: dict[str, str], here: dict[str, str]) -> list[str]:
    """Sentences about each condition, such as the compiler's version, that differs from the recorded one."""
    return [
        f"They were recorded with {name} {then}, and this is {here[name]}: the counts may differ for that reason."
        for name, then in recorded_with.items()
        if then != here[name]
    ]


def result(notable: list[str], differences: list[str]) -> str:
    """The result of the check, which compares only counts of the recorded conditions."""
    if differences:
        return f"The check within {NOTABLE:g} % did not run: the conditions above are not the recorded ones."
    return f"The check within {NOTABLE:g} % {'failed' if notable else 'passed'}."
