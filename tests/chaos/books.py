"""The books of ingests: records of the table of ingests, and what they say of rows. docs/ingests.md describes them."""

from dataclasses import dataclass

# What a row that was sent can have become. `replaced` is a part of `written`.
OUTCOMES = ("written", "superseded", "outdated", "existing", "dead")


@dataclass(frozen=True)
class Record:
    """The record of an ingest: texts, numbers as texts, lists of such."""

    attributes: dict

    @classmethod
    def of(cls, item: dict) -> "Record":
        return cls({name: plain(value) for name, value in item.items()})

    @property
    def ingest_id(self) -> str:
        return self.attributes["ingest_id"]

    @property
    def key(self) -> str | None:
        """The object's; not known before the record is opened."""
        return self.attributes.get("object")

    @property
    def state(self) -> str:
        """As readers say it, who look at the sums."""
        return "done" if self.is_full else self.attributes.get("state", "")

    @property
    def is_full(self) -> bool:
        return "extracted" in self.attributes and self.accounted >= self.number("rows_sent")

    @property
    def is_told(self) -> bool:
        """Whether the record is marked as told, with all its dead letters."""
        dead = sum(self.number(f"dead_{attempt}") for attempt in self.counted)
        return "completed" in self.attributes and self.number("told_dead") >= dead

    @property
    def counted(self) -> list[str]:
        """The attempts that count."""
        return self.attributes.get("counted", [])

    @property
    def accounted(self) -> int:
        """Rows of the attempts that count, whatever they became."""
        return sum(self.number(f"{outcome}_{attempt}") for outcome in OUTCOMES for attempt in self.counted)

    def number(self, name: str) -> int:
        return int(self.attributes.get(name, 0))


def plain(value: dict):
    """A value of DynamoDB's JSON."""
    [(kind, content)] = value.items()
    return [plain(element) for element in content] if kind == "L" else content
