"""Tests of messages with many rows, for which the stack is updated in place and back: packed.py OUTPUTS"""

import json
import subprocess
import sys
import unittest
import uuid
from pathlib import Path

from repository import TOOLS
from stack.uploads import UploadTest

OUTPUTS = Path(sys.argv[1])
HEADER = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg"
# A parameter that is not given keeps its value of the previous deployment, so these are given.
GIVEN = ("TimePrecision=seconds", "WriteMode=replace")
PACKED = 100
# 2004-01-01. Each test uses its own days.
NEW_YEAR = 1_072_915_200
DAY_S = 86_400
# The outcomes of a row that was sent.
OUTCOMES = ("written", "superseded", "outdated", "existing", "dead")


def deploy(rows: int) -> dict[str, str]:
    """Deploys the stack with this many rows a message and returns its outputs."""
    subprocess.run([TOOLS / "deploy", f"RowsPerMessage={rows}", *GIVEN], check=True)
    return json.loads(OUTPUTS.read_text())


def file_of(day: int, rows: int, bad: int = 0) -> bytes:
    """A file of `rows` rows of a day, one for each second, followed by `bad` rows that are rejected."""
    first = NEW_YEAR + (day - 1) * DAY_S
    good = (f"{first + row},hall,wireless,router-1,{row}.50,device-1,9.09\n" for row in range(rows))
    return "".join([HEADER, "\n", *good, *["never,hall,wireless,router-1,1,device-1,1\n"] * bad]).encode()


def date_of(day: int) -> str:
    return f"2004-01-{day:02}"


