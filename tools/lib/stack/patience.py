"""Limits the time that tools wait for an answer. A stack that is stopped or hangs accepts connections, but never answers."""

import boto3
import botocore.session
from botocore.config import Config

# A busy emulator answers within seconds, AWS faster. A receive from a queue itself waits for a second.
CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2})


def limited() -> botocore.session.Session:
    """A session whose clients have these limits."""
    session = botocore.session.Session()
    session.set_default_client_config(CONFIG)
    return session


def limit_waiting() -> None:
    """Sets these limits for the clients that this program makes without a session."""
    boto3.setup_default_session(botocore_session=limited())
