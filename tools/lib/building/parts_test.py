"""Tests that a command of make installs the tools that its scripts use: python -m building.parts_test

A machine where other commands ran has the other tools, too, and does not show what is missing. The test reads scripts; what
Python modules run is not looked for.
"""

import re
import subprocess
import unittest

from repository import ROOT, TOOLS

PARTS = {lock.stem for lock in (TOOLS / "locks").glob("*.in")}
# A script that another one runs or sources: tools/NAME, beside NAME, or "$(dirname …)/NAME.sh".
SCRIPT = re.compile(r"\btools/([a-z_]+(?:\.sh)?)\b|\bbeside ([a-z_]+)|\)/([a-z_]+\.sh)")
USED = re.compile(r"\$\{?TOOLS_DIR\}?\"?/([a-z]+)/")
# Programs that the part sam puts on the PATH.
ON_THE_PATH = re.compile(
    r"^\s*(?:[A-Z_]+=\S+ )*(?:\w+ )*?(?:sam|cargo (?:lambda|nextest|deny)|cfn-lint|ruff|shellcheck) ", re.MULTILINE
)
INSTALL = re.compile(r"\binstall_lock ([a-z]+)")
MAKE = re.compile(r"^\s*(?:[A-Za-z_]+=\S+ )*make --no-print-directory ([a-z-]+)", re.MULTILINE)
# Scripts that use no tool themselves: they install tools, or only name their folders.
USES_NONE = {"setup", "install.sh", "env.sh"}
# The stack is stopped without its tools.
INSTALLS_NOTHING = {"down"}


def commands() -> list[str]:
    """The targets of the Makefile that its help shows."""
    return re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def recipe(command: str) -> str:
    """What make would run for a command."""
    make = ["make", "--no-print-directory", "--dry-run", "-C", str(ROOT), command]
    return subprocess.run(make, check=True, capture_output=True, text=True).stdout


def installed(lines: str) -> set[str]:
    """The parts that these lines install."""
    parts: set[str] = set()
    for arguments in re.findall(r"\btools/setup\b(.*)", lines):
        parts |= set(arguments.split()) or PARTS
    return parts & PARTS


def used(lines: str, seen: set[str]) -> set[str]:
    """The parts that the scripts in these lines use, and the scripts that those run."""
    lines = re.sub(r"^\s*#.*", "", lines, flags=re.MULTILINE)
    parts = {part for part in USED.findall(lines) if part in PARTS}
    if ON_THE_PATH.search(lines):
        parts.add("sam")
    parts -= set(INSTALL.findall(lines))
    for names in SCRIPT.findall(lines):
        name = "".join(names)
        if name not in seen | USES_NONE and (TOOLS / name).is_file():
            seen.add(name)
            parts |= used((TOOLS / name).read_text(), seen)
    for command in MAKE.findall(lines):
        parts |= used(recipe(command), seen)
    return parts


class Parts(unittest.TestCase):
    def test_each_command_installs_the_tools_that_it_uses(self) -> None:
        self.assertGreater(len(commands()), 15)
        for command in set(commands()) - INSTALLS_NOTHING:
            with self.subTest(command):
                lines = recipe(command)
                self.assertLessEqual(used(lines, set()), installed(lines))

    def test_after_the_setup_no_test_installs_anything(self) -> None:
        [all_parts] = re.findall(r"parts=\(([a-z ]+)\)", (TOOLS / "setup").read_text())
        self.assertEqual(set(all_parts.split()), PARTS | {"crates"})
        for command in ("test", "test-all"):
            seen: set[str] = set()
            lines = recipe(command)
            used(lines, seen)
            with self.subTest(command):
                installs = {part for name in seen for part in INSTALL.findall((TOOLS / name).read_text())}
                self.assertLessEqual(installs, installed(lines))

    def test_tools_are_found_in_scripts_that_scripts_run(self) -> None:
        self.assertEqual(used("tools/postman", set()), {"sam", "api", "node"})
        self.assertEqual(used("beside test_stacks", set()), {"sam", "ministack"})
        self.assertEqual(used("mostly_unused cargo nextest run", set()), {"sam"})
        self.assertEqual(installed("tools/setup sam crates\ntools/setup api\n"), {"sam", "api"})
        self.assertEqual(installed("tools/setup\n"), PARTS)


if __name__ == "__main__":
    unittest.main()
