"""Tests of the commands in docs/existing-resources.md that change a bucket's notifications. They need no stack."""

import json
import shlex
import unittest

from stack.existing_guide import SWITCH_ON, SWITCH_OVER, run

FUNCTIONS = "arn:aws:lambda:us-east-1:123456789012:function"
OURS = [
    {
        "Id": f"{number}",
        "LambdaFunctionArn": f"{FUNCTIONS}:messages-S3ToSqsFunction-1A2B3C",
        "Events": ["s3:ObjectCreated:*"],
    }
    for number in range(10)
]
THEIRS = {"Id": "theirs", "LambdaFunctionArn": f"{FUNCTIONS}:thumbnails", "Events": ["s3:ObjectCreated:*"]}
QUEUE = {"Id": "queue", "QueueArn": "arn:aws:sqs:us-east-1:123456789012:theirs", "Events": ["s3:ObjectRemoved:*"]}
ON = {"EventBridgeConfiguration": {}}


def put(lines: str, before: dict) -> dict:
    """The configuration that the commands put on a bucket whose configuration was `before`."""
    # The CLI prints nothing for a bucket without notifications.
    said = shlex.quote(json.dumps(before) if before else "")
    command = f"""aws() {{
      case $2 in
        get-*) printf %s {said} ;;
        put-*) [ "$4" = bucket ] && printf %s "$6" ;;
      esac
    }}"""
    return json.loads(run(lines, "bucket", command))


class Lines(unittest.TestCase):
    def test_what_is_there_stays(self) -> None:
        for before in ({}, ON, {"QueueConfigurations": [QUEUE], "LambdaFunctionConfigurations": [THEIRS, *OURS]}):
            self.assertEqual(put(SWITCH_ON, before), before | ON)

    def test_of_a_bucket_that_was_a_stack_s_the_extractor_goes_and_others_stay(self) -> None:
        for others in ([], [THEIRS]):
            before = {"QueueConfigurations": [QUEUE], "LambdaFunctionConfigurations": [*OURS, *others]}
            self.assertEqual(put(SWITCH_OVER, before), before | ON | {"LambdaFunctionConfigurations": others})
        for before in ({}, ON):
            self.assertEqual(put(SWITCH_OVER, before), {"LambdaFunctionConfigurations": []} | ON)


if __name__ == "__main__":
    unittest.main()
