"""How long tools wait for an answer: a stack that was stopped, or hangs, takes connections and never answers."""

import boto3
import botocore.session
from botocore.config import Config

# A busy emulator answers in seconds, AWS sooner; a receive from a queue waits for a second by itself.
CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2})


def limited() -> botocore.session.Session:
    """A session whose clients wait no longer than that."""
    session = botocore.session.Session()
    session.set_default_client_config(CONFIG)
    return session


def limit_waiting() -> None:
    """Has the clients of this program that are made without a session wait no longer than that."""
    boto3.setup_default_session(botocore_session=limited())
