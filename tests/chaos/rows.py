"""CSV files with known rows: the good rows with their items, and the bad rows."""

import csv
import gzip
import io
import random
from dataclasses import dataclass, field
from datetime import datetime, timezone

COLUMNS = ["timestamp", "location", "source", "local_dest", "local_avg", "remote_dest", "remote_avg"]
# One row in this many is bad: often enough that every report has rejected rows, rarely enough that most rows are good.
BAD_EVERY = 97
# 2019-05-28, the first row of the sample. The files' timestamps are so far apart that no two files share a key.
EPOCH = 1_559_040_909
APART = 1_000_000

# The date and time of an item.
Key = tuple[str, str]


@dataclass
class File:
    """A file to upload, and its expected outcome."""

    key: str
    content: bytes
    good: dict[Key, dict[str, str]] = field(default_factory=dict)
    # (line, text of the row)
    bad: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.bad)


def make(key: str, number: int, rows: int, *, filler: int = 0, compress: bool = False) -> File:
    """Makes a file, the same for the same arguments. `filler` adds a column of this many characters that no message has."""
    draw = random.Random(number)
    file = File(key, b"")
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(COLUMNS + ["filler"] * bool(filler))
    for row in range(rows):
        seconds = EPOCH + number * APART + row
        cells = {
            "timestamp": f"{seconds}.{draw.randrange(10**6)}",
            "location": f"location-{draw.randrange(100):02}",
            "source": f"row-{row}.",
            "local_dest": f"router, {draw.randrange(10)}",
            "local_avg": f"{draw.uniform(0, 100):.2f}",
            "remote_dest": f"device-{draw.randrange(10)}",
            "remote_avg": f"{draw.uniform(0, 100):.{draw.randrange(1, 9)}f}",
        }
        tail = [f"{row}".ljust(filler, "x")] * bool(filler)
        if row % BAD_EVERY == BAD_EVERY // 2:
            cells |= spoiled(cells, row // BAD_EVERY)
            before = text.tell()
            write([*cells.values(), *tail])
            text.seek(before)
            file.bad.append((row + 2, text.read().rstrip("\n")))
            continue
        write([*cells.values(), *tail])
        at = datetime.fromtimestamp(seconds, timezone.utc)
        item = {"date": at.strftime("%Y-%m-%d"), "time": at.strftime("%H:%M:%S"), **cells}
        del item["timestamp"]
        file.good[item["date"], item["time"]] = item
    content = text.getvalue().encode()
    file.content = gzip.compress(content, 1, mtime=0) if compress else content
    return file


def spoiled(cells: dict[str, str], which: int) -> dict[str, str]:
    """A bad row, made from a good one in varying ways."""
    spoils = [{"local_avg": "nine"}, {"location": ""}, {"timestamp": "2019-05-28 10:55:09"}, {"remote_avg": "1,5"}]
    return spoils[which % len(spoils)]
