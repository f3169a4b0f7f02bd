"""The parameters that every deployment to the embedded stack has, as samconfig.toml has them: local_parameters.py

Prints each on a line.
"""

from samcli.lib.config.samconfig import SamConfig

from repository import ROOT


def local_parameters() -> list[str]:
    return SamConfig(str(ROOT)).get_all(["deploy"], "parameters", "local")["parameter_overrides"].split()


if __name__ == "__main__":
    print("\n".join(local_parameters()))
