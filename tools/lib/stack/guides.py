"""Tests of guides on a deployed stack: guides.py OUTPUTS. Their commands are run as they stand."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import boto3

from api.user import api_user
from guide_lines import GUIDES, blocks, run
from stack.uploads import UploadTest

OUTPUTS = json.loads(Path(sys.argv[1]).read_text())
STACK = OUTPUTS["StackName"]
HEADER = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg"
# Noon of a day that no other test has.
NOON, DAY = 946_728_000, "2000-01-01"
ROWS = 5


class Guides(UploadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.connect(OUTPUTS)

    def test_the_python_sample_lists_a_day_page_by_page(self) -> None:
        rows = [f"{NOON + second},location-03,wireless,router-1,4.39,device-1,9.09" for second in range(ROWS)]
        self.put("guides/call-the-api.csv", "\n".join([HEADER, *rows, ""]).encode())
        expected = [f"12:00:{second:02}" for second in range(ROWS)]
        # A user's signature is checked; that of the account's own key is not.
        with api_user(Path(sys.argv[1])) as user:
            command = [sys.executable, GUIDES / "call_the_api.py", user.url, OUTPUTS["Region"], DAY, "2"]

            def listed() -> list[str] | None:
                ended = subprocess.run(
                    command, check=False, capture_output=True, text=True, env=os.environ | user.environment()
                )
                self.assertEqual(ended.returncode, 0, ended.stderr)
                times = [json.loads(line)["time"] for line in ended.stdout.splitlines()]
                return times if len(times) >= ROWS else None

            self.assertEqual(self.eventually(listed, "all rows in the list"), expected)

            refused = subprocess.run(
                [*command[:-1], "0"], check=False, capture_output=True, text=True, env=os.environ | user.environment()
            )
            self.assertEqual(refused.returncode, 1)
            self.assertRegex(refused.stderr, "^error: 400: .*limit")

    @unittest.skipUnless(shutil.which("curl"), "there is no curl")
    def test_the_lines_of_curl_call_every_route(self) -> None:
        [lines] = [block for block in blocks("call-the-api.md", STACK) if "--aws-sigv4" in block]
        function, _, calls = lines.partition("\n\n")
        function = function.replace("curl -sS ", "curl -sS -w '\\n%{http_code}\\n' ")
        before, put, after = calls.partition("api -X PUT")

        with api_user(Path(sys.argv[1])) as user:
            function = f"API_URL={user.url}\n{function}\n"
            said = run(function + before)
            self.assertEqual(re.findall(r"^\d{3}$", said, re.MULTILINE), ["200", "201", "200"], said)
            [tag] = re.findall(r"^etag: (\S+)", said, re.MULTILINE | re.IGNORECASE)
            changed = (put + after).replace('"…"', tag, 1)
            said = run(function + changed)
        self.assertEqual(re.findall(r"^\d{3}$", said, re.MULTILINE), ["204", "200"], said)

    def test_alarms_are_silenced_and_tell_again(self) -> None:
        silence, again = blocks("silence-alarms.md", STACK)

        def telling() -> set[bool]:
            pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=STACK)
            return {alarm["ActionsEnabled"] for page in pages for alarm in page["MetricAlarms"]}

        self.assertEqual(telling(), {True})
        self.addCleanup(run, silence + again)
        named = run(silence)
        self.assertIn("DeadLetterQueueNotEmptyAlarm", named)
        self.assertEqual(telling(), {False})
        run(silence + again)
        self.assertEqual(telling(), {True})


unittest.main(argv=[sys.argv[0]], verbosity=2)
