"""Tests of notifications that the emulator's S3 refuses: python -m stack.emulator_notifications_test"""

import unittest
from unittest import mock

from ministack.services import lambda_svc, s3

from stack import emulator_notifications

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:extractor"
CONFIG = {"type": "lambda", "arn": FUNCTION}


class Functions(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        emulator_notifications.patch()

    def refusal(self, function: dict | None, skip: bool = False) -> tuple | None:
        """The answer to a notification to this function, or to one that does not exist."""
        found = (function, function and {"FunctionArn": FUNCTION}, "extractor")
        with mock.patch.object(lambda_svc, "_get_func_record_for_ref", return_value=found):
            return s3._validate_notification_configs([CONFIG], "us-east-1", "bucket", skip)

    def policy(self, **condition: str) -> dict:
        statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction"}
        statement |= {"Resource": FUNCTION, "Condition": {"StringEquals": condition}}
        return {"policy": {"Version": "2012-10-17", "Statement": [statement]}}

    def test_a_function_that_lets_the_account_s_buckets_in_is_taken(self) -> None:
        self.assertIsNone(self.refusal(self.policy(**{"AWS:SourceAccount": "000000000000"})))

    def test_one_that_is_gone_or_lets_others_in_is_not(self) -> None:
        for function in (
            None,
            {"policy": {"Version": "2012-10-17", "Statement": []}},
            self.policy(**{"AWS:SourceAccount": "111111111111"}),
        ):
            status, _, body = self.refusal(function)
            self.assertEqual(status, 400)
            self.assertIn(b"Unable to validate the following destination configurations", body)
            self.assertIsNone(self.refusal(function, skip=True))


if __name__ == "__main__":
    unittest.main()
