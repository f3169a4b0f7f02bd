"""Makes the emulator's retries of an asynchronous invocation keep the request id of the first attempt, as Lambda does.

The emulator uses a new id for each attempt (seen in 1.5.33), so that a function cannot recognise a retry.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from contextvars import ContextVar
from uuid import uuid4

from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import lambda_svc

# The request id of the event that the present thread delivers.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
invoke_async_with_retry = lambda_svc.invoke_async_with_retry
invoke = ProvidedWorker.invoke


def with_one_request_id(function: dict, event: dict) -> None:
    """Invokes a function asynchronously. The thread that makes the attempts has a copy of this context."""
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
