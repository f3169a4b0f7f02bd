"""Decides the state of an alarm as CloudWatch's guide describes it, from the data of exactly the alarm's metric.

The emulator's own rule ignores dimensions, missing data and single periods, so the emulator is only asked for the data.
"""

from collections.abc import Iterable
from datetime import datetime, timezone

BREACHES = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
ALL_MISSING = {"notBreaching": "OK", "breaching": "ALARM", "missing": "INSUFFICIENT_DATA"}


def states(cloudwatch, alarms: Iterable[dict], now: float) -> dict[str, str]:
    """The state of each alarm at the time `now`, by name."""
    alarms = list(alarms)
    found = points(cloudwatch, alarms, now)
    return {alarm["AlarmName"]: state(alarm, found[alarm["AlarmName"]]) for alarm in alarms}


def state(alarm: dict, values: list[float | None]) -> str:
    """The state of an alarm, from the values of the periods that count."""
    treatment = alarm["TreatMissingData"]
    if all(value is None for value in values):
        return alarm["StateValue"] if treatment == "ignore" else ALL_MISSING[treatment]
    breaching = sum(treatment == "breaching" if value is None else breaches(alarm, value) for value in values)
    return "ALARM" if breaching >= alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) else "OK"


def breaches(alarm: dict, value: float) -> bool:
    return BREACHES[alarm["ComparisonOperator"]](value, alarm["Threshold"])


def periods(alarm: dict, now: float) -> list[int]:
    """The start times of the periods that count at the time `now`, the oldest first."""
    last = int(now // alarm["Period"]) * alarm["Period"]
    return [last - back * alarm["Period"] for back in reversed(range(alarm["EvaluationPeriods"]))]


def points(cloudwatch, alarms: list[dict], now: float) -> dict[str, list[float | None]]:
    """The value of each period that counts, by alarm; `None` where there is no data."""
    queries = [
        {
            "Id": f"a{number}",
            "MetricStat": {
                "Metric": {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions")},
                "Period": alarm["Period"],
                "Stat": alarm.get("ExtendedStatistic") or alarm["Statistic"],
            },
        }
        for number, alarm in enumerate(alarms)
    ]
    oldest = min(periods(alarm, now)[0] for alarm in alarms)
    newest = max(periods(alarm, now)[-1] + alarm["Period"] for alarm in alarms)
    results = cloudwatch.get_metric_data(
        MetricDataQueries=queries,
        StartTime=datetime.fromtimestamp(oldest, timezone.utc),
        EndTime=datetime.fromtimestamp(newest, timezone.utc),
    )["MetricDataResults"]
    values = {
        result["Id"]: dict(zip((int(at.timestamp()) for at in result["Timestamps"]), result["Values"]))
        for result in results
    }
    return {
        alarm["AlarmName"]: [values[f"a{number}"].get(begin) for begin in periods(alarm, now)]
        for number, alarm in enumerate(alarms)
    }
