"""Tests of how a failing tool ends: python -m failures_test"""

import contextlib
import io
import json
import unittest

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from failures import told


class Told(unittest.TestCase):
    def end(self, error: BaseException) -> tuple[int | None, str]:
        """The exit code and the output of a tool that raises this."""

        def main() -> None:
            raise error

        with contextlib.redirect_stderr(io.StringIO()) as said:
            try:
                told(main, 2)
            except SystemExit as ended:
                return ended.code, said.getvalue()
        return None, said.getvalue()

    def test_a_failure_has_a_remedy_and_no_traceback(self) -> None:
        url = "http://127.0.0.1:4566/"
        denied = {"Error": {"Code": "AccessDenied", "Message": "no"}}
        for error, problem, remedy in (
            (EndpointConnectionError(endpoint_url=url), url, "Is the stack up?"),
            (ReadTimeoutError(endpoint_url=url), url, "If it hangs: make down"),
            (ClientError(denied, "DescribeTable"), "AccessDenied", "look at its rights"),
            (FileNotFoundError(2, "No such file or directory", "o.json"), "o.json: No such file", "Correct the name"),
            (json.JSONDecodeError("Expecting value", "", 0), "not JSON", "make deploy"),
            (KeyError("QueueUrl"), "'QueueUrl' is missing", "make deploy"),
            (RuntimeError("odd\nthing"), "RuntimeError: odd thing", "DEBUG=1"),
        ):
            with self.subTest(problem):
                code, said = self.end(error)
                first, second = said.splitlines()
                self.assertEqual(code, 2)
                self.assertTrue(first.startswith("error: ") and problem in first, said)
                self.assertTrue(second.startswith("  ") and remedy in second, said)

    def test_an_interruption_is_no_failure(self) -> None:
        self.assertEqual(self.end(KeyboardInterrupt()), (130, ""))


if __name__ == "__main__":
    unittest.main()
