"""Reads cells of many types with frictionless-py."""

import datetime
import decimal
import json
import warnings

from frictionless import Schema

FIELDS = [
    {"type": "string"},
    {"type": "string", "missingValues": ["-"]},
    {"type": "string", "missingValues": ["", "NA"]},
    {"type": "string", "constraints": {"minLength": 2}},
    {"type": "string", "constraints": {"enum": ["a", "NA"]}},
    {"type": "string", "constraints": {"required": True}},
    {"type": "number"},
    {"type": "number", "decimalChar": ","},
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "number", "groupChar": ","},
    {"type": "number", "bareNumber": False},
    {"type": "number", "constraints": {"minimum": 0, "maximum": 100}},
    {"type": "integer"},
    {"type": "integer", "bareNumber": False},
    {"type": "integer", "constraints": {"enum": [1, 7, 42]}},
    {"type": "boolean"},
    {"type": "boolean", "trueValues": ["ja", "yes"], "falseValues": ["nein"]},
    {"type": "date"},
    {"type": "date", "format": "%d.%m.%Y"},
    {"type": "date", "format": "%B %d, %Y"},
    {"type": "date", "format": "%d.%m.%y"},
    {"type": "date", "constraints": {"minimum": "2024-01-01"}},
    {"type": "time"},
    {"type": "time", "format": "%H:%M"},
    {"type": "time", "format": "%I:%M %p"},
    {"type": "datetime"},
    {"type": "datetime", "format": "%d.%m.%Y %H:%M"},
    {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"},
    {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    {"type": "year"},
    {"type": "yearmonth"},
    {"type": "list"},
    {"type": "list", "itemType": "integer"},
    {"type": "list", "delimiter": ";", "itemType": "integer"},
    {"type": "list", "itemType": "boolean"},
    {"type": "list", "itemType": "date"},
    {"type": "object"},
    {"type": "array"},
]

NUMBERS = (
    "1|1.5|-1.50|+4|.5|5.|007|1e5|1E-7|-0|NaN|INF|-INF|nan|1,5|1 000|1_000|0x10| 4.39|4.39 |\u00a04.39|\u22125|\uff11\uff12|95%|$95"
    "|EUR 1.50|1.2.3|--1|1e|e5|12345678901234567890123456789012345678|1.234,5|1.234|1,234|1.5.0|-1.234.567,8|1.0|1e3|42|12,34|0"
)
TIMES = (
    "2024-03-31|2024-02-30|2023-02-29|2024-3-1|24-03-31|2024/03/31|20240331|31.03.2024|31.3.24|March 31, 2024|2024-W13-7|0001-01-01"
    "|9999-12-31|0000-01-01| 2024-03-31|10:55:09|10:55|10:55:09.385|10:55:09Z|10:55:09+02:00|24:00:00|23:59:60|105509|1:02:03"
    "|12:05 AM|25:00:00|2024-03-31T01:30:00|2024-03-31 01:30:00|2024-03-31T01:30:00Z|2024-03-31T01:30:00+02:00"
    "|2024-03-31T01:30:00+0200|2024-03-31T01:30:00.25|2024-03-31T01:30:00.1234567|2024-03-31T01:30|2024-03-31T24:00:00"
    "|20240331T013000|2024-02-30T00:00:00|31.03.2024 01:30|2024-03-31T01:30:00-03:30|1559040909|2024|0987|-2024| 2024|0000|2024-03"
    "|2024-13|2024-00|24-03"
)
OTHERS = (
    '||a| |-|a b|"x"| a|null|NA|true|True|TRUE|FALSE|0|yes|ja|nein|tRue| true|a,b|a,,b|1,2|1;2|true,false|2024-01-01,2024-02-30'
    '|{}|{"a":1}|[]|[1]|{|[|{"a":{"b":[1,2]}}|{"a":1,"a":2}|[1,"a",null]'
)
POOLS = {
    "number": [NUMBERS],
    "integer": [NUMBERS],
    "date": [TIMES],
    "time": [TIMES],
    "datetime": [TIMES],
    "year": [TIMES],
    "yearmonth": [TIMES],
}


def attribute(value):
    """Turn a value into an attribute value in DynamoDB JSON, as this product stores it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float, decimal.Decimal)):
        return {"N": str(value)}
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return {"S": time_text(value.astimezone(datetime.timezone.utc).replace(tzinfo=None)) + "Z"}
    if isinstance(value, (datetime.datetime, datetime.time)):
        return {"S": time_text(value)}
    if isinstance(value, datetime.date):
        return {"S": value.isoformat()}
    if isinstance(value, tuple):
        return {"S": f"{value[0]:04}-{value[1]:02}"}
    if isinstance(value, list):
        return {"L": [attribute(element) or {"NULL": True} for element in value]}
    if isinstance(value, dict):
        return {"M": {name: attribute(member) or {"NULL": True} for name, member in value.items()}}
    return {"S": value}


def time_text(value):
    """Write a time without the zeros at the end of its fraction."""
    text = value.isoformat()
    return text.rstrip("0") if "." in text else text


def cells() -> str:
    """Each cell with its field and its attribute value in DynamoDB JSON, one a line."""
    warnings.simplefilter("ignore")
    rows = []
    for properties in FIELDS:
        field = {key: value for key, value in properties.items() if key != "missingValues"}
        schema = {"fields": [{"name": "x", **field}]}
        if "missingValues" in properties:
            schema["missingValues"] = properties["missingValues"]
        read = Schema.from_descriptor(schema).fields[0].read_cell
        pools = POOLS.get(properties["type"], []) + [OTHERS]
        for cell in dict.fromkeys(cell for pool in pools for cell in pool.split("|")):
            value, notes = read(cell)
            rows.append(
                [
                    {"name": "x", **properties},
                    cell,
                    "rejected" if notes else attribute(value),
                ]
            )
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
