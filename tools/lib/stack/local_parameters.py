"""Prints the parameters of every deployment to the embedded stack, from samconfig.toml: local_parameters.py

Each parameter is on a line of its own.
"""

from samcli.lib.config.samconfig import SamConfig

from repository import ROOT


def local_parameters() -> list[str]:
    return SamConfig(str(ROOT)).get_all(["deploy"], "parameters", "local")["parameter_overrides"].split()


if __name__ == "__main__":
    print("\n".join(local_parameters()))
