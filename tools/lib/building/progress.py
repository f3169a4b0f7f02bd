"""Runs cargo and says how far it is: progress.py TITLE LOG PACKAGE... -- COMMAND...

The command is one of cargo's that compiles these packages. How many crates are done, of how many, and for how long it has run,
is a line every ten seconds, on a terminal one that changes every second. What cargo says goes to the log; its end is shown when
cargo fails. It needs nothing but Python, and runs before the tools are installed.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from failures import told

# Seconds between two lines.
ON_A_TERMINAL, ON_A_PIPE = 1, 10
# Lines of the log that are shown after a failure.
LAST = 40
# What `cargo tree` puts in front of the name of a crate, and so what else a line may be, does not count.
TREE = ("cargo", "tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--no-dedupe", "--format", "{p}")


class Crates:
    """The crates that cargo is done with, and how many there are, once that is known."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.all = 0
        self.last = ""

    def read(self, messages: Iterable[str]) -> None:
        """Reads what cargo says with `--message-format json` as long as it runs.

        https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages
        """
        for line in messages:
            # Others print there as well.
            if not line.startswith('{"reason":"compiler-artifact"'):
                continue
            artifact = json.loads(line)
            if "custom-build" not in artifact["target"]["kind"]:
                self.done.add(artifact["package_id"])
                if not artifact["fresh"]:
                    self.last = artifact["target"]["name"]

    def count(self, packages: list[str]) -> None:
        """Counts the crates that the packages are made of. What cannot be counted is left out of what is said."""
        options = [option for package in packages for option in ("--package", package)]
        listed = subprocess.run([*TREE, *options], capture_output=True, text=True, check=False)
        # The same crate is named once with a remark behind it, once without.
        self.all = len({tuple(line.split()[:2]) for line in listed.stdout.splitlines() if line.strip()})

    def said(self, seconds: float) -> str:
        done = f"{len(self.done)} of {self.all}" if self.all >= max(len(self.done), 1) else f"{len(self.done)}"
        last = f", {self.last}" if self.last else ""
        return f"{done} crates, {clock(seconds)}{last}"


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 0:07."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def follow(title: str, crates: Crates, done: threading.Event, out: TextIO) -> None:
    """Says how far it is until it is done."""
    started, live = time.monotonic(), out.isatty()
    every = ON_A_TERMINAL if live else ON_A_PIPE
    while not done.wait(every):
        line = f"  {title}: {crates.said(time.monotonic() - started)}"
        # On a terminal in the place of the line before, of which nothing is left.
        print(f"\r{line[:79]}\x1b[K" if live else line, end="" if live else "\n", file=out, flush=True)
    if live:
        print("\r\x1b[K", end="", file=out, flush=True)


def run(title: str, log: Path, packages: list[str], command: list[str], out: TextIO) -> int:
    """Runs the command; its exit code."""
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
