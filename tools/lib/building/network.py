"""Whether what must be downloaded can be: network.py pip | rustup | cargo COMMAND...

Ends with an error when the other side, or the proxy in front of it, certainly cannot be reached: its name has no address, or nobody
listens. Where there is no answer within a second this says so and is no error, since a slow network looks like that as well. It
needs nothing but Python.
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

# Seconds. Tests on busy machines have more of it.
PATIENCE_S = float(os.environ.get("NETWORK_PATIENCE", "0.8"))
PYPI = "https://pypi.org/simple"
RUSTUP = "https://static.rust-lang.org"
PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
# How curl, inside cargo, names what an answer that is only late is not called.
# https://curl.se/libcurl/c/libcurl-errors.html
UNREACHABLE = ("Could not resolve", "Couldn't connect", "Could not connect", "Failed to connect", "Couldn't resolve")


def files_of_pip(environment: Mapping[str, str]) -> list[Path]:
    """Where pip reads its configuration, the last counts: https://pip.pypa.io/en/stable/topics/configuration/"""
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
        # pip itself says what is wrong with it.
        return {"no-index": "true"}
    settings = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            settings |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    variables = {name: value for name, value in environment.items() if name.startswith("PIP_") and value}
    return settings | {name[4:].lower().replace("_", "-"): value for name, value in variables.items()}


def address_for_pip(environment: Mapping[str, str]) -> tuple[str, int] | None:
    """Where pip connects to; `None` where it may have the wheels from somewhere else."""
    settings = settings_of_pip(environment)
    if any(settings.get(name) for name in ("no-index", "find-links", "extra-index-url")):
        return None
    index = settings.get("index-url", PYPI)
    return address(settings.get("proxy") or proxy_of(index) or index)


def proxy_of(url: str) -> str | None:
    """The proxy that the environment has for a URL."""
    parts, proxies = urlsplit(url), getproxies_environment()
    if parts.hostname is None or proxy_bypass_environment(parts.hostname, proxies):
        return None
    return proxies.get(parts.scheme) or proxies.get("all")


def address(url: str) -> tuple[str, int] | None:
    """The host and the port of a URL, when it has any."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    port = parts.port or PORTS.get(parts.scheme)
    return (parts.hostname, port) if parts.hostname and port else None


def reach(host: str, port: int) -> None:
    """Ends the program when nobody can be there."""
    problems, answered = [], threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=PATIENCE_S).close()
        except TimeoutError:
            return
        except OSError as error:
            problems.append(error.strerror or str(error))
        answered.set()

    # A name can take longer to be looked up than anybody waits, and nothing ends that.
    threading.Thread(target=connect, daemon=True).start()
    if not answered.wait(PATIENCE_S):
        print(f"No answer yet from {host}, port {port}, which is needed for downloads. Going on.", flush=True)
    elif problems:
        fail(f"{host}, port {port}: {problems[0]}")


def try_cargo(command: list[str]) -> None:
    """Has cargo begin its downloads, from where it is told and by the proxy that it is told; ends the program when it cannot."""
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
    remedy = (
        "What is missing must be downloaded. Behind a proxy, set https_proxy; for a mirror, configure pip and cargo"
    )
    sys.exit(f"error: there is no way to the network: {problem}\n  {remedy}")


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
