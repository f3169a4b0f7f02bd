"""The files that a text names: file_words.py TEXT, which prints each name with a NUL behind it.

A text that is the name of a file, or a pattern that matches any, names just this, whatever signs are in it. Any other is
words, as in a shell: with spaces between them, and quotation marks around those that have some in them.
"""

import glob
import os
import shlex
import sys


def names_in(text: str) -> list[str]:
    """The names of files, or patterns of them, in a text."""
    if os.path.lexists(text) or glob.glob(text):
        return [text]
    try:
        words = shlex.split(text)
    except ValueError:
        # A quotation mark that belongs to a name.
        words = text.split()
    return [os.path.expanduser(word) for word in words]


def main() -> None:
    for name in names_in(sys.argv[1]):
        sys.stdout.buffer.write(os.fsencode(name) + b"\0")


if __name__ == "__main__":
    main()
