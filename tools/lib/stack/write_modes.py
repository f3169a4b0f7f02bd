"""Tests of the modes `latest` and `create`, for which the stack is updated in place: write_modes.py OUTPUTS"""

import json
import subprocess
import sys
import tempfile
import unittest
import uuid
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

from repository import TOOLS
from stack.uploads import UploadTest

OUTPUTS = Path(sys.argv[1])
HEADER = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg"
# Orders long before and long after every upload of these tests.
OLD = "016a0000-0000-7000-8000-000000000000-000000000002"
NEW = "ffff0000-0000-7000-8000-000000000000-000000000002"
# The calls of these tests are neither signed nor limited. A parameter that is not given keeps its value of the previous
# deployment, so these are given.
GIVEN = ("TimePrecision=seconds", "ApiAuthorization=NONE", "ApiThrottleRate=500", "ApiThrottleBurst=1000")
# 2002-01-01. Each test uses its own day.
NEW_YEAR = 1_009_843_200


def deploy(*parameters: str) -> dict[str, str]:
    """Deploys the stack with these parameters and returns its outputs."""
    subprocess.run([TOOLS / "deploy", *parameters], check=True)
    return json.loads(OUTPUTS.read_text())


def date_of(day: int) -> str:
    return f"2002-01-{day:02}"


def rows(day: int, count: int, location: str, each: int = 1) -> str:
    """A file of `count` rows of a day, `each` of them for each second."""
    first = NEW_YEAR + (day - 1) * 86_400
    lines = (f"{first + row // each},{location},wireless,router-1,{row},device-1,9.09\n" for row in range(count))
    return f"{HEADER}\n{''.join(lines)}"


class WriteMode(UploadTest):
    """The base of tests of a stack with a write mode."""

    mode: str

    @classmethod
    def setUpClass(cls) -> None:
        cls.connect(deploy(f"WriteMode={cls.mode}", *GIVEN))

    def upload(self, content: str) -> dict:
        """Uploads a file and waits for its report."""
        return self.report_of_rows(*self.put_rows(content))

    def put_rows(self, content: str) -> tuple[str, str]:
        key = f"{uuid.uuid4()}.csv"
        return key, self.put(key, content.encode())

    def report_of_rows(self, key: str, etag: str) -> dict:
        report = self.report(key, etag)
        self.assertEqual(report["write_mode"], self.mode)
        self.assertEqual(report["rows_sent"], report["rows_read"])
        return report

    def send_like(self, item: dict, order: str) -> None:
        """Sends a message with the item's key and another location, and waits until the queue is empty."""
        documented = {name: value for name, value in item.items() if name != "$order"}
        body = {"Mode": self.mode, "Order": order, "Item": {**documented, "location": {"S": "sent"}}}
        method = {"Method": {"DataType": "String", "StringValue": "POST"}}
        queue = self.outputs["QueueUrl"]
        self.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(body), MessageAttributes=method)
        self.settle()

    def first_item(self, day: int) -> dict:
        key = {"date": {"S": date_of(day)}, "time": {"S": "00:00:00"}}
        return self.dynamodb.get_item(TableName=self.outputs["TableName"], Key=key, ConsistentRead=True)["Item"]

    def ingest_rows(self, content: str) -> str:
        """Uploads a file with the command `messages`, which must succeed, and returns its output."""
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(content)
            file.flush()
            return self.ingest(Path(file.name))

    def counts(self) -> dict[str, int]:
        """The counts of rows whose key had an item, from `tools/status`."""
        writes = self.status()["writes"]
        self.assertEqual(writes["mode"], self.mode)
        return writes["counts"]

    def counted(self, before: dict[str, int], **more: int) -> None:
        """Waits until the counts have grown by this much, since a line of the log may come after the write."""
        expected = {name: before[name] + more.get(name, 0) for name in before}
        self.eventually(lambda: self.counts() == expected or None, f"a count of {expected}")

    def call(self, method: str, path: str, body: dict | None = None) -> HTTPResponse:
        url = urlsplit(self.outputs["ApiUrl"])
        connection = HTTPConnection("127.0.0.1", url.port, timeout=30)
        headers = {"Host": url.netloc, "Content-Type": "application/json"}
        connection.request(method, url.path + path, body and json.dumps(body), headers)
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        return response


