"""A CSV row as the body of a queue message: what both extractors send, so that they differ in how they send it only."""

import json
from datetime import datetime, timezone


def message_body(row: dict, table_name: str) -> str:
    # Cut as text: a float has too few digits for the fraction and may round it up into the next second.
    seconds, _, _ = row["timestamp"].partition(".")
    moment = datetime.fromtimestamp(int(seconds), timezone.utc)
    item = {
        "date": {"S": moment.date().isoformat()},
        "time": {"S": moment.time().isoformat()},
        "location": {"S": row["location"]},
        "source": {"S": row["source"]},
        "local_dest": {"S": row["local_dest"]},
        "local_avg": {"N": row["local_avg"]},
        "remote_dest": {"S": row["remote_dest"]},
        "remote_avg": {"N": row["remote_avg"]},
    }
    return json.dumps({"TableName": table_name, "Item": item}, separators=(",", ":"))
