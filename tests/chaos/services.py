"""Scenarios in which a service or the network fails. The proxy injects all of these faults."""

from collections.abc import Sequence

from chaos.rows import Key
from chaos.run import Packed, Run, Scenario
from chaos.stack import WRITER

SEND = {"service": "sqs", "operation": "SendMessageBatch"}
WRITE = {"service": "dynamodb", "operation": "BatchWriteItem"}
GET = {"service": "s3", "operation": "GetObject"}
PUT = {"service": "s3", "operation": "PutObject"}
UNAVAILABLE = {"code": "ServiceUnavailable", "status": 503}


def ingest(run: Run, rows: int, *rules: dict, books: str = "done", helping: Sequence[dict] = (), **form) -> None:
    """Uploads a file under these faults and checks its outcome. The `helping` faults need not happen."""
    run.inject(*rules, helping=helping)
    run.stack.upload(run.file(rows, **form))
    run.settle()
    run.verify(books=books)


# ---- SQS


def sqs_fails_twice(run: Run) -> None:
    throttled = {"error": {"code": "RequestThrottled"}, "response": {"each": 1}}
    broken = {"error": {"code": "InternalFailure", "status": 500}, "response": {"each": 1}}
    ingest(run, 1000, SEND | throttled, SEND | broken)


def sqs_refuses_entries(run: Run) -> None:
    # Enough messages with one row and with many rows a message.
    rows = 1000 if run.rows_per_message == 1 else 4000
    ingest(run, rows, SEND | {"response": {"partial": 0.3}})


def sqs_outage(run: Run) -> None:
    """Half of the connections are reset, the others get a 503."""
    down = {"service": "sqs", "ttl_s": 20}
    ingest(run, 1000, down | {"probability": 0.5, "reset": True}, down | {"error": UNAVAILABLE})


def sqs_slow(run: Run) -> None:
    """The object has 20 MB, more than a socket's buffer. The download waits for the queue longer than it may stand still."""
    ingest(run, 10_000, {"service": "sqs", "latency": 2000}, filler=2000)


# ---- DynamoDB


def throttle(seconds: int, probability: float) -> dict:
    error = {"code": "ProvisionedThroughputExceededException"}
    return WRITE | {"ttl_s": seconds, "probability": probability, "error": error}


def dynamodb_throttles(run: Run) -> None:
    ingest(run, 1000, throttle(15, 0.8))


def dynamodb_throttles_long(run: Run) -> None:
    ingest(run, 2000, throttle(120, 0.9))


def dynamodb_unprocessed(run: Run) -> None:
    ingest(run, 1000, WRITE | {"response": {"partial": 1 / 3}})


def dynamodb_unprocessed_long(run: Run) -> None:
    ingest(run, 4000, WRITE | {"response": {"partial": 1 / 3, "hold": 1}})


def writes(key: Key) -> dict:
    """A rule for the calls that write this item."""
    item = f"RequestItems.*[].PutRequest.Item[] | [?date.S=='{key[0]}' && time.S=='{key[1]}']"
    return WRITE | {"body": item}


def dynamodb_refuses_items(run: Run) -> None:
    """Two items of a file are refused with an error that names no item, so each fails its whole batch."""
    file = run.file(1000)
    [first, second] = [list(file.good)[place] for place in (300, 700)]
    size_limit = {"code": "ItemCollectionSizeLimitExceededException"}
    run.inject(
        writes(first) | {"error": {"code": "ValidationException", "status": 400}},
        writes(second) | {"error": size_limit},
    )
    run.stack.upload(file)
    run.settle()
    run.verify(dead={first: "InvalidItem", second: "InvalidItem"})


def dynamodb_never_recovers(run: Run) -> None:
    """Every call with a certain item is throttled for ever. Items that always share its calls may fail with it."""
    file = run.file(300)
    key = list(file.good)[150]
    variables = run.stack.settings(WRITER)["Environment"]["Variables"] | {"MAX_RECEIVE_COUNT": "2"}
    with run.stack.configured(WRITER, Environment={"Variables": variables}):
        run.inject(writes(key) | {"error": {"code": "ProvisionedThroughputExceededException"}})
        run.stack.upload(file)
        run.settle()
    run.verify(dead={key: "Throttled"}, neighbours="Throttled")


def dead_letters_refused(run: Run) -> None:
    """Messages can never be written, and the dead-letter queue accepts half of them."""
    file = run.file(600)
    bad = list(file.good)[::10]
    run.inject(SEND | {"response": {"partial": 0.5}})
    run.send([item | ({"local_avg": "nine"} if key in bad else {}) for key, item in file.good.items()])
    run.drain()
    run.verify(reports=False, dead=dict.fromkeys(bad, "InvalidItem"))


