"""The emulator's logs: every line that a function wrote before it answered is in its log.

A thread of the emulator reads what a function writes. When the function has answered, the emulator waits for that thread
for some milliseconds (seen in 1.5.33), and on a busy machine lines are missing then: they come with the next invocation, or
never. Here nobody waits for a thread: what was written before the answer is in the pipe, and is read from there.
"""

import os
import select
import threading
from queue import Full, Queue
from typing import BinaryIO

from ministack.core.lambda_runtime import ProvidedWorker

PIECE_BYTES = 64 * 1024


class Output:
    """What a function's process writes: a pipe, whose lines go to a queue. Any thread may move them."""

    def __init__(self, stream: BinaryIO, lines: Queue) -> None:
        self.stream, self.lines = stream, lines
        self.lock, self.unfinished, self.ended = threading.Lock(), b"", False

    @classmethod
    def of(cls, stream: BinaryIO, lines: Queue) -> "Output":
        """The only one of this pipe, for which the emulator has made this queue."""
        return vars(lines).setdefault("output", cls(stream, lines))

    def readable(self, timeout_ms: int | None) -> bool:
        """Whether there is something to read, or the end."""
        poll = select.poll()
        poll.register(self.stream.fileno(), select.POLLIN)
        return bool(poll.poll(timeout_ms))

    def move(self) -> None:
        """Moves what is in the pipe."""
        with self.lock:
            while not self.ended and self.readable(0):
                piece = os.read(self.stream.fileno(), PIECE_BYTES)
                *lines, self.unfinished = (self.unfinished + piece).split(b"\n")
                if not piece:
                    self.ended = True
                    lines += [self.unfinished] if self.unfinished else []
                for line in lines:
                    self.put(line.decode(errors="replace").rstrip("\r"))

    def take(self) -> str:
        """The lines so far, which are not there afterwards."""
        self.move()
        with self.lock:
            return "\n".join(self.lines.get_nowait() for _ in range(self.lines.qsize()))

    def put(self, line: str) -> None:
        """Adds a line; the lock is held."""
        try:
            self.lines.put_nowait(line)
        except Full:
            # The oldest goes, as in the emulator.
            self.lines.get_nowait()
            self.lines.put_nowait(line)


def pump(_worker: ProvidedWorker, stream: BinaryIO, lines: Queue) -> None:
    """In place of the thread that reads: a process must not wait because its pipe is full."""
    output = Output.of(stream, lines)
    while not output.ended:
        output.readable(None)
        output.move()
    stream.close()


def drain(worker: ProvidedWorker, **_limits: float) -> str:
    """In place of the wait for that thread."""
    process = worker._proc
    return Output.of(process.stdout, worker._stderr_queue).take() if process else worker._drain_stderr()


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    ProvidedWorker._pump_output = pump
    ProvidedWorker._drain_stderr_bounded = drain
