"""Prints which figures of the benchmark changed by more than noise since the recorded results; tools/bench runs it.

regressions.py RECORDED NOW   compares two files of results

Times and rates depend on the machine. The ratio of ours to a peer or limit of the same run does not, so the ratios are
compared. Sizes and memory, in MB, are compared as they are.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, prod
from pathlib import Path

from repository import loaded

Figures = dict[str, dict]

# Figures have three digits, so a smaller change than this is no difference, however narrow the ranges are.
SLIGHT = 0.01
# The contender that is ours, too, with many rows a message. Its figures are no peer's: they are compared with the peers'.
PACKED = "ours_packed"


@dataclass(frozen=True)
class Standing:
    """A figure or ratio of ours in a run: the median, and the range that noise may account for."""

    value: float
    least: float
    most: float
    unit: str = "x"
    more_is_better: bool = True

    def shown(self) -> str:
        return f"{self.value:.3g}{self.unit} ({self.least:.3g} to {self.most:.3g})"


@dataclass(frozen=True)
class Change:
    """A figure that both runs have, then and now."""

    name: str
    then: Standing
    now: Standing

    @property
    def gain(self) -> float:
        """The ratio of now to then; above 1 is better."""
        times = self.now.value / self.then.value
        return times if self.now.more_is_better else 1 / times

    @property
    def is_noise(self) -> bool:
        overlap = self.now.least <= self.then.most and self.then.least <= self.now.most
        return overlap or abs(self.now.value / self.then.value - 1) < SLIGHT

    def shown(self) -> str:
        percent = abs(self.now.value / self.then.value - 1) * 100
        more = "more" if self.now.value > self.then.value else "less"
        return f"{self.name}: {self.then.shown()} then, {self.now.shown()} now, {percent:.0f} % {more}"


@dataclass(frozen=True)
class Comparison:
    """The figures of two runs. Those in `new` are not recorded, those in `gone` not measured now; those in `alone` have
    no peer or limit to be compared with."""

    worse: list[Change]
    better: list[Change]
    noise: list[Change]
    new: list[str]
    gone: list[str]
    alone: list[str]


def compare(recorded: Figures, now: Figures) -> Comparison:
    then, today = standings(recorded), standings(now)
    changes = [Change(name, then[name], standing) for name, standing in today.items() if name in then]
    told = sorted((change for change in changes if not change.is_noise), key=lambda change: change.gain)
    return Comparison(
        worse=[change for change in told if change.gain < 1],
        better=[change for change in told if change.gain > 1][::-1],
        noise=[change for change in changes if change.is_noise],
        new=[name for name in today if name not in then],
        gone=[name for name in then if name not in today],
        alone=[name for name in ours(now) if not any(key.split(" ")[0] == name for key in today)],
    )


def standings(figures: Figures) -> dict[str, Standing]:
    """The standing of each of our figures: its ratio to each peer and limit of the run, or itself if it is in MB."""
    found = {}
    for name in ours(figures):
        peers = [peer for peer in figures[name]["ratios"] if peer != PACKED]
        for own in (name, f"{name}/{PACKED}"):
            if own in figures:
                found |= standings_of(own, figures, [f"{name}/{peer}" for peer in peers])
    return found


def standings_of(own: str, figures: Figures, peers: list[str]) -> dict[str, Standing]:
    """The standing of one of our figures: its ratio to each of these figures of others, or itself if it is in MB."""
    figure = figures[own]
    if figure["unit"] == "MB":
        return {own: Standing(figure["value"], figure["min"], figure["max"], " MB", more_is_better=False)}
    found = {}
    for peer in peers:
        beside = figures.get(peer)
        if beside and prod(each[part] for each in (figure, beside) for part in ("value", "min", "max")) > 0:
            found[f"{own} beside {peer.rpartition('/')[2]}"] = ratio(figure, beside)
    return found


def ours(figures: Figures) -> Iterable[str]:
    """The names of our figures. A peer's figure has our name, followed by the peer's."""
    return (name for name in figures if name.rpartition("/")[0] not in figures)


def ratio(figure: dict, beside: dict) -> Standing:
    """How many times as good ours is. Its range combines both ranges as independent errors, since the worst round of one
    is rarely the best of the other."""
    more, less = (figure, beside) if more_is_better(figure["unit"]) else (beside, figure)
    value = more["value"] / less["value"]
    below = hypot(1 - more["min"] / more["value"], 1 - less["value"] / less["max"])
    above = hypot(more["max"] / more["value"] - 1, less["value"] / less["min"] - 1)
    return Standing(value, value * max(0, 1 - below), value * (1 + above))


def more_is_better(unit: str) -> bool:
    """Whether more is better: for rates and for rows that arrived. Every other figure is a cost."""
    return unit.endswith("/s") or unit == "rows"


def lines(compared: Comparison) -> list[str]:
    """The comparison as text."""
    worse, better, noise = len(compared.worse), len(compared.better), len(compared.noise)
    all_of = worse + better + noise
    said = [f"Compared with the record: {worse} of {all_of} worse than noise, {better} better, {noise} within noise."]
    said += [f"  WORSE   {change.shown()}" for change in compared.worse]
    said += [f"  better  {change.shown()}" for change in compared.better]
    said += counted("new, which the recorded results lack", compared.new)
    said += counted("recorded, which this run has not measured", compared.gone)
    said += counted("not compared, with no peer or limit in their run", compared.alone)
    return said


def counted(what: str, names: list[str]) -> list[str]:
    scenarios = dict.fromkeys(name.split("/")[0] for name in names)
    return [f"  {len(names)} {what}: {', '.join(scenarios)}"] if names else []


def read(path: Path) -> Figures:
    return {figure["name"]: figure for figure in loaded(path)}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("recorded", type=Path)
    made.add_argument("now", type=Path)
    options = made.parse_args()
    print("\n".join(lines(compare(read(options.recorded), read(options.now)))))


if __name__ == "__main__":
    main()
