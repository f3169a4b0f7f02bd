"""What the benchmark was run on and with: this machine, now, and the tools that are installed."""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from repository import ROOT

CRATES = ("aws-sdk-s3", "aws-sdk-sqs", "aws-sdk-dynamodb", "aws-sigv4", "hyper", "lambda_runtime")
NODE_PACKAGES = ("@aws-sdk/client-dynamodb", "esbuild")
WHEELS = ("boto3", "awslambdaric")


def facts(noise: str) -> list[list[str]]:
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    packages = json.loads((ROOT / "bench/peers/node/package.json").read_text(encoding="utf-8"))["dependencies"]
    tools = Path(os.environ["TOOLS_DIR"])
    return [
        ["measured", today()],
        ["machine", name()],
        ["system", f"{platform.system()} {platform.release()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}"],
        ["what else ran", noise],
        ["Rust", f"{said('rustc', '--version')}; {', '.join(f'{crate} {locked(lock, crate)}' for crate in CRATES)}"],
        ["Python", f"{platform.python_version()}; {', '.join(f'{wheel} {version(wheel)}' for wheel in WHEELS)}"],
        [
            "Node.js",
            f"{said(tools / 'node/bin/node', '--version').lstrip('v')}; "
            + ", ".join(f"{package} {packages[package]}" for package in NODE_PACKAGES),
        ],
    ]


def today() -> str:
    return f"{datetime.now(timezone.utc):%Y-%m-%d}"


def name() -> str:
    """The processor, its cores and the memory."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{processor()}, {os.cpu_count()} cores, {gigabytes:.0f} GB"


def processor() -> str:
    """Its name, which only x86 has there."""
    names = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return names[1].strip() if names else platform.machine()


def locked(lock: str, name: str) -> str:
    """The version of the only crate of this name that the lock has, or of the latest."""
    versions = re.findall(rf'^name = "{name}"\nversion = "(.*)"$', lock, re.MULTILINE)
    return versions[-1] if versions else sys.exit(f"error: Cargo.lock has no {name}")


def said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
