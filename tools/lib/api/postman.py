"""Runs the Postman collection on the embedded stack: postman.py OUTPUTS ENVIRONMENT [--record] NEWMAN...

ENVIRONMENT is the file that tools/deploy writes. NEWMAN is the command that runs newman. Each response must match the example
that is saved with its request. With --record, the responses replace the saved examples.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from api import postman_collection
from api.user import api_user
from failures import told


def run(
    newman: list[str], environment: Path, variables: dict[str, str], output: IO[str] | None = None
) -> tuple[int, list[dict]]:
    """Runs the collection with some variables replaced. Returns newman's exit code, and the requests with their responses."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [*newman, "run", postman_collection.FILE, "--environment", environment]
        command += ["--reporters", "cli,json", "--reporter-json-export", report]
        # The output shows requests and failures, but no assertions that succeed.
        command += ["--reporter-cli-no-success-assertions"]
        for name, value in variables.items():
            command += ["--env-var", f"{name}={value}"]
        status = subprocess.run(command, check=False, stdout=output, stderr=output).returncode
        executions = json.loads(report.read_text(encoding="utf-8"))["run"]["executions"] if report.exists() else []
    return status, executions


def examples(collection: dict, executions: list[dict]) -> list[tuple[dict, dict]]:
    """Each request of the collection, with an example made from its response in this run."""
    responses = {execution["item"]["name"]: execution["response"] for execution in executions}
    found = []
    for item in postman_collection.items(collection):
        response = responses[item["name"]]
        headers = {header["key"].lower(): header["value"] for header in response["header"]}
        body = bytes(response["stream"]["data"]).decode()
        found.append((item, postman_collection.example(item, response["code"], headers, body)))
    return found


def main() -> None:
    outputs, environment, *newman = sys.argv[1:]
    record = newman[0] == "--record"
    with api_user(Path(outputs)) as user:
        # The emulator checks the signature of a user, but not of the account's own key.
        variables = {"accessKey": user.credentials.access_key, "secretKey": user.credentials.secret_key}
        status, executions = run(newman[record:], Path(environment), variables)
    if status:
        sys.exit(status)
    collection = postman_collection.load()
    seen = examples(collection, executions)
    if record:
        for item, example in seen:
            item["response"] = [example]
        postman_collection.save(collection)
        print(f"The examples of {len(seen)} requests are in {postman_collection.FILE}")
        return
    different = {
        item["name"]: found for item, example in seen if (found := postman_collection.differences(item, example))
    }
    for name, found in different.items():
        print(f"{name}: the saved example differs", *found, sep="\n  ")
    if different:
        sys.exit(
            "error: saved examples are not what the API responds\n  Save what it responds now: tools/postman record"
        )


if __name__ == "__main__":
    told(main)
