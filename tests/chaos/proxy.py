"""Runs the fault-injecting proxy, which is microburst with a few more faults: proxy.py PORT UPSTREAM

Rules are microburst's (POST /_microburst/rules), and its log has their effects (GET /_microburst/fired). Microburst passes
on the `response` part of a rule unchanged, so the additions are in it:

* `each: N`: the rule applies to the first N attempts of every request; requests are identified by their bodies.
* `partial: SHARE`: this share of the entries of a batch is refused in an answer with status 200, and the rest is executed.
  The log then has a line `entries:N` for the refused entries.
* `drop: true`: the request is executed, and the connection is closed without an answer.
* `hold: SECONDS`: the request is executed, and the answer is delayed by this time.

GET /_chaos/sent returns the number of rows passed on to each queue, of which a message may have many. GET /_chaos/told
returns the number of events passed on to the bus, by ingest and announced state: `ID STATE`.
"""

import asyncio
import hashlib
import json
import random
import sys
import time
from collections import Counter

from aiohttp import web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from microburst import detection, forward, models
from microburst.core.pipeline import Microburst
from microburst.observe import emit_fired
from microburst.rules import Decision, FiredEvent, RuleEngine

# The faults of a scenario are counted in the log, so it must have room for all of them.
LOG_LINES = 1_000_000
# SQS accepts 1 MiB of messages in a call, and JSON's escapes can double that.
MAX_BODY_BYTES = 4 * 1024 * 1024
SEND, WRITE = "AmazonSQS.SendMessageBatch", "DynamoDB_20120810.BatchWriteItem"
TELL = "AWSEvents.PutEvents"
# The same choices in every run.
RANDOM = random.Random(20190528)


class Fault(forward.ResponseFault):
    """The `response` of a rule, with the additions of this proxy."""

    def __init__(self, plain: forward.ResponseFault, decision: Decision) -> None:
        super().__init__(**vars(plain))
        self.rule = decision.rule
        self.partial = decision.rule.response.get("partial")
        self.drop = bool(decision.rule.response.get("drop"))
        self.hold = float(decision.rule.response.get("hold", 0))


class Engine(RuleEngine):
    """Microburst's rules, and `each`."""

    def __init__(self) -> None:
        super().__init__()
        self.tries: Counter[tuple[int, str]] = Counter()

    def decide(self, info) -> Decision | None:
        body = hashlib.sha256(info.body or b"").hexdigest()
        rules = self._rules
        self._rules = [rule for rule in rules if self.tries[rule.id, body] < each(rule)]
        try:
            decision = super().decide(info)
        finally:
            self._rules = rules
        if decision and decision.response_fault:
            self.tries[decision.rule.id, body] += 1
            decision.response_fault = Fault(decision.response_fault, decision)
        return decision


def each(rule) -> float:
    return (rule.response or {}).get("each", float("inf"))


class Upstream(forward.Upstream):
    """The emulator behind the proxy."""

    def __init__(self, url: str, proxy: "Proxy") -> None:
        super().__init__(url, stats=proxy.stats)
        self.proxy = proxy

    def _outbound_headers(self, request: web.Request) -> dict[str, str]:
        # Both headers are signed, and the emulator checks signatures.
        signed = {name: request.headers[name] for name in ("Host", "Content-Length") if name in request.headers}
        return super()._outbound_headers(request) | {name.lower(): value for name, value in signed.items()}

    async def relay(self, request, body, mutator=None, data=None):
        if isinstance(mutator, Fault) and mutator.partial is not None:
            return await self.relay_in_part(request, json.loads(body), mutator)
        self.count(request, body)
        if isinstance(mutator, Fault) and (mutator.drop or mutator.hold):
            async with self.session.request(
                request.method,
                self.base_url + request.rel_url.raw_path_qs,
                headers=self._outbound_headers(request),
                data=body if body is not None else request.content,
                allow_redirects=False,
            ) as reply:
                answer = await reply.read()
            if mutator.drop and request.transport:
                request.transport.abort()
            await asyncio.sleep(mutator.hold)
            headers = {name: value for name, value in reply.headers.items() if name.lower() != "content-length"}
            return web.Response(status=reply.status, headers=headers, body=answer)
        return await super().relay(request, body, mutator, data)

    def count(self, request: web.Request, body: bytes | None) -> None:
        target = request.headers.get("X-Amz-Target")
        if target not in (SEND, TELL) or not body:
            return
        call = json.loads(body)
        if target == SEND:
            self.proxy.sent[call["QueueUrl"]] += sum(map(rows_of, call["Entries"]))
            return
        for entry in call["Entries"]:
            detail = json.loads(entry["Detail"])
            self.proxy.told[f"{detail['ingest_id']} {detail['state']}"] += 1

    async def relay_in_part(self, request: web.Request, call: dict, fault: Fault) -> web.Response:
        """Removes entries from a batch, has the rest executed, and answers as AWS does."""
        target = request.headers["X-Amz-Target"]
        if target == SEND:
            refused, call["Entries"] = divide(call["Entries"], fault.partial)
            carried_out = bool(call["Entries"])
        else:
            [(table, writes)] = call["RequestItems"].items()
            refused, left = divide(writes, fault.partial)
            call["RequestItems"] = {table: left}
            carried_out = bool(left)
        reply = await self.signed_anew(request, call) if carried_out else {}
        if target == SEND:
            failure = {"SenderFault": False, "Code": "InternalError", "Message": "injected"}
            reply["Failed"] = reply.get("Failed", []) + [{"Id": entry["Id"], **failure} for entry in refused]
            reply.setdefault("Successful", [])
        elif refused:
            reply["UnprocessedItems"] = {table: refused + reply.get("UnprocessedItems", {}).get(table, [])}
        rule = fault.rule.id
        emit_fired(self.proxy, FiredEvent(time.time(), rule, None, target, None, None, f"entries:{len(refused)}", "/"))
        await asyncio.sleep(fault.hold)
        return web.json_response(reply, content_type=request.content_type)

    async def signed_anew(self, request: web.Request, call: dict) -> dict:
        """Sends a changed call. The client's signature is not valid for it, so it is signed with the account's key."""
        body = json.dumps(call).encode()
        kept = {name: request.headers[name] for name in ("Content-Type", "X-Amz-Target")}
        signed = AWSRequest("POST", f"{self.base_url}/", headers=kept, data=body)
        service = "sqs" if kept["X-Amz-Target"] == SEND else "dynamodb"
        SigV4Auth(Credentials("test", "test"), service, "us-east-1").add_auth(signed)
        self.count(request, body)
        async with self.session.post(signed.url, headers=dict(signed.headers), data=body) as reply:
            answer = await reply.json(content_type=None)
            if reply.status != 200:
                raise web.HTTPInternalServerError(text=f"a call changed by the proxy was refused: {answer}")
            return answer


