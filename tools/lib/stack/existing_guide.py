"""The lines of docs/existing-resources.md that are pasted: what tests run of them."""

import re
import subprocess

from repository import ROOT

# The first lines switch EventBridge on for a bucket, the second ones for a bucket that was a stack's.
SWITCH_ON, SWITCH_OVER = re.findall(
    r"^```sh\nbucket=my-bucket\n(.*?)^```",
    (ROOT / "docs" / "existing-resources.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


def run(lines: str, bucket: str, before: str = "") -> str:
    """Runs lines of the guide for a bucket, behind other lines; what they say."""
    script = f"{before}\nbucket={bucket}\n{lines}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