class Packed(UploadTest):
    """Tests in this order: a stack with many rows a message, then with one row again."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.connect(deploy(PACKED))

    def upload(self, content: bytes) -> dict:
        """Uploads a file and waits for its report."""
        key = f"{uuid.uuid4()}.csv"
        return self.report(key, self.put(key, content))

    def all_written(self, day: int, rows: int) -> None:
        """Every row of the day's file is in the table, with the digits that DynamoDB keeps."""
        items = self.items(date_of(day))
        expected = [float(f"{row}.50") for row in range(rows)]
        self.assertEqual([float(item["local_avg"]["N"]) for item in items], expected)

    def record(self, ingest: str) -> dict:
        key = {"ingest_id": {"S": ingest}}
        reply = self.dynamodb.get_item(TableName=self.outputs["IngestTableName"], Key=key, ConsistentRead=True)
        return reply.get("Item", {})

    def counts(self, ingest: str) -> dict[str, int]:
        """The outcomes of an ingest's rows according to the books, for the attempts that count."""
        record = self.record(ingest)
        attempts = [attempt["N"] for attempt in record.get("counted", {"L": []})["L"]]
        counts = {
            name: sum(int(record.get(f"{name}_{attempt}", {"N": "0"})["N"]) for attempt in attempts)
            for name in OUTCOMES
        }
        return {name: count for name, count in counts.items() if count}

    def counted(self, ingest: str, **expected: int) -> None:
        """Waits until the books have these counts."""
        self.eventually(lambda: self.counts(ingest) == expected, f"books of {expected}")

    def dlq(self, *arguments: str) -> str:
        ended = subprocess.run([TOOLS / "dlq", *arguments], check=False, capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def put_row(self, day: int, **more: dict) -> dict:
        return {"PutRequest": {"Item": {"date": {"S": date_of(day)}, **more}}}

    def send(self, rows: list[dict], ingest_id: str) -> None:
        """Sends rows in one message, as the extractor does."""
        text = {"Method": "BATCH_WRITE", "IngestId": ingest_id}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in text.items()}
        body = json.dumps({"RequestItems": {self.outputs["TableName"]: rows}})
        self.sqs.send_message(QueueUrl=self.outputs["QueueUrl"], MessageBody=body, MessageAttributes=attributes)

    def test_1_each_row_of_a_file_is_written_and_counted(self) -> None:
        report = self.upload(file_of(1, 2550, bad=3))
        self.assertEqual([report[f"rows_{name}"] for name in ("read", "sent", "rejected")], [2553, 2550, 3])
        self.settle()

        self.all_written(1, 2550)
        self.counted(report["ingest_id"], written=2550)

    def test_2_a_bad_row_is_a_dead_letter_of_its_own_and_can_be_moved_back(self) -> None:
        report = self.upload(file_of(2, 10))
        self.settle()
        ingest = report["ingest_id"]
        self.counted(ingest, written=10)
        [attempt] = [found["N"] for found in self.record(ingest)["counted"]["L"]]
        good = [self.put_row(2, time={"S": f"23:00:{second:02}"}, local_avg={"N": "1"}) for second in range(20)]
        bad = self.put_row(2, time={"S": "23:59:59"}, local_avg={"N": "nine"})

        self.send([*good[:10], bad, *good[10:]], f"{ingest}/{attempt}")

        self.counted(ingest, written=30, dead=1)
        self.assertEqual(len(self.items(date_of(2))), 30)
        [dead_letter] = [json.loads(line) for line in self.dlq("show", "--reason", "InvalidItem").splitlines()]
        self.assertEqual(json.loads(dead_letter["body"]), {"RequestItems": {self.outputs["TableName"]: [bad]}})
        self.assertEqual((dead_letter["rows"], dead_letter["attempts"]), (1, 1))
        self.assertIn("InvalidItem: 1 message\n", self.dlq("list"))

        # The row is still bad after the move, and counts as dead once.
        self.assertIn("Moved back: 1 message to the queue", self.dlq("move", "--reason", "InvalidItem"))
        again = self.eventually(lambda: self.dlq("show", "--reason", "InvalidItem"), "the dead letter again")
        self.assertEqual(json.loads(again)["attempts"], 2)
        self.counted(ingest, written=30, dead=1)
        self.sqs.purge_queue(QueueUrl=self.outputs["DeadLetterQueueUrl"])

    def test_3_a_whole_message_that_is_moved_back_counts_what_became_of_its_rows(self) -> None:
        report = self.upload(file_of(3, 1))
        self.settle()
        ingest = report["ingest_id"]
        [attempt] = [found["N"] for found in self.record(ingest)["counted"]["L"]]
        rows = [self.put_row(3, time={"S": f"22:00:{second:02}"}) for second in range(50)]
        key = {"ingest_id": {"S": ingest}}
        # Changes the books as if the writer had given up the whole message.
        self.dynamodb.update_item(
            TableName=self.outputs["IngestTableName"],
            Key=key,
            UpdateExpression=f"ADD dead_{attempt} :rows",
            ExpressionAttributeValues={":rows": {"N": str(len(rows))}},
        )
        text = {"Method": "BATCH_WRITE", "IngestId": f"{ingest}/{attempt}", "ReasonCode": "Throttled"}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in text.items()}
        body = json.dumps({"RequestItems": {self.outputs["TableName"]: rows}})
        dead = self.outputs["DeadLetterQueueUrl"]
        self.sqs.send_message(QueueUrl=dead, MessageBody=body, MessageAttributes=attributes)
        self.assertIn("Throttled: 1 message of 50 rows\n", self.dlq("list"))

        self.dlq("move", "--reason", "Throttled")

        self.counted(ingest, written=51)
        self.assertEqual(len(self.items(date_of(3))), 51)

    def test_4_an_update_to_one_row_and_back_meets_messages_of_both_forms(self) -> None:
        for day, rows in ((4, 1), (5, PACKED)):
            key = f"{uuid.uuid4()}.csv"
            etag = self.put(key, file_of(day, 5000))
            type(self).connect(deploy(rows))
            report = self.report(key, etag)
            self.settle()
            self.all_written(day, 5000)
            # No row is lost. A row that was delivered to two versions may count twice.
            written = self.eventually(
                lambda report=report: self.counts(report["ingest_id"]).get("written", 0) >= 5000, "the books"
            )
            self.assertTrue(written)

    def test_5_one_row_a_message_is_as_it_was(self) -> None:
        type(self).connect(deploy(1))
        report = self.upload(file_of(6, 30))
        self.settle()
        self.all_written(6, 30)
        self.counted(report["ingest_id"], written=30)


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
