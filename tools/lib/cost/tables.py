"""The tables of docs/performance/cost.md that say what a million rows cost: here, and by other ways."""

from dataclasses import replace

from cost.model import (
    BATCH_WRITE_S,
    CSV_BYTES,
    INVOCATION_S,
    LONGEST_INVOCATION_S,
    ROWS,
    S3_CALL_S,
    SQS_CALL_S,
    STEP_ROWS,
    TABLE_WRITES,
    TLS_CALL_S,
    Model,
    billed,
    share,
)
from pages import line, money, paragraph, span, table, thousands

IMPORT = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html"
FORMATS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html"
GLUE = "https://docs.aws.amazon.com/prescriptive-guidance/latest/serverless-etl-aws-glue/aws-glue-etl.html"
BATCHER = "https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html"
BATCH_WRITER = "https://boto3.amazonaws.com/v1/documentation/api/latest/guide/dynamodb.html#batch-writing"


def million(model: Model) -> str:
    """A million rows, by what is paid for."""
    ways = [model.ours(), model.idiomatic(), model.classic()]
    costs = [model.cost(way) for way in ways]
    lines = [
        ("DynamoDB, writes", "writes"),
        ("SQS: send, receive, delete", "sqs"),
        ("Lambda, extractor", "extractor"),
        ("Lambda, writer", "writer"),
        ("Lambda, invocations", "requests"),
        ("S3: the upload, one GET, the report", "s3"),
        ("X-Ray", "traces"),
        ("CloudWatch Logs", "logs"),
    ]
    rows = [[what, *(money(getattr(cost, name)) for cost in costs)] for what, name in lines]
    rows.append(["**all**", *(f"**{money(cost.total)}**" for cost in costs)])
    rows.append(["all but logs", *(money(cost.total - cost.logs) for cost in costs)])
    return table(["$ for a million rows", *(way.name for way in ways)], rows)


def time(model: Model) -> str:
    """The same million rows, by the clock."""
    ways = [model.ours(), model.idiomatic(), model.classic()]
    seconds = [model.extractor_seconds(way) for way in ways]
    batches = [model.writer_seconds(way) for way in ways]
    rows = [
        ["memory of extractor and writer, MB", *(f"{way.extractor_memory}, {way.writer_memory}" for way in ways)],
        ["extractor: a million rows", *map(span, seconds)],
        ["rows that one invocation gets through", *(thousands(ROWS * LONGEST_INVOCATION_S / s) for s in seconds)],
        ["writer: one batch", *(f"{way.batch_size} in {span(s)}" for way, s in zip(ways, batches, strict=True))],
        [
            "items a second of ten writers",
            *(thousands(10 * w.batch_size / s) for w, s in zip(ways, batches, strict=True)),
        ],
    ]
    return table(["", *(way.name for way in ways)], rows)


def summary(model: Model) -> str:
    ours, idiomatic, classic = (model.cost(way) for way in (model.ours(), model.idiomatic(), model.classic()))
    prices = model.prices
    fixed = (ours.writes + ours.sqs) / ours.total
    provisioned = ROWS / 3600 * prices["dynamodb_wcu_hour"]
    settings, logless = model.settings, classic.total - classic.logs
    waiting = model.waiting_cost(settings.writer_memory, settings.maximum_concurrency)
    slower = idiomatic.lambda_total / ours.lambda_total
    times = [span(model.extractor_seconds(way)) for way in (model.ours(), model.idiomatic())]
    points = [
        f"""**A million rows cost ${money(ours.total)}**, and {fixed:.0%} of that is DynamoDB's writes and SQS's
        requests, which no program can make cheaper that puts each row on a queue and into a table. Lambda is
        ${money(ours.lambda_total)} of it.""",
        f"""**The classic demo** costs ${money(logless)} without its logs and ${money(classic.total)} with them: it
        sends one message a call, and logs every call at level DEBUG.""",
        f"""**Well-written Python** costs ${money(idiomatic.total - ours.total)} more. Lambda alone costs {slower:.0f}
        times as much, but is a small part of the whole. What Rust buys is time: the extractor takes {times[0]} for
        the file and not {times[1]}.""",
        f"""**Rows of a single date cost ${money(waiting)} more**, because the writers are paid while they wait for
        the one partition that takes them all: see [maximum concurrency](#maximum-concurrency).""",
        f"""**Provisioned capacity** would be ${money(provisioned)} for the same writes if every unit were used, and
        so is cheaper than on-demand from a utilisation of {provisioned / ours.writes:.0%} on: for a steady stream,
        not for files.""",
    ]
    return "\n".join(paragraph(point, "* ") for point in points)


