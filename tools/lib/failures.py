"""Ends a tool that fails with the error and its remedy, instead of a traceback."""

import json
import os
import sys
from collections.abc import Callable

INTERRUPTED = 130


def told(main: Callable[[], None], code: int = 1) -> None:
    """Runs a tool. A failure is printed in two lines and ends the tool with this exit code. DEBUG=1 shows a traceback."""
    try:
        main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader closed the pipe. Output that Python still writes at its end is discarded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("DEBUG"):
            raise
        problem, remedy = explained(error)
        print(f"error: {problem}\n  {remedy}", file=sys.stderr)
        sys.exit(code)


def explained(error: Exception) -> tuple[str, str]:
    """The error in words, and its remedy."""
    kind, text = type(error), " ".join(str(error).split())
    names = {parent.__name__ for parent in kind.__mro__}
    # Compares names, because some tools run in a Python without botocore.
    if "NoCredentialsError" in names or "PartialCredentialsError" in names:
        return text, "Sign in: aws configure, aws sso login, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if "NoRegionError" in names:
        return text, "Set AWS_REGION, or a region for the profile: aws configure set region eu-west-1"
    if names & {"HTTPClientError", "ConnectionError", "TimeoutError", "URLError"}:
        return text, "Is the stack up? For the embedded stack: tools/stack status. If it hangs: make down, make deploy"
    if "ClientError" in names:
        return (
            text,
            "The deployment may be gone or older than this tool: make deploy. For a stack on AWS, look at its rights",
        )
    if isinstance(error, json.JSONDecodeError):
        return f"a file or an answer is not JSON: {text}", "Write it again; make deploy writes the outputs of a stack"
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'a file'}: {error.strerror or text}",
            "Correct the name or the permissions, or free some space",
        )
    if isinstance(error, KeyError):
        return f"{text} is missing", "The stack is of another version or not completely deployed: make deploy"
    return f"{kind.__name__}: {text}", "This is a bug in the tool. DEBUG=1 before the command shows where"
