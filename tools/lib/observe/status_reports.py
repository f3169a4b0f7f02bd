"""The ingest reports that a verdict rests on: all of the last day, or else what was left out of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

# A file with rejected rows is somebody's work for so long.
REMEMBERED = timedelta(days=1)
# Shown, whatever is in them and however old they are.
NEWEST = 10
# S3 gives a thousand keys an answer, by name and not by time, so the newest are known only at the end. So many answers
# take a minute.
MOST_PAGES = 500
# So many reports take half a minute, at so many calls at once.
MOST_REPORTS = 10_000
AT_ONCE = 16


def reports_of(s3, bucket: str, now: datetime, read: Callable[[dict], dict | None]) -> dict:
    """The newest reports and those of the last day, the newest first, and in words what of that day was left out.

    `read` gives what a listed report says; `None` when it is gone.
    """
    found, objects, complete = listed(s3, bucket)
    found.sort(key=modified, reverse=True)
    day = sum(modified(report) > now - REMEMBERED for report in found)
    chosen = found[: max(min(day, MOST_REPORTS), NEWEST)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        read_reports = list(pool.map(read, chosen))

    left_out = []
    if day > MOST_REPORTS:
        until = modified(found[MOST_REPORTS]).astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        left_out.append(f"{day - MOST_REPORTS:,} reports of the last day, of {until} and before")
    if not complete:
        left_out.append(
            f"reports behind the first {objects:,} objects of the report bucket, in the order of their names"
        )
    return {
        "newest": [report for report in read_reports[:NEWEST] if report],
        "last_day": [report for report in read_reports[:day] if report],
        "left_out": left_out,
    }


def listed(s3, bucket: str) -> tuple[list[dict], int, bool]:
    """The reports in a bucket, the number of objects that were listed, and whether these are all."""
    reports, objects = [], 0
    for number, page in enumerate(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket), 1):
        contents = page.get("Contents", [])
        objects += len(contents)
        reports += [found for found in contents if found["Key"].endswith("/report.json")]
        if number == MOST_PAGES and page.get("IsTruncated"):
            return reports, objects, False
    return reports, objects, True


def modified(found: dict) -> datetime:
    return found["LastModified"]
