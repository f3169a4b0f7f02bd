"""What got worse or better than noise since the last recorded results of the benchmark; run by tools/bench.

regressions.py RECORDED NOW   prints it; both are files of results

Times and rates are of the machine that they were measured on. What carries over is how many times as good as its peers and
limits ours was in the same run, and so is compared; sizes and memory, in MB, are compared as they are.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, prod
from pathlib import Path

from repository import loaded

Figures = dict[str, dict]

# Figures are written to three digits: less than this is no difference, however small their ranges are.
SLIGHT = 0.01


@dataclass(frozen=True)
class Standing:
    """How ours stood in a run: the median, and the range in which noise may have put it."""

    value: float
    least: float
    most: float
    unit: str = "x"
    more_is_better: bool = True

    def shown(self) -> str:
        return f"{self.value:.3g}{self.unit} ({self.least:.3g} to {self.most:.3g})"


@dataclass(frozen=True)
class Change:
    """A figure then and now, which both have."""

    name: str
    then: Standing
    now: Standing

    @property
    def gain(self) -> float:
        """How many times as good as then it is now."""
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
    """All figures of two runs. `new` has no figure then, `gone` none now; `alone` has nothing to be measured against."""

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
    """Of each of our figures: beside each peer and limit of its run, or as it is when it is no time."""
    found = {}
    for name in ours(figures):
        figure = figures[name]
        if figure["unit"] == "MB":
            found[name] = Standing(figure["value"], figure["min"], figure["max"], " MB", more_is_better=False)
            continue
        for peer in figure["ratios"]:
            beside = figures.get(f"{name}/{peer}")
            if beside and prod(each[part] for each in (figure, beside) for part in ("value", "min", "max")) > 0:
                found[f"{name} beside {peer}"] = ratio(figure, beside)
    return found


def ours(figures: Figures) -> Iterable[str]:
    """A peer's figure has the name of ours with its own behind it."""
    return (name for name in figures if name.rpartition("/")[0] not in figures)


def ratio(figure: dict, beside: dict) -> Standing:
    """How many times as good ours is. The ranges of both make its range, as errors that know nothing of each other add up:
    the worst round of one is seldom the best of the other."""
    more, less = (figure, beside) if more_is_better(figure["unit"]) else (beside, figure)
    value = more["value"] / less["value"]
    below = hypot(1 - more["min"] / more["value"], 1 - less["value"] / less["max"])
    above = hypot(more["max"] / more["value"] - 1, less["value"] / less["min"] - 1)
    return Standing(value, value * max(0, 1 - below), value * (1 + above))


def more_is_better(unit: str) -> bool:
    """Rates, and rows that arrived; all else is a cost."""
    return unit.endswith("/s") or unit == "rows"


def lines(compared: Comparison) -> list[str]:
    """The comparison for people."""
    worse, better, noise = len(compared.worse), len(compared.better), len(compared.noise)
    all_of = worse + better + noise
    said = [f"Beside the recorded results: {worse} of {all_of} worse than noise, {better} better, {noise} within it."]
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
