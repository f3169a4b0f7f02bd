"""The hooks of schemathesis: they make valid requests keep the rules beyond the schemas, and sign all requests."""

import os
from urllib.parse import urlsplit

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case, HookContext
from schemathesis.generation import GenerationMode

from api import schemathesis_model  # noqa: F401 - its check registers itself
from api.schemathesis_rules import keep_rules
from api.signed_http import Signer, encoded


class Signature(AuthBase):
    """Signs the final request, exactly as it is sent, with the credentials of the environment."""

    signer = Signer(os.environ["AWS_REGION"])

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        url = urlsplit(request.url)
        request.url = url._replace(query=encoded(url.query)).geturl()
        request.headers.update(self.signer.headers(request.method, request.url, request.body))
        return request


schemathesis.auth.set_from_requests(Signature())


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict) -> None:
    if case.meta and case.meta.generation.mode == GenerationMode.POSITIVE:
        keep_rules(case)
