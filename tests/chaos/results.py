"""What came out, as lines for the terminal and as a table for the docs."""

from dataclasses import dataclass
from pathlib import Path

from chaos.run import Scenario

BEGIN, END = "<!-- The table is written by tools/chaos. -->\n", "<!-- End of the table. -->\n"


@dataclass(frozen=True)
class Result:
    """What became of a scenario."""

    scenario: Scenario
    seconds: float
    faults: int
    rows: int
    lost: int | None
    sent_again: int

    def line(self) -> str:
        return (
            f"{self.scenario.name:26} {self.seconds:6.1f} s  {self.faults:6} faults  {self.rows:6} rows"
            f"  lost={'?' if self.lost is None else self.lost}  sent again={self.sent_again}"
        )

    def row(self) -> str:
        cells = [
            self.scenario.name + ("" if self.scenario.short else " *"),
            self.scenario.injected,
            self.faults,
            self.rows,
            f"{self.seconds:.0f}",
            self.lost,
            self.sent_again,
        ]
        return f"| {' | '.join(map(str, cells))} |\n"


def write(page: Path, results: list[Result]) -> None:
    """Replaces the table between its two marks."""
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    head = "| scenario | what is injected | faults | rows | seconds | rows lost | sent again |\n"
    rule = "|---|---|---:|---:|---:|---:|---:|\n"
    page.write_text(f"{before}{BEGIN}\n{head}{rule}{''.join(result.row() for result in results)}\n{END}{after}")
