"""Finds the container engine that `sam local` uses. Fails with the remedy if there is none: containers.py"""

import sys

from samcli.local.docker.container_client import ContainerClient
from samcli.local.docker.exceptions import ContainerEnforcementException, ContainerNotReachableException
from samcli.local.docker.utils import get_validated_container_client


class NoEngine(Exception):
    """SAM CLI finds no running engine."""


def engine() -> ContainerClient:
    """The engine that SAM CLI would use."""
    try:
        return get_validated_container_client()
    except (ContainerNotReachableException, ContainerEnforcementException) as error:
        raise NoEngine("SAM CLI finds no running container engine") from error


def main() -> None:
    try:
        engine()
    except NoEngine as error:
        sys.exit(
            f"error: {error}\n"
            "  Start Docker or Finch, or name its socket: DOCKER_HOST=unix:///path/of/its.sock. "
            "Without an engine: tools/sam_local --without-containers"
        )


if __name__ == "__main__":
    main()
