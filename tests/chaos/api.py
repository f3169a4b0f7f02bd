"""The scenario in which DynamoDB throttles the API's calls."""

import json

from api.signed_http import Answer, Api
from chaos.run import Failed, Run, Scenario

THROTTLED = {"service": "dynamodb", "error": {"code": "ProvisionedThroughputExceededException"}}


def problems_of(call: str, answer: Answer) -> list[str]:
    """The faults in the answer to a call whose every retry DynamoDB throttles."""
    kind = json.loads(answer.body).get("type")
    retry_after = answer.headers.get("Retry-After")
    if (answer.status, kind, retry_after) == (503, "urn:problem-type:messages:table-busy", "2"):
        return []
    return [f"{call} was answered with {answer.status}, Retry-After {retry_after}: {answer.body}"]


def api_throttled(run: Run) -> None:
    """Every call must get an answer that says to retry later, and must change nothing."""
    file = run.file(20)
    run.stack.upload(file)
    run.settle()
    (date, time), item = next(iter(file.good.items()))
    at = {"time": time}
    calls = [
        ("GET", "/message", None, None),
        ("GET", "/message", {"date": date}, None),
        ("GET", f"/message/{date}", at, None),
        ("POST", "/message", None, {"Item": {"date": date, "time": time, "location": "replaced"}}),
        ("PUT", f"/message/{date}", at, {"Item": {"location": "changed"}}),
        ("DELETE", f"/message/{date}", at, None),
    ]
    api = Api(run.stack.outputs["ApiUrl"], run.stack.outputs["Region"])
    run.inject(THROTTLED)
    problems = []
    for method, path, query, body in calls:
        answer = api.call(method, path, query, None if body is None else json.dumps(body))
        problems += problems_of(f"{method} {path}", answer)
    run.proxy.set([])
    found = api.call("GET", f"/message/{date}", at)
    if found.status != 200 or json.loads(found.body)["Item"]["location"] != item["location"]:
        problems.append(f"afterwards, GET was answered with {found.status} {found.body}")
    if problems:
        raise Failed("\n  ".join(problems))
    run.verify()


SCENARIOS = [
    Scenario("api-throttled", "every call of the API's functions is throttled", api_throttled, 90, True),
]
