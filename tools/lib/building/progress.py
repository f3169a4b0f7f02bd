"""Runs cargo and shows its progress: progress.py TITLE LOG PACKAGE... -- COMMAND...

COMMAND is a cargo command that compiles these packages. A line of progress has the number of crates that are done, the
number of all crates, and the time: a new line every ten seconds, or on a terminal one line that is updated every second.
Cargo's output goes to the log; its end is shown if cargo fails. It needs only Python, since it runs before the tools are
installed.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from building.dependencies import tree
from failures import told

# Seconds between two lines.
ON_A_TERMINAL, ON_A_PIPE = 1, 10
# Lines of the log that are shown after a failure.
LAST = 40


class Crates:
    """The crates that cargo has compiled, and the number of all crates, once it is known."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.all = 0
        self.last = ""

    def read(self, messages: Iterable[str]) -> None:
        """Reads the messages that cargo prints with `--message-format json`, until it ends.

        https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages
        """
        for line in messages:
            # Build scripts and other programs print lines there as well.
            if not line.startswith('{"reason":"compiler-artifact"'):
                continue
            artifact = json.loads(line)
            if "custom-build" not in artifact["target"]["kind"]:
                self.done.add(artifact["package_id"])
                if not artifact["fresh"]:
                    self.last = artifact["target"]["name"]

    def count(self, packages: list[str]) -> None:
        """Counts the crates that the packages depend on. If that fails, the progress is shown without this number."""
        listed = subprocess.run(tree(packages), capture_output=True, text=True, check=False)
        # `cargo tree` can name a crate several times, with other features or a remark after it.
        self.all = len({tuple(line.split()[:2]) for line in listed.stdout.splitlines() if line.strip()})

    def said(self, seconds: float) -> str:
        done = f"{len(self.done)} of {self.all}" if self.all >= max(len(self.done), 1) else f"{len(self.done)}"
        last = f", {self.last}" if self.last else ""
        return f"{done} crates, {clock(seconds)}{last}"


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 0:07."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def follow(title: str, crates: Crates, done: threading.Event, out: TextIO) -> None:
    """Prints the progress until cargo is done."""
    started, live = time.monotonic(), out.isatty()
    every = ON_A_TERMINAL if live else ON_A_PIPE
    while not done.wait(every):
        line = f"  {title}: {crates.said(time.monotonic() - started)}"
        # On a terminal each line overwrites the one before.
        print(f"\r{line[:79]}\x1b[K" if live else line, end="" if live else "\n", file=out, flush=True)
    if live:
        print("\r\x1b[K", end="", file=out, flush=True)


def run(title: str, log: Path, packages: list[str], command: list[str], out: TextIO) -> int:
    """Runs the command and returns its exit code."""
    crates, done, started = Crates(), threading.Event(), time.monotonic()
    followers = [
        threading.Thread(target=crates.count, args=(packages,), daemon=True),
        threading.Thread(target=follow, args=(title, crates, done, out)),
    ]
    with log.open("w", encoding="utf-8") as written:
        command = [*command, "--message-format", "json-render-diagnostics"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=written, text=True) as cargo:
            for follower in followers:
                follower.start()
            try:
                crates.read(cargo.stdout)
            finally:
                done.set()
                followers[-1].join()
    if cargo.returncode:
        print(*log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST:], sep="\n", file=sys.stderr)
        print(f"error: {title} failed\n  The whole log: {log}", file=sys.stderr)
    else:
        print(
            f"  {title}: {len(crates.done)} crates, done in {clock(time.monotonic() - started)}", file=out, flush=True
        )
    return cargo.returncode


def main() -> None:
    title, log, *others = sys.argv[1:]
    divide = others.index("--")
    sys.exit(run(title, Path(log), others[:divide], others[divide + 1 :], sys.stdout))


if __name__ == "__main__":
    told(main)
