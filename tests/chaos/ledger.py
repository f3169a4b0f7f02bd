"""Scenarios with faults of the books of ingests."""

from chaos.processes import kill
from chaos.run import Failed, Packed, Run, Scenario
from chaos.services import GET, WRITE, ingest
from chaos.stack import EXTRACTOR, WRITER

BOOKS = {"service": "dynamodb", "operation": "UpdateItem"}
# The writer's counts, each of which adds to at least one of these attributes.
COUNTS = BOOKS | {"body": "contains(UpdateExpression, '#written_') || contains(UpdateExpression, '#superseded_')"}
TELL = {"service": "events", "operation": "PutEvents"}
REFUSED = {"error": {"code": "AccessDeniedException", "status": 400}}


def ledger_refused(run: Run) -> None:
    ingest(run, 1000, BOOKS | REFUSED, books="open")


def counts_refused(run: Run) -> None:
    """The books have the extraction, but not all rows."""
    ingest(run, 1000, COUNTS | REFUSED | {"times": 1}, books="open")


def ledger_slow(run: Run) -> None:
    ingest(run, 1000, BOOKS | {"latency": 1000})


def ledger_throttled(run: Run) -> None:
    """Each write is throttled twice and then accepted."""
    error = {"code": "ProvisionedThroughputExceededException"}
    ingest(run, 1000, BOOKS | {"error": error, "response": {"each": 2}})


def ledger_answers_lost(run: Run) -> None:
    """A count whose answer is lost is sent again, and counts once."""
    ingest(run, 1000, BOOKS | {"response": {"each": 1, "drop": True}})


def bus_refused(run: Run) -> None:
    """No event can be sent, and the books have all rows nevertheless."""
    ingest(run, 1000, TELL | REFUSED, books="untold")


def bus_slow(run: Run) -> None:
    ingest(run, 1000, TELL | {"latency": 1500})


def writer_killed_after_its_count(run: Run) -> None:
    """The writer's batch is delivered again and counted again."""
    run.counts_may_repeat = True
    [rule] = run.inject(helping=[COUNTS | {"times": 1, "response": {"hold": 600}}])
    run.stack.upload(run.file(1000))
    run.wait_for_fault(rule)
    kill(run, WRITER)
    run.settle()
    run.verify()


def writer_killed_after_its_event(run: Run) -> None:
    """The event is sent, but the record is not marked. The batch is delivered again, and the end is announced again."""
    run.counts_may_repeat = True
    # The writes are so slow that the extraction is complete before any row counts. A writer's count then completes the ingest.
    slow_writes = WRITE | {"latency": 2000}
    # Each event is held back, since the writer puts it again after 3 s.
    [_, rule] = run.inject(helping=[slow_writes, TELL | {"response": {"hold": 600}}])
    run.stack.upload(run.file(100))
    run.wait_for_fault(rule)
    [record] = run.stack.records()
    if record.is_told:
        raise Failed(f"the record was marked before the bus answered: {record.attributes}")
    kill(run, WRITER)
    before = run.proxy.told(record.ingest_id, "done")
    run.inject()
    run.settle()
    run.verify()
    if (told := run.proxy.told(record.ingest_id, "done")) <= before:
        raise Failed(f"the end was not announced again: {told} times")


def extraction_fails(run: Run) -> None:
    """The object cannot be read three times: Lambda gives up, and the books say so. Then its event is moved back."""
    file = run.file(1000)
    run.inject(GET | {"error": {"code": "AccessDenied", "status": 403}})
    run.stack.upload(file)
    run.wait("the event on the dead-letter queue", lambda: run.stack.waiting(run.stack.dead))
    [dead_letter] = run.stack.dead_letters()
    [record] = run.stack.records()
    if (record.state, record.key) != ("failed", file.key) or not record.attributes.get("error"):
        raise Failed(f"the books lack the failed extraction or its reason: {record.attributes}")
    if not run.proxy.told(record.ingest_id, "failed"):
        raise Failed("no event announced that the extraction failed")
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
        True,
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
