"""Copies metrics for a stack on the emulator, as AWS does by itself: local_metrics.py OUTPUTS STATE [--every SECONDS]

It copies the metrics that the functions write into their logs (EMF) to the emulator's CloudWatch, which does not read
the logs. It also writes those metrics of Lambda, SQS and CloudWatch Logs that follow from the emulator's logs and
queues. (The emulator itself reports invocations by the API Invoke, so these are counted twice.) STATE is a file that
records how far the logs were read; the next call continues there.

The emulator's alarms depend on the namespace and name of a metric and ignore its dimensions: a deep message queue sets
off the alarm of the dead-letter queue. Their states are of use only to tests that take this into account.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import boto3

from failures import told
from observe.emf import BrokenLine, data_of

# The emulator gives a line its timestamp and stores it later; after this time all lines with a timestamp are stored.
SETTLE_S = 1
# The bytes that CloudWatch Logs counts for an event in addition to its text.
EVENT_BYTES = 26
# The line that the emulator writes at the end of an invocation.
REPORT = re.compile(r"REPORT RequestId: \S+\tDuration: ([\d.]+) ms")
# Log bytes are added up over this many seconds and written as one value.
BYTES_BUCKET_S = 5
# The most data that PutMetricData takes in one call.
MAX_DATA = 1000
# The most lines in one answer of FilterLogEvents.
MAX_LINES = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="local_metrics", description=__doc__.splitlines()[0])
    parser.add_argument("outputs", type=Path, help="the outputs of the stack, as tools/deploy writes them")
    parser.add_argument("state", type=Path, help="the file that records how far the logs were read")
    parser.add_argument("--every", metavar="SECONDS", type=float, help="repeat at this interval until interrupted")
    options = parser.parse_args()
    outputs = json.loads(options.outputs.read_text())
    copier = Copier(outputs, options.state)
    try:
        while True:
            count = copier.copy()
            print(f"{count} metrics of {outputs['StackName']} copied", flush=True)
            if options.every is None:
                break
            time.sleep(options.every)
    except KeyboardInterrupt:
        pass
    if copier.broken:
        sys.exit("error: metrics that CloudWatch would drop:\n  " + "\n  ".join(sorted(copier.broken)))


class Copier:
    """Copies the metrics that are new since the last time."""

    def __init__(self, outputs: dict[str, str], state: Path) -> None:
        self.outputs, self.state = outputs, state
        self.logs, self.sqs, self.cloudwatch = (boto3.client(name) for name in ("logs", "sqs", "cloudwatch"))
        pages = boto3.client("lambda").get_paginator("list_functions").paginate()
        self.function_of = {
            function["LoggingConfig"].get("LogGroup"): function["FunctionName"]
            for page in pages
            for function in page["Functions"]
        }
        self.broken: set[str] = set()

    def copy(self) -> int:
        """Copies all new metrics and returns their number."""
        end = int(time.time() * 1000)
        time.sleep(SETTLE_S)
        return self.copy_logs(end) + self.copy_queues()

    def copy_logs(self, end: int) -> int:
        data = defaultdict(list)
        start = self.read_until() + 1
        for group in self.groups():
            bytes_at = Counter()
            for event in self.lines(group, start, end):
                bucket = event["timestamp"] // 1000 // BYTES_BUCKET_S * BYTES_BUCKET_S
                bytes_at[bucket] += len(event["message"].encode()) + EVENT_BYTES
                if report := REPORT.match(event["message"]):
                    function, at = {"FunctionName": self.function_of[group]}, event["timestamp"] / 1000
                    data["AWS/Lambda"].append(figure("Invocations", function, "Count", 1, at))
                    data["AWS/Lambda"].append(figure("Duration", function, "Milliseconds", float(report[1]), at))
                try:
                    for namespace, datum in data_of(event["message"]):
                        data[namespace].append(datum)
                except BrokenLine as problem:
                    self.broken.add(f"{group}: {problem}")
            for at, count in bytes_at.items():
                data["AWS/Logs"].append(figure("IncomingBytes", {"LogGroupName": group}, "Bytes", count, at))
        count = sum(self.put(namespace, of_namespace) for namespace, of_namespace in data.items())
        self.remember(end)
        return count

    def copy_queues(self) -> int:
        """Writes the current depth of the queues."""
        return sum(self.copy_queue(self.outputs[name]) for name in ("QueueUrl", "DeadLetterQueueUrl"))

    def copy_queue(self, url: str) -> int:
        names = {
            "ApproximateNumberOfMessages": "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible": "ApproximateNumberOfMessagesNotVisible",
        }
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]
        dimensions = {"QueueName": url.rsplit("/", 1)[1]}
        now = time.time()
        return self.put(
            "AWS/SQS",
            [figure(metric, dimensions, "Count", int(attributes[name]), now) for name, metric in names.items()],
        )

    def groups(self) -> list[str]:
        prefix = f"/aws/lambda/{self.outputs['StackName']}/"
        pages = self.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]

    def lines(self, group: str, start: int, end: int):
        """The lines of a log group between two times, both included."""
        while True:
            found = self.logs.filter_log_events(logGroupName=group, startTime=start, endTime=end)["events"]
            if len(found) < MAX_LINES:
                yield from found
                return
            # The emulator has no further pages. Lines of the last timestamp may be missing, so it is read again.
            last = found[-1]["timestamp"]
            if last == start:
                sys.exit(f"error: more than {MAX_LINES} lines of {group} have the same timestamp")
            yield from (event for event in found if event["timestamp"] < last)
            start = last

    def put(self, namespace: str, data: list[dict]) -> int:
        for start in range(0, len(data), MAX_DATA):
            self.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + MAX_DATA])
        return len(data)

    def read_until(self) -> int:
        """The time up to which the logs were read, in milliseconds. A new stack of the same name begins at 0."""
        try:
            state = json.loads(self.state.read_text())
        except (FileNotFoundError, ValueError):
            return 0
        return state["until"] if state["queue"] == self.outputs["QueueUrl"] else 0

    def remember(self, end: int) -> None:
        self.state.write_text(json.dumps({"queue": self.outputs["QueueUrl"], "until": end}) + "\n")


def figure(name: str, dimensions: dict[str, str], unit: str, value: float, at: float) -> dict:
    return {
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
        "Timestamp": at,
        "Unit": unit,
        "Value": value,
    }


if __name__ == "__main__":
    told(main)
