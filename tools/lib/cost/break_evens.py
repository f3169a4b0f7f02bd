"""The tables of docs/performance/cost.md that compare settings, and the reasons for the template's defaults."""

from dataclasses import replace

from cost.model import (
    BATCH_WRITE_S,
    PARTITION_WRITES,
    ROWS,
    SQS_CALL_S,
    TABLE_WRITES,
    VCPU_MB,
    Model,
    billed,
    share,
)
from pages import line, money, paragraph, span, table, thousands

# Documented: writes a second of a table by default, messages in flight on a queue.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
TABLE_QUOTA = 40_000
IN_FLIGHT_QUOTA = 120_000
# The longest that failed messages stay away (come_back.rs), and an invocation that fails for want of an answer.
LONGEST_AWAY_S, FAILING_S = 900, 58
# A message in the writer's event, with what Lambda says about it: events/sqs-to-dynamodb.json.
EVENT_BYTES = 1_020
LARGEST_EVENT_BYTES = 6 * 1024 * 1024


def mark(shown: object, chosen: bool) -> str:
    return f"**{shown}**" if chosen else str(shown)


def extractor_memory(model: Model) -> str:
    way, rows = model.ours(), []
    for memory in (128, 256, 512, 768, 1024, 1280, 1769, 3008):
        one = replace(way, extractor_memory=memory)
        cpu, waiting = model.extractor_bounds(one)
        seconds = max(cpu, waiting)
        rows.append(
            [
                mark(memory, memory == way.extractor_memory),
                f"{share(memory):.2f}",
                f"{cpu:.1f}",
                f"{waiting:.1f}",
                thousands(ROWS / seconds),
                money(model.gb_seconds(memory, seconds, way.architecture)),
            ]
        )
    head = ["MB", "vCPU", "s of CPU", "s of waiting", "rows a second", "$ for a million rows"]
    measured = model.measured["extractor_10ms/rows_per_second"]
    text = f"""CPU and waiting are equal at **{break_even_memory(model):.0f} MB**. Below that, less memory makes it
    slower and no cheaper; above, more memory makes it dearer and no faster. (With a whole core and 10 ms a call, the
    model says {thousands(model_rate(model))} rows a second; the benchmark measured {thousands(measured)}.)"""
    return f"{table(head, rows, 0)}\n\n{paragraph(text)}"


def break_even_memory(model: Model) -> float:
    """Where the extractor waits for SQS as long as it computes."""
    cpu, waiting = model.extractor_bounds(replace(model.ours(), extractor_memory=VCPU_MB))
    return VCPU_MB * cpu / waiting


def model_rate(model: Model) -> float:
    """What the model expects of the benchmark's scenario with ten milliseconds a call: no TLS, a whole core."""
    cpu = model.measured["extractor/cpu_seconds_per_million_rows"]
    return ROWS / max(cpu, ROWS / 10 / model.settings.extractor_calls * 0.010)


def writer_memory(model: Model) -> str:
    way, rows = model.ours(), []
    for memory in (128, 256, 512, 1024, 1769):
        one = replace(way, writer_memory=memory)
        seconds = model.writer_seconds(one)
        rows.append(
            [
                mark(memory, memory == way.writer_memory),
                span(seconds),
                thousands(model.settings.maximum_concurrency * way.batch_size / seconds),
                money(model.cost(one).writer),
                money(model.waiting_cost(memory, model.settings.maximum_concurrency)),
            ]
        )
    writers = model.settings.maximum_concurrency
    return table(
        ["MB", "a batch", f"items a second of {writers} writers", "$ for a million rows", "and of one date"], rows, 0
    )


def batch_size(model: Model) -> str:
    way, rows = model.ours(), []
    for size in sorted({10, 100, 250, 400, 1000, way.batch_size}):
        one = replace(way, batch_size=size)
        cost = model.cost(one)
        parts = [cost.requests, cost.writer, cost.logs, cost.traces]
        rows.append(
            [
                mark(size, size == way.batch_size),
                span(model.writer_seconds(one)),
                *map(money, parts),
                money(sum(parts)),
                thousands(size * model.settings.maximum_concurrency),
            ]
        )
    head = ["messages", "a batch", "invocations", "GB-seconds", "logs", "traces", "all, $", "in the writers at once"]
    away = model.settings.maximum_concurrency * LONGEST_AWAY_S / FAILING_S
    largest = thousands(round(LARGEST_EVENT_BYTES / EVENT_BYTES, -3))
    most = way.writes_at_once * 25
    text = f"""The larger the batch, the less each message pays for its invocation. What speaks against large ones:
    all of a batch comes again when its writer is killed; an event has at most 6 MB, some {largest} messages of
    {thousands(EVENT_BYTES)} bytes; and in an outage up to batch × {model.settings.maximum_concurrency} writers ×
    {LONGEST_AWAY_S} s / {FAILING_S} s messages are in flight, of which SQS allows {thousands(IN_FLIGHT_QUOTA)}: more
    than {thousands(IN_FLIGHT_QUOTA / away)} a batch would reach that. {way.writes_at_once} calls of 25 go out at
    once, so that up to {most} messages take the time of one call."""
    return f"{table(head, rows, 0)}\n\n{paragraph(text)}"


def window(model: Model) -> str:
    way, rows = model.ours(), []
    windows = (1, 10, 60)
    for rate in (1, 10, 100, 1000):
        line = [f"{rate:,}"]
        for seconds in windows:
            size = min(way.batch_size, max(1, rate * seconds))
            number = ROWS / size
            requests, logs, traces = model.invocation(way, number, rate / size)
            one = replace(way, batch_size=size)
            compute = model.gb_seconds(way.writer_memory, number * billed(model.writer_seconds(one)), way.architecture)
            line.append(money(requests + logs + traces + compute))
        rows.append(line)
    return table(["messages a second", *(f"window {seconds} s, $" for seconds in windows)], rows, 0)


