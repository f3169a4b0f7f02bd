"""The worked examples of docs/any-csv.md in `schema/examples`: descriptors, files and the resulting items."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from repository import ROOT

EXAMPLES = ROOT / "schema" / "examples"


@dataclass(frozen=True)
class Example:
    """An example with the key of its table. The second key is empty if the table has no sort key."""

    name: str
    partition_key: str
    sort_key: str = ""

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.name

    @property
    def descriptor(self) -> Path:
        return self.folder / "datapackage.json"

    @property
    def keys(self) -> list[str]:
        """The names of the key attributes."""
        return [name for name in (self.partition_key, self.sort_key) if name]

    def uploads(self) -> list[dict]:
        """The uploads in order, each with its expected outcome."""
        return json.loads((self.folder / "uploads.json").read_text(encoding="utf-8"))

    def items(self) -> list[dict]:
        """The items that the table has at the end."""
        return json.loads((self.folder / "items.json").read_text(encoding="utf-8"))


def compared(items: list[dict]) -> list[str]:
    """Items in a canonical form for comparison: sorted, with equal numbers and sets written equally."""
    return sorted(
        json.dumps({name: canonical(value) for name, value in item.items()}, sort_keys=True) for item in items
    )


def canonical(value: dict) -> dict:
    """An attribute value with its numbers and sets in canonical form."""
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return {kind: format(Decimal(content).normalize(), "f")}
        case "NS":
            return {kind: sorted((Decimal(number).normalize() for number in content), key=str)}
        case "SS":
            return {kind: sorted(content)}
        case "L":
            return {kind: [canonical(element) for element in content]}
        case "M":
            return {kind: {name: canonical(member) for name, member in content.items()}}
    return value


def plain(value: dict):
    """An attribute value as the API writes it, with the elements of a set sorted."""
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return Decimal(content)
        case "NULL":
            return None
        case "SS":
            return sorted(content)
        case "L":
            return [plain(element) for element in content]
        case "M":
            return plain_item(content)
    return content


def plain_item(item: dict) -> dict:
    """An item as the API writes it."""
    return {name: plain(value) for name, value in item.items()}
