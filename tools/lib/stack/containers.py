"""The container engine that `sam local` uses: containers.py ends with 1, and says what is missing, when there is none."""

import sys

from samcli.local.docker.container_client import ContainerClient
from samcli.local.docker.exceptions import ContainerEnforcementException, ContainerNotReachableException
from samcli.local.docker.utils import get_validated_container_client


class NoEngine(Exception):
    """SAM CLI finds no engine that runs."""


def engine() -> ContainerClient:
    """The engine that SAM CLI would take."""
    try:
        return get_validated_container_client()
    except (ContainerNotReachableException, ContainerEnforcementException) as error:
        raise NoEngine("SAM CLI finds no container engine that runs") from error


def main() -> None:
    try:
        engine()
    except NoEngine as error:
        sys.exit(
            f"error: {error}\n"
            "  Start Docker or Finch, or say where it is: DOCKER_HOST=unix:///path/of/its.sock. "
            "Without one: tools/sam_local --without-containers"
        )


if __name__ == "__main__":
    main()
