"""Draws the dashboard of a stack, with its metrics, as an SVG file: dashboard.py OUTPUTS FILE [--minutes N]"""

import argparse
import json
import time
from pathlib import Path

import boto3

from failures import told
from observe import alarm_rule
from observe.dashboard_data import body_of, fill, placed, without_unknown
from observe.dashboard_picture import picture

# The number of points that a graph can show well.
POINTS = 60
# CloudWatch allows these periods, in seconds, and multiples of a minute.
SHORT_PERIODS = (1, 5, 10, 30, 60)


def main() -> None:
    parser = argparse.ArgumentParser(prog="dashboard", description=__doc__.splitlines()[0])
    parser.add_argument("outputs", type=Path, help="the outputs of the stack, as tools/deploy writes them")
    parser.add_argument("file", type=Path, help="the SVG file to write")
    parser.add_argument("--minutes", type=float, default=10, help="the period shown, up to now")
    options = parser.parse_args()
    outputs = json.loads(options.outputs.read_text())

    seconds = options.minutes * 60
    period = next((short for short in SHORT_PERIODS if seconds / short <= POINTS), None)
    period = period or -(-int(seconds / POINTS) // 60) * 60
    end = int(time.time() // period) * period
    start = end - int(seconds // period) * period

    body = body_of(outputs["DashboardUrl"].rpartition("=")[2])
    widgets = placed(body)
    fill(widgets, start, end, period)
    if "Endpoint" in outputs:
        about = f"{options.minutes:g} minutes of the embedded stack, a point for each {period} s."
        widgets = placed(without_unknown(body, widgets, about))
        fill(widgets, start, end, period)
    cloudwatch = boto3.client("cloudwatch")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{outputs['StackName']}-")
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    picture(widgets, alarm_rule.states(cloudwatch, alarms, end), start, end).save(options.file)
    print(f"{options.file}: {options.minutes:g} minutes, a point for each {period} s")


told(main)
