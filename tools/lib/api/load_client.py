"""A client of tools/load. It writes and reads messages of a day of its own, and knows which messages must exist."""

import json
import random
from datetime import date, timedelta
from typing import Any, ClassVar

from locust import FastHttpUser, task

from api.signed_http import Signer

# The first day of the clients, where nobody has messages.
FIRST_DAY = date(9000, 1, 1)


class LoadClient(FastHttpUser):
    """Calls the API without a pause. The number in `task` is the relative frequency of a call."""

    signer: ClassVar[Signer]
    clients: ClassVar[list["LoadClient"]] = []
    # A call that fails is an error and is not retried.
    max_retries = max_redirects = 0
    connection_timeout = network_timeout = 30.0

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.day = self.day_of(len(self.clients))
        self.clients.append(self)
        # The messages that must exist, by time: exactly those that the API acknowledged.
        self.messages: dict[str, dict[str, Any]] = {}
        self.posted = 0

    @staticmethod
    def day_of(number: int) -> str:
        return (FIRST_DAY + timedelta(days=number)).isoformat()

    def call(self, name: str, method: str, path: str, body: Any = None, expected: Any = None) -> bool:
        """Sends a signed request and returns whether it succeeded. locust counts the failures."""
        data = json.dumps(body).encode() if body is not None else None
        headers = self.signer.headers(method, self.host + path, data)
        if body is not None:
            headers["Content-Type"] = "application/json"
        with self.client.request(method, path, name=name, data=data, headers=headers, catch_response=True) as response:
            if not 200 <= response.status_code < 300:
                response.failure(f"{response.status_code} {response.error or response.text}")
                return False
            if expected is not None and response.json()["Item"] != expected:
                response.failure(
                    f"{self.day} is not as it was written: {response.text}, and not {json.dumps(expected)}"
                )
                return False
            return True

    def address(self, time: str) -> str:
        return f"/message/{self.day}?time={time.replace(':', '%3A')}"

    def any_time(self) -> str:
        """The time of an existing message, which is posted first if there is none."""
        if not self.messages:
            self.post_message()
        return random.choice(list(self.messages))

    @task(2)
    def list_day(self) -> None:
        self.call("list", "GET", f"/message?date={self.day}&limit=20")

    @task(6)
    def get_message(self) -> None:
        time = self.any_time()
        self.call("get", "GET", self.address(time), expected=self.messages[time])

    @task(4)
    def post_message(self) -> None:
        minutes, seconds = divmod(self.posted, 60)
        time = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
        self.posted += 1
        message = {"date": self.day, "time": time, "location": "load", "local_avg": some_number(), "writes": 1}
        if self.call("post", "POST", "/message", {"Item": message}):
            self.messages[time] = message

    @task(3)
    def change_attributes(self) -> None:
        time = self.any_time()
        change = {"local_avg": some_number(), "source": random.choice(["wired", "wireless"])}
        if self.call("put, plain", "PUT", self.address(time), {"Item": change}):
            self.messages[time] |= change

    @task(3)
    def change_by_expression(self) -> None:
        """Counts up, so that a lost or repeated write is found later."""
        time = self.any_time()
        update = {"UpdateExpression": "ADD writes :one", "ExpressionAttributeValues": {":one": 1}}
        if self.call("put, expression", "PUT", self.address(time), update):
            self.messages[time]["writes"] += 1

    @task(2)
    def delete_message(self) -> None:
        time = self.any_time()
        if self.call("delete", "DELETE", self.address(time)):
            del self.messages[time]


def some_number() -> float:
    return random.randrange(1, 10000) / 100
