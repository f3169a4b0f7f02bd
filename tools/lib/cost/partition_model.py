"""A load, played through call by call: the file's rows, the queue, the writers, and the table's limits.

A row's `date` is the partition key, so all rows of a day share one partition, which takes 1,000 writes a second. The
random pauses are the same in every run.
"""

import heapq
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from hashlib import md5

from cost.inputs import settings

SETTINGS = settings()

# DynamoDB: writes a second of a partition and of a new on-demand table, which so begins with four partitions.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html
PARTITION_WRITES = 1_000
NEW_TABLE_WRITES = 4_000
PARTITIONS = NEW_TABLE_WRITES // PARTITION_WRITES
# Seconds of unused writes that a partition keeps. Its 1,000 a second are a limit that burst capacity does not lift:
# https://repost.aws/knowledge-center/dynamodb-spiky-workloads-short-intervals
KEPT_S = 1
# Rows a second that the extractor puts on the queue, as long as the file has some.
ARRIVING = 60_000
# A call of BatchWriteItem, and what an invocation takes beside its calls.
CALL_S, INVOCATION_S = 0.010, 0.005
CALL_ITEMS = 25
# Lambda's polling of a queue: five batches at once, then 300 more each minute, up to the maximum concurrency.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
FIRST_WRITERS, MORE_WRITERS_PER_S = 5, 300 / 60
# crates/backoff: full jitter. The writer tries until two seconds before its time is over.
FIRST_PAUSE_S, LONGEST_PAUSE_S, PAUSES = 0.050, 5.0, 40
TRIES_UNTIL_S = SETTINGS.writer_timeout - 2
# functions/sqs-to-dynamodb/src/come_back.rs: when failed messages come back, and when they are given up.
FIRST_AWAY_S, LONGEST_AWAY_S = 10.0, 900.0


@dataclass(frozen=True)
class Load:
    """Rows of one file, or of one file for each date, uploaded together."""

    rows: int
    dates: int
    mixed: bool = False
    batch: int = SETTINGS.batch_size
    writers: int = SETTINGS.maximum_concurrency


def date_of(load: Load, row: int) -> int:
    return row % load.dates if load.mixed else row * load.dates // load.rows


@dataclass
class Outcome:
    """What came of a load."""

    seconds: float = 0.0
    calls: int = 0
    throttled: int = 0
    oldest: float = 0.0
    billed: float = 0.0
    in_flight: int = 0
    again: int = 0
    dead: int = 0


@dataclass(slots=True)
class Bucket:
    """Writes that are allowed: so many a second, and what was not used lately."""

    rate: float
    tokens: float = 0.0
    at: float = 0.0

    def take(self, now: float, wanted: int) -> int:
        self.tokens = min(self.rate * KEPT_S, self.tokens + (now - self.at) * self.rate)
        self.at = now
        taken = min(int(self.tokens), wanted)
        self.tokens -= taken
        return taken


@dataclass(slots=True)
class Call:
    """Messages that are written with one call: how many there are of each partition."""

    arrived: float
    counts: dict[int, int]
    receives: int = 0
    pauses: int = 0

    def messages(self) -> int:
        return sum(self.counts.values())


@dataclass(slots=True)
class Invocation:
    """One batch in the writer."""

    began: float
    messages: int
    waiting: deque
    under_way: int = 0
    failed: list = field(default_factory=list)


