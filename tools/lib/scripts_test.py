"""Tests of scripts whose programs are replaced by stubs: python -m scripts_test"""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from repository import ROOT, TOOLS


class Scripts(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="a folder ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.programs = self.folder / "programs"

    def stub(self, program: Path, *lines: str) -> None:
        """Writes a shell script in the place of a program."""
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("\n".join(("#!/bin/sh", *lines, "")))
        program.chmod(0o755)

    def run_script(self, *command: str | Path, **environment: str) -> tuple[int, str]:
        """The exit code and the output of a script that runs in the test's folder."""
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": f"{self.programs}:{os.environ['PATH']}",
                "LOCAL_DIR": str(self.folder / "local"),
                "CARGO_TARGET_DIR": str(self.folder / "target"),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return ended.returncode, ended.stdout


class TimeToTable(Scripts):
    def test_an_unknown_contender_is_refused_before_anything_is_built(self) -> None:
        code, said = self.run_script(TOOLS / "time_to_table", "our")
        self.assertEqual(code, 1, said)
        self.assertTrue(said.startswith("error: unknown contender: our\n  The contenders: ours, "), said)
        self.assertEqual(list(self.folder.iterdir()), [])


class Fuzz(Scripts):
    def test_a_file_is_relative_to_the_folder_of_the_caller(self) -> None:
        (self.folder / "one input").touch()
        self.stub(self.programs / "cargo")
        self.stub(
            self.folder / "target" / "debug" / "examples" / "csv_rows", 'for last; do :; done; echo "checks $last"'
        )
        code, said = self.run_script(TOOLS / "fuzz", "csv_rows", "one input", CXX="sh")
        self.assertEqual(code, 0, said)
        self.assertIn(f"checks {self.folder}/one input\n", said)


class TraceDemo(Scripts):
    def test_a_first_deployment_that_fails_is_followed_by_one_without_the_receiver(self) -> None:
        tools = self.folder / "clone" / "tools"
        self.stub(tools / "deploy", 'echo "deploys $*" >&2', "case $1 in *http*) exit 3 ;; esac")
        for name in ("trace_demo", "env.sh", "local.sh"):
            shutil.copy(TOOLS / name, tools)
        (tools / "lib").symlink_to(TOOLS / "lib")
        (tools / "install.sh").write_text('. "$ROOT/tools/local.sh"\npython=python3\ninstall_lock() { :; }\n')
        code, said = self.run_script(tools / "trace_demo")
        deployed = [line for line in said.splitlines() if line.startswith("deploys ")]
        self.assertEqual(code, 3, said)
        self.assertRegex(deployed[0], "^deploys OtlpEndpoint=http://127.0.0.1:[0-9]+$")
        self.assertEqual(deployed[1:], ['deploys OtlpEndpoint=""'])


class BuildTimes(Scripts):
    def test_a_run_that_fails_stops_its_stack_and_leaves_only_logs(self) -> None:
        left = self.folder / "left"
        left.mkdir()
        self.stub(self.programs / "git", 'for last; do :; done; mkdir "$last"')
        made = 'echo "$*" | sed "s/.*clone //; s/ .*//" >>"$MADE"'
        self.stub(self.programs / "make", made, 'mkdir -p "$CARGO_TARGET_DIR"', '[ "$MAKE_FAILS" = no ]')
        for fails, expected in (("yes", ["demo", "down"]), ("no", ["demo", "down", "demo", "down", "down"])):
            with self.subTest(fails=fails):
                names = self.folder / f"made {fails}"
                variables = {"TMPDIR": str(left), "MADE": str(names), "MAKE_FAILS": fails}
                code, said = self.run_script(TOOLS / "build_times", "demo", **variables)
                self.assertEqual(code, int(fails == "yes"), said)
                self.assertEqual(names.read_text().split(), expected)
        logs = sorted(file.name for file in left.glob("*/*"))
        self.assertEqual(logs, ["demo-empty.log", "demo-empty.log", "demo-full.log"])


class Gate(Scripts):
    def gate(self, *make: str) -> tuple[int, str]:
        """The exit code and the last line of the gate, with this script as make."""
        self.stub(self.programs / "make", *make)
        code, said = self.run_script(ROOT / ".ci" / "run", XDG_CACHE_HOME=str(self.folder / "cache"))
        return code, said.splitlines()[-1]

    def test_the_last_line_has_the_result_whatever_fails(self) -> None:
        summary = "echo '     Summary [   1.2s] 3 tests run: {} passed, {} failed, 1 skipped'".format
        self.assertEqual(self.gate(summary(3, 0), summary(2, 0)), (0, "5 passed, 0 failed, 2 skipped"))
        self.assertEqual(self.gate(summary(2, 1), "exit 2"), (1, "2 passed, 1 failed, 1 skipped"))
        self.assertEqual(self.gate(summary(3, 0), "exit 2"), (2, "3 passed, 0 failed, 1 skipped"))
        self.assertEqual(self.gate(":"), (1, "0 passed, 0 failed, 0 skipped"))


if __name__ == "__main__":
    unittest.main()