class Latest(WriteMode):
    """Mode latest: the later upload wins, whatever the order of delivery."""

    mode = "latest"

    def test_1_a_corrected_file_right_behind_the_first_wins(self) -> None:
        before = self.counts()
        uploads = [self.put_rows(rows(1, 3000, location)) for location in ("wrong", "right")]
        [wrong, right] = [self.report_of_rows(*upload) for upload in uploads]
        self.assertLess(wrong["ingest_id"], right["ingest_id"])
        self.settle()

        items = self.items(date_of(1))

        self.assertEqual(len(items), 3000)
        self.assertEqual({item["location"]["S"] for item in items}, {"right"})
        self.assertEqual({item["$order"]["S"][:36] for item in items}, {right["ingest_id"]})

        # Each row of the first file was written and replaced, or arrived too late, or shared a batch with a later row.
        def all_met() -> bool:
            counts = self.counts()
            return sum(counts[name] - before[name] for name in ("outdated", "replaced", "superseded")) == 3000

        self.eventually(all_met, f"a count of 3,000 rows that met one of the other file, since {before}")

    def test_2_an_older_upload_that_comes_later_changes_nothing(self) -> None:
        said = self.ingest_rows(rows(2, 1, "new"))
        self.assertTrue(said.startswith("1 row: 1 written, in "), said)
        self.assertIn("\nAll rows are written.\n", said)
        item = self.first_item(2)
        before = self.counts()

        self.send_like(item, OLD)

        self.assertEqual(self.first_item(2), item)
        self.counted(before, outdated=1)

    def test_3_a_later_row_of_the_same_file_wins(self) -> None:
        report = self.upload(rows(3, 30, "hall", each=3))
        self.settle()

        self.assertEqual(report["key_collisions"]["rows"], 20)
        values = [item["local_avg"]["N"] for item in self.items(date_of(3))]
        self.assertEqual(values, [str(row) for row in range(2, 30, 3)])

    def test_4_a_write_of_the_api_is_as_late_as_it_is_made(self) -> None:
        self.upload(rows(4, 1, "file"))
        self.settle()
        place = f"/message/{date_of(4)}?time=00:00:00"
        read = self.call("GET", place)
        self.assertNotIn("$order", read.text)

        # The API accepts an item that it has returned.
        written = self.call("POST", "/message", json.loads(read.text))
        self.assertEqual(written.status, 201, written.text)
        self.assertEqual(written.headers["ETag"], read.headers["ETag"])
        change = {"Item": {"location": "api"}}
        self.assertEqual(self.call("PUT", place, change).status, 204)

        item = self.first_item(4)
        self.assertEqual(item["location"]["S"], "api")
        self.assertTrue(item["$order"]["S"].endswith("-7000-8000-000000000000-000000000000"), item)
        self.send_like(item, OLD)
        self.assertEqual(self.first_item(4), item)
        self.send_like(item, NEW)
        self.assertEqual(self.first_item(4)["location"]["S"], "sent")
        refused = self.call("PUT", place, {"Item": {"$order": "x"}})
        self.assertEqual(refused.status, 400, refused.text)

    def test_5_a_deleted_item_leaves_nothing_behind(self) -> None:
        self.upload(rows(5, 1, "file"))
        self.settle()
        item = self.first_item(5)
        self.assertEqual(self.call("DELETE", f"/message/{date_of(5)}?time=00:00:00").status, 200)

        self.send_like(item, OLD)

        self.assertEqual(self.first_item(5)["location"]["S"], "sent")


class Create(WriteMode):
    """Mode create: an existing item stays."""

    mode = "create"

    def test_1_a_second_file_of_the_same_seconds_changes_nothing(self) -> None:
        self.upload(rows(6, 5, "site-a"))
        self.settle()
        before = self.counts()

        said = self.ingest_rows(rows(6, 7, "site-b"))
        self.assertTrue(said.startswith("7 rows: 2 written, 5 existing, in "), said)
        self.assertIn("\nAll rows are written, except 5 whose key has an item already.\n", said)

        locations = [item["location"]["S"] for item in self.items(date_of(6))]
        self.assertEqual(locations, ["site-a"] * 5 + ["site-b"] * 2)
        self.counted(before, existing=5)

    def test_2_a_row_that_comes_again_is_not_taken_for_another(self) -> None:
        self.upload(rows(7, 1, "file"))
        self.settle()
        item = self.first_item(7)
        before = self.counts()

        self.send_like(item, item["$order"]["S"])

        self.assertEqual(self.first_item(7), item)
        self.counted(before)


unittest.main(argv=[sys.argv[0]], verbosity=2, failfast=True)
