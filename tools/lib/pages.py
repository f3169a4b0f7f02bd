"""Writes documents: whole ones, and named parts of others, each between two marks."""

import argparse
import re
import sys
from pathlib import Path

MARK = "<!-- {name}: written by tools/{script} -->\n"
END = "<!-- end of {name} -->\n"


def parser(description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--check", action="store_true", help="write nothing; fail if a document is out of date")
    return made


def write(page: Path, script: str, parts: dict[str, str], check: bool) -> None:
    """Writes the parts into the page; with `check`, fails if the page has others."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    for name, part in parts.items():
        marks = MARK.format(name=name, script=script), END.format(name=name)
        pattern = f"({re.escape(marks[0])}).*?({re.escape(marks[1])})"
        text, count = re.subn(
            pattern, lambda match, part=part: f"{match[1]}\n{part.strip()}\n\n{match[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            sys.exit(f"error: {page} has the part {name} {count} times, not once\n  It begins with {marks[0]}")
    save(page, script, text, check)


def save(page: Path, script: str, text: str, check: bool) -> None:
    """Writes the page; with `check`, fails if its text is another."""
    if page.exists() and page.read_text(encoding="utf-8") == text:
        print(f"{page.name} is up to date")
    elif check:
        sys.exit(f"error: {page.name} is out of date\n  Write it again: tools/{script}")
    else:
        page.write_text(text, encoding="utf-8")
        print(f"{page.name} is written")


def table(head: list[str], rows: list[list[object]], words: int = 1) -> str:
    """A table whose first columns, as many as `words`, are text and whose other columns are numbers."""
    rule = "".join("|---" if column < words else "|---:" for column in range(len(head)))
    lines = ["| " + " | ".join(map(str, line)) + " |" for line in [head, *rows]]
    return "\n".join([lines[0], rule + "|", *lines[1:]])
