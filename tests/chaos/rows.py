"""CSV files whose every row is known: which are good and what they must become, which are bad."""

import csv
import gzip
import io
import random
from dataclasses import dataclass, field
from datetime import datetime, timezone

COLUMNS = ["timestamp", "location", "source", "local_dest", "local_avg", "remote_dest", "remote_avg"]
# One bad row in so many: enough that every report has to add up, seldom enough that files are about good ones.
BAD_EVERY = 97
# 2019-05-28, the first of the sample rows. Files are a day's worth of seconds apart, so that no two share a key.
EPOCH = 1_559_040_909
APART = 1_000_000

# Date and time of an item.
Key = tuple[str, str]


@dataclass
class File:
    """A file to upload, and what must become of it."""

    key: str
    content: bytes
    good: dict[Key, dict[str, str]] = field(default_factory=dict)
    # (line, row as it stands)
    bad: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.bad)


def make(key: str, number: int, rows: int, *, filler: int = 0, compress: bool = False) -> File:
    """The same file for the same arguments. `filler` adds a column that is in no message, of so many characters."""
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
    """What makes a row bad, each time something else."""
    spoils = [{"local_avg": "nine"}, {"location": ""}, {"timestamp": "2019-05-28 10:55:09"}, {"remote_avg": "1,5"}]
    return spoils[which % len(spoils)]
