"""Makes a message's body of a row of a declared file, as `bench/readings.json` describes it, with the standard library."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zlib import crc32
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
KEPT = timedelta(days=730)
TRUTHS = {"ja": True, "nein": False}
MISSING = ("", "-")


def reading_body(row: dict, table_name: str, key: str, line: int) -> str:
    local = datetime.fromisoformat(row["Zeitpunkt"]).replace(tzinfo=BERLIN)
    moment = local.astimezone(timezone.utc)
    if moment.astimezone(BERLIN).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{local} does not exist in {BERLIN}")
    at = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    station = row["Messstelle"]
    item = {
        "pk": {"S": f"SENSOR#{station}#{moment:%Y-%m}#{crc32(at.encode()) % 8}"},
        "sk": {"S": f"READING#{at}"},
        "at": {"S": at},
        "Messstelle": {"S": station},
        "Status": {"S": present(row["Status"]) or "unknown"},
        "kind": {"S": "reading"},
        "version": {"N": "1"},
        "origin": {"M": {"file": {"S": key}, "line": {"N": str(line)}}},
        "expires": {"N": str(int((moment + KEPT).timestamp()))},
    }
    if value := present(row["Wert"]):
        item["value"] = {"N": str(Decimal(value.replace(".", "").replace(",", ".")))}
    if active := present(row["Aktiv"]):
        item["Aktiv"] = {"BOOL": TRUTHS[active]}
    if tags := present(row["Tags"]):
        item["Tags"] = {"SS": tags.split("|")}
    return json.dumps({"TableName": table_name, "Item": item}, separators=(",", ":"))


def present(cell: str) -> str:
    return "" if cell in MISSING else cell
