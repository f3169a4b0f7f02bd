"""Spans as a tree for people: what is in what, when it began, and how long it took."""

from observe.otlp import Span

# Columns of a line.
WIDTH = 80
# Of all that is known of a span, what says most.
SHOWN = ("faas.document.name", "messaging.batch.message_count", "http.response.status_code")


def of_upload(spans: list[Span], key: str) -> list[Span]:
    """The spans of the upload of `key` that began last, and of the batches that have messages of it."""
    roots = [span for span in spans if span.attributes.get("faas.document.name") == key]
    if not roots:
        return []
    trace = max(roots, key=lambda span: span.start).trace
    ours = {span.id for span in spans if span.trace == trace}
    linked = {span.trace for span in spans if ours.intersection(span.links)}
    return [span for span in spans if span.trace == trace or span.trace in linked]


def lines(spans: list[Span], uploaded: int) -> list[str]:
    """The tree, one line for each span. Times are from the upload, `uploaded` nanoseconds after the Unix epoch."""
    known = {span.id for span in spans}
    children: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: span.start):
        # A batch of several uploads is in none of them, and is shown below the first that it is linked to.
        above = span.parent if span.parent in known else next((link for link in span.links if link in known), "")
        children.setdefault(above, []).append(span)
    rows = [("", "begins", "takes", "")]

    def add(span: Span, prefix: str, branch: str, below: str) -> None:
        begins, takes = (span.start - uploaded) / 1e6, (span.end - span.start) / 1e6
        rows.append((f"{prefix}{branch}{label(span)}", f"+{begins:.1f} ms", f"{takes:.2f} ms", span.service))
        inner = children.get(span.id, [])
        for index, child in enumerate(inner):
            last = index == len(inner) - 1
            add(child, prefix + below, "└─ " if last else "├─ ", "   " if last else "│  ")

    for root in children.get("", []):
        add(root, "", "", "")
    width = [max(len(row[column]) for row in rows) for column in range(4)]
    room = WIDTH - sum(width[1:]) - 3 * len("  ")
    width[0] = min(width[0], room)
    return [
        f"{cut(tree, room):<{width[0]}}  {at:>{width[1]}}  {took:>{width[2]}}  {by}".rstrip()
        for tree, at, took, by in rows
    ]


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def label(span: Span) -> str:
    """A span's name, and what it is about."""
    about = ", ".join(text(name, span.attributes[name]) for name in SHOWN if name in span.attributes)
    return f"{span.name} ({about})" if about else span.name


def text(name: str, value) -> str:
    return f"{value} messages" if name == "messaging.batch.message_count" else str(value)
