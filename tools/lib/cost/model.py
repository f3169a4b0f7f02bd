"""Dollars and seconds for a million rows. Pure: figures, prices and assumptions in, figures out."""

import math
from dataclasses import dataclass, fields, replace

from cost.inputs import Measured, Prices, Settings

ROWS = 1_000_000

# ---- Assumptions: what is neither measured here nor somebody's price or limit. cost/sources.py says why.

# A call of SendMessageBatch, of BatchWriteItem, of PutItem, of S3: from request to answer.
SQS_CALL_S = 0.010
BATCH_WRITE_S = 0.010
PUT_ITEM_S = 0.005
S3_CALL_S = 0.030
# CPU for TLS, which the benchmark does without: each call, and each connection once.
TLS_CALL_S = 10e-6
TLS_CONNECTION_S = 1.5e-3
# What an invocation is billed for beside the function's own work.
INVOCATION_S = 0.001
# A row of the sample as CSV, as an item, and what DynamoDB adds to each item that it stores.
CSV_BYTES = 68
ITEM_BYTES = 124
STORED_BYTES = ITEM_BYTES + 100
# What an invocation logs: its own line, and Lambda's at its start and end.
LOG_BYTES = 1_300
# What the classic demo logs of a row, at its level DEBUG: sending it, and writing it.
CLASSIC_LOG_BYTES = 6_550 + 6_100
# Writes a second of a table while a file is loaded: what a new on-demand table takes.
TABLE_WRITES = 4_000
# Rows of a Step Functions child workflow.
STEP_ROWS = 100
# Batch sizes of the benchmark from which those between follow.
FEW, MANY = 100, 1000

# ---- What AWS documents.

# Memory that has one vCPU; less has its share: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
VCPU_MB = 1769
LONGEST_INVOCATION_S = 900
# Messages that Lambda receives and deletes with one call, and items of a BatchWriteItem.
MESSAGES_PER_CALL = 10
ITEMS_PER_CALL = 25
# X-Ray samples the first invocation of each second and so much of the others, and Lambda leaves no choice:
# https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
SAMPLED = 0.05
PARTITION_WRITES = 1_000


@dataclass(frozen=True)
class Way:
    """A program for this pipeline: what it is, and how it makes its calls."""

    name: str
    extractor_peer: str
    writer_peer: str
    extractor_memory: int
    writer_memory: int
    rows_per_send: int
    sends_at_once: int
    batch_size: int
    items_per_write: int
    writes_at_once: int
    write_s: float
    log_bytes_per_row: int = 0
    traced: bool = True
    architecture: str = "x86_64"


@dataclass(frozen=True)
class Cost:
    """Dollars for a million rows, by what they are paid for."""

    requests: float
    extractor: float
    writer: float
    sqs: float
    writes: float
    s3: float
    logs: float
    traces: float

    @property
    def total(self) -> float:
        return sum(getattr(self, field.name) for field in fields(self))

    @property
    def lambda_total(self) -> float:
        return self.requests + self.extractor + self.writer