def rows_of(entry: dict) -> int:
    """The number of rows in a message."""
    if entry.get("MessageAttributes", {}).get("Method", {}).get("StringValue") != "BATCH_WRITE":
        return 1
    return sum(map(len, json.loads(entry["MessageBody"])["RequestItems"].values()))


def divide(entries: list, share: float) -> tuple[list, list]:
    """Divides entries into those to refuse and the rest."""
    drawn = [(RANDOM.random() < share, entry) for entry in entries]
    return [entry for refused, entry in drawn if refused], [entry for refused, entry in drawn if not refused]


class Proxy(Microburst):
    """Microburst with the additions of this module."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream, fired_capacity=LOG_LINES)
        self.upstream = Upstream(upstream, self)
        self.engine = Engine()
        self.sent: Counter[str] = Counter()
        self.told: Counter[str] = Counter()

    async def handle_sent(self, _: web.Request) -> web.Response:
        return web.json_response(self.sent)

    async def handle_told(self, _: web.Request) -> web.Response:
        return web.json_response(self.told)


stream_to_client = forward._stream_to_client


async def stream_with_length(request, status, headers, fault, chunks):
    """Adds the Content-Length that microburst leaves out of every answer. AWS always sends it, and it reveals a cut body.
    A body that must look complete although it is not (`truncate_…`) stays without it."""
    length = headers.get("Content-Length")
    truncated = fault and (fault.truncate_bytes is not None or fault.truncate_frac is not None)
    if length and not truncated:
        fault = fault or forward.ResponseFault()
        fault.set_headers = {**fault.set_headers, "Content-Length": length}
    return await stream_to_client(request, status, headers, fault, chunks)


def main() -> None:
    port, upstream = int(sys.argv[1]), sys.argv[2]
    forward._stream_to_client = stream_with_length
    # SQS puts a namespace in front of some error codes, but of none that is injected here. Microburst would do so for all.
    models._QUERY_ERROR_NAMESPACE.pop("sqs")
    # To find a service's name in a host, microburst reads the models of all services at the first request, which takes five
    # seconds and longer. No request may wait that long: the functions give up a call to the ledger after three. The functions
    # call an address, which names no service.
    detection.parse_host = lambda _: (None, None, None)
    proxy = Proxy(upstream)
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.on_startup.append(proxy.start)
    app.on_cleanup.append(proxy.stop)
    app.router.add_get("/_chaos/sent", proxy.handle_sent)
    app.router.add_get("/_chaos/told", proxy.handle_told)
    app.router.add_route("*", "/_microburst/{tail:.*}", proxy.handle_control)
    app.router.add_route("*", "/{tail:.*}", proxy.handle_proxy)
    # The shutdown does not wait for answers that are held back on purpose.
    web.run_app(app, host="127.0.0.1", port=port, print=None, shutdown_timeout=0.1)


if __name__ == "__main__":
    main()