# ---- S3


def s3_resets(run: Run) -> None:
    ingest(run, 2000, GET | {"times": 4, "response": {"abort_frac": 0.5}})


def s3_cuts(run: Run) -> None:
    """The body ends early, and nothing in the answer shows it."""
    ingest(run, 2000, GET | {"times": 3, "response": {"truncate_frac": 0.5}})


def s3_slow_down(run: Run) -> None:
    slow_down = {"error": {"code": "SlowDown", "status": 503}}
    ingest(run, 1000, GET | slow_down | {"times": 3}, PUT | slow_down | {"times": 3})


def s3_stalls(run: Run) -> None:
    """The connection breaks in the middle, and the next one stalls for minutes."""
    ingest(
        run,
        2000,
        GET | {"times": 1, "response": {"abort_frac": 0.5}},
        GET | {"times": 1, "response": {"bandwidth_kbps": 0.05}},
    )


# ---- Everywhere


def answers_lost(run: Run) -> None:
    # Many calls lose a share of their answers. The few calls of a hundred rows a message lose the first.
    lost = {"probability": 0.2} if run.rows_per_message == 1 else {"times": 1}
    ingest(
        run,
        1000,
        SEND | lost | {"response": {"drop": True}},
        WRITE | {"times": 1, "response": {"drop": True}},
        PUT | {"times": 2, "response": {"drop": True}},
        GET | {"times": 1, "response": {"drop": True}},
        helping=[WRITE | {"probability": 0.2, "response": {"drop": True}}],
    )


def slow_everywhere(run: Run) -> None:
    """A count takes nearly all of the time that the writer allows it."""
    ingest(run, 800, {"service": "*", "latency": 2000}, books="either")


def credentials_expire(run: Run) -> None:
    expired = {"times": 1, "error": {"code": "ExpiredTokenException", "status": 400}}
    expired_s3 = {"times": 1, "error": {"code": "ExpiredToken", "status": 400}}
    ingest(run, 500, SEND | expired, WRITE | expired, GET | expired_s3, PUT | expired_s3)


SCENARIOS = [
    Scenario(
        "sqs-fails-twice",
        "every `SendMessageBatch` is throttled, then fails with 500",
        sqs_fails_twice,
        60,
        True,
        Packed.LONG,
    ),
    Scenario(
        "sqs-refuses-entries", "30 % of the entries of each batch fail", sqs_refuses_entries, 60, True, Packed.ALWAYS
    ),
    Scenario("sqs-outage", "no answer but 503 and resets for 20 s", sqs_outage, 90, True),
    Scenario("sqs-slow", "SQS answers in 2 s, the object has 20 MB", sqs_slow, 150, False),
    Scenario(
        "dynamodb-throttles", "80 % of the calls are throttled, for 15 s", dynamodb_throttles, 90, True, Packed.LONG
    ),
    Scenario(
        "dynamodb-throttles-long", "90 % of them, for two minutes", dynamodb_throttles_long, 400, False, Packed.LONG
    ),
    Scenario(
        "dynamodb-unprocessed",
        "a third of each batch comes back unprocessed",
        dynamodb_unprocessed,
        60,
        True,
        Packed.ALWAYS,
    ),
    Scenario(
        "dynamodb-unprocessed-long", "the same, and each answer comes 1 s later", dynamodb_unprocessed_long, 400, False
    ),
    Scenario(
        "dynamodb-refuses-items",
        "`ValidationException`, `ItemCollectionSizeLimitExceeded` for one item each",
        dynamodb_refuses_items,
        60,
        True,
        Packed.ALWAYS,
    ),
    Scenario(
        "dynamodb-never-recovers", "one item is throttled for ever", dynamodb_never_recovers, 120, False, Packed.LONG
    ),
    Scenario("dead-letters-refused", "the DLQ takes half of each batch", dead_letters_refused, 180, False),
    Scenario("s3-resets", "the body breaks off at its half, four times", s3_resets, 60, True, Packed.LONG),
    Scenario("s3-cuts", "the body ends at its half and looks complete", s3_cuts, 60, True, Packed.LONG),
    Scenario("s3-slow-down", "503 `SlowDown`, three times each for reading and writing", s3_slow_down, 60, True),
    Scenario("s3-stalls", "the body breaks off, then stands still", s3_stalls, 90, False),
    Scenario(
        "answers-lost", "requests are carried out, connections closed unanswered", answers_lost, 90, True, Packed.ALWAYS
    ),
    Scenario("slow-everywhere", "every call takes 2 s longer", slow_everywhere, 120, False),
    Scenario(
        "credentials-expire",
        "each service once calls the credentials expired",
        credentials_expire,
        60,
        True,
        Packed.LONG,
    ),
]
