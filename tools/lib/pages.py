"""Documents that scripts write parts of: each part stands between two marks, and has a name."""

import argparse
import re
import sys
import textwrap
from pathlib import Path

MARK = "<!-- {name}: written by tools/{script} -->\n"
END = "<!-- end of {name} -->\n"


def parser(description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--check", action="store_true", help="write nothing; fail when the document is not as it must be")
    return made


def write(page: Path, script: str, parts: dict[str, str], check: bool) -> None:
    """Puts the parts into the page; or fails when they are not in it as they are."""
    if not page.exists():
        sys.exit(f"error: there is no {page}")
    before = page.read_text(encoding="utf-8")
    text = before
    for name, part in parts.items():
        marks = MARK.format(name=name, script=script), END.format(name=name)
        pattern = f"({re.escape(marks[0])}).*?({re.escape(marks[1])})"
        text, count = re.subn(
            pattern, lambda match, part=part: f"{match[1]}\n{part.strip()}\n\n{match[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            sys.exit(f"error: {page.name} has the part {name} {count} times, not once\n  It begins with {marks[0]}")
    if text == before:
        print(f"{page.name} is up to date")
    elif check:
        sys.exit(f"error: {page.name} is not what tools/{script} writes\n  Run it without --check")
    else:
        page.write_text(text, encoding="utf-8")
        print(f"{page.name} is written")


def paragraph(text: str, bullet: str = "") -> str:
    """Text in lines as long as those of the other documents."""
    options = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.fill(line(text), 122, initial_indent=bullet, subsequent_indent=" " * len(bullet), **options)


def line(text: str) -> str:
    """Text in one line, for a cell of a table."""
    return " ".join(text.split())


def table(head: list[str], rows: list[list[str]], words: int = 1) -> str:
    """A table whose first columns are words and the others numbers."""
    rule = "".join("|---" if column < words else "|---:" for column in range(len(head)))
    lines = ["| " + " | ".join(map(str, line)) + " |" for line in [head, *rows]]
    return "\n".join([lines[0], rule + "|", *lines[1:]])


def money(dollars: float) -> str:
    """To a tenth of a cent, or to two digits that mean something."""
    if dollars == 0:
        return "0"
    if dollars >= 0.1:
        return f"{dollars:.3f}"
    return f"{dollars:.2g}" if dollars >= 0.0001 else f"{dollars:.5f}"


def span(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def thousands(number: float) -> str:
    return f"{number:,.0f}"
