"""Computes seconds and dollars for a million rows from figures, prices and assumptions, without I/O."""

import math
from dataclasses import dataclass, replace

from cost.inputs import ASSUMED, INPUTS, LIMITS, Figures

ROWS = 1_000_000
# Two batch sizes of the benchmark. Sizes between them are interpolated.
FEW, MANY = 100, 1000


@dataclass(frozen=True, kw_only=True)
class Way:
    """A program for this pipeline: its settings, its calls, and what a million rows take with it."""

    measured: Figures
    prices: Figures
    extractor_memory: int
    writer_memory: int
    sends_at_once: int
    writes_at_once: int
    batch_size: int
    writers: int
    architecture: str
    rows_per_file: int = ROWS
    # The seconds in which all rows arrive. The share of traces depends on the number of invocations in a second.
    loading_s: float = ROWS / LIMITS.new_table_writes
    rows_per_message: int = 1
    messages_per_send: int = LIMITS.messages_per_call
    items_per_write: int = LIMITS.items_per_call
    sqs_call_s: float = ASSUMED.sqs_call_s
    write_s: float = ASSUMED.batch_write_s
    log_bytes_per_row: int = 0
    traced: bool = True
    # Whether there is a table of ingests, and the number of files with rows in a batch, each of which is counted separately.
    keeps_books: bool = True
    files_per_batch: int = 1
    # The suffixes of a peer's figures in the benchmark.
    extractor_peer: str = ""
    writer_peer: str = ""

    def each(self, setting: str, *values: float) -> list["Way"]:
        """This way with each value of a setting, including the present one."""
        return [replace(self, **{setting: value}) for value in sorted({*values, getattr(self, setting)})]

    @property
    def rows_per_send(self) -> int:
        return self.rows_per_message * self.messages_per_send

    # ---- The extractor: seconds for a million rows

    @property
    def extractor_figure(self) -> str:
        return "extractor/cpu_seconds_per_million_rows" + self.extractor_peer

    @property
    def extractor_cpu_s(self) -> float:
        """The CPU time at this memory size."""
        cpu = self.measured[self.extractor_figure]
        tls = ROWS / self.rows_per_send * ASSUMED.tls_call_s + self.sends_at_once * ASSUMED.tls_connection_s
        return (cpu + tls) / vcpu_share(self.extractor_memory)

    @property
    def extractor_waiting_s(self) -> float:
        """The time spent waiting for SQS."""
        return ROWS / self.rows_per_send / self.sends_at_once * self.sqs_call_s

    @property
    def extractor_s(self) -> float:
        """The duration. Reading and sending run in parallel, so the slower one decides; with one call at a time they add up."""
        bounds = self.extractor_cpu_s, self.extractor_waiting_s
        return sum(bounds) if self.sends_at_once == 1 else max(bounds)

    # ---- The writer: seconds for a batch

    def writer_figure(self, size: int) -> str:
        return f"writer_{size}/cpu_seconds_per_million_items{self.writer_peer}"

    @property
    def batch_cpu_s(self) -> float:
        """The CPU time at this memory size: a share for the invocation and one for each item, from two batch sizes."""
        if self.writer_figure(self.batch_size) in self.measured:
            item_s = self.measured[self.writer_figure(self.batch_size)] / ROWS
        else:
            few, many = (self.measured[self.writer_figure(size)] / ROWS for size in (FEW, MANY))
            invocation_s = (few - many) / (1 / FEW - 1 / MANY)
            item_s = many + invocation_s * (1 / self.batch_size - 1 / MANY)
        tls = ASSUMED.tls_call_s / self.items_per_write
        return self.batch_size * (item_s + tls) / vcpu_share(self.writer_memory)

    @property
    def batch_s(self) -> float:
        """The duration. A batch is read, written, counted and answered one after the other, so the times add up."""
        calls = math.ceil(self.batch_size / self.items_per_write)
        counting_s = ASSUMED.put_item_s if self.keeps_books else 0
        writing_s = math.ceil(calls / self.writes_at_once) * self.write_s
        return ASSUMED.invocation_s + self.batch_cpu_s + writing_s + counting_s

    @property
    def items_per_second(self) -> float:
        return self.writers * self.batch_size / self.batch_s

    # ---- Dollars, by the names of the prices

    def dollars(self, **quantities: float) -> dict[str, float]:
        return {name: quantity * self.price(name) for name, quantity in quantities.items()}

    def price(self, name: str) -> float:
        return self.prices[self.price_name(name)]

    def price_name(self, name: str) -> str:
        """The name of a billed quantity in bench/prices.json, where an architecture has a price of its own."""
        return f"{name}_{self.architecture}" if name == "lambda_gb_second" else name

    @property
    def cost(self) -> dict[str, float]:
        """The costs of a million rows with full batches."""
        files = ROWS / self.rows_per_file
        services = self.dollars(
            sqs_request=self.sqs_requests,
            dynamodb_write=ROWS,
            s3_put=2 * files,
            s3_get=files,
            logs_ingested=ROWS * self.log_bytes_per_row / 1e9,
        )
        parts = self.extractor_cost, self.writer_cost, services, {"books": self.books_cost}
        return {name: sum(part.get(name, 0) for part in parts) for name in parts[0] | services | parts[3]}

    @property
    def sqs_requests(self) -> float:
        """The sends, receives and deletions of a million rows. SQS bills a request for each 64 KiB of messages in a call."""
        # Lambda receives at most a batch with one call.
        received = min(LIMITS.messages_per_call, max(1, self.batch_size // self.rows_per_message))
        sends, receives = (ROWS / self.rows_per_message / messages for messages in (self.messages_per_send, received))
        return sends * self.requests_of_call(self.messages_per_send) + receives * (self.requests_of_call(received) + 1)

    def requests_of_call(self, messages: int) -> int:
        """The requests that SQS bills for a call with this number of messages."""
        if self.rows_per_message == 1:
            return 1
        message_bytes = self.rows_per_message * ASSUMED.packed_row_bytes + ASSUMED.packed_frame_bytes
        return math.ceil(messages * message_bytes / LIMITS.billed_bytes)

    @property
    def total(self) -> float:
        return sum(self.cost.values())

    @property
    def books_cost(self) -> float:
        """The cost of the table of ingests and of the event at the end of each file."""
        return sum(self.dollars(**self.books).values())

    @property
    def books(self) -> dict[str, float]:
        """The costs by the names of prices: a count for each file in each batch, and an event for each file."""
        files = ROWS / self.rows_per_file if self.keeps_books else 0
        counts = max(files, ROWS / self.batch_size * self.files_per_batch) if self.keeps_books else 0
        writes = ASSUMED.record_writes * files + counts
        return {"dynamodb_write": writes, "eventbridge_event": files}

    @property
    def extractor_cost(self) -> dict[str, float]:
        """The costs of an invocation for each file, or of several for a long file."""
        books_s = 2 * ASSUMED.put_item_s if self.keeps_books else 0
        files, calls_s = ROWS / self.rows_per_file, 2 * ASSUMED.s3_call_s + ASSUMED.sqs_call_s + books_s
        seconds = ASSUMED.invocation_s + calls_s + self.extractor_s / files
        parts = math.ceil(seconds / LIMITS.reading_s)
        return self.invocations(files * parts, self.extractor_memory, seconds / parts)

    @property
    def writer_cost(self) -> dict[str, float]:
        return self.invocations(ROWS / self.batch_size, self.writer_memory, self.batch_s)

    def invocations(self, number: float, memory: int, seconds: float) -> dict[str, float]:
        """The costs of a number of invocations of equal duration."""
        per_second = number / self.loading_s
        sampled = 1.0 if per_second <= 1 else LIMITS.sampled + (1 - LIMITS.sampled) / per_second
        return self.dollars(
            lambda_request=number,
            lambda_gb_second=memory / 1024 * number * billed(seconds),
            logs_ingested=number * ASSUMED.log_bytes / 1e9,
            xray_trace=number * sampled if self.traced else 0,
        )

    @property
    def waiting_cost(self) -> float:
        """The cost of the writers of a million rows of one date, which all wait for the same partition."""
        seconds = self.writers * ROWS / LIMITS.partition_writes
        return self.writer_memory / 1024 * seconds * self.price("lambda_gb_second")


def vcpu_share(memory: int) -> float:
    """The share of a vCPU that an environment has, at most 1, since the functions run on one thread."""
    return min(1.0, memory / LIMITS.vcpu_mb)


def billed(seconds: float) -> float:
    """The billed duration: Lambda rounds up to a millisecond."""
    return math.ceil(round(seconds * 1000, 6)) / 1000


def ways(measured: Figures, prices: Figures, settings: dict[str, int | str]) -> dict[str, Way]:
    """This repository's ways, with one row a message and with many, and the ways that they are compared with."""
    own = {name: value for name, value in settings.items() if name in Way.__dataclass_fields__}
    ours = Way(measured=measured, prices=prices, **own)
    others = {name: replace(ours, **other) for name, other in INPUTS["others"].items()}
    return {"ours": ours, "packed": packed(ours), **others}


def packed(ours: Way) -> Way:
    """Our way with many rows a message. A figure that the benchmark has not measured is taken from one row a message."""
    way = replace(ours, **INPUTS["packed"])
    if way.extractor_figure not in ours.measured:
        way = replace(way, extractor_peer="")
    return way if way.writer_figure(way.batch_size) in ours.measured else replace(way, writer_peer="")
