"""Checks the details of ingest events: python -m stack.event_schema <DETAILS

It reads one detail a line, and prints what is wrong with each. The exit code is then 1.
"""

import json
import sys
from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from repository import ROOT

SCHEMA = json.loads((ROOT / "docs" / "schemas" / "ingest-completed.schema.json").read_text(encoding="utf-8"))


def declared(validator, properties: dict, detail: object, schema: dict) -> Iterator[ValidationError]:
    """The keyword `properties`, without further members, which the schema allows for later versions."""
    yield from Draft202012Validator.VALIDATORS["properties"](validator, properties, detail, schema)
    if "required" in schema and isinstance(detail, dict):
        for name in sorted(detail.keys() - properties.keys()):
            yield ValidationError(f"the schema does not describe {name!r}")


VALIDATOR = extend(Draft202012Validator, {"properties": declared})(SCHEMA)


def problems(detail: object) -> list[str]:
    """The faults of a detail, by the schema and in its sums."""
    found = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(detail)]
    return found or [*sums(detail)]


def sums(detail: dict) -> Iterator[str]:
    """The sums that are wrong in the rows of a detail that is valid by the schema."""
    rows = detail["rows"]
    outcomes = sum(rows[name] for name in ("written", "superseded", "outdated", "existing", "dead"))
    if detail["state"] == "done" and rows["read"] != rows["sent"] + rows["rejected"]:
        yield f"$.rows: read is not sent and rejected: {rows}"
    if detail["state"] == "done" and outcomes < rows["sent"]:
        yield f"$.rows: of the {rows['sent']} rows sent {outcomes} are accounted for: {rows}"
    if rows["replaced"] > rows["written"]:
        yield f"$.rows: more are replaced than written: {rows}"


def main() -> None:
    wrong = [problem for line in sys.stdin for problem in problems(json.loads(line))]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
