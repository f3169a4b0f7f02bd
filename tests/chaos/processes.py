"""Scenarios in which the functions themselves are ended, replaced, repeated or continued."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chaos.rows import File
from chaos.run import Failed, Packed, Run, Scenario
from chaos.services import GET, SEND, WRITE
from chaos.stack import EXTRACTOR, WRITER


def held_at(row: int) -> dict:
    """The first batch with this row is taken, and its answer never comes."""
    marker = f'"row-{row}."'
    return SEND | {"times": 1, "body": f"Entries[?contains(MessageBody, '{marker}')]", "response": {"hold": 600}}


def kill(run: Run, function: str) -> None:
    """Ends a function's processes."""
    if not (killed := run.stack.kill(function)):
        raise Failed(f"there was no process of {function} to end")
    run.own_faults += killed


def kill_at(run: Run, file: File, *moments: dict) -> None:
    """Uploads a file, and ends the extractor at each of these moments, one in each of its tries."""
    for number, moment in enumerate(moments):
        [rule] = run.inject(helping=[moment])
        if number == 0:
            run.stack.upload(file)
        run.wait_for_fault(rule)
        kill(run, EXTRACTOR)
    run.inject()


def extractor_killed(run: Run) -> None:
    kill_at(run, run.file(2000), held_at(400), held_at(1500))
    run.settle()
    run.verify()


def extractor_given_up(run: Run) -> None:
    """Killed at its first read, in the middle and near the end: Lambda gives up. Its event is a dead letter, and all
    that it takes to go on."""
    kill_at(run, run.file(2000), GET | {"times": 1, "response": {"hold": 600}}, held_at(800), held_at(1900))
    run.wait("the event on the dead-letter queue", lambda: run.stack.waiting(run.stack.dead))
    [dead_letter] = run.stack.dead_letters()
    run.stack.empty(run.stack.dead)
    if dead_letter.event is None or dead_letter.text.startswith("Lambda gave up"):
        raise Failed(f"the dead letter gives no reason: {dead_letter.message['Body']}")
    run.stack.invoke(EXTRACTOR, dead_letter.event, wait=False)
    run.settle()
    run.verify()


def writer_killed(run: Run) -> None:
    """Batches are written; before the writer hears of it, and counts them, it is ended. Those that it had counted come
    again, too."""
    run.counts_may_repeat = True
    [rule] = run.inject(helping=[WRITE | {"times": 3, "response": {"hold": 600}}])
    run.stack.upload(run.file(1000))
    run.wait_for_fault(rule, 3)
    kill(run, WRITER)
    run.settle()
    run.verify()


def event_three_times(run: Run) -> None:
    file = run.file(1000)
    # Slow enough that all three are at work before one has finished.
    run.inject(helping=[{"service": "sqs", "latency": 200}])
    run.stack.upload(file)
    event = run.stack.event(file)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda _: run.stack.invoke(EXTRACTOR, event, wait=True), range(2)))
    run.own_faults += 2
    run.settle()
    run.verify()


def messages_twice(run: Run) -> None:
    """Straight to the queue: every message twice, in no order."""
    file = run.file(1000)
    items = list(file.good.values()) * 2
    random.Random(run.number).shuffle(items)
    run.send(items)
    run.own_faults += len(file.good)
    run.drain()
    run.verify(reports=False)


def deployed_meanwhile(run: Run) -> None:
    """New code and new settings for both functions while a file is under way."""
    run.counts_may_repeat = True
    [rule] = run.inject(helping=[held_at(700)])
    run.stack.upload(run.file(2000))
    run.wait_for_fault(rule)
    for function in (EXTRACTOR, WRITER):
        run.stack.deploy(function)
        run.own_faults += 1
    run.settle()
    run.verify()


def in_parts(run: Run, *helping: dict, act: Callable[[list[int]], None] = lambda _: None, **form) -> None:
    """So little time for an invocation, and so slow a queue, that a file takes several. Each that goes on counts as a
    fault."""
    goes_on = {"service": "lambda", "operation": "Invoke", "latency": 1}
    with run.stack.configured(EXTRACTOR, Timeout=12):
        ids = run.inject(goes_on, helping=[*helping, {"service": "sqs", "latency": 800}])
        run.stack.upload(run.file(14_000, **form))
        act(ids[1:])
        run.settle()
    run.verify()


def continued(run: Run) -> None:
    in_parts(run)
    none_twice(run)


def continued_compressed(run: Run) -> None:
    in_parts(run, compress=True)
    none_twice(run)


def none_twice(run: Run) -> None:
    if run.sent_again:
        raise Failed(f"{run.sent_again} messages more than good rows are on the queue")


def continued_and_killed(run: Run) -> None:
    """The second part is ended and begins again where it began."""

    def act(rules: list[int]) -> None:
        run.wait_for_fault(rules[0])
        kill(run, EXTRACTOR)

    in_parts(run, held_at(9000), act=act)


SCENARIOS = [
    Scenario("extractor-killed", "SIGKILL at rows 400 and 1500 of 2000", extractor_killed, 60, True, Packed.ALWAYS),
    Scenario(
        "extractor-given-up",
        "SIGKILL three times; its event is taken from the DLQ",
        extractor_given_up,
        90,
        False,
        Packed.LONG,
    ),
    Scenario("writer-killed", "SIGKILL after the write, before the answer", writer_killed, 90, True, Packed.ALWAYS),
    Scenario("event-three-times", "one S3 event, three invocations at once", event_three_times, 90, False, Packed.LONG),
    Scenario("messages-twice", "each message delivered twice, in no order", messages_twice, 60, False),
    Scenario(
        "deployed-meanwhile",
        "new code and settings in the middle of a file",
        deployed_meanwhile,
        90,
        False,
        Packed.LONG,
    ),
    Scenario("continued", "the file takes several invocations", continued, 180, False),
    Scenario("continued-compressed", "the same, gzip", continued_compressed, 180, False),
    Scenario("continued-and-killed", "the same, SIGKILL in a later part", continued_and_killed, 180, False),
]
