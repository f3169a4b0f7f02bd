"""Uploads a file and prints its trace as a tree: trace_demo.py OUTPUTS CSV PORT

It listens on PORT on loopback, to which the functions of the stack send their spans.
"""

import json
import sys
import time
from pathlib import Path

import boto3

from failures import told
from observe.otlp import Receiver, Span
from observe.trace_tree import lines, of_upload
from stack.built_in import expect_built_in_shape

# A cold start, a batching window and a few retries take seconds; a longer wait means that something is broken.
PATIENCE_S = 90


def main() -> None:
    outputs, sample = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    expect_built_in_shape(outputs["StackName"])
    rows = len(sample.read_text(encoding="utf-8").splitlines()) - 1
    with Receiver(int(sys.argv[3])) as receiver:
        uploaded = time.time_ns()
        boto3.client("s3").put_object(Bucket=outputs["DataBucketName"], Key=sample.name, Body=sample.read_bytes())
        print(f"Uploaded {sample.name}, {rows} rows, to s3://{outputs['DataBucketName']}/\n", flush=True)
        spans = wait_for_trace(receiver, sample.name, rows)
    print("\n".join(lines(spans, uploaded)))
    print(f"\nTrace {spans[0].trace}: {len(spans)} spans of {len({span.service for span in spans})} functions.")


def wait_for_trace(receiver: Receiver, key: str, rows: int) -> list[Span]:
    """The spans of the upload, once its last row is written."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_S:
        spans = of_upload(receiver.spans(), key)
        processed = [span.attributes.get("messaging.batch.message_count", 0) for span in spans if span.is_batch]
        if sum(processed) >= rows:
            return spans
        time.sleep(0.25)
    sys.exit(
        f"error: waited {PATIENCE_S} s for the spans of {key}; {len(receiver.spans())} spans arrived\n"
        "  The functions' logs: aws logs tail, or .local/ministack.log"
    )


if __name__ == "__main__":
    told(main)
