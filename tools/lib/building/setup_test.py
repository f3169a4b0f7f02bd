"""Tests of what tools/setup says on a machine that lacks something: python -m building.setup_test

It must say so within a second, before it downloads or compiles anything.
"""

import os
import resource
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from building import network
from repository import TOOLS

# In seconds of CPU time, which does not depend on how busy the machine is. An answer within a second takes no more.
AT_ONCE_S = 2
# The time to wait for an answer from the network, since the machine may be busy.
PATIENCE = {"NETWORK_PATIENCE": "120"}
# An address where nothing listens.
NOWHERE = "http://127.0.0.1:1"


class Setup(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="a folder ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def path_without(self, *names: str) -> str:
        """A PATH with every program of the machine except these."""
        programs = self.folder / "bin"
        programs.mkdir()
        # The first program of a name on the PATH is the one that counts, so it is linked last.
        for folder in reversed(os.environ["PATH"].split(os.pathsep)):
            for program in Path(folder).glob("*"):
                link = programs / program.name
                link.unlink(missing_ok=True)
                if program.name not in names:
                    link.symlink_to(program)
        return str(programs)

    def said(self, *parts: str, **environment: str) -> str:
        """The output of a setup that fails, soon."""
        tools = self.folder / "tools"
        before = cpu_seconds()
        ended = subprocess.run(
            [TOOLS / "setup", *parts],
            env={**os.environ, "TOOLS_DIR": str(tools), **PATIENCE, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(ended.returncode, 1, ended.stdout)
        self.assertLess(cpu_seconds() - before, AT_ONCE_S)
        self.assertFalse(tools.exists(), ended.stdout)
        self.assertNotIn("Traceback", ended.stdout)
        return ended.stdout

    def test_no_rust(self) -> None:
        said = self.said("sam", PATH=self.path_without("cargo"))
        self.assertEqual(said.splitlines()[0], "error: cargo was not found")
        self.assertIn("https://rustup.rs", said)

    def test_no_c_compiler(self) -> None:
        said = self.said("sam", PATH=self.path_without("cc"))
        self.assertTrue(said.startswith("error: no C compiler (cc) was found"), said)
        self.assertIn("apt install build-essential", said)

    def test_no_cpp_compiler_for_all_parts(self) -> None:
        said = self.said(PATH=self.path_without("c++"), CXX="")
        self.assertTrue(said.startswith("error: no C++ compiler (c++) was found"), said)

    def test_no_python(self) -> None:
        said = self.said("sam", PYTHON="python3.0")
        self.assertTrue(said.startswith("error: python3.0 was not found\n"), said)

    def test_no_way_to_the_wheels(self) -> None:
        said = self.said("sam", **of_pip(PIP_INDEX_URL=f"{NOWHERE}/simple"))
        self.assertTrue(said.startswith("error: the network cannot be reached: 127.0.0.1, port 1:"), said)

    def test_no_way_to_the_crates(self) -> None:
        """Cargo's home is empty, so the crates must be downloaded."""
        said = self.said("crates", CARGO_HOME=str(self.folder / "cargo"), **without_proxies(https_proxy=NOWHERE))
        self.assertTrue(said.startswith("error: the network cannot be reached: "), said)

    def test_a_part_that_does_not_exist(self) -> None:
        self.assertTrue(self.said("sams").startswith("error: unknown part: sams\n"))

    def test_with_everything_there_no_network_is_looked_for(self) -> None:
        """The tools and the crates of this test run are installed."""
        ended = subprocess.run(
            [TOOLS / "setup", "sam", "crates"],
            env={**os.environ, **of_pip(PIP_INDEX_URL=f"{NOWHERE}/simple", https_proxy=NOWHERE)},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))


class Addresses(unittest.TestCase):
    """The address that pip is expected to connect to."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = Path(folder.name) / "pip.conf"

    def address(self, config: str = "", **environment: str) -> tuple[str, int] | None:
        self.config.write_text(config)
        with mock.patch.dict(os.environ, of_pip(PIP_CONFIG_FILE=str(self.config), **environment)):
            return network.address_for_pip(os.environ)

    def test_the_index_or_the_proxy_in_front_of_it(self) -> None:
        self.assertEqual(self.address(), ("pypi.org", 443))
        self.assertEqual(self.address("[global]\nindex-url = https://m.example:8443/pypi"), ("m.example", 8443))
        self.assertEqual(self.address("[install]\nindex_url = http://m.example/pypi"), ("m.example", 80))
        self.assertEqual(self.address(PIP_INDEX_URL="http://n.example/"), ("n.example", 80))
        self.assertEqual(self.address(https_proxy="http://p.example:3128"), ("p.example", 3128))
        self.assertEqual(self.address(https_proxy="p.example:3128", no_proxy="pypi.org"), ("pypi.org", 443))
        self.assertEqual(self.address("[global]\nproxy = p.example:8080"), ("p.example", 8080))

    def test_where_it_may_come_from_somewhere_else_nothing_is_looked_for(self) -> None:
        for config in ("no-index = true", "find-links = /wheels", "extra-index-url = https://n.example/"):
            self.assertIsNone(self.address(f"[global]\n{config}"), config)
        self.assertIsNone(self.address("no section"))

    def test_who_listens_is_reached(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            network.reach(*server.getsockname())
        with (
            mock.patch.object(network, "PATIENCE_S", 120),
            self.assertRaisesRegex(SystemExit, "the network cannot be reached: x.invalid, port 443"),
        ):
            network.reach("x.invalid", 443)


def cpu_seconds() -> float:
    """The CPU time of the child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def without_proxies(**others: str) -> dict[str, str]:
    """The environment with these variables and without the machine's proxies."""
    names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    return {**dict.fromkeys(names, ""), **others}


def of_pip(**others: str) -> dict[str, str]:
    """The environment in which only these variables configure pip."""
    told = {name: "" for name in os.environ if name.startswith("PIP_")}
    return without_proxies(**{**told, **others})


if __name__ == "__main__":
    unittest.main()
