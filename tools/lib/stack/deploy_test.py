"""Tests of `make deploy`: of its variables, and of how it fails. They deploy nothing."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from repository import ROOT
from stack.local_parameters import local_parameters
from stack.table_key import refusal

LINE = "DataPackage=/opt/datapackage.json PartitionKey=pk PartitionKeyType=S SortKey=sk SortKeyType=S"


class Clone(unittest.TestCase):
    """Tests in a copy of the tested files, whose other tools do nothing."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="it's a folder (1) ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def copy(self, *names: str) -> None:
        for name in names:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)

    def tool(self, name: str, script: str = "") -> None:
        file = self.folder / "tools" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/usr/bin/env bash\n{script}\n")
        file.chmod(0o755)

    def run_in_it(self, *command: str | Path, **environment: str) -> tuple[int, str, str]:
        """The exit code, the output and the error output of a command."""
        ended = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env={**os.environ, "MAKEFLAGS": "", "MAKELEVEL": "", **environment},
            capture_output=True,
            text=True,
        )
        self.assertNotIn("Traceback", ended.stderr)
        return ended.returncode, ended.stdout, ended.stderr


class MakeDeploy(Clone):
    def deploy(self, *variables: str) -> str:
        self.copy("Makefile")
        for name in ("setup", "stack"):
            self.tool(name)
        self.tool("deploy", "[ $# = 0 ] || printf '<%s>' \"$@\"")
        code, said, _ = self.run_in_it("make", "--no-print-directory", "deploy", *variables)
        self.assertEqual(code, 0)
        return said

    def test_without_variables_there_are_no_options(self) -> None:
        self.assertEqual(self.deploy(), "")

    def test_variables_are_options(self) -> None:
        self.assertEqual(
            self.deploy("SCHEMA=a.json", "PARTITION_KEY=id", "PARTITION_KEY_TYPE=N", "SORT_KEY=", "TTL=expires"),
            "<--schema=a.json><--ttl=expires><--partition-key=id><--partition-key-type=N>",
        )
        self.assertEqual(
            self.deploy("SCHEMA=a.json", "PARTITION_KEY=pk", "SORT_KEY=sk", "SORT_KEY_TYPE=N"),
            "<--schema=a.json><--partition-key=pk><--sort-key=sk><--sort-key-type=N>",
        )

    def test_further_parameters_are_handed_on(self) -> None:
        self.assertEqual(
            self.deploy("SCHEMA=a.json", "PARAMETERS=ExistingTableName=theirs KeyPrefix=incoming/"),
            "<--schema=a.json><ExistingTableName=theirs><KeyPrefix=incoming/>",
        )

    def test_a_name_arrives_as_it_is(self) -> None:
        for name in ("it's (1).json", 'say "b".json', "$HOME `c`.json"):
            self.assertEqual(self.deploy(f"SCHEMA={name}"), f"<--schema={name}>")


class Parameters(Clone):
    def setUp(self) -> None:
        super().setUp()
        self.copy("tools/lib/repository.py", "tools/lib/failures.py", "tools/lib/stack/parameters.py")
        self.package = self.folder / "my package.json"
        self.package.write_text("{}")
        self.answer(LINE)

    def answer(self, line: str, code: int = 0) -> None:
        """Sets the answer of `messages schema parameters`, which records its arguments in a file."""
        self.tool("messages", f"printf '<%s>' \"$@\" >called\ncat <<'END'\n{line}\nEND\nexit {code}")

    def parameters(self, *arguments: str) -> tuple[int, str, str]:
        module = ("-m", "stack.parameters", self.folder / "packages")
        return self.run_in_it(sys.executable, *module, *arguments, PYTHONPATH=str(self.folder / "tools" / "lib"))

    def given(self, *arguments: str) -> dict[str, str]:
        code, said, problem = self.parameters(*arguments)
        self.assertEqual((code, problem), (0, ""))
        return dict(line.split("=", 1) for line in said.splitlines())

    def test_parameters_are_handed_on(self) -> None:
        _, said, _ = self.parameters("WriteMode=latest", 'OtlpEndpoint=""')
        self.assertEqual(said, 'WriteMode=latest\nOtlpEndpoint=""\n')
        self.assertFalse((self.folder / "called").exists())

    def test_the_key_is_that_of_the_data_package(self) -> None:
        given = self.given(f"--schema={self.package}", "--ttl=expires", "WriteMode=latest")

        self.assertEqual((self.folder / "called").read_text(), f"<schema><parameters><--><{self.package}>")
        # The folder has spaces in its name.
        self.assertRegex(given.pop("DataPackage"), r'^".*/packages/[0-9a-f]{16}/datapackage\.json"$')
        key = {"PartitionKey": "pk", "PartitionKeyType": "S", "SortKey": "sk", "SortKeyType": "S"}
        self.assertEqual(given, {**key, "TimeToLiveAttribute": "expires", "WriteMode": "latest"})

    def test_a_key_can_be_given(self) -> None:
        for line in (
            'DataPackage=/opt/datapackage.json PartitionKey=id PartitionKeyType=N SortKey="" SortKeyType=S',
            "DataPackage=/opt/datapackage.json PartitionKey=id PartitionKeyType=N 'SortKey=\"\"' SortKeyType=S",
        ):
            self.answer(line)
            given = self.given(f"--schema={self.package}", "--partition-key=id", "--partition-key-type=N")
            called = (self.folder / "called").read_text()
            self.assertEqual(called, f"<schema><parameters><--partition-key=id:N><--><{self.package}>")
            self.assertEqual((given["PartitionKey"], given["SortKey"]), ("id", '""'))

    def test_another_content_is_another_file_which_stays(self) -> None:
        first = self.given(f"--schema={self.package}")["DataPackage"].strip('"')
        self.package.write_text('{"resources": []}')
        second = self.given(f"--schema={self.package}")["DataPackage"].strip('"')
        self.assertEqual([Path(file).read_text() for file in (first, second)], ["{}", '{"resources": []}'])

    def test_what_is_wrong_with_a_data_package_ends_it(self) -> None:
        self.answer("", 1)
        self.assertEqual(self.parameters(f"--schema={self.package}"), (1, "", ""))

    def test_a_part_of_a_key_is_refused(self) -> None:
        for options, remedy in (
            (["--partition-key=id"], "SCHEMA=schema/datapackage.json"),
            ([f"--schema={self.package}", "--sort-key=sk"], "PARTITION_KEY=pk SORT_KEY=sk"),
            ([f"--schema={self.package}", "--partition-key-type=N"], "PARTITION_KEY=id PARTITION_KEY_TYPE=N"),
            ([f"--schema={self.package}", "--partition-key=a", "--sort-key-type=S"], "SORT_KEY=id SORT_KEY_TYPE=S"),
            (["--partition-key-type=N"], "PARTITION_KEY=id PARTITION_KEY_TYPE=N"),
        ):
            code, _, problem = self.parameters(*options)
            self.assertEqual(code, 2)
            self.assertIn(remedy, problem)


