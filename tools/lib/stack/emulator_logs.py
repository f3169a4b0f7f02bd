"""Makes the emulator's logs complete: every line that a function wrote before it answered is in its log.

A thread of the emulator reads the function's output. After the answer the emulator waits a few milliseconds for that
thread (seen in 1.5.33). On a busy machine lines are then missing: they come with the next invocation, or never. This
module does not wait for a thread. Output that was written before the answer is in the pipe, and is read from there.
"""

import os
import select
import threading
from queue import Full, Queue
from typing import BinaryIO

from ministack.core.lambda_runtime import ProvidedWorker

PIECE_BYTES = 64 * 1024


class Output:
    """The output of a function's process: a pipe whose lines go to a queue. Any thread may move them."""

    def __init__(self, stream: BinaryIO, lines: Queue) -> None:
        self.stream, self.lines = stream, lines
        self.lock, self.unfinished, self.ended = threading.Lock(), b"", False

    @classmethod
    def of(cls, stream: BinaryIO, lines: Queue) -> "Output":
        """The one `Output` of this pipe, with the queue that the emulator made for it."""
        return vars(lines).setdefault("output", cls(stream, lines))

    def readable(self, timeout_ms: int | None) -> bool:
        """Whether the pipe has data or is at its end."""
        poll = select.poll()
        poll.register(self.stream.fileno(), select.POLLIN)
        return bool(poll.poll(timeout_ms))

    def move(self) -> None:
        """Moves the content of the pipe to the queue."""
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
        """Removes and returns the lines so far."""
        self.move()
        with self.lock:
            return "\n".join(self.lines.get_nowait() for _ in range(self.lines.qsize()))

    def put(self, line: str) -> None:
        """Adds a line. The caller holds the lock."""
        try:
            self.lines.put_nowait(line)
        except Full:
            # A full queue drops its oldest line, as in the emulator.
            self.lines.get_nowait()
            self.lines.put_nowait(line)


def pump(_worker: ProvidedWorker, stream: BinaryIO, lines: Queue) -> None:
    """Replaces the emulator's reading thread. It keeps the pipe from filling up, which would block the process."""
    output = Output.of(stream, lines)
    while not output.ended:
        output.readable(None)
        output.move()
    stream.close()


def drain(worker: ProvidedWorker, **_limits: float) -> str:
    """Replaces the emulator's wait for the reading thread."""
    process = worker._proc
    return Output.of(process.stdout, worker._stderr_queue).take() if process else worker._drain_stderr()


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    ProvidedWorker._pump_output = pump
    ProvidedWorker._drain_stderr_bounded = drain
