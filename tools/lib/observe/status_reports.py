"""Reads the ingest reports for the verdict: all of the last day, or as many as possible and which were left out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

# The verdict counts the reports of this period.
REMEMBERED = timedelta(days=1)
# This many newest reports are shown, whatever their content and age.
NEWEST = 10
# S3 lists a thousand keys in an answer, sorted by name, so the newest are known only at the end. This many answers take a
# minute.
MAX_PAGES = 500
# This many reports take half a minute, with AT_ONCE calls at the same time.
MAX_REPORTS = 10_000
AT_ONCE = 16


def reports_of(s3, bucket: str, now: datetime, read: Callable[[dict], dict | None]) -> dict:
    """The newest reports and those of the last day, the newest first, and in words which of that day were left out.

    `read` returns the content of a listed report, or `None` if it has been deleted.
    """
    found, objects, complete = listed(s3, bucket)
    found.sort(key=modified, reverse=True)
    day = sum(modified(report) > now - REMEMBERED for report in found)
    chosen = found[: max(min(day, MAX_REPORTS), NEWEST)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        read_reports = list(pool.map(read, chosen))

    left_out = []
    if day > MAX_REPORTS:
        until = modified(found[MAX_REPORTS]).astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        left_out.append(f"the {day - MAX_REPORTS:,} oldest reports of the last day, up to {until}")
    if not complete:
        left_out.append(
            f"reports after the first {objects:,} objects of the report bucket, in the order of their names"
        )
    return {
        "newest": [report for report in read_reports[:NEWEST] if report],
        "last_day": [report for report in read_reports[:day] if report],
        "left_out": left_out,
    }


def listed(s3, bucket: str) -> tuple[list[dict], int, bool]:
    """The reports in a bucket, the number of listed objects, and whether the list is complete."""
    reports, objects = [], 0
    for number, page in enumerate(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket), 1):
        contents = page.get("Contents", [])
        objects += len(contents)
        reports += [found for found in contents if found["Key"].endswith("/report.json")]
        if number == MAX_PAGES and page.get("IsTruncated"):
            return reports, objects, False
    return reports, objects, True


def modified(found: dict) -> datetime:
    return found["LastModified"]
