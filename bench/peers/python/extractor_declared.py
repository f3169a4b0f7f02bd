"""The extractor of extractor_idiomatic.py for the files that `bench/readings.json` declares."""

from extractor_idiomatic import TABLE_NAME, ingest
from reading import reading_body


def handler(event, context):
    return ingest(event, ";", lambda row, key, line: reading_body(row, TABLE_NAME, key, line))
