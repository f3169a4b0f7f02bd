"""Runs the commands of docs/existing-resources.md in tests."""

import re
import subprocess

from repository import ROOT

# The commands that switch EventBridge on: for any bucket, and for a bucket that was a stack's own.
SWITCH_ON, SWITCH_OVER = re.findall(
    r"^```sh\nbucket=my-bucket\n(.*?)^```",
    (ROOT / "docs" / "existing-resources.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


def run(lines: str, bucket: str, before: str = "") -> str:
    """Runs commands of the guide for a bucket, after other commands, and returns their output."""
    script = f"{before}\nbucket={bucket}\n{lines}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
