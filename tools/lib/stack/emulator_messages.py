"""Finds the messages of an emulator's queue without looking at all of them.

The emulator keeps messages in a list and goes through the whole list at each receive, delete and change of a visibility
timeout (seen in 1.5.33). This module indexes them by receipt handle and by the time from which they are visible, so the
cost of a call grows with the logarithm of their number. Which messages are received, when and in which order, does not
change.
"""

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from threading import RLock

Group = str | None


class Messages:
    """The messages of a queue in the order of arrival. Callers hold the lock, except for the methods of a list."""

    def __init__(self, lock: RLock, fifo: bool, complete: Callable[[dict], None]) -> None:
        self.lock, self.fifo, self.complete, self.last = lock, fifo, complete, 0
        self.clear()

    # The methods of a list. Services of the emulator that put messages on queues call them without the lock.

    def append(self, message: dict) -> None:
        with self.lock:
            self.complete(message)
            self.last += 1
            self.by_number[self.last] = message
            heapq.heappush(self.ages, (enqueued(message), self.last))
            if len(self.ages) > 2 * len(self.by_number):
                self.ages = sorted((enqueued(kept), number) for number, kept in self.by_number.items())
            if message["visible_at"] <= time.time():
                self.list(self.last)
            else:
                self.hide(self.last, message["visible_at"])

    def remove(self, message: dict) -> None:
        with self.lock:
            self.drop(self.by_receipt[message["receipt_handle"]])

    def clear(self) -> None:
        with self.lock:
            self.by_number: dict[int, dict] = {}
            self.by_receipt: dict[str, int] = {}
            # The visible messages, and those of them that were received before, by the number of receives.
            self.visible: set[int] = set()
            self.returned: defaultdict[int, set[int]] = defaultdict(set)
            # For each message group a heap of its visible messages, and a heap of the first message of each group. Messages
            # that are no longer visible are skipped. In a standard queue all messages are in the group `None`.
            self.groups: defaultdict[Group, list[int]] = defaultdict(list)
            self.firsts: list[tuple[int, Group]] = []
            # A group of a FIFO queue waits while messages of it are in flight.
            self.in_flight: Counter[Group] = Counter()
            # Heaps by the time from which a message is visible, and by the time of its arrival. Messages that were removed
            # or hidden again are skipped.
            self.hidden: list[tuple[float, int]] = []
            self.ages: list[tuple[float, int]] = []

    def __iter__(self) -> Iterator[dict]:
        with self.lock:
            return iter([*self.by_number.values()])

    def __getitem__(self, index: int) -> dict:
        return [*self][index]

    def __len__(self) -> int:
        return len(self.by_number)

    def __reduce__(self) -> tuple:
        """Copies and saves the messages as a list."""
        return list, ([*self],)

    # The operations of calls.

    def newest(self, count: int) -> Iterator[dict]:
        """The messages that arrived last, the latest first."""
        return islice(reversed(self.by_number.values()), count)

    def receive(self, most: int, now: float, hidden_until: float, new_receipt: Callable[[], str]) -> list[dict]:
        """Receives visible messages in order and hides them."""
        self.wake(now)
        taken = []
        while self.firsts and len(taken) < most:
            number, group = heapq.heappop(self.firsts)
            if self.groups.get(group, [])[:1] == [number] and not self.waits(group):
                if number in self.visible:
                    self.unlist(number)
                    taken.append(number)
                self.list_next(group)
        for number in taken:
            message = self.by_number[number]
            self.by_receipt.pop(message["receipt_handle"], None)
            message["receipt_handle"] = new_receipt()
            self.by_receipt[message["receipt_handle"]] = number
            message["receive_count"] += 1
            message["first_receive_at"] = message["first_receive_at"] or now
            self.hide(number, hidden_until)
        return [self.by_number[number] for number in taken]

    def received(self, receipt: str) -> int | None:
        """The number of the message that was last received with this handle."""
        return self.by_receipt.get(receipt)

    def change_visibility(self, number: int, visible_at: float) -> None:
        """Changes the time until which a message is hidden."""
        self.leave(number)
        self.hide(number, visible_at)

    def drop(self, number: int) -> None:
        """Removes a message."""
        self.leave(number)
        self.by_receipt.pop(self.by_number.pop(number)["receipt_handle"], None)

    def returned_after(self, receives: int, now: float) -> list[int]:
        """The numbers of the visible messages that were received at least this often, in order."""
        self.wake(now)
        counts = [count for count in self.returned if count >= receives]
        return sorted(number for count in counts for number in self.returned[count])

    def drop_since(self, cutoff: float) -> None:
        """Removes the messages that arrived at that time or earlier."""
        while self.ages and self.ages[0][0] <= cutoff:
            _, number = heapq.heappop(self.ages)
            if number in self.by_number:
                self.drop(number)

    def counts(self, now: float) -> tuple[int, int, int]:
        """The numbers of visible, in-flight and delayed messages."""
        self.wake(now)
        visible, in_flight = len(self.visible), sum(self.in_flight.values())
        return visible, in_flight, len(self) - visible - in_flight

    # The transitions of a message between hidden and visible.

    def hide(self, number: int, visible_at: float) -> None:
        message = self.by_number[number]
        message["visible_at"] = visible_at
        heapq.heappush(self.hidden, (visible_at, number))
        if message["receive_count"]:
            self.in_flight[self.group(message)] += 1

    def wake(self, now: float) -> None:
        """Makes the hidden messages whose time has come visible."""
        while self.hidden and self.hidden[0][0] <= now:
            visible_at, number = heapq.heappop(self.hidden)
            message = self.by_number.get(number)
            if message and number not in self.visible and message["visible_at"] == visible_at:
                self.leave(number)
                self.list(number)

    def leave(self, number: int) -> None:
        """Removes a message from the hidden or visible ones."""
        message = self.by_number[number]
        if number in self.visible:
            self.unlist(number)
        elif message["receive_count"]:
            group = self.group(message)
            self.in_flight[group] -= 1
            if not self.in_flight[group]:
                del self.in_flight[group]
                if self.fifo:
                    self.list_next(group)

    def list(self, number: int) -> None:
        message = self.by_number[number]
        self.visible.add(number)
        if message["receive_count"]:
            self.returned[message["receive_count"]].add(number)
        group = self.group(message)
        heapq.heappush(self.groups[group], number)
        if self.groups[group][0] == number:
            heapq.heappush(self.firsts, (number, group))

    def unlist(self, number: int) -> None:
        self.visible.discard(number)
        count = self.by_number[number]["receive_count"]
        self.returned[count].discard(number)
        if not self.returned[count]:
            del self.returned[count]

    def list_next(self, group: Group) -> None:
        """Lists the first visible message of a group as the group's first."""
        numbers = self.groups.get(group)
        while numbers and numbers[0] not in self.visible:
            heapq.heappop(numbers)
        if numbers:
            heapq.heappush(self.firsts, (numbers[0], group))
        else:
            self.groups.pop(group, None)

    def waits(self, group: Group) -> bool:
        return self.fifo and bool(group) and group in self.in_flight

    def group(self, message: dict) -> Group:
        return message["group_id"] if self.fifo else None


def enqueued(message: dict) -> float:
    """The time when a message arrived on its queue, which may be later than the time when it was sent."""
    return message.get("enqueued_at", message["sent_at"])
