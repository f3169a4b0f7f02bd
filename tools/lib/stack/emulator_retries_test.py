"""Tests of the request ids of the emulator's retries."""

import threading
import unittest
from unittest import mock

from ministack.services import lambda_svc

from stack import emulator_retries

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"


class Retries(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        emulator_retries.patch()

    def tries(self) -> list[str]:
        """The request ids of all attempts at an event on which the function fails."""
        seen, over = [], threading.Event()

        def fail(*_: object) -> dict:
            seen.append(emulator_retries.REQUEST_ID.get())
            if len(seen) == 3:
                over.set()
            return {"error": True}

        with (
            mock.patch.object(lambda_svc, "_execute_function", fail),
            mock.patch.object(lambda_svc, "_LAMBDA_ASYNC_RETRY_BASE_SECONDS", 0),
        ):
            lambda_svc.invoke_async_with_retry({"config": {"FunctionName": "f", "FunctionArn": ARN}}, {})
            self.assertTrue(over.wait(60))
        return seen

    def test_all_tries_of_an_event_have_one_id_and_another_event_has_another(self) -> None:
        first, second = set(self.tries()), set(self.tries())
        self.assertEqual((len(first), len(second)), (1, 1))
        self.assertEqual(len(first | second), 2)
        self.assertNotIn(None, first | second)
        self.assertIsNone(emulator_retries.REQUEST_ID.get(), "what is invoked otherwise has ids of its own")


if __name__ == "__main__":
    unittest.main()
