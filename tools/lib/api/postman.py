"""Runs the Postman collection on the embedded stack: postman.py OUTPUTS NEWMAN, where NEWMAN is a command."""

import subprocess
import sys
from pathlib import Path

from api.user import api_user
from failures import told
from repository import ROOT

POSTMAN = ROOT / "docs" / "postman"


def main() -> None:
    outputs, *newman = sys.argv[1:]
    with api_user(Path(outputs)) as user:
        # What the description of the collection tells a person to fill in.
        variables = {
            "endpoint": user.outputs["Endpoint"],
            "apiId": user.api_id,
            "region": user.outputs["Region"],
            "accessKey": user.credentials.access_key,
            "secretKey": user.credentials.secret_key,
        }
        command = [
            *newman,
            "run",
            POSTMAN / "messages.postman_collection.json",
            "--environment",
            POSTMAN / "local.postman_environment.json",
            # Requests and failures are enough to read.
            "--reporter-cli-no-success-assertions",
        ]
        for name, value in variables.items():
            command += ["--env-var", f"{name}={value}"]
        status = subprocess.run(command, check=False).returncode
    sys.exit(status)


told(main)
