"""Prints the address by which containers reach this machine: bridge.py BIND

BIND is a private address of this machine, or `bridge` for the address in the container engine's default network.
"""

import ipaddress
import socket
import sys

from failures import told
from stack.containers import NoEngine, engine

DEFAULT_NETWORK = "bridge"
# The stack always listens on loopback.
LOOPBACK = "127.0.0.1"


class Refused(Exception):
    """The reason why the stack cannot listen on an address, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def address_of(bind: str) -> str:
    """The address of this machine that BIND means."""
    text = gateway() if bind == DEFAULT_NETWORK else bind
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        raise Refused(
            f"BIND={bind} is not an IPv4 address", "Give one, such as BIND=172.17.0.1, or BIND=bridge to find it"
        ) from None
    if address.is_unspecified or not address.is_private or text == LOOPBACK:
        raise Refused(
            f"BIND={bind} is not an address of a private network other than loopback",
            "Anybody who reaches the stack runs programs as you. Give the address of the engine's network: BIND=bridge",
        )
    with socket.socket() as probe:
        try:
            probe.bind((text, 0))
        except OSError:
            raise Refused(
                f"{text} is not an address of this machine",
                "`ip -4 address` lists them. An engine in a virtual machine has its network there: docs/sam-local.md",
            ) from None
    return text


def gateway() -> str:
    """The address of this machine in the default network of the container engine."""
    try:
        network = engine().networks.get(DEFAULT_NETWORK)
    except NoEngine as error:
        raise Refused(f"BIND=bridge: {error}", "Start the engine, or give an address: BIND=172.17.0.1") from None
    gateways = [config["Gateway"] for config in network.attrs["IPAM"]["Config"] if "Gateway" in config]
    if not gateways:
        raise Refused("the engine's default network has no gateway", "Give an address: BIND=172.17.0.1")
    return gateways[0]


def main() -> None:
    try:
        print(address_of(sys.argv[1]))
    except Refused as refused:
        sys.exit(f"error: {refused.problem}\n  {refused.remedy}")


if __name__ == "__main__":
    told(main)
