"""Writes the results as lines for the terminal and as a table for the docs."""

from dataclasses import dataclass
from pathlib import Path

import pages
from chaos.run import Packed, Scenario

HEAD = ["scenario", "what is injected", "rows a message", "faults", "rows", "seconds", "rows lost", "sent again"]


@dataclass(frozen=True)
class Result:
    """The result of a scenario."""

    scenario: Scenario
    rows_per_message: int
    seconds: float
    faults: int
    rows: int
    lost: int | None
    sent_again: int

    def line(self) -> str:
        return (
            f"{self.scenario.name:26} {self.rows_per_message:3} a message {self.seconds:6.1f} s  {self.faults:6} faults  {self.rows:6} rows"
            f"  lost={'?' if self.lost is None else self.lost}  sent again={self.sent_again}"
        )

    def row(self) -> list[object]:
        return [
            self.scenario.name + ("" if is_in_shorter_half(self.scenario, self.rows_per_message) else " *"),
            self.scenario.injected,
            self.rows_per_message,
            self.faults,
            self.rows,
            f"{self.seconds:.0f}",
            self.lost,
            self.sent_again,
        ]


def is_in_shorter_half(scenario: Scenario, rows_per_message: int) -> bool:
    return scenario.short if rows_per_message == 1 else scenario.packed == Packed.ALWAYS


def write(page: Path, results: list[Result]) -> None:
    table = pages.table(HEAD, [result.row() for result in results], words=2)
    pages.write(page, "chaos", {"scenarios": table}, check=False)