class Simulation:
    """Plays a load through. Events are (time, number, what to call, with what); the number keeps their order."""

    def __init__(self, load: Load) -> None:
        self.load, self.outcome = load, Outcome()
        self.random = random.Random(1)
        self.table = Bucket(NEW_TABLE_WRITES, NEW_TABLE_WRITES * KEPT_S)
        self.partitions = [Bucket(PARTITION_WRITES, PARTITION_WRITES * KEPT_S) for _ in range(PARTITIONS)]
        # As DynamoDB does, by a hash of the key: where a date is has nothing to do with its neighbours.
        days = (f"2026-{1 + day // 28:02}-{1 + day % 28:02}" for day in range(load.dates))
        self.partition_of = [md5(day.encode()).digest()[0] % PARTITIONS for day in days]
        self.kinds: dict = {}
        self.next_row = 0
        self.back: list = []
        self.idle = 0
        self.in_flight = 0
        self.events: list = []
        self.number = 0

    def run(self) -> Outcome:
        for writer in range(self.load.writers):
            self.at(max(0.0, (writer - FIRST_WRITERS + 1) / MORE_WRITERS_PER_S), self.receive, None)
        while self.events:
            now, _, action, argument = heapq.heappop(self.events)
            action(now, argument)
        return self.outcome

    def at(self, time: float, action, argument) -> None:
        self.number += 1
        heapq.heappush(self.events, (time, self.number, action, argument))

    def new_call(self) -> Call:
        """The next messages of the file."""
        first, load = self.next_row, self.load
        count = min(CALL_ITEMS, load.rows - first)
        self.next_row += count
        # Calls of the same dates are alike, and there are few kinds of them.
        dates = first % load.dates if load.mixed else (date_of(load, first), date_of(load, first + count - 1))
        kind = (dates, count)
        if kind not in self.kinds:
            counts = Counter(self.partition_of[date_of(load, row)] for row in range(first, first + count))
            if not load.mixed and dates[0] != dates[1]:
                return Call(first / ARRIVING, dict(counts))
            self.kinds[kind] = dict(counts)
        return Call(first / ARRIVING, self.kinds[kind].copy())

    def receive(self, now: float, _: None) -> None:
        """A writer that has nothing to do takes a batch."""
        calls = []
        while len(calls) < -(-self.load.batch // CALL_ITEMS):
            if self.back and self.back[0][0] <= now:
                calls.append(heapq.heappop(self.back)[2])
                self.in_flight -= calls[-1].messages()
            elif self.next_row < self.load.rows:
                calls.append(self.new_call())
            else:
                break
        if not calls:
            if self.back:
                self.at(self.back[0][0], self.receive, None)
            else:
                self.idle += 1
            return
        messages = sum(call.messages() for call in calls)
        self.in_flight += messages
        self.outcome.in_flight = max(self.outcome.in_flight, self.in_flight)
        began = max(now, max(call.arrived for call in calls))
        invocation = Invocation(began, messages, deque(calls))
        for _ in range(min(SETTINGS.writer_calls, len(calls))):
            self.begin(began + INVOCATION_S, invocation)

    def begin(self, now: float, invocation: Invocation) -> None:
        invocation.under_way += 1
        self.at(now + CALL_S, self.answer, (invocation, invocation.waiting.popleft()))

    def answer(self, now: float, of: tuple[Invocation, Call]) -> None:
        """DynamoDB takes of a call what it may, and hands back the rest."""
        invocation, call = of
        self.outcome.calls += 1
        left = {}
        for place, count in call.counts.items():
            partition = self.partitions[place]
            allowed = partition.take(now, count)
            taken = self.table.take(now, allowed)
            partition.tokens += allowed - taken
            if taken < count:
                left[place] = count - taken
        call.counts = left
        if left:
            self.outcome.throttled += 1
            bound = min(FIRST_PAUSE_S * 2**call.pauses, LONGEST_PAUSE_S)
            again = now + self.random.random() * bound
            call.pauses += 1
            if call.pauses <= PAUSES and again < invocation.began + TRIES_UNTIL_S:
                self.at(again + CALL_S, self.answer, of)
                return
            invocation.failed.append(call)
        else:
            self.outcome.oldest = max(self.outcome.oldest, now - call.arrived)
        invocation.under_way -= 1
        if invocation.waiting:
            self.begin(now, invocation)
        elif not invocation.under_way:
            self.end(now, invocation)

    def end(self, now: float, invocation: Invocation) -> None:
        self.outcome.billed += now - invocation.began
        self.outcome.seconds = max(self.outcome.seconds, now)
        self.in_flight -= invocation.messages - sum(call.messages() for call in invocation.failed)
        if invocation.failed:
            self.give_back(now, invocation.failed)
        self.at(now, self.receive, None)

    def give_back(self, now: float, calls: list[Call]) -> None:
        """Failed messages of an invocation come back together, or never."""
        receives = max(call.receives for call in calls) + 1
        away = min(FIRST_AWAY_S * 2 ** (receives - 1), LONGEST_AWAY_S) * (0.5 + self.random.random() / 2)
        for call in calls:
            call.receives, call.pauses = call.receives + 1, 0
            if call.receives >= SETTINGS.max_receives:
                self.outcome.dead += call.messages()
                self.in_flight -= call.messages()
                continue
            self.outcome.again += call.messages()
            self.number += 1
            heapq.heappush(self.back, (now + away, self.number, call))
        while self.idle:
            self.idle -= 1
            self.at(now + away, self.receive, None)


def simulated(load: Load) -> Outcome:
    return Simulation(load).run()
