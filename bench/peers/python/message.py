"""Makes a message's body of a CSV row. Both extractors use it, so they differ only in how they send messages."""

import json
from datetime import datetime, timezone


def message_body(row: dict, table_name: str) -> str:
    # The fraction is cut off as text: a float has too few digits for it and may round it up into the next second.
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
