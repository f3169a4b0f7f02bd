"""Runs a scenario: its actions on the pipeline, its waits, and its final checks."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from chaos.books import Record
from chaos.faults import Proxy
from chaos.rows import File, Key, make
from chaos.stack import Stack, keys_of

POLL_S = 0.2


class Failed(Exception):
    """The scenario failed. The text says why."""


class Packed(Enum):
    """Whether a scenario also runs with many rows a message."""

    NEVER = 0
    # Only in a full run, not in the shorter half.
    LONG = 1
    ALWAYS = 2


@dataclass(frozen=True)
class Scenario:
    """A scenario with its fault."""

    name: str
    injected: str
    act: Callable[["Run"], None]
    # The time limit in seconds, after which the scenario has failed.
    limit: int
    short: bool
    packed: Packed = Packed.NEVER


class Run:
    """A running scenario."""

    def __init__(self, stack: Stack, proxy: Proxy, number: int, limit: int, rows_per_message: int = 1) -> None:
        self.stack, self.proxy, self.number = stack, proxy, number
        self.rows_per_message = rows_per_message
        self.limit, self.started = limit, time.monotonic()
        self.files: list[File] = []
        self.rules: list[int] = []
        # Faults that the proxy did not cause: killed processes, repeated events.
        self.own_faults = 0
        # Unknown until the table has been compared.
        self.lost: int | None = None
        # The number of messages that the scenario itself sent to the queue.
        self.sent_past_the_proxy = 0
        self.sent_before = proxy.sent(stack.queue_name)
        # Whether a batch may be counted twice, because its writer was killed after the count.
        self.counts_may_repeat = False
        # The ingests that are done, each with the rows that were missing when the books first said so.
        self.done: dict[str, list[Key]] = {}

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def sent_again(self) -> int:
        """The number of rows sent to the queue beyond one for each good row."""
        good = sum(len(file.good) for file in self.files)
        return self.proxy.sent(self.stack.queue_name) - self.sent_before + self.sent_past_the_proxy - good

    @property
    def faults(self) -> int:
        return self.own_faults + sum(map(self.proxy.fired, self.rules))

    # ---- actions of a scenario

    def file(self, rows: int, **form) -> File:
        """Makes a file with keys that no other file has."""
        extension = "csv.gz" if form.get("compress") else "csv"
        name = f"chaos-{self.number}-{len(self.files)}.{extension}"
        self.files.append(make(name, self.number * 10 + len(self.files), rows, **form))
        return self.files[-1]

    def inject(self, *rules: dict, helping: Sequence[dict] = ()) -> list[int]:
        """Replaces the proxy's rules and returns their ids. Each rule must take effect at least once, or the scenario fails.
        The `helping` rules only bring about the right moment; they are no faults and are not counted."""
        ids = self.proxy.set([*rules, *helping])
        self.rules += ids[: len(rules)]
        return ids

    def send(self, items: list[dict[str, str]]) -> None:
        """Sends messages directly to the queue."""
        self.stack.send(items)
        self.sent_past_the_proxy += len(items)

    def wait(self, what: str, condition: Callable[[], object]):
        """Waits until the condition is true and returns its value."""
        while not (found := condition()):
            if self.seconds > self.limit:
                raise Failed(f"waited for {what}; the time limit of {self.limit} s is reached")
            self.watch_books()
            time.sleep(POLL_S)
        return found

    def wait_for_fault(self, rule: int, times: int = 1) -> None:
        self.wait(f"fault {times} of rule {rule}", lambda: self.proxy.fired(rule) >= times)

    def settle(self) -> None:
        """Waits until every file has its report and the queue is empty."""
        for file in self.files:
            self.wait(f"the report on {file.key}", lambda file=file: self.stack.report(file) or self.given_up())
        self.drain()

    def watch_books(self) -> None:
        """Records the missing rows of each ingest that has just become done."""
        for record in self.stack.records():
            [file] = [file for file in self.files if file.key == record.key] or [None]
            if file and record.state == "done" and record.ingest_id not in self.done:
                items = self.stack.items()
                missing = [key for key in file.good if key not in items]
                dead_letters = self.stack.dead_letters() if missing else []
                buried = {key for found in dead_letters for key in keys_of(found)}
                self.done[record.ingest_id] = [key for key in missing if key not in buried]

    def given_up(self) -> None:
        """Fails at once if Lambda has given up an event."""
        for dead_letter in self.stack.dead_letters() if self.stack.waiting(self.stack.dead) else []:
            if dead_letter.kind == "event":
                raise Failed(f"Lambda gave up: {dead_letter.reason}: {dead_letter.text}")

    def drain(self) -> None:
        self.wait("an empty queue", lambda: self.stack.waiting(self.stack.queue) == 0)

    # ---- final checks

    def verify(
        self,
        *,
        reports: bool = True,
        dead: Mapping[Key, str] = MappingProxyType({}),
        neighbours: str | None = None,
        books: str = "done",
    ) -> None:
        """Checks that the table has exactly the good rows, except those that are dead letters with these reason codes. The
        dead-letter queue has nothing else, unless `neighbours` may be there too, with that code. The reports and the books
        add up. `books` is the state of the ingests: all are done and announced by an event (`done`); all are done, but no
        event could be sent (`untold`); none is done (`open`); or each may be done or not (`either`)."""
        dead_letters = [(key, found) for found in self.stack.dead_letters() for key in keys_of(found)]
        buried = {key for key, _ in dead_letters}
        problems = [f"not on the dead-letter queue: {key}" for key in dead if key not in buried]
        for key, found in dead_letters:
            if found.reason != dead.get(key, neighbours):
                problems.append(f"unexpected on the dead-letter queue: {key}, {found.reason}: {found.text}")
            elif not found.text:
                problems.append(f"on the dead-letter queue without a reason: {key}, {found.reason}")
        problems += self.compare_table(buried)
        if reports:
            problems += [problem for file in self.files for problem in self.compare_report(file)]
            problems += self.compare_books(books)
        problems += [f"rule {rule} of the proxy did nothing" for rule in self.rules if not self.proxy.fired(rule)]
        if not self.faults:
            problems.append("no fault happened")
        if problems:
            more = [f"… and {len(problems) - 8} more"] if len(problems) > 8 else []
            raise Failed("\n  ".join([*problems[:8], *more]))

    def compare_table(self, buried: set[Key | None]) -> list[str]:
        good = {key: item for file in self.files for key, item in file.good.items()}
        items = self.stack.items()
        missing = [key for key in good if key not in items and key not in buried]
        self.lost = len(missing)
        problems = (
            [f"{len(missing)} rows are neither in the table nor dead letters: {missing[:3]} …"] if missing else []
        )
        for key, item in items.items():
            if key not in good:
                problems.append(f"in the table, but in no file: {item}")
            elif stored(good[key]) != stored(item):
                problems.append(f"in the table {item}, in the file {good[key]}")
        return problems

    def compare_books(self, expected: str) -> list[str]:
        """Checks that the record of an ingest that is done has all rows of its file, and that they were in the table when it
        became done. A row that SQS or the extractor delivered twice can count twice."""
        if expected in ("done", "untold"):
            keys = {file.key for file in self.files}
            self.wait(
                "the end of each ingest in the books",
                lambda: (
                    keys <= {record.key for record in self.stack.records()}
                    and all(self.is_at_end(record, expected) for record in self.stack.records())
                ),
            )
        self.watch_books()
        records, problems = self.stack.records(), []
        twice = self.sent_again or self.counts_may_repeat
        for record in records:
            if expected == "open" and record.state == "done":
                problems.append(f"the books say done, but cannot know that: {record.attributes}")
            elif record.state == "done" and not twice and record.accounted != record.number("rows_sent"):
                problems.append(f"the books have {record.accounted} rows: {record.attributes}")
            told = self.proxy.told(record.ingest_id, "done")
            if expected == "done" and not told:
                problems.append(f"no event announced that {record.ingest_id} is done")
            elif expected in ("open", "untold") and (told or record.is_told):
                problems.append(
                    f"{told} events announced the end of {record.ingest_id}, which was unknown: {record.attributes}"
                )
        for ingest, missing in self.done.items():
            if missing and not twice:
                problems.append(f"the books said done of {ingest} while rows were missing: {missing[:3]} …")
        files = {file.key: file for file in self.files}
        for record in records:
            file = files.get(record.key)
            if file and record.state == "done":
                counts = [record.number(f"rows_{name}") for name in ("read", "sent", "rejected")]
                if counts != [file.rows, len(file.good), len(file.bad)]:
                    problems.append(f"the books of {file.key} have {counts} rows read, sent and rejected")
        return problems

    def is_at_end(self, record: Record, expected: str) -> bool:
        """Whether a record is final: its sums are full and, unless that is impossible, an event was sent."""
        return record.state == "done" and (expected == "untold" or record.is_told)

    def compare_report(self, file: File) -> list[str]:
        report = self.stack.report(file)
        if not report:
            return [f"no report on {file.key}"]
        expected = {"rows_read": file.rows, "rows_sent": len(file.good), "rows_rejected": len(file.bad)}
        expected |= {"size": len(file.content)}
        problems = [
            f"the report on {file.key} has {name} {report.get(name)}, not {value}"
            for name, value in expected.items()
            if report.get(name) != value
        ]
        rejected = self.stack.rejected(report)
        if sorted(rejected) != sorted(file.bad):
            problems.append(f"rejected rows of {file.key}: {rejected[:3]} …, not {file.bad[:3]} …")
        return problems


def stored(item: dict[str, str]) -> dict[str, object]:
    """An item with its numbers as Decimals, since the table drops trailing zeros."""
    return {name: Decimal(value) if name.endswith("_avg") else value for name, value in item.items()}
