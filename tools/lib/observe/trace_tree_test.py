"""Unit tests of the tree of spans: trace_tree_test.py"""

import unittest

from observe.otlp import Span
from observe.trace_tree import lines, of_upload

MS = 1_000_000


def span(name: str, id: str, parent: str = "", trace: str = "t", at: int = 0, **more) -> Span:
    return Span("f", name, trace, id, parent, at * MS, (at + 5) * MS, **more)


class Tree(unittest.TestCase):
    def test_spans_stand_below_what_they_are_in(self) -> None:
        # The parent of the root is a span of Lambda's own, which nobody sends.
        spans = [
            span("process", "3", "2", at=30, attributes={"messaging.batch.message_count": 20}),
            span("publish", "2", "1", at=20),
            span("s3-to-sqs", "1", "lambda", at=10, attributes={"faas.document.name": "data.csv"}),
            span("GetObject", "4", "1", at=11),
        ]
        self.assertEqual(
            [line.split("  +")[0].rstrip() for line in lines(spans, 0)[1:]],
            ["s3-to-sqs (data.csv)", "├─ GetObject", "└─ publish", "   └─ process (20 messages)"],
        )
        self.assertIn("+10.0 ms  5.00 ms  f", lines(spans, 0)[1])

    def test_a_line_has_80_columns_at_most(self) -> None:
        deep = [span(f"{'name ' * 12}{id}", str(id), str(id - 1) if id else "", at=1000 * id) for id in range(9)]
        found = lines(deep, 0)
        self.assertEqual(max(map(len, found)), 80)
        self.assertTrue(all(line.endswith("  5.00 ms  f") for line in found[1:]), found)

    def test_a_batch_of_two_uploads_is_shown_for_each(self) -> None:
        root = span("s3-to-sqs", "1", attributes={"faas.document.name": "a.csv"})
        other = span("s3-to-sqs", "2", trace="u", attributes={"faas.document.name": "b.csv"})
        batch = span("process", "3", trace="v", links=("1", "2"), at=5)
        call = span("BatchWriteItem", "4", "3", trace="v", at=6)
        found = of_upload([root, other, batch, call], "a.csv")
        self.assertEqual(found, [root, batch, call])
        self.assertEqual(
            [line.split("  +")[0].rstrip() for line in lines(found, 0)[1:]],
            ["s3-to-sqs (a.csv)", "└─ process", "   └─ BatchWriteItem"],
        )

    def test_of_two_uploads_of_a_key_the_last_counts(self) -> None:
        first = span("s3-to-sqs", "1", attributes={"faas.document.name": "a.csv"})
        second = span("s3-to-sqs", "2", trace="u", at=9, attributes={"faas.document.name": "a.csv"})
        self.assertEqual(of_upload([first, second], "a.csv"), [second])
        self.assertEqual(of_upload([first], "b.csv"), [])


if __name__ == "__main__":
    unittest.main()
