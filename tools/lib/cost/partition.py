"""Simulates loads call by call: a file's rows, the queue, the writers, and the limit of a partition of the table.

A row's `date` is the partition key, so all rows of a day share one partition. The random pauses are the same in every run.
"""

import heapq
import json
import math
import random
import sys
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import md5
from itertools import count
from types import SimpleNamespace

from cost.inputs import ASSUMED, INPUTS, LIMITS, settings
from repository import ROOT, loaded

RECORD = ROOT / "bench" / "partition.json"
# The settings that the simulation depends on.
NAMES = ["batch_size", "writers", "writes_at_once", "max_receives", "trying_s", "first_pause_s", "longest_pause_s"]
NAMES += ["pauses", "first_redelivery_s", "longest_redelivery_s"]
SETTINGS = SimpleNamespace(**{name: vars(settings())[name] for name in NAMES})
DEFAULTS = {"mixed": False, "batch": SETTINGS.batch_size, "writers": SETTINGS.writers}
LOADS = [DEFAULTS | load for load in INPUTS["loads"]]
# The partitions of a new table, which share its limit, and the writes that an idle partition accepts at once.
PARTITIONS = LIMITS.new_table_writes // LIMITS.partition_writes
KEPT_WRITES = LIMITS.partition_writes * ASSUMED.kept_s
OUTCOME = ("seconds", "calls", "throttled", "oldest", "billed", "in_flight", "again", "dead")
# Loads of at most this many rows are quick enough to simulate again whenever the record is read.
QUICK_ROWS = 100_000


@dataclass(slots=True)
class Call:
    """The messages of one call, as a number for each partition."""

    arrived: float
    counts: Counter
    receives: int = 0
    pauses: int = 0


class Simulation:
    """The simulation of a load. Each writer is a generator that yields when it continues: a time and a sequence number."""

    def __init__(self, load: dict) -> None:
        self.load, self.rows = SimpleNamespace(**load), calls(**load)
        self.outcome = SimpleNamespace(**dict.fromkeys(OUTCOME, 0))
        # For each partition, the writes that it accepts at once, and the time when that was computed.
        self.partitions = [(KEPT_WRITES, 0.0)] * PARTITIONS
        self.random, self.numbers, self.now, self.in_flight, self.idle = random.Random(1), count(), 0.0, 0, 0
        # Writers, and calls that are redelivered, by time.
        self.events, self.back = [], []

    def run(self) -> SimpleNamespace:
        for writer in range(self.load.writers):
            later = (writer - LIMITS.first_writers + 1) / LIMITS.more_writers_a_minute * 60
            self.go_on(self.writer(max(0.0, later)))
        while self.events:
            self.now, _, writer = heapq.heappop(self.events)
            self.go_on(writer)
        return self.outcome

    def go_on(self, writer) -> None:
        if event := next(writer, None):
            heapq.heappush(self.events, (*event, writer))

    def push(self, heap: list, time: float, call: Call) -> None:
        heapq.heappush(heap, (time, next(self.numbers), call))

    def writer(self, time: float):
        """Receives batches and makes their calls in parallel, until all is written or the invocation's time is over."""
        yield time, next(self.numbers)
        while waiting := (yield from self.received()):
            messages = sum(call.counts.total() for call in waiting)
            self.in_flight += messages
            self.outcome.in_flight = max(self.outcome.in_flight, self.in_flight)
            began = max(self.now, *(call.arrived for call in waiting))
            pending, failed, line, turn, doubled = [], [], deque(), None, 0
            while waiting and len(pending) < SETTINGS.writes_at_once:
                self.push(pending, began + ASSUMED.writer_overhead_s + ASSUMED.batch_write_s, waiting.popleft())
            while pending:
                yield pending[0][:2]
                call = heapq.heappop(pending)[2]
                accepted = self.sent(call)
                if call is turn:
                    turn = None
                    if not call.counts:
                        doubled //= 2
                    elif not accepted and bound(doubled) < SETTINGS.longest_pause_s:
                        doubled += 1
                ended = [] if call.counts else [call]
                line.extend([call] if call.counts else [])
                # The refused calls of an invocation take turns.
                while line and turn is None:
                    call = line.popleft()
                    again = self.now + self.pause(call, doubled)
                    if again < began + SETTINGS.trying_s:
                        self.push(pending, again + ASSUMED.batch_write_s, turn := call)
                    else:
                        failed.append(call)
                        ended.append(call)
                for _ in ended[: len(waiting)]:
                    self.push(pending, self.now + ASSUMED.batch_write_s, waiting.popleft())
            self.outcome.billed += self.now - began
            self.outcome.seconds = self.now
            self.in_flight -= messages
            if failed:
                self.give_back(failed)
            yield self.now, next(self.numbers)
        self.idle += 1

    def received(self):
        """Waits for redelivered messages or the file's next ones; returns none when there are no more."""
        while True:
            calls = deque()
            while len(calls) * LIMITS.items_per_call < self.load.batch:
                if self.back and self.back[0][0] <= self.now:
                    calls.append(heapq.heappop(self.back)[2])
                    self.in_flight -= calls[-1].counts.total()
                elif call := next(self.rows, None):
                    calls.append(call)
                else:
                    break
            if calls or not self.back:
                return calls
            yield self.back[0][0], next(self.numbers)

    def sent(self, call: Call) -> int:
        """DynamoDB accepts as much of a call as it may. Returns the number of writes that it accepts."""
        accepted = call.counts.total()
        for place, number in call.counts.items():
            kept, at = self.partitions[place]
            kept = min(KEPT_WRITES, kept + (self.now - at) * LIMITS.partition_writes)
            taken = min(int(kept), number)
            self.partitions[place] = kept - taken, self.now
            call.counts[place] -= taken
        call.counts = +call.counts
        self.outcome.calls += 1
        if call.counts:
            self.outcome.throttled += 1
        else:
            self.outcome.oldest = max(self.outcome.oldest, self.now - call.arrived)
        return accepted - call.counts.total()

    def pause(self, call: Call, doubled: int) -> float:
        """The pause before a call's next try, in its turn; infinite if it has no try left."""
        call.pauses += 1
        if call.pauses > SETTINGS.pauses:
            return math.inf
        return self.random.random() * bound(doubled)

    def give_back(self, calls: list[Call]) -> None:
        """Redelivers the failed messages of a batch together, or never."""
        bound = SETTINGS.first_redelivery_s * 2 ** max(call.receives for call in calls)
        back = self.now + min(bound, SETTINGS.longest_redelivery_s) * (0.5 + self.random.random() / 2)
        for call in calls:
            call.receives, call.pauses = call.receives + 1, 0
            if call.receives == SETTINGS.max_receives:
                self.outcome.dead += call.counts.total()
                continue
            self.outcome.again += call.counts.total()
            self.in_flight += call.counts.total()
            self.push(self.back, back, call)
        while self.idle:
            self.idle -= 1
            self.go_on(self.writer(back))