def files(model: Model) -> str:
    """What the size of files adds."""
    prices, way = model.prices, model.ours()
    rows = []
    for size in (1_000_000, 10_000, 1_000, 100, 10):
        number = ROWS / size
        seconds = billed(INVOCATION_S + 2 * S3_CALL_S + SQS_CALL_S + model.extractor_seconds(way) * size / ROWS)
        requests, logs, traces = model.invocation(way, number, number / (ROWS / TABLE_WRITES))
        s3 = number * (2 * prices["s3_put"] + prices["s3_get"])
        compute = model.gb_seconds(way.extractor_memory, seconds * number, way.architecture)
        parts = [s3, requests + compute, logs + traces]
        rows.append([thousands(size), thousands(number), *map(money, parts), money(sum(parts))])
    return table(["rows of a file", "files", "S3", "Lambda", "logs, traces", "all, $ for a million rows"], rows, 0)


def architecture(model: Model) -> str:
    rows = []
    for name in ("x86_64", "arm64"):
        cost = model.cost(replace(model.ours(), architecture=name))
        rows.append([name, money(cost.extractor), money(cost.writer), money(cost.total)])
    way = model.ours()
    cpu, waiting = model.extractor_bounds(way)
    batch = model.writer_seconds(way)
    writing = way.batch_size * model.writer_cpu(way) / share(way.writer_memory)
    ratio = model.prices["lambda_gb_second_x86_64"] / model.prices["lambda_gb_second_arm64"]
    limits = ratio * max(cpu, waiting) / cpu, (batch * ratio - (batch - writing)) / writing
    saved = model.cost(replace(way, architecture="x86_64")).total - model.cost(replace(way, architecture="arm64")).total
    text = f"""Arm is not measured here. At {1 / ratio:.0%} of the price it is cheaper as long as its CPU takes less
    than {limits[0]:.2f} times as long for the extractor, and {limits[1]:.1f} times for the writer, which mostly
    waits. All that can be had is ${money(saved)}."""
    head = ["architecture, were both as fast", "extractor, $", "writer, $", "all, $ for a million rows"]
    return f"{table(head, rows)}\n\n{paragraph(text)}"


def others(model: Model) -> str:
    """Other ways from a CSV object to a DynamoDB table."""
    prices, ours = model.prices, model.cost(model.ours())
    writes = ours.writes
    script = ROWS / 25 * BATCH_WRITE_S
    script += model.measured["writer_1000/cpu_seconds_per_million_items/python_batch_writer"] + ROWS / 25 * TLS_CALL_S
    task = (prices["fargate_vcpu_hour"] + 2 * prices["fargate_gb_hour"]) * script / 3600
    glue = 2 * prices["glue_dpu_hour"] * max(60, ROWS / TABLE_WRITES) / 3600
    children = ROWS / STEP_ROWS
    steps = children * prices["step_transition"]
    express = children * prices["step_express"]
    way = replace(model.ours(), batch_size=STEP_ROWS)
    function = children * prices["lambda_request"] + model.cost(way).writer
    imported = ROWS * CSV_BYTES / 1e9 * prices["dynamodb_import"]
    rows = [
        ["**this repository**", ours.total, writes, "", "measured and computed as above"],
        [
            f"[import from S3]({IMPORT})",
            imported,
            0,
            f"""only into a new table; [every value but the key's a string]({FORMATS}); no `date` and `time` made of a
            `timestamp`; rows that fail are counted, and named in a log""",
            f"{CSV_BYTES} bytes a row",
        ],
        [
            f"a script on Fargate, boto3's [`batch_writer`]({BATCH_WRITER})",
            writes + task,
            writes,
            "nobody starts it when a file comes; what becomes of a bad row, and after a crash, is yours to write",
            f"1 vCPU, 2 GB, one thread: {span(script)}",
        ],
        [
            f"[Glue]({GLUE}), a Spark job",
            writes + glue,
            writes,
            "a job is started for a file, or for many; what becomes of a bad row is yours to write",
            f"2 DPU, {thousands(TABLE_WRITES)} writes a second, its start not counted",
        ],
        [
            f"Step Functions, [distributed map]({BATCHER}), a function that writes",
            writes + steps + function,
            writes,
            f"""as many child workflows as batches; with express ones ${money(writes + express + function)} and their
            duration""",
            f"{STEP_ROWS} rows for each child, one state each, the writer's time as here",
        ],
    ]
    lines = [[way, money(total), money(part), line(missing), how] for way, total, part, missing, how in rows]
    head = ["way", "$ for a million rows", "of that DynamoDB's writes", "what is missing, or other", "computed with"]
    return table(head, lines, 5).replace("|---|---|---|", "|---|---:|---:|", 1)