class ProgramsAfterSam(Clone):
    """Two programs that run at the same time once `sam deploy` is done."""

    def setUp(self) -> None:
        super().setUp()
        self.copy("tools/deploy")
        self.tool(
            "env.sh",
            "ROOT=$PWD TOOLS_DIR=$PWD LOCAL_DIR=$PWD STACK=messages ARCHITECTURE=x86_64\n"
            "say() { :; }\nwith_progress() { :; }",
        )
        self.tool(
            "local.sh",
            "DATA_PACKAGES=d BUILD_LOCK=b STATE_LOCK=s ENDPOINT=e PORT=1 OUTPUTS=o POSTMAN_ENVIRONMENT=p\n"
            "lock() { :; }\nuse_running_stack() { :; }\nbound_address() { :; }",
        )
        self.tool("build")
        # The program whose name is in FAILS fails. Each one notes that it has ended, the one in the background late: a deployment
        # that does not wait for it ends or goes on before, which is no event to wait for. One that waits passes at any speed.
        # It closes its output first: otherwise `subprocess.run` would wait for it, and a missing `wait` would go unnoticed.
        self.tool(
            "../sam/bin/python",
            '[ "$2" != stack.gateway ] || { exec >/dev/null 2>&1; sleep 0.5; }\n'
            'echo "$2" >>ended\n'
            '[ "$2" != "$FAILS" ]',
        )

    def deploy(self, fails: str) -> tuple[int, list[str]]:
        """The exit code, and the programs in the order in which they ended."""
        ended = self.folder / "ended"
        ended.unlink(missing_ok=True)
        code, _, _ = self.run_in_it(self.folder / "tools" / "deploy", FAILS=fails)
        return code, ended.read_text().splitlines()

    def test_the_outputs_are_written_after_both(self) -> None:
        code, ended = self.deploy("")
        self.assertEqual(code, 0)
        both = [ended.index("stack.gateway"), ended.index("stack.sam_local_files")]
        self.assertLess(max(both), ended.index("stack.outputs"))

    def test_there_are_no_outputs_if_one_fails_and_the_other_ends_first(self) -> None:
        for fails in ("stack.gateway", "stack.sam_local_files"):
            code, ended = self.deploy(fails)
            self.assertEqual(code, 1, fails)
            self.assertLessEqual({"stack.gateway", "stack.sam_local_files"}, set(ended))
            self.assertNotIn("stack.outputs", ended)


class LocalParameters(unittest.TestCase):
    def test_those_of_samconfig_are_deployed_and_written_nowhere_else(self) -> None:
        names = {parameter.split("=")[0] for parameter in local_parameters()}
        self.assertEqual(names, {"RefusePlainHttp", "SavedQueries", "Alarms", "ApiAccessLogs"})
        deploy = (ROOT / "tools" / "deploy").read_text()
        self.assertEqual([name for name in names if f"{name}=" in deploy], [])
        self.assertIn('"${of_emulator[@]}"', deploy)


class TableKey(unittest.TestCase):
    def test_a_key_that_stays_is_deployed(self) -> None:
        declared = {"PartitionKey": "pk", "PartitionKeyType": "S", "SortKey": "", "SortKeyType": "S"}
        for deployed, given in (
            ({}, []),
            ({}, ["PartitionKey=date", "WriteMode=latest"]),
            (declared, ["DataPackage=/another.json"]),
            # The type of a key attribute that does not exist.
            (declared, ["SortKeyType=N", 'SortKey=""']),
            # The table is not the stack's own, before or after the deployment.
            ({"ExistingTableName": "theirs"}, ["PartitionKey=pk"]),
            (declared, ["PartitionKey=id", "ExistingTableName=theirs"]),
        ):
            self.assertIsNone(refusal("messages", deployed, given), (deployed, given))

    def test_another_key_is_refused_in_words(self) -> None:
        said = refusal("messages", {}, ["PartitionKey=pk", "PartitionKeyType=N", 'SortKey=""'])
        self.assertIn("of messages is date (S) and time (S), and a key cannot be changed to pk (N)\n", said)
        self.assertIn("make deploy STACK=another", said)


if __name__ == "__main__":
    unittest.main()