def bound(doubled: int) -> float:
    """The longest pause of a turn."""
    return min(SETTINGS.first_pause_s * 2**doubled, SETTINGS.longest_pause_s)


def calls(rows: int, dates: int, mixed: bool, **_):
    """The rows of a file, call by call."""
    # As in DynamoDB, a hash of the key chooses the partition, so neighbouring dates are in unrelated partitions.
    days = (f"2026-{1 + day // 28:02}-{1 + day % 28:02}" for day in range(dates))
    partition = [md5(day.encode()).digest()[0] % PARTITIONS for day in days]
    for first in range(0, rows, LIMITS.items_per_call):
        some = range(first, min(first + LIMITS.items_per_call, rows))
        counts = Counter(partition[row % dates if mixed else row * dates // rows] for row in some)
        yield Call(first / ASSUMED.arriving, counts)


def simulated(load: dict) -> dict:
    """A load with its outcome."""
    return {**load, **{name: round(value, 3) for name, value in vars(Simulation(load).run()).items()}}


def record() -> None:
    """Simulates all loads, which takes a minute, and records the outcomes."""
    with ProcessPoolExecutor() as pool:
        document = {"settings": vars(SETTINGS), "loads": list(pool.map(simulated, LOADS))}
    RECORD.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def recorded() -> list[dict]:
    """The recorded outcomes of all loads. Ends the program if the settings or the outcomes have changed since."""
    document = loaded(RECORD)
    expected = [simulated(load) if load["rows"] <= QUICK_ROWS else load for load in LOADS]
    found = [outcome.items() >= load.items() for load, outcome in zip(expected, document["loads"])]
    if document["settings"] != vars(SETTINGS) or not all(found) or len(document["loads"]) != len(LOADS):
        sys.exit(
            f"error: {RECORD.name} is out of date: the loads have other outcomes now\n  Run: tools/cost --simulate"
        )
    return document["loads"]
