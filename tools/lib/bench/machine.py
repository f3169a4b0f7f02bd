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
PEER_CRATES = ("aws-sdk-s3", "aws-sdk-sqs", "aws-sdk-dynamodb", "csv-async", "lambda_http")
NODE_PACKAGES = ("@aws-sdk/client-dynamodb", "esbuild")
WHEELS = ("boto3", "awslambdaric")


def facts(noise: str) -> list[list[str]]:
    packages = json.loads((ROOT / "bench/peers/node/package.json").read_text(encoding="utf-8"))["dependencies"]
    tools = Path(os.environ["TOOLS_DIR"])
    return [
        ["measured", today()],
        ["machine", name()],
        ["system", f"{platform.system()} {platform.release()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}"],
        ["what else ran", noise],
        ["Rust", f"{said('rustc', '--version')}; {locked(ROOT / 'Cargo.lock', CRATES)}"],
        ["`rust_sdk`", locked(ROOT / "bench/peers/rust/Cargo.lock", PEER_CRATES)],
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


def locked(lock: Path, crates: tuple[str, ...]) -> str:
    """The crates, each with its version in this lock; where there are several, the latest."""
    text = lock.read_text(encoding="utf-8")
    versions = {crate: re.findall(rf'^name = "{crate}"\nversion = "(.*)"$', text, re.MULTILINE) for crate in crates}
    if missing := [crate for crate, found in versions.items() if not found]:
        sys.exit(f"error: {lock} has no {', '.join(missing)}")
    return ", ".join(f"{crate} {found[-1]}" for crate, found in versions.items())


def said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
