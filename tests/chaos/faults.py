"""The fault-injecting proxy, seen from the harness: its rules and its log."""

import json
import urllib.request

# An environment without a proxy of the caller's.
OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Proxy:
    """A running proxy."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, body: object = None):
        data = None if body is None else json.dumps(body).encode()
        with OPEN(urllib.request.Request(self.url + path, data, method=method), timeout=10) as reply:
            return json.load(reply)

    def set(self, rules: list[dict]) -> list[int]:
        """Replaces the rules; returns their ids in the log."""
        return [rule["id"] for rule in self.call("POST", "/_microburst/rules", rules)]

    def clear(self) -> None:
        """No rules, and an empty log."""
        self.set([])
        self.call("DELETE", "/_microburst/fired")

    def fired(self, rule: int) -> int:
        """How often a rule did something: requests, or for batches refused in part, entries."""
        lines = self.call("GET", f"/_microburst/fired?limit=1000000&rule_id={rule}")
        entries = [line["action"].removeprefix("entries:") for line in lines if line["action"].startswith("entries:")]
        return sum(map(int, entries)) if entries else len(lines)

    def sent(self, queue: str) -> int:
        """Rows handed on to the queue of this name since the proxy was started."""
        return sum(count for url, count in self.call("GET", "/_chaos/sent").items() if url.endswith(f"/{queue}"))

    def told(self, ingest_id: str, state: str) -> int:
        """Events handed on to the bus that tell this state of an ingest."""
        return self.call("GET", "/_chaos/told").get(f"{ingest_id} {state}", 0)
