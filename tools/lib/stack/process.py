"""Prints the state of the embedded stack whose state files are in FOLDER: process.py FOLDER [PID PORT]

It prints one of these, with the process id and the port if there is a process:

    up        it runs and answers on its port
    stopped   a signal has stopped it, and another can continue it
    mute      it runs, but does not answer
    foreign   it runs, but another program has its port
    down      it does not run

With PID and PORT, it first records that this process is the stack. Process ids are reused, so it also records when the
process began.
"""

import http.client
import sys
from pathlib import Path

# In seconds; much longer than a busy stack takes to answer.
PATIENCE_S = 60
EMULATOR = "stack/emulator.py"
LISTENING = "0A"


def main() -> None:
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        remember(folder, *map(int, sys.argv[2:]))
    print(*state_of(folder))


def remember(folder: Path, pid: int, port: int) -> None:
    """Records that this process is the stack. The id is written last: without it, the rest does not count."""
    files(folder)["port"].write_text(str(port))
    files(folder)["begin"].write_text(begin_of(pid) or "")
    files(folder)["pid"].write_text(str(pid))


def state_of(folder: Path) -> tuple:
    """The state of a folder's stack, with its process id and port."""
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
    """The files that record the process."""
    return {name: folder / f"ministack.{name}" for name in ("pid", "port", "begin")}


def is_same(pid: int, begin: str | None) -> bool:
    """Whether the process with this id is the recorded one."""
    if status_of(pid) in (None, "Z"):
        return False
    if begin is None:
        # An earlier version of the tools did not record the beginning.
        return EMULATOR in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return begin == begin_of(pid)


def begin_of(pid: int) -> str | None:
    """The beginning of a process: the machine's boot id, and the ticks since then. `None` if there is no such process."""
    fields = stat_of(pid)
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {fields[19]}" if fields else None


def status_of(pid: int) -> str | None:
    """The letter of a process's state; `None` if there is no such process."""
    fields = stat_of(pid)
    return fields[0] if fields else None


def stat_of(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the process's name, which may contain spaces and brackets."""
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
            # The descriptor was closed meanwhile.
            continue
    return sockets


def answers(port: int) -> bool:
    """Whether an emulator answers on this port. The caller's proxies are not used."""
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
