"""The process of the embedded stack, as a folder of state names it: process.py FOLDER [PID PORT]

Prints one of these, with the process and the port when there is one:

    up        it runs and answers on its port
    stopped   it was stopped by a signal, and goes on after another one
    mute      it runs, and does not answer
    foreign   it runs, and its port is another program's
    down      it does not run

With PID and PORT, it first writes down that this process is the stack's. Process ids are used again, so that when a process
began is written down, too.
"""

import http.client
import sys
from pathlib import Path

# What a busy stack takes to answer, and much more.
PATIENCE_S = 20
EMULATOR = "stack/emulator.py"
LISTENING = "0A"


def main() -> None:
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        remember(folder, *map(int, sys.argv[2:]))
    print(*state_of(folder))


def remember(folder: Path, pid: int, port: int) -> None:
    """Writes down that this process is the stack's. The id comes last: without it, nothing else counts."""
    files(folder)["port"].write_text(str(port))
    files(folder)["begin"].write_text(begin_of(pid) or "")
    files(folder)["pid"].write_text(str(pid))


def state_of(folder: Path) -> tuple:
    """How the stack of a folder is, with its process and port."""
    try:
        noted = {name: file.read_text() for name, file in files(folder).items() if file.exists()}
        pid, port = int(noted["pid"]), int(noted["port"])
    except (OSError, KeyError, ValueError):
        return ("down",)
    if not is_same(pid, noted.get("begin")):
        return ("down",)
    if status_of(pid) in ("T", "t"):
        return "stopped", pid, port
    listening = listening_on(port)
    if listening and not listening & sockets_of(pid):
        return "foreign", pid, port
    return "up" if answers(port) else "mute", pid, port


def files(folder: Path) -> dict[str, Path]:
    """Where the process is written down."""
    return {name: folder / f"ministack.{name}" for name in ("pid", "port", "begin")}


def is_same(pid: int, begin: str | None) -> bool:
    """Whether the process of this id is the one that was written down."""
    if status_of(pid) in (None, "Z"):
        return False
    if begin is None:
        # Written down by tools of before.
        return EMULATOR in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return begin == begin_of(pid)


def begin_of(pid: int) -> str | None:
    """When a process began: which start of the machine, and ticks since then. `None` when there is none."""
    fields = stat_of(pid)
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {fields[19]}" if fields else None


def status_of(pid: int) -> str | None:
    """The letter of a process's state; `None` when there is none."""
    fields = stat_of(pid)
    return fields[0] if fields else None


def stat_of(pid: int) -> list[str] | None:
    """What the kernel says of a process, after its name, which may have spaces and brackets in it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def listening_on(port: int) -> set[str]:
    """The sockets that listen on a port of this machine."""
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in read_lines(table)[1:]:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{fields[9]}]")
    return sockets


def read_lines(file: str) -> list[str]:
    try:
        return Path(file).read_text().splitlines()
    except OSError:
        return []


def sockets_of(pid: int) -> set[str]:
    """The sockets of a process."""
    sockets = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            sockets.add(str(descriptor.readlink()))
        except OSError:
            # It was closed meanwhile.
            continue
    return sockets


def answers(port: int) -> bool:
    """Whether an emulator answers there. Proxies of the caller's are not asked."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
