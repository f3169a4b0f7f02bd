"""Tests of the tools for the local stack, with stacks in temporary folders: python -m stack.local_test"""

import contextlib
import io
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from repository import ROOT, TOOLS
from stack import demo, process

# A command that hangs for this long fails the test.
PATIENCE_S = 120


def free_port() -> str:
    return subprocess.run(
        ["python3", TOOLS / "lib" / "stack" / "free_ports.py"], check=True, capture_output=True, text=True
    ).stdout.strip()


class InAFolder(unittest.TestCase):
    """Tests in a folder whose name contains characters that are special to shells."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="it's a folder (1) ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *command: str | Path, **environment: str) -> subprocess.Popen:
        """Starts a command, which ends with the test at the latest."""
        started = subprocess.Popen(
            command,
            env={**os.environ, "LOCAL_DIR": str(self.folder), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(started.stdout.close)
        self.addCleanup(started.kill)
        return started

    def ended(self, started: subprocess.Popen) -> tuple[int, str]:
        """The exit code and the output of a command."""
        said, _ = started.communicate(timeout=PATIENCE_S)
        self.assertNotIn("Traceback", said)
        return started.returncode, said

    def run_tool(self, *command: str | Path, **environment: str) -> tuple[int, str]:
        return self.ended(self.start(*command, **environment))


class Stacks(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.port = free_port()
        # tools/test ends the tests by SIGTERM. A stack has a session of its own, so the signal does not reach it.
        previous = signal.signal(signal.SIGTERM, self.terminated)
        self.addCleanup(signal.signal, signal.SIGTERM, previous)
        self.addCleanup(self.stack, "down")

    def terminated(self, number: int, _frame: object) -> None:
        # First, because the cleanup that the signal interrupts may be this one.
        self.stack("down")
        self.doCleanups()
        os._exit(128 + number)

    def stack(self, command: str, **environment: str) -> tuple[int, str]:
        return self.run_tool(TOOLS / "stack", command, PORT=self.port, **environment)

    def pid(self) -> int:
        return int((self.folder / "ministack.pid").read_text())

    def test_of_two_that_start_it_one_waits(self) -> None:
        both = [self.start(TOOLS / "stack", "up", PORT=self.port) for _ in range(2)]
        ends = sorted((self.ended(started) for started in both), key=lambda end: "Starting" in end[1])

        (waited, said), (started, _) = ends
        self.assertEqual((waited, started), (0, 0), ends)
        self.assertIn(f"The stack is up on port {self.port} (process {self.pid()}).\n", said)
        self.assertEqual(self.stack("status"), (0, f"up on port {self.port} (process {self.pid()})\n"))
        # The command that started the stack has ended.
        self.assertEqual(self.stack("down"), (0, "The stack is down.\n"))
        self.assertEqual(self.stack("status"), (1, "down\n"))

    def test_one_that_is_stopped_or_gone_is_named_and_nothing_hangs(self) -> None:
        self.stack("up")
        pid = self.pid()
        outputs = {"StackName": "messages-test", "Region": "us-east-1", "Endpoint": f"http://127.0.0.1:{self.port}"}
        (self.folder / "outputs.json").write_text(json.dumps(outputs))
        commands = {
            "stack": "up",
            "deploy": "",
            "demo": "",
            "load": "1",
            "dlq": "list",
            "status": "",
            "messages": "follow a.csv",
        }

        os.kill(pid, signal.SIGSTOP)
        for name, arguments in commands.items():
            with self.subTest(name):
                code, said = self.run_tool(TOOLS / name, *arguments.split(), PORT=self.port)
                self.assertEqual(code, 2 if name in ("status", "messages") else 1, said)
                self.assertIn(
                    f"error: the embedded stack (process {pid}) is stopped\n  Continue it: kill -CONT {pid}", said
                )

        os.kill(pid, signal.SIGKILL)
        for name, arguments in commands.items():
            if name != "stack":
                with self.subTest(name):
                    code, said = self.run_tool(TOOLS / name, *arguments.split(), PORT=self.port)
                    self.assertIn("error: the embedded stack is not up\n  Start it: make up", said)
        self.assertEqual(self.stack("up")[0], 0)
        self.assertNotEqual(self.pid(), pid)

    def test_containers_reach_it_where_it_is_bound_and_are_named_the_address(self) -> None:
        bound = "127.0.0.2"
        code, said = self.stack("up", BIND=bound)
        self.assertEqual(code, 0, said)
        self.assertIn(f"containers reach it at http://{bound}:{self.port}. So does anybody who reaches {bound}", said)
        for address in (bound, "127.0.0.1"):
            with socket.create_connection((address, int(self.port)), timeout=PATIENCE_S):
                pass
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.3", int(self.port)), timeout=PATIENCE_S)

        self.assertEqual(self.stack("up", BIND=bound)[0], 0)
        self.assertEqual(self.stack("up")[0], 0)
        code, said = self.stack("up", BIND="127.0.0.3")
        self.assertEqual(code, 1)
        self.assertIn("error: the stack of this folder already runs, and does not listen on 127.0.0.3\n", said)
        self.stack("down")
        self.assertFalse((self.folder / "ministack.bind").exists())

    def test_a_port_that_is_taken_is_refused(self) -> None:
        with socket.create_server(("127.0.0.1", int(self.port))):
            code, said = self.stack("up")
        self.assertEqual(code, 1)
        self.assertIn(f"error: port {self.port} on 127.0.0.1 is taken by another program\n", said)

    def test_whoever_waits_for_one_that_is_stopped_is_told(self) -> None:
        script = f'. "{TOOLS}/env.sh"; . "{TOOLS}/local.sh"; lock "$STATE_LOCK"; echo held; read -r _'
        holder = subprocess.Popen(
            ["bash", "-c", script, "deploy"],
            env={**os.environ, "LOCAL_DIR": str(self.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addCleanup(holder.stdout.close)
        self.addCleanup(holder.stdin.close)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        self.assertEqual(holder.stdout.readline(), b"held\n")

        code, said = self.stack("down", LOCK_PATIENCE="1")
        self.assertEqual(code, 1)
        self.assertIn(f"error: waited 1 s for tools/deploy (process {holder.pid}) to end\n", said)
        holder.send_signal(signal.SIGSTOP)
        code, said = self.stack("down")
        self.assertEqual(code, 1)
        self.assertIn(f"error: tools/deploy (process {holder.pid}) must end first, and it is stopped\n", said)
        holder.kill()
        holder.wait()
        self.assertEqual(self.stack("down"), (0, "No stack is running.\n"))


class Locks(InAFolder):
    def test_a_daemon_that_a_builder_starts_does_not_keep_them(self) -> None:
        lines = ['. "$TOOLS/env.sh"', '. "$TOOLS/local.sh"']
        (self.folder / "part").write_text("\n".join([*lines, "start"]))
        begin = 'start() { sleep 60 >/dev/null 2>&1 & echo $! >>"$LOCAL_DIR/daemons"; }; export -f start'
        held = [*lines, 'lock "$STATE_LOCK"; lock "$LOCAL_DIR/other.lock"']
        runs = ['bash "$LOCAL_DIR/part"', 'with_progress building "$LOCAL_DIR/log" bash -c start']
        code, said = self.run_tool("bash", "-c", "\n".join([begin, *held, *runs]), TOOLS=str(TOOLS))
        self.assertEqual(code, 0, said)
        daemons = [int(pid) for pid in (self.folder / "daemons").read_text().split()]
        for pid in daemons:
            self.addCleanup(os.kill, pid, signal.SIGKILL)
        self.assertEqual(len(daemons), len(runs))

        code, said = self.run_tool("bash", "-c", "\n".join(held), TOOLS=str(TOOLS), LOCK_PATIENCE="1")
        self.assertEqual((code, said), (0, ""))

    def test_a_part_of_a_script_has_its_lock(self) -> None:
        held = '. "$TOOLS/env.sh"; . "$TOOLS/local.sh"; lock "$STATE_LOCK"'
        script = f"{held}; bash -c '{held}; {held}'; (exec 9<\"$STATE_LOCK\"; ! flock --nonblock 9)"
        self.assertEqual(self.run_tool("bash", "-c", script, TOOLS=str(TOOLS), LOCK_PATIENCE="1"), (0, ""))

    def test_a_run_waits_for_another_run_longer_than_for_a_build(self) -> None:
        own = '. "$TOOLS/env.sh"; . "$TOOLS/local.sh"; . "$TOOLS/steps.sh"; own_stack; echo "$ENDPOINT"'
        hold = 'until [ -e "$LOCAL_DIR/enough" ]; do sleep 0.1; done'
        first = self.start("bash", "-c", f"{own}; {hold}", TOOLS=str(TOOLS), PORT="1")
        address = r"^http://127.0.0.1:[0-9]{5}\n$"
        self.assertRegex(first.stdout.readline(), address)
        second = self.start("bash", "-c", own, TOOLS=str(TOOLS), PORT="1", LOCK_PATIENCE="0")
        self.assertEqual(second.stdout.readline(), f"Waiting for tools/bash (process {first.pid}) to end\n")
        (self.folder / "enough").touch()
        code, said = self.ended(second)
        self.assertEqual(code, 0, said)
        self.assertRegex(said, address)
        self.assertEqual(self.ended(first)[0], 0)


class Processes(InAFolder):
    def state(self) -> str:
        return process.state_of(self.folder)[0]

    def test_one_that_does_not_answer_is_mute(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server, mock.patch.object(process, "PATIENCE_S", 0.1):
            process.remember(self.folder, os.getpid(), server.getsockname()[1])
            self.assertEqual(self.state(), "mute")

    def test_a_port_of_another_process_is_foreign(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server, subprocess.Popen(["sleep", "60"]) as other:
            process.remember(self.folder, other.pid, server.getsockname()[1])
            self.assertEqual(self.state(), "foreign")
            other.kill()
            other.wait()
            self.assertEqual(self.state(), "down")

    def test_an_id_that_is_used_again_is_not_the_stack(self) -> None:
        process.remember(self.folder, os.getpid(), 1)
        self.assertEqual(self.state(), "mute")
        (self.folder / "ministack.begin").write_text("another start")
        self.assertEqual(self.state(), "down")
        (self.folder / "ministack.begin").unlink()
        self.assertEqual(self.state(), "down")

    def test_a_zombie_does_not_keep_the_stack_from_ending(self) -> None:
        # This test is the parent and waits for it last, like the first process of a container that waits for no orphan.
        with subprocess.Popen(["sleep", "60"], start_new_session=True) as stack:
            process.remember(self.folder, stack.pid, 1)
            started = time.monotonic()
            self.assertEqual(self.run_tool(TOOLS / "stack", "down"), (0, "The stack is down.\n"))
            self.assertLess(time.monotonic() - started, 20)
            self.assertEqual(process.status_of(stack.pid), "Z")

    def test_half_a_note_is_none(self) -> None:
        for name, content in {"pid": "x", "port": "", "begin": ""}.items():
            (self.folder / f"ministack.{name}").write_text(content)
            self.assertEqual(self.state(), "down")


class MakeIngest(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        shutil.copy(ROOT / "Makefile", self.folder)
        for name in ("tools/ingest", "tools/lib/file_words.py"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        for name, script in {"setup": "", "messages": "printf '<%s>' \"$@\""}.items():
            (self.folder / "tools" / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
            (self.folder / "tools" / name).chmod(0o755)

    def ingest(self, files: str) -> tuple[int, str]:
        make = ["make", "--no-print-directory", "-C", str(self.folder), "ingest"]
        return self.run_tool(*make, *([f"FILE={files}"] if files else []), MAKEFLAGS="", MAKELEVEL="")

    def test_names_arrive_as_they_are(self) -> None:
        for name in ("a (1).csv", "it's.csv", 'say "b".csv', "$HOME `c`.csv", "-d.csv", "e&f;g.csv"):
            (self.folder / name).touch()
            self.assertEqual(self.ingest(name), (0, f"<ingest><--><{name}>"))

    def test_several_are_words(self) -> None:
        self.assertEqual(self.ingest("a.csv 'b (1).csv' *.csv"), (0, "<ingest><--><a.csv><b (1).csv><*.csv>"))

    def test_no_file_is_said(self) -> None:
        code, said = self.ingest("")
        self.assertEqual(code, 2)
        self.assertIn("error: no file is named\n  Name one: make ingest FILE=data.csv", said)


class Help(InAFolder):
    def test_a_script_says_what_it_is_and_does_nothing(self) -> None:
        for name in ("stack", "deploy", "demo", "load", "test", "trace_demo"):
            for option in ("-h", "--help"):
                code, said = self.run_tool(TOOLS / name, option)
                self.assertEqual(code, 0, said)
                self.assertIn((TOOLS / name).read_text().splitlines()[1].removeprefix("# "), " ".join(said.split()))
        self.assertEqual(list(self.folder.iterdir()), [])


class Demo(unittest.TestCase):
    def test_what_is_to_be_pasted_is_quoted(self) -> None:
        names = ("ApiUrl", "DataBucketName", "ReportBucketName", "TableName", "QueueUrl", "DeadLetterQueueUrl")
        outputs = {**dict.fromkeys((*names, "Endpoint"), "x"), "Region": "us-east-1"}
        sample, aws = "/it's a clone (1)/data.csv", "/it's a clone (1)/aws"
        with contextlib.redirect_stdout(io.StringIO()) as said:
            demo.print_what_next(outputs, Path(sample), aws)
        lines = [shlex.split(line) for line in said.getvalue().splitlines() if " s3 cp " in line or "curl -sS" in line]
        self.assertEqual(lines[0][:4], [aws, "s3", "cp", sample])
        [body] = [line[line.index("-d") + 1] for line in lines if "-d" in line]
        self.assertIn("Item", json.loads(body))


if __name__ == "__main__":
    unittest.main()