def in_flight(model: Model) -> str:
    way, rows = model.ours(), []
    latencies = (0.005, 0.010, 0.020, 0.050)
    for calls in sorted({16, 64, 128, 256, way.sends_at_once}):
        one = replace(way, sends_at_once=calls)
        rates = (ROWS / model.extractor_seconds(one, latency) for latency in latencies)
        rows.append([mark(calls, calls == way.sends_at_once), *map(thousands, rates)])
    head = ["calls in flight", *(f"rows a second at {latency * 1000:.0f} ms a call" for latency in latencies)]
    enough = way.sends_at_once * 10 / TABLE_QUOTA
    allowed = ROWS / model.extractor_bounds(way)[0]
    text = f"""At {way.extractor_memory} MB the CPU allows {thousands(allowed)}. {way.sends_at_once} calls of ten fill
    a table's default {thousands(TABLE_QUOTA)} writes a second as long as a call takes no more than
    {enough * 1000:.0f} ms."""
    return f"{table(head, rows, 0)}\n\n{paragraph(text)}"


def concurrency(model: Model) -> str:
    way, rows = model.ours(), []
    seconds = model.writer_seconds(way)
    for writers in (2, 5, 10, 20, 50, 100):
        at_once = writers * way.batch_size
        rows.append(
            [
                mark(writers, writers == model.settings.maximum_concurrency),
                thousands(at_once / seconds),
                span(at_once / PARTITION_WRITES),
                money(model.waiting_cost(way.writer_memory, writers)),
            ]
        )
    head = ["writers at once", "items a second", "of one date: a batch waits", "of one date: $ for a million rows"]
    redelivery = 2 * ROWS / 10 * model.prices["sqs_request"]
    worth = redelivery / model.waiting_cost(way.writer_memory, 1)
    text = f"""A partition takes {thousands(PARTITION_WRITES)} writes a second however many writers there are. All of
    them are in the middle of a batch then, and paid for. To give up early and let the messages come back instead
    would cost a receive and a change of visibility, ${money(redelivery)} for a million rows each time: waiting is
    cheaper up to {worth:.0f} writers. [Scaling](../scaling.md#one-date-one-partition) plays it through."""
    return f"{table(head, rows, 0)}\n\n{paragraph(text)}"


def defaults(model: Model) -> str:
    way, settings = model.ours(), model.settings
    writers, size = settings.maximum_concurrency, way.batch_size
    rate = writers * size / model.writer_seconds(way)
    sending = way.sends_at_once * 10 / SQS_CALL_S
    most = way.writes_at_once * 25
    making = most * model.writer_cpu(way) / share(way.writer_memory)
    each = invocation_cost(model)
    saved = model.cost(replace(way, architecture="x86_64")).total - model.cost(replace(way, architecture="arm64")).total
    reasons = [
        (
            "memory of the extractor",
            f"{way.extractor_memory} MB",
            f"""at {break_even_memory(model):.0f} MB it computes as long as it waits for SQS; less is slower and costs
            the same, more costs more and is no faster""",
        ),
        (
            "calls in flight of the extractor",
            way.sends_at_once,
            f"""with {SQS_CALL_S * 1000:.0f} ms a call {thousands(sending)} rows a second, more than the
            {thousands(TABLE_QUOTA)} that a table takes by default""",
        ),
        (
            "memory of the writer",
            f"{way.writer_memory} MB",
            f"""it mostly waits, and so the least that is enough is the cheapest: ${money(model.cost(way).writer)} for
            a million rows, and ${money(model.waiting_cost(way.writer_memory, writers))} when they are of one date. An
            event of 6 MB, held a few times over, must fit""",
        ),
        (
            "`WriterBatchSize`",
            size,
            f"""an invocation costs ${each * 1e6:.2f} a million beside its messages, most of it log lines and traces:
            ${money(ROWS / size * each)} for a million rows at this size, ${money(ROWS / 10 * each)} at 10""",
        ),
        (
            "`WriterBatchingWindow`",
            f"{settings.window} s",
            """the least that Lambda takes for batches of more than ten. While a file is loaded batches fill at once,
            and the window does nothing; for a trickle a longer one is cheaper, and later""",
        ),
        (
            "`WriterMaximumConcurrency`",
            writers,
            f"""{thousands(rate)} items a second with {BATCH_WRITE_S * 1000:.0f} ms a call; a table takes
            {thousands(TABLE_QUOTA)} by default, a new one {thousands(TABLE_WRITES)}. Each further writer costs
            ${money(model.waiting_cost(way.writer_memory, 1))} for a million rows of one date, and makes them no
            faster""",
        ),
        (
            "calls at once of the writer",
            way.writes_at_once,
            f"""{most} messages take the time of one call. To make so many calls takes the CPU {making * 1000:.0f} ms,
            and one waits {BATCH_WRITE_S * 1000:.0f} ms: more calls would wait for the CPU""",
        ),
        (
            "`Architecture`",
            settings.architecture,
            f"""arm would save at most ${money(saved)} for a million rows, and is not measured here; x86 is what most
            build machines are""",
        ),
    ]
    return table(["setting", "default", "why"], [[*what, line(why)] for *what, why in reasons], 3)


def invocation_cost(model: Model) -> float:
    """Dollars of an invocation of the writer with nothing in it, by what two batch sizes cost."""
    few, many = (replace(model.ours(), batch_size=size) for size in (10, 100))
    more = ROWS / few.batch_size - ROWS / many.batch_size
    return (model.cost(few).total - model.cost(many).total) / more
