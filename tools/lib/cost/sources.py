"""The tables of docs/performance/cost.md that say what its figures rest on: assumptions and list prices."""

from cost.model import (
    BATCH_WRITE_S,
    CLASSIC_LOG_BYTES,
    CSV_BYTES,
    INVOCATION_S,
    ITEM_BYTES,
    LOG_BYTES,
    PUT_ITEM_S,
    ROWS,
    S3_CALL_S,
    SQS_CALL_S,
    STORED_BYTES,
    TABLE_WRITES,
    TLS_CALL_S,
    TLS_CONNECTION_S,
    Model,
)
from pages import line, money, paragraph, table, thousands

SQS_FAQ = "https://aws.amazon.com/sqs/faqs/"
DYNAMODB_INTRODUCTION = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html"


def price(entry: dict) -> str:
    whole, _, digits = f"{entry['dollars']:.10f}".partition(".")
    per = f"{entry['per']:,} {entry['unit']}s" if entry["per"] > 1 else f"a {entry['unit']}"
    return f"${whole}.{digits.rstrip('0').ljust(2, '0')} for {per}"


def assumptions(model: Model) -> str:
    cold = model.measured["cold_start/sqs-to-dynamodb/total"]
    reasons = [
        (
            "a call of `SendMessageBatch`",
            f"{SQS_CALL_S * 1000:.0f} ms",
            f"""as in the benchmark's scenario with latency; AWS says [tens or low hundreds]({SQS_FAQ}) of
            milliseconds, so [calls in flight](#calls-in-flight) has 50, too""",
        ),
        (
            "a call of `BatchWriteItem`",
            f"{BATCH_WRITE_S * 1000:.0f} ms",
            f"""DynamoDB answers for one item in [single-digit milliseconds]({DYNAMODB_INTRODUCTION}); a batch waits
            for the slowest of 25""",
        ),
        ("a call of `PutItem`", f"{PUT_ITEM_S * 1000:.0f} ms", "the same, for one"),
        ("a call of S3", f"{S3_CALL_S * 1000:.0f} ms", "matters for small files only"),
        (
            "CPU for TLS, a call",
            f"{TLS_CALL_S * 1e6:.0f} µs",
            """the benchmark has none. OpenSSL took 5 µs for 4.6 KB out and 2.2 KB back on such a machine, of which
            this is twice""",
        ),
        (
            "CPU for TLS, a connection",
            f"{TLS_CONNECTION_S * 1e3:.1f} ms",
            """both sides of a handshake took OpenSSL 2.3 ms; the client's is the smaller half""",
        ),
        (
            "speed of a vCPU",
            "that of the benchmark's core",
            """Lambda does not say what it runs on. A core half as fast at most doubles what Lambda costs in the
            table, and changes the sum by less than a cent""",
        ),
        (
            "an invocation, beside its work",
            f"{INVOCATION_S * 1000:.0f} ms",
            """the runtime's two calls; billed by the millisecond""",
        ),
        (
            "cold starts",
            "0",
            f"""a few for a file. In the benchmark a process has answered its first event after {cold:.1f} ms; with
            all that Lambda adds it is below what is shown""",
        ),
        (
            "a row",
            f"{CSV_BYTES} bytes as CSV, {ITEM_BYTES} as an item",
            """the sample's; an item up to 1,024 bytes costs the same""",
        ),
        (
            "batches and receives",
            "full",
            """while a file is loaded the queue is never empty; see [batching window](#batching-window)""",
        ),
        ("what an invocation logs", f"{thousands(LOG_BYTES)} bytes", "its own line of 560 bytes, and Lambda's two"),
        (
            "what the classic demo logs",
            f"{thousands(CLASSIC_LOG_BYTES)} bytes a row",
            """counted once, with boto3 1.43: at the level DEBUG that it sets, botocore writes 20 lines for each call.
            The benchmark's version logs nothing""",
        ),
        (
            "the table",
            f"takes {thousands(TABLE_WRITES)} writes a second",
            """a new one's; decides how many invocations fall into a second, and so the share of traces""",
        ),
    ]
    return table(["what", "taken as", "why"], [[*what, line(why)] for *what, why in reasons], 3)


def price_list(model: Model) -> str:
    rows = [[entry["what"], price(entry), entry["source"]] for entry in model.prices.entries.values()]
    per_month = STORED_BYTES / 1e9 * ROWS * (model.prices["dynamodb_storage"] + model.prices["dynamodb_pitr"])
    where = f"""{model.prices.region}, looked up on {model.prices.read}, without free tiers and discounts. AWS's own
    pages count, and change."""
    free = f"""Free tiers that are not counted: Lambda's million requests and 400,000 GB-seconds a month, SQS's million
    requests, X-Ray's 100,000 traces, DynamoDB's 25 GB. What stays after a load is storage: a million rows are
    ${money(per_month)} a month with point-in-time recovery.
    [README](../../README.md#what-it-costs-at-rest) has the rest."""
    return "\n\n".join([paragraph(where), table(["what", "price", "source"], rows, 3), paragraph(free)])
