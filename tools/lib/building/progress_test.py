"""Tests of the progress of cargo: python -m building.progress_test"""

import io
import json
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from building import progress
from repository import TOOLS


def artifact(name: str, kind: str = "lib", fresh: bool = False) -> str:
    """The line that cargo prints when it has compiled a target of a crate."""
    target = {"kind": [kind], "name": name}
    return json.dumps(
        {"reason": "compiler-artifact", "package_id": f"registry#{name}@1.0.0", "target": target, "fresh": fresh},
        separators=(",", ":"),
    )


class Progress(unittest.TestCase):
    def test_a_crate_counts_once_and_its_build_script_does_not(self) -> None:
        crates = progress.Crates()
        crates.read(["not cargo's\n", artifact("a", "custom-build"), '{"reason":"build-script-executed"}'])
        self.assertEqual(crates.said(7), "0 crates, 0:07")
        crates.read([artifact("a"), artifact("a"), artifact("b", fresh=True)])
        crates.all = 3
        self.assertEqual(crates.said(75), "2 of 3 crates, 1:15, a")

    def test_a_count_that_cannot_be_right_is_not_said(self) -> None:
        crates = progress.Crates()
        crates.read([artifact("a"), artifact("b")])
        crates.all = 1
        self.assertEqual(crates.said(0), "2 crates, 0:00, b")

    def test_the_crates_of_a_function_are_counted(self) -> None:
        crates = progress.Crates()
        crates.count(["backoff"])
        self.assertGreater(crates.all, 1)

    def test_lines_on_a_pipe_and_one_line_on_a_terminal(self) -> None:
        said = r"  cargo: 0 crates, \d:\d\d"
        for terminal, expected in ((False, rf"{said}\n"), (True, rf"\r{said}\x1b\[K")):
            out, done = io.StringIO(), threading.Event()
            out.isatty = lambda terminal=terminal: terminal
            with mock.patch.multiple(progress, ON_A_TERMINAL=0.01, ON_A_PIPE=0.01):
                follower = threading.Thread(target=progress.follow, args=("cargo", progress.Crates(), done, out))
                follower.start()
                while follower.is_alive() and not out.getvalue():
                    time.sleep(0.01)
                done.set()
                follower.join()
            self.assertRegex(out.getvalue(), f"^{expected}")

    def test_a_failure_is_shown_and_is_the_exit_code(self) -> None:
        command = [sys.executable, "-c", "import sys; print('no such crate', file=sys.stderr); sys.exit(101)"]
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            ended = subprocess.run(
                [sys.executable, "-m", "building.progress", "cargo", log, "backoff", "--", *command],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(ended.returncode, 101)
        self.assertEqual(ended.stderr, f"no such crate\nerror: cargo failed\n  The whole log: {log}\n")


class MostlyUnused(unittest.TestCase):
    def test_the_compiler_knows_the_hint(self) -> None:
        """Only the SDK's crates get it: for others the wrapper runs the stable compiler, which refuses -Z options."""
        wrapper = TOOLS / "lib" / "building" / "mostly_unused"
        for crate, others, status in (("aws_sdk_s3", [], 0), ("serde", [], 0), ("serde", ["-Zhint-mostly-unused"], 1)):
            with tempfile.TemporaryDirectory() as folder:
                options = ["--crate-name", crate, "--crate-type", "lib", "--emit", "metadata", "--out-dir", folder]
                compiled = subprocess.run(
                    [wrapper, "rustc", *options, *others, "-"],
                    cwd=TOOLS,
                    input="pub fn f() {}",
                    capture_output=True,
                    text=True,
                    check=False,
                )
            self.assertEqual(compiled.returncode, status, compiled.stderr)


if __name__ == "__main__":
    unittest.main()
