"""Tests of the suite's check of the books: python -m chaos.books_test"""

import unittest

from chaos.books import Record
from chaos.rows import make
from chaos.run import Failed, Run

FILE = make("a.csv", 1, 10)
GOOD, BAD = len(FILE.good), len(FILE.bad)


def record(**changed: dict | None) -> Record:
    """The record of `FILE`, done and announced, with these attributes. An attribute that is `None` is left out."""
    attributes = {
        "ingest_id": {"S": "id"},
        "object": {"S": FILE.key},
        "state": {"S": "done"},
        "extracted": {"S": "2026-01-02T11:00:00.000Z"},
        "rows_read": {"N": str(FILE.rows)},
        "rows_sent": {"N": str(GOOD)},
        "rows_rejected": {"N": str(BAD)},
        "counted": {"L": [{"N": "1"}]},
        "written_1": {"N": str(GOOD)},
        "completed": {"S": "2026-01-02T11:00:01.000Z"},
        "told_dead": {"N": "0"},
    }
    return Record.of({name: value for name, value in (attributes | changed).items() if value})


class Stand:
    """Stands for a stack with these records and all rows, and for a proxy that passed on these events."""

    queue_name = "queue"

    def __init__(self, records: list[Record], told: dict[str, int]) -> None:
        self.found, self.events = records, told

    def records(self) -> list[Record]:
        return self.found

    def items(self) -> dict:
        return FILE.good

    def sent(self, _: str) -> int:
        return 0

    def told(self, ingest_id: str, state: str) -> int:
        return self.events.get(f"{ingest_id} {state}", 0)


def problems(found: Record, expected: str = "done", told: int = 1) -> list[str]:
    stand = Stand([found], {"id done": told})
    run = Run(stand, stand, 1, 0)
    run.files.append(FILE)
    # The rows were sent once, without the proxy, which counts nothing.
    run.sent_past_the_proxy = GOOD
    return run.compare_books(expected)


class Books(unittest.TestCase):
    def test_an_ingest_that_is_done_and_told_is_as_it_must_be(self) -> None:
        self.assertEqual(problems(record()), [])

    def test_an_ingest_that_nobody_was_told_of_is_found(self) -> None:
        self.assertEqual(problems(record(), told=0), ["no event announced that id is done"])

    def test_a_record_that_is_not_marked_as_told_is_waited_for(self) -> None:
        with self.assertRaisesRegex(Failed, "the end of each ingest"):
            problems(record(completed=None, told_dead=None))

    def test_dead_letters_that_were_not_told_are_waited_for(self) -> None:
        late = record(written_1={"N": str(GOOD - 1)}, dead_1={"N": "1"})
        with self.assertRaisesRegex(Failed, "the end of each ingest"):
            problems(late)
        self.assertEqual(problems(record(written_1={"N": str(GOOD - 1)}, dead_1={"N": "1"}, told_dead={"N": "1"})), [])

    def test_where_the_bus_refuses_everything_nobody_is_told(self) -> None:
        untold = record(state={"S": "writing"}, completed=None, told_dead=None)
        self.assertEqual(problems(untold, "untold", told=0), [])
        for found, told in ((untold, 1), (record(), 0)):
            [problem] = problems(found, "untold", told)
            self.assertIn(f"{told} events announced the end of id", problem)

    def test_an_end_that_the_books_cannot_know_is_not_told(self) -> None:
        open_record = record(written_1=None, state={"S": "writing"}, completed=None, told_dead=None)
        self.assertEqual(problems(open_record, "open", told=0), [])
        self.assertEqual(len(problems(open_record, "open")), 1)

    def test_a_row_that_is_counted_twice_is_found(self) -> None:
        [problem] = problems(record(written_1={"N": str(GOOD + 1)}))
        self.assertIn(f"the books have {GOOD + 1} rows", problem)


if __name__ == "__main__":
    unittest.main()
