"""Prints the files that a text names, with a NUL after each: file_words.py TEXT

A text that is the name of a file, or a pattern that matches files, is one name, whatever characters it contains. Any
other text is split into words as in a shell: by spaces, with quotation marks around a name that contains spaces.
"""

import glob
import os
import shlex
import sys


def names_in(text: str) -> list[str]:
    """The names or patterns of files in a text."""
    if os.path.lexists(text) or glob.glob(text):
        return [text]
    try:
        words = shlex.split(text)
    except ValueError:
        # A single quotation mark belongs to a name.
        words = text.split()
    return [os.path.expanduser(word) for word in words]


def main() -> None:
    for name in names_in(sys.argv[1]):
        sys.stdout.buffer.write(os.fsencode(name) + b"\0")


if __name__ == "__main__":
    main()
