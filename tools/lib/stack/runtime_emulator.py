"""Runs AWS's runtime interface emulator, which SAM CLI puts into its containers, without a container."""

import http.client
import itertools
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

import samcli

from repository import ROOT
from stack.sam_settings import Settings

ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
PROGRAM = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{ARCHITECTURE}"
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
# In seconds; much longer than a cold start and a few calls of the stack take.
PATIENCE_S = 60
NEXT_PORT = itertools.count(1024)


def invoke_without_container(function: str, event: str, given: dict) -> tuple[str, str]:
    """Runs a function on an event, then stops the emulator like a container. Returns the answer and the output."""
    settings = Settings(BUILT, given=given)
    address, runtime_api = own_addresses()
    with tempfile.TemporaryFile("w+") as log:
        emulator = subprocess.Popen(
            [
                PROGRAM,
                "--runtime-interface-emulator-address",
                address,
                "--runtime-api-address",
                runtime_api,
                "./bootstrap",
            ],
            cwd=settings.code(function),
            env=settings.environment(function),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            answer = post(address, event)
        finally:
            emulator.kill()
            emulator.wait()
        wait_for_the_end_of(emulator.pid)
        log.seek(0)
        return answer, log.read()


def own_addresses() -> list[str]:
    """Two addresses that no other program uses, now or later. All of 127.0.0.0/8 is loopback, and each process has its own part
    of it here. A free port of 127.0.0.1 could be taken at any time."""
    # A process id has at most 22 bits, so the first bit marks the addresses that are made here.
    high, middle, low = (os.getpid() | 1 << 23).to_bytes(3, "big")
    return [f"127.{high}.{middle}.{low}:{next(NEXT_PORT)}" for _ in range(2)]


def post(address: str, event: str) -> str:
    """Invokes the function as soon as the emulator listens."""
    end = time.monotonic() + PATIENCE_S
    while True:
        connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
        try:
            connection.request("POST", "/2015-03-31/functions/function/invocations", event.encode())
            return connection.getresponse().read().decode()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def wait_for_the_end_of(session: int) -> None:
    """Waits until no process of the session is left: the function must end with its emulator."""
    end = time.monotonic() + PATIENCE_S
    while processes_of(session):
        if time.monotonic() > end:
            raise TimeoutError("the function keeps running without its emulator")
        time.sleep(0.05)


def processes_of(session: int) -> list[str]:
    """The processes of a session that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of_session = stat.read_text(errors="replace").rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of_session) == session and state != "Z":
            found.append(stat.parent.name)
    return found
