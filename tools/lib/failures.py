"""How a tool ends that cannot go on: with what is wrong and what helps, instead of a traceback."""

import json
import os
import sys
from collections.abc import Callable

INTERRUPTED = 130


def told(main: Callable[[], None], code: int = 1) -> None:
    """Runs a tool. A failure is told in two lines, and the tool ends with this exit code; DEBUG=1 shows where it was."""
    try:
        main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read it has seen enough. What Python has left to write at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("DEBUG"):
            raise
        problem, remedy = explained(error)
        print(f"error: {problem}\n  {remedy}", file=sys.stderr)
        sys.exit(code)


def explained(error: Exception) -> tuple[str, str]:
    """What is wrong, and what helps."""
    kind, text = type(error), " ".join(str(error).split())
    names = {parent.__name__ for parent in kind.__mro__}
    # By name: not every tool is run by a Python that has botocore.
    if "NoCredentialsError" in names or "PartialCredentialsError" in names:
        return text, "Sign in: aws configure, aws sso login, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if "NoRegionError" in names:
        return text, "Set AWS_REGION, or a region for the profile: aws configure set region eu-west-1"
    if names & {"HTTPClientError", "ConnectionError", "TimeoutError", "URLError"}:
        return text, "Is the stack up? Of the embedded one: tools/stack status. If it hangs: make down, make deploy"
    if "ClientError" in names:
        return (
            text,
            "What was deployed may be gone or older than this tool: make deploy. Of a stack on AWS, look at its rights",
        )
    if isinstance(error, json.JSONDecodeError):
        return f"a file or an answer is no JSON: {text}", "Make it anew, the outputs of a stack by make deploy"
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'a file'}: {error.strerror or text}",
            "Correct the name or the permissions, or free some space",
        )
    if isinstance(error, KeyError):
        return f"{text} is missing", "The stack is not one of this version, completely deployed: make deploy"
    return f"{kind.__name__}: {text}", "That is a fault of the tool. DEBUG=1 before the command shows where"