class Model:
    """The figures of one benchmark at one list of prices."""

    def __init__(self, measured: Measured, prices: Prices, settings: Settings) -> None:
        self.measured, self.prices, self.settings = measured, prices, settings

    def ours(self) -> Way:
        settings = self.settings
        return Way(
            "this repository",
            "",
            "",
            settings.extractor_memory,
            settings.writer_memory,
            MESSAGES_PER_CALL,
            settings.extractor_calls,
            settings.batch_size,
            ITEMS_PER_CALL,
            settings.writer_calls,
            BATCH_WRITE_S,
            architecture=settings.architecture,
        )

    def idiomatic(self) -> Way:
        """Python in the same template: sixteen threads send, boto3's batch_writer makes one call after the other."""
        peers = {"extractor_peer": "/python_idiomatic", "writer_peer": "/python_batch_writer"}
        return replace(self.ours(), name="idiomatic Python", sends_at_once=16, writes_at_once=1, **peers)

    def classic(self) -> Way:
        """https://github.com/garystafford/serverless-sqs-dynamo-demo, with its memory, batch size and log level."""
        return Way(
            "classic demo",
            "/python_classic",
            "/python_classic",
            128,
            128,
            1,
            1,
            10,
            1,
            1,
            PUT_ITEM_S,
            log_bytes_per_row=CLASSIC_LOG_BYTES,
            traced=False,
        )

    # ---- Time

    def extractor_bounds(self, way: Way, sqs_call_s: float = SQS_CALL_S) -> tuple[float, float]:
        """Seconds of a million rows: what the CPU takes, and what waiting for SQS takes."""
        calls = ROWS / way.rows_per_send
        cpu = self.measured["extractor/cpu_seconds_per_million_rows" + way.extractor_peer]
        cpu += calls * TLS_CALL_S + way.sends_at_once * TLS_CONNECTION_S
        return cpu / share(way.extractor_memory), calls / way.sends_at_once * sqs_call_s

    def extractor_seconds(self, way: Way, sqs_call_s: float = SQS_CALL_S) -> float:
        """Reading and sending go on at once, so that the slower decides; but for one call after the other."""
        bounds = self.extractor_bounds(way, sqs_call_s)
        return sum(bounds) if way.sends_at_once == 1 else max(bounds)

    def writer_cpu(self, way: Way) -> float:
        """CPU seconds of an item. An invocation takes some, and each item: two batch sizes say how much."""
        tls = TLS_CALL_S / way.items_per_write
        if self.batch_figure(way, way.batch_size) in self.measured:
            return self.batch_cpu(way, way.batch_size) + tls
        of_invocation = (self.batch_cpu(way, FEW) - self.batch_cpu(way, MANY)) / (1 / FEW - 1 / MANY)
        return self.batch_cpu(way, MANY) + of_invocation * (1 / way.batch_size - 1 / MANY) + tls

    def batch_cpu(self, way: Way, size: int) -> float:
        return self.measured[self.batch_figure(way, size)] / ROWS

    def batch_figure(self, way: Way, size: int) -> str:
        return f"writer_{size}/cpu_seconds_per_million_items{way.writer_peer}"

    def writer_seconds(self, way: Way) -> float:
        """Seconds of one batch. Nothing is written before it is read, nor answered before it is written: a sum."""
        calls = math.ceil(way.batch_size / way.items_per_write)
        waiting = math.ceil(calls / way.writes_at_once) * way.write_s
        return INVOCATION_S + way.batch_size * self.writer_cpu(way) / share(way.writer_memory) + waiting

    # ---- Dollars

    def gb_seconds(self, memory: int, seconds: float, architecture: str) -> float:
        return memory / 1024 * seconds * self.prices[f"lambda_gb_second_{architecture}"]

    def invocation(self, way: Way, number: float, per_second: float) -> tuple[float, float, float]:
        """Dollars of so many invocations for requests, log lines and traces."""
        sampled = 1.0 if per_second <= 1 else SAMPLED + (1 - SAMPLED) / per_second
        traces = number * sampled * self.prices["xray_trace"] if way.traced else 0.0
        logs = number * LOG_BYTES / 1e9 * self.prices["logs_ingested"]
        return number * self.prices["lambda_request"], logs, traces

    def cost(self, way: Way) -> Cost:
        """A file of a million rows, all batches full."""
        prices = self.prices
        seconds = self.extractor_seconds(way)
        parts = math.ceil(seconds / LONGEST_INVOCATION_S)
        batches = ROWS / way.batch_size
        one = self.invocation(way, parts, 1)
        many = self.invocation(way, batches, batches / (ROWS / TABLE_WRITES))
        batch = billed(self.writer_seconds(way))
        sends, receives = ROWS / way.rows_per_send, ROWS / MESSAGES_PER_CALL
        return Cost(
            requests=one[0] + many[0],
            extractor=self.gb_seconds(way.extractor_memory, seconds, way.architecture),
            writer=self.gb_seconds(way.writer_memory, batch * batches, way.architecture),
            sqs=(sends + 2 * receives) * prices["sqs_request"],
            writes=ROWS * prices["dynamodb_write"],
            s3=2 * prices["s3_put"] + prices["s3_get"],
            logs=one[1] + many[1] + ROWS * way.log_bytes_per_row / 1e9 * prices["logs_ingested"],
            traces=one[2] + many[2],
        )

    def waiting_cost(self, memory: int, writers: int) -> float:
        """Dollars for the writers of a million rows of one date, which all wait for the same partition."""
        return self.gb_seconds(memory, writers * ROWS / PARTITION_WRITES, self.settings.architecture)


def share(memory: int) -> float:
    """How much of a vCPU an environment has. The functions run on one thread, and so use one at most."""
    return min(1.0, memory / VCPU_MB)


def billed(seconds: float) -> float:
    """Lambda rounds up to a millisecond."""
    return math.ceil(round(seconds * 1000, 6)) / 1000
