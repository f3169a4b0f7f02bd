"""The books of ingests: the records of the table of ingests, with their counts of rows. See docs/ingests.md."""

from dataclasses import dataclass

# The outcomes of a row that was sent. `replaced` is a part of `written`.
OUTCOMES = ("written", "superseded", "outdated", "existing", "dead")


@dataclass(frozen=True)
class Record:
    """The record of an ingest. Its attributes are texts, numbers as texts, and lists of these."""

    attributes: dict

    @classmethod
    def of(cls, item: dict) -> "Record":
        return cls({name: plain(value) for name, value in item.items()})

    @property
    def ingest_id(self) -> str:
        return self.attributes["ingest_id"]

    @property
    def key(self) -> str | None:
        """The key of the object, unknown before the record is opened."""
        return self.attributes.get("object")

    @property
    def state(self) -> str:
        """The state that readers derive from the sums."""
        return "done" if self.is_full else self.attributes.get("state", "")

    @property
    def is_full(self) -> bool:
        return "extracted" in self.attributes and self.accounted >= self.number("rows_sent")

    @property
    def is_told(self) -> bool:
        """Whether the record says that its end was announced, with all its dead letters."""
        dead = sum(self.number(f"dead_{attempt}") for attempt in self.counted)
        return "completed" in self.attributes and self.number("told_dead") >= dead

    @property
    def counted(self) -> list[str]:
        """The attempts that count."""
        return self.attributes.get("counted", [])

    @property
    def accounted(self) -> int:
        """The number of rows of the attempts that count, with any outcome."""
        return sum(self.number(f"{outcome}_{attempt}") for outcome in OUTCOMES for attempt in self.counted)

    def number(self, name: str) -> int:
        return int(self.attributes.get(name, 0))


def plain(value: dict):
    """A value of DynamoDB JSON as a plain value."""
    [(kind, content)] = value.items()
    return [plain(element) for element in content] if kind == "L" else content
