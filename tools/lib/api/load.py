"""Drives the API of the embedded stack with many clients at once: load.py OUTPUTS SECONDS CLIENTS.

Afterwards it reads back what was written. The exit code is 1 if a call failed or a message is not as it must be.
"""

import os
import sys
from pathlib import Path

import gevent
from gevent.pool import Pool

# locust comes before every module that uses sockets: it replaces them by gevent's, so that clients take turns.
from locust.env import Environment
from locust.runners import LocalRunner

from api.load_client import LoadClient
from api.load_report import report
from api.load_table import clear, differences
from api.signed_http import Api, Signer
from api.user import api_user
from failures import told

# How long a call in flight may take once the time is over, in seconds.
PATIENCE_S = 60


def run(seconds: int, clients: int) -> LocalRunner:
    """Runs the clients and lets each finish its last call."""
    environment = Environment(user_classes=[LoadClient], stop_timeout=PATIENCE_S)
    runner = environment.create_local_runner()
    runner.start(clients, spawn_rate=clients)
    gevent.sleep(seconds)
    runner.quit()
    return runner


def main() -> None:
    outputs, seconds, clients = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with api_user(outputs) as user:
        LoadClient.host = user.url
        LoadClient.signer = Signer(user.outputs["Region"], user.credentials)
        api = Api(user.url, user.outputs["Region"], user.credentials)
        days = [LoadClient.day_of(number) for number in range(clients)]
        at_once = Pool(clients)

        at_once.map(lambda day: clear(api, day), days)
        try:
            runner = run(seconds, clients)
            found = at_once.map(lambda client: differences(api, client.day, client.messages), LoadClient.clients)
        finally:
            at_once.map(lambda day: clear(api, day), days)
    expected = sum(len(client.messages) for client in LoadClient.clients)
    status = report(runner, seconds, expected, [line for lines in found for line in lines])
    sys.stdout.flush()
    # Exits at once: Python's normal exit would ask gevent for the current thread after gevent has ended.
    os._exit(status)


told(main)
