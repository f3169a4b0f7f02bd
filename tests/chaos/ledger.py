"""Scenarios in which the books cannot be kept, or are all that a fault is about."""

from chaos.processes import kill
from chaos.run import Failed, Packed, Run, Scenario
from chaos.services import GET, WRITE, ingest
from chaos.stack import EXTRACTOR, WRITER

BOOKS = {"service": "dynamodb", "operation": "UpdateItem"}
# Counts of the writer, which adds to one of these at least.
COUNTS = BOOKS | {"body": "contains(UpdateExpression, '#written_') || contains(UpdateExpression, '#superseded_')"}
TELL = {"service": "events", "operation": "PutEvents"}
REFUSED = {"error": {"code": "AccessDeniedException", "status": 400}}


def ledger_refused(run: Run) -> None:
    ingest(run, 1000, BOOKS | REFUSED, books="open")


def counts_refused(run: Run) -> None:
    """The extraction is in the books, and some of the rows are not."""
    ingest(run, 1000, COUNTS | REFUSED | {"times": 1}, books="open")


def ledger_slow(run: Run) -> None:
    ingest(run, 1000, BOOKS | {"latency": 1000})


def ledger_throttled(run: Run) -> None:
    """Each write is throttled twice and taken then."""
    error = {"code": "ProvisionedThroughputExceededException"}
    ingest(run, 1000, BOOKS | {"error": error, "response": {"each": 2}})


def ledger_answers_lost(run: Run) -> None:
    """A count whose answer is lost is not made again: it would count twice."""
    ingest(run, 1000, BOOKS | {"response": {"each": 1, "drop": True}})


def bus_refused(run: Run) -> None:
    """Nobody can be told, and the books have all rows all the same."""
    ingest(run, 1000, TELL | REFUSED, books="untold")


def bus_slow(run: Run) -> None:
    ingest(run, 1000, TELL | {"latency": 1500})


def writer_killed_after_its_count(run: Run) -> None:
    """Its batch comes again, and counts again."""
    run.counts_may_repeat = True
    [rule] = run.inject(helping=[COUNTS | {"times": 1, "response": {"hold": 600}}])
    run.stack.upload(run.file(1000))
    run.wait_for_fault(rule)
    kill(run, WRITER)
    run.settle()
    run.verify()


def writer_killed_after_its_event(run: Run) -> None:
    """The event is put, and the record is not marked. The batch comes again, and the end is told again."""
    run.counts_may_repeat = True
    # So slow that the extraction is complete before any row counts: a writer's count brings the end.
    slow_writes = WRITE | {"latency": 2000}
    [_, rule] = run.inject(helping=[slow_writes, TELL | {"times": 1, "response": {"hold": 600}}])
    run.stack.upload(run.file(100))
    run.wait_for_fault(rule)
    [record] = run.stack.records()
    if record.is_told:
        raise Failed(f"the record is marked before the bus has answered: {record.attributes}")
    kill(run, WRITER)
    run.settle()
    run.verify()
    if (told := run.proxy.told(record.ingest_id, "done")) < 2:
        raise Failed(f"the end was told {told} times")


def extraction_fails(run: Run) -> None:
    """The object cannot be read, three times: it is given up, and the books say so. Then its event is moved back."""
    file = run.file(1000)
    run.inject(GET | {"error": {"code": "AccessDenied", "status": 403}})
    run.stack.upload(file)
    run.wait("the event on the dead-letter queue", lambda: run.stack.waiting(run.stack.dead))
    [dead_letter] = run.stack.dead_letters()
    [record] = run.stack.records()
    if (record.state, record.key) != ("failed", file.key) or not record.attributes.get("error"):
        raise Failed(f"the books do not say that the extraction failed, and why: {record.attributes}")
    if not run.proxy.told(record.ingest_id, "failed"):
        raise Failed("no event told that the extraction failed")
    if dead_letter.event is None:
        raise Failed(f"the dead letter is no event: {dead_letter.message['Body']}")
    run.inject()
    run.stack.empty(run.stack.dead)
    run.stack.invoke(EXTRACTOR, dead_letter.event, wait=False)
    run.settle()
    run.verify()


SCENARIOS = [
    Scenario("ledger-refused", "every write of the table of ingests is refused", ledger_refused, 90, True, Packed.LONG),
    Scenario("counts-refused", "a count of the writer is refused", counts_refused, 60, False, Packed.LONG),
    Scenario("ledger-slow", "each write of the table of ingests takes 1 s longer", ledger_slow, 90, False),
    Scenario("ledger-throttled", "each of these writes is throttled twice", ledger_throttled, 90, True, Packed.LONG),
    Scenario(
        "ledger-answers-lost",
        "each of them is carried out, and its first try not answered",
        ledger_answers_lost,
        90,
        False,
    ),
    Scenario("bus-refused", "the event bus refuses every event", bus_refused, 60, False),
    Scenario("bus-slow", "the event bus takes 1.5 s longer", bus_slow, 90, False),
    Scenario(
        "writer-killed-after-count",
        "SIGKILL after the count, before the answer",
        writer_killed_after_its_count,
        90,
        True,
        Packed.ALWAYS,
    ),
    Scenario(
        "writer-killed-after-event",
        "SIGKILL after the event, before the record is marked",
        writer_killed_after_its_event,
        90,
        True,
        Packed.LONG,
    ),
    Scenario("extraction-fails", "the object cannot be read, three times", extraction_fails, 90, True),
]
