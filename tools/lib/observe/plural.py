"""Words for numbers."""


def plural(count: int, what: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
