"""Checks that downloads can reach their server: network.py pip | rustup | cargo COMMAND...

It fails if the server, or the proxy in front of it, certainly cannot be reached: its name has no address, or nothing
listens there. No answer within a second is reported and is no error, since the network may be slow. It needs only Python.
"""

import configparser
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment

from failures import told

# In seconds. Tests set a longer time, for busy machines.
PATIENCE_S = float(os.environ.get("NETWORK_PATIENCE", "0.8"))
PYPI = "https://pypi.org/simple"
RUSTUP = "https://static.rust-lang.org"
PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
# Messages of curl, inside cargo, about a server that cannot be reached; a late answer has other messages.
# https://curl.se/libcurl/c/libcurl-errors.html
UNREACHABLE = ("Could not resolve", "Couldn't connect", "Could not connect", "Failed to connect", "Couldn't resolve")


def files_of_pip(environment: Mapping[str, str]) -> list[Path]:
    """The files of pip's configuration; the last one wins: https://pip.pypa.io/en/stable/topics/configuration/"""
    home = Path(environment.get("HOME", "/"))
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf", config / "pip/pip.conf"]
    own = environment.get("PIP_CONFIG_FILE")
    return files if own is None else [*files, Path(own)] if own != os.devnull else []


def settings_of_pip(environment: Mapping[str, str]) -> dict[str, str]:
    """pip's settings, by their names on its command line."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(files_of_pip(environment), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        # pip itself reports what is wrong with the file, so nothing is checked here.
        return {"no-index": "true"}
    settings = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            settings |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    variables = {name: value for name, value in environment.items() if name.startswith("PIP_") and value}
    return settings | {name[4:].lower().replace("_", "-"): value for name, value in variables.items()}


def address_for_pip(environment: Mapping[str, str]) -> tuple[str, int] | None:
    """The host and port that pip connects to; `None` if it may find the wheels elsewhere."""
    settings = settings_of_pip(environment)
    if any(settings.get(name) for name in ("no-index", "find-links", "extra-index-url")):
        return None
    index = settings.get("index-url", PYPI)
    return address(settings.get("proxy") or proxy_of(index) or index)


def proxy_of(url: str) -> str | None:
    """The proxy that the environment sets for a URL."""
    parts, proxies = urlsplit(url), getproxies_environment()
    if parts.hostname is None or proxy_bypass_environment(parts.hostname, proxies):
        return None
    return proxies.get(parts.scheme) or proxies.get("all")


def address(url: str) -> tuple[str, int] | None:
    """The host and port of a URL, if it has both."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    port = parts.port or PORTS.get(parts.scheme)
    return (parts.hostname, port) if parts.hostname and port else None


def reach(host: str, port: int) -> None:
    """Ends the program if nothing listens at this address."""
    problems, answered = [], threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=PATIENCE_S).close()
        except TimeoutError:
            return
        except OSError as error:
            problems.append(error.strerror or str(error))
        answered.set()

    # In a thread, because looking up a name can take longer than the patience and cannot be interrupted.
    threading.Thread(target=connect, daemon=True).start()
    if not answered.wait(PATIENCE_S):
        print(f"No answer yet from {host}, port {port}, which is needed for downloads. Continuing.", flush=True)
    elif problems:
        fail(f"{host}, port {port}: {problems[0]}")


def try_cargo(command: list[str]) -> None:
    """Starts cargo's downloads, with cargo's own registry and proxy; ends the program if they cannot be reached."""
    environment = {**os.environ, "CARGO_NET_RETRY": "0"}
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as cargo:
        try:
            _, said = cargo.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            cargo.terminate()
            return
    lines = [line.strip() for line in said.splitlines() if any(words in line for words in UNREACHABLE)]
    if cargo.returncode and lines:
        fail(lines[-1])


def fail(problem: str) -> None:
    remedy = "Missing tools and crates must be downloaded. For a proxy, set https_proxy; for a mirror, configure pip and cargo"
    sys.exit(f"error: the network cannot be reached: {problem}\n  {remedy}")


def main() -> None:
    if sys.argv[1] == "cargo":
        try_cargo(sys.argv[2:])
        return
    server = os.environ.get("RUSTUP_DIST_SERVER") or RUSTUP
    found = address_for_pip(os.environ) if sys.argv[1] == "pip" else address(proxy_of(server) or server)
    if found:
        reach(*found)


if __name__ == "__main__":
    told(main)
