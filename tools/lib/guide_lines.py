"""The lines of docs/guides that are pasted, as tests run them."""

import re
import subprocess
import textwrap

from repository import ROOT

GUIDES = ROOT / "docs" / "guides"
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def blocks(guide: str, stack: str) -> list[str]:
    """The blocks of commands of a guide, for a stack of this name."""
    text = (GUIDES / guide).read_text(encoding="utf-8")
    found = [textwrap.dedent(match[2]) for match in BLOCK.finditer(text)]
    names = (
        ("--stack-name messages ", f"--stack-name {stack} "),
        ("messages-Observability-", f"{stack}-Observability-"),
    )
    for written, meant in names:
        found = [block.replace(written, meant) for block in found]
    return found


def run(lines: str) -> str:
    """Runs commands, which must end well; what they say."""
    ended = subprocess.run(["bash", "-euo", "pipefail", "-c", lines], check=False, capture_output=True, text=True)
    if ended.returncode:
        raise AssertionError(f"exit code {ended.returncode} of\n{lines}\n{ended.stdout}{ended.stderr}")
    return ended.stdout
