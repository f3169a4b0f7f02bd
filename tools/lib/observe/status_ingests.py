"""Reads the latest records of the table of ingests and derives their states.

`crates/ledger` does the same; `tests/samples/ingests.json` tests both.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

INDEX = "by_day"
# The verdict counts the ingests that were uploaded within this period.
REMEMBERED = timedelta(days=1)
# This many newest ingests are shown, however old they are.
NEWEST = 10
# An answer has several thousand entries of the index; this many records take several seconds.
MAX_INGESTS = 10_000
# The most keys that BatchGetItem takes in one call.
KEYS = 100
# Records expire this long after the first write.
KEPT = timedelta(days=90)
# The same limits as in crates/ledger/src/state.rs, which explains them.
EXTRACTION_STALLED_AFTER = timedelta(hours=1)
WRITING_STALLED_AFTER = timedelta(hours=4)
# The most requests for keys that DynamoDB left unprocessed.
TRIES = 8
EFFECTS = ("written", "replaced", "superseded", "outdated", "existing", "dead")


def ingests_of(dynamodb, table: str, now: datetime) -> dict:
    """The newest ingests and those of the last day, the newest first, and in words which of that day were left out."""
    first, found = now - REMEMBERED, []
    for day in days_before(now):
        # Older ones are shown when there are few.
        most = MAX_INGESTS if day >= f"{first:%Y-%m-%d}" else NEWEST
        if len(found) >= most:
            break
        found += ids_of(dynamodb, table, day, most - len(found))
    day = sum(uploaded(ingest) > first for ingest in found)
    records = records_of(dynamodb, table, found[: max(day, NEWEST)])
    shown = [records[ingest] for ingest in found if ingest in records]
    left_out = [f"ingests of the last day before the latest {MAX_INGESTS:,}"] if day >= MAX_INGESTS else []
    return {
        "newest": [as_shown(record, now) for record in shown[:NEWEST]],
        "last_day": [as_shown(record, now) for record in shown if uploaded(text(record, "ingest_id")) > first],
        "left_out": left_out,
    }


def days_before(now: datetime) -> Iterator[str]:
    """The days that may have the latest ingests, the latest first. It begins with tomorrow, since S3's clock may be ahead."""
    for back in range(-1, KEPT.days + 1):
        yield (now - timedelta(days=back)).strftime("%Y-%m-%d")


def ids_of(dynamodb, table: str, day: str, most: int) -> list[str]:
    """The ids of the latest ingests of a day, at most `most`."""
    found, start = [], {}
    while len(found) < most:
        reply = dynamodb.query(
            TableName=table,
            IndexName=INDEX,
            KeyConditionExpression="#day = :day",
            ProjectionExpression="ingest_id",
            ExpressionAttributeNames={"#day": "day"},
            ExpressionAttributeValues={":day": {"S": day}},
            ScanIndexForward=False,
            Limit=most - len(found),
            **start,
        )
        found += [text(item, "ingest_id") for item in reply["Items"]]
        if "LastEvaluatedKey" not in reply:
            break
        start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
    return found


def records_of(dynamodb, table: str, ids: list[str]) -> dict[str, dict]:
    """The records of ingests by id, without those that were deleted."""
    records = {}
    for start in range(0, len(ids), KEYS):
        keys = [{"ingest_id": {"S": ingest}} for ingest in ids[start : start + KEYS]]
        for _ in range(TRIES):
            reply = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys}})
            records.update({text(item, "ingest_id"): item for item in reply["Responses"].get(table, [])})
            keys = reply.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not keys:
                break
        else:
            raise ValueError(f"DynamoDB leaves {len(keys)} records of {table} unread")
    return records


def as_shown(record: dict, now: datetime) -> dict:
    """The fields of a record that are shown."""
    ingest = text(record, "ingest_id")
    return {
        "ingest_id": ingest,
        "state": state_of(record, now),
        "at": uploaded(ingest).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "object": text(record, "object") or "",
        "rows": rows_of(record),
        "error": text(record, "error"),
        "reason": text(record, "reason"),
    }


def state_of(record: dict, now: datetime) -> str:
    """The state of a record at a time."""
    rows = rows_of(record)
    accounted = sum(rows[name] for name in ("written", "superseded", "outdated", "existing", "dead"))
    updated = text(record, "updated")
    if rows["sent"] is not None and accounted >= rows["sent"]:
        return "done"
    if text(record, "state") == "failed":
        return "failed"
    is_extracted = "extracted" in record
    limit = WRITING_STALLED_AFTER if is_extracted else EXTRACTION_STALLED_AFTER
    if updated is None or now - datetime.fromisoformat(updated.replace("Z", "+00:00")) > limit:
        return "stalled"
    return "writing" if is_extracted else "extracting"


def rows_of(record: dict) -> dict:
    """The row counts of a record: of the attempts that count if the extraction is complete, otherwise of all so far."""
    counted = {attempt["N"] for attempt in record.get("counted", {}).get("L", [])}
    effects = dict.fromkeys(EFFECTS, 0)
    for name, value in record.items():
        effect, _, attempt = name.rpartition("_")
        if effect in effects and attempt.isdecimal() and (attempt in counted or "extracted" not in record):
            effects[effect] += int(value["N"])
    effects["dead"] = max(effects["dead"], 0)
    extraction = {name: number(record, f"rows_{name}") for name in ("read", "sent", "rejected")}
    return {**extraction, **effects}


def uploaded(ingest: str) -> datetime:
    """The time of the upload, which the ingest id contains."""
    return datetime.fromtimestamp(int(re.sub("-", "", ingest)[:12], 16) / 1000, timezone.utc)


def text(record: dict, name: str) -> str | None:
    return record[name]["S"] if name in record else None


def number(record: dict, name: str) -> int | None:
    return int(record[name]["N"]) if name in record else None
