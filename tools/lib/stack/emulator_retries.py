"""The emulator's retries of an event that was given to a function asynchronously: they have the request id of the first try, as
Lambda's have.

The emulator draws another one for each try (seen in 1.5.33), so that a function cannot know which try it is.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from contextvars import ContextVar
from uuid import uuid4

from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import lambda_svc

# The request id of the event whose tries the present thread makes.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
invoke_async_with_retry = lambda_svc.invoke_async_with_retry
invoke = ProvidedWorker.invoke


def with_one_request_id(function: dict, event: dict) -> None:
    """Invokes a function asynchronously: the thread that makes the tries has a copy of this context."""
    token = REQUEST_ID.set(str(uuid4()))
    try:
        invoke_async_with_retry(function, event)
    finally:
        REQUEST_ID.reset(token)


def patch() -> None:
    lambda_svc.invoke_async_with_retry = with_one_request_id
    ProvidedWorker.invoke = lambda self, event, request_id, **others: invoke(
        self, event, REQUEST_ID.get() or request_id, **others
    )
