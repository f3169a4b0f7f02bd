"""Decides what is wrong with a stack, and lays all parts out on one screen."""

import re
import shlex
import shutil
import textwrap

from observe.plural import plural
from observe.status_parts import Unreadable

# Messages are written within seconds. One that waits longer fails again and again, or nothing receives it.
LONGEST_WAIT_S = 15 * 60
# The most older reports with rejected rows or a problem that are shown below the newest.
SHOWN_BAD = 10
# States of ingests that somebody must look at.
BAD_STATES = ("failed", "stalled")
BOLD, DIM, RED, GREEN, YELLOW, RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
LABEL = 14


def verdict(found: dict, local: bool) -> list[str]:
    """What somebody must look at; empty for a healthy stack."""
    wrong = []
    if (dead_letters := known(found, "dead_letters")) and dead_letters["count"]:
        wrong.append(plural(dead_letters["count"], "dead letter"))
    # The emulator's alarms ignore dimensions: one queue sets off the alarms of all queues.
    if (alarms := known(found, "alarms")) and not local:
        wrong.append(f"{plural(len(alarms), 'alarm')} set off")
    if (oldest := known(found, "oldest")) and (oldest["seconds"] or 0) > LONGEST_WAIT_S:
        wrong.append(f"a message has waited for {lasting(oldest['seconds'])}")
    if functions := known(found, "functions"):
        for name, what in (("failed", "failed invocation"), ("throttled", "throttled invocation")):
            if count := sum(function[name] or 0 for function in functions):
                wrong.append(f"{plural(count, what)} in the last hour")
        if lines := sum(function["error_lines"] for function in functions):
            or_more = "+" if any(function["more"] for function in functions) else ""
            wrong.append(f"{lines:,}{or_more} error{'' if lines == 1 else 's'} in the logs of the last hour")
    if ingests := known(found, "ingests"):
        for state in ("failed", "stalled"):
            if count := sum(ingest["state"] == state for ingest in ingests["last_day"]):
                wrong.append(f"{plural(count, f'{state} ingest')} in the last day")
    if reports := known(found, "reports"):
        late = reports["last_day"]
        if rejected := sum(report["rows_rejected"] for report in late):
            wrong.append(f"{plural(rejected, 'row')} rejected in the last day")
        if problems := sum(report["problem"] is not None for report in late):
            wrong.append(f"{plural(problems, 'file')} with a problem in the last day")
        if colliding := sum(report["key_collisions"]["rows"] for report in late):
            least = "" if all(report["key_collisions"]["exact"] for report in late) else "at least "
            wrong.append(f"{least}{plural(colliding, 'row')} with the key of another row of their file in the last day")
    if (table := known(found, "table")) and table["status"] not in ("ACTIVE", "UPDATING"):
        wrong.append(f"the table is {table['status']}")
    if unread := [name for name, part in found.items() if isinstance(part, Unreadable)]:
        wrong.append(f"{', '.join(unread)} could not be read")
    return wrong


def known(found: dict, name: str):
    """A part, or `None` if it could not be read."""
    return None if isinstance(found[name], Unreadable) else found[name]


def left_out(found: dict) -> list[str]:
    """What the verdict should have checked and did not."""
    parts = [known(found, name) for name in ("ingests", "reports")]
    return [what for part in parts if part for what in part["left_out"]]


def is_bad(report: dict) -> bool:
    """Whether somebody must look at what was uploaded."""
    return report["problem"] is not None or report["rows_rejected"] > 0 or report["key_collisions"]["rows"] > 0


class Screen:
    """All parts as text for a terminal."""

    def __init__(self, outputs: dict[str, str], colours: bool, width: int | None = None) -> None:
        self.outputs, self.colours = outputs, colours
        self.width = width or shutil.get_terminal_size((120, 24)).columns
        name = outputs["StackName"]
        self.option = "" if "Endpoint" in outputs else f" --stack {name}"

    def text(self, found: dict, told: list[str]) -> str:
        names = ["queue", "dead_letters", "ingests", "reports", "writes", "functions", "alarms", "table"]
        lines = self.headline(told, left_out(found))
        where = self.outputs.get("Endpoint", "AWS")
        lines.append(self.paint(DIM, f"{self.outputs['StackName']}, {self.outputs['Region']}, {where}"))
        if steps := self.steps(found):
            lines += self.labelled("next", steps)
        for name in names:
            part = found[name]
            if isinstance(part, Unreadable):
                rows = [self.paint(YELLOW, row) for row in self.wrapped(f"cannot be read: {part.reason}")]
            else:
                rows = getattr(self, name)(part, found)
            lines += self.labelled(name, rows)
        lines += self.labelled("api", [self.outputs.get("ApiUrl", "unknown")])
        return "\n".join(lines)

    def headline(self, told: list[str], left_out: list[str]) -> list[str]:
        but = f" Not checked: {'; '.join(left_out)}." if left_out else ""
        if told:
            colour, text = RED, f"Somebody must look: {'; '.join(told)}.{but}"
        elif but:
            colour, text = YELLOW, f"Healthy, as far as checked.{but}"
        else:
            text = "Healthy: nothing died, nothing failed in the last hour, no row rejected or lost in the last day."
            colour = GREEN
        return [self.paint(BOLD + colour, line) for line in textwrap.wrap(text, self.width)]

    def steps(self, found: dict) -> list[str]:
        """The commands and pages that show what is wrong and what to do about it."""
        steps = []
        if (dead_letters := known(found, "dead_letters")) and dead_letters["count"]:
            steps.append(f"tools/dlq list{self.option}")
        if reports := known(found, "reports"):
            rejected = [report["key"] for report in reports["last_day"] if report["rows_rejected"]]
            rejected = [key for key in rejected if key == plain(key)]
            steps += [f"tools/messages rejected get{self.option} {shlex.quote(key)}" for key in rejected[:1]]
        if ingests := known(found, "ingests"):
            states = {ingest["state"] for ingest in ingests["last_day"]}
            steps += ["docs/ingests.md, States: failed and stalled ingests"] if states & set(BAD_STATES) else []
        functions = known(found, "functions") or []
        if any(function[name] for function in functions for name in ("failed", "throttled", "error_lines")):
            steps.append("docs/operations.md: what to do about each error")
        if known(found, "alarms") and "Endpoint" not in self.outputs:
            steps.append("docs/operations.md: what to do about each alarm")
        return steps

    def labelled(self, name: str, rows: list[str]) -> list[str]:
        titles = {
            "dead_letters": "dead letters",
            "ingests": "last ingests",
            "reports": "last reports",
            "functions": "last hour",
            "api": "API",
        }
        label = titles.get(name, name).ljust(LABEL)
        rest = " " * LABEL
        return [f"{label if index == 0 else rest}{row}" for index, row in enumerate(rows)]

    def queue(self, part: dict, found: dict) -> list[str]:
        oldest = known(found, "oldest")
        age = "" if oldest is None or oldest["seconds"] is None else f", the oldest for {lasting(oldest['seconds'])}"
        return [f"{part['waiting']:,} waiting, {part['in_flight']:,} in flight, {part['delayed']:,} delayed{age}"]

    def dead_letters(self, part: dict, found: dict) -> list[str]:
        if not part["count"]:
            return [self.paint(GREEN, "none")]
        rows = [
            row
            for reason in part["reasons"]
            for row in self.wrapped(f"{plural(reason['count'], reason['kind'])}, {reason['reason']}: {reason['text']}")
        ]
        if part["looked_at"] < part["count"]:
            others = part["count"] - part["looked_at"]
            rows += self.wrapped(f"{others:,} more that were not looked at, or that somebody else looks at now")
        return [self.paint(RED, row) for row in rows]

    def ingests(self, part: dict | None, found: dict) -> list[str]:
        if part is None:
            return ["the stack has no table of ingests: it is of an earlier version"]
        rows = [row for ingest in part["newest"] for row in self.ingest(ingest)]
        older = [ingest for ingest in part["last_day"][len(part["newest"]) :] if ingest["state"] in BAD_STATES]
        if older:
            rows.append(self.paint(DIM, f"older, and failed or stalled: {len(older):,}"))
            rows += [row for ingest in older[:SHOWN_BAD] for row in self.ingest(ingest)]
        if len(older) > SHOWN_BAD:
            rows.append(self.paint(DIM, f"{len(older) - SHOWN_BAD:,} more of these: tools/status{self.option} --json"))
        return rows or ["none"]

    def ingest(self, ingest: dict) -> list[str]:
        rows, state = ingest["rows"], ingest["state"]
        sent = "" if rows["sent"] is None else f" of {rows['sent']:,}"
        others = "".join(f", {rows[name]:,} {name}" for name in ("superseded", "outdated", "existing") if rows[name])
        counts = f"{rows['written']:,}{sent} written{others}, {rows['dead']:,} dead"
        told = self.beside(f"{ingest['at'][:19].replace('T', ' ')} {state:<10} ", ingest["object"], counts)
        told += self.wrapped(f"  {ingest['error']}: {ingest['reason']}") if state == "failed" else []
        colour = RED if state in BAD_STATES else YELLOW if rows["dead"] else None
        return [self.paint(colour, row) for row in told] if colour else told

    def reports(self, part: dict, found: dict) -> list[str]:
        newest = part["newest"]
        # The ingests already show the files without problems.
        is_told = (known(found, "ingests") or {}).get("newest")
        if is_told:
            newest = [report for report in newest if is_bad(report) or report.get("suspicious")]
        rows = [row for report in newest for row in self.report(report)]
        older = [report for report in part["last_day"][len(part["newest"]) :] if is_bad(report)]
        if older:
            rows.append(self.paint(DIM, f"older, with rejected or lost rows or a problem: {len(older):,}"))
            rows += [row for report in older[:SHOWN_BAD] for row in self.report(report)]
        if len(older) > SHOWN_BAD:
            rows.append(self.paint(DIM, f"{len(older) - SHOWN_BAD:,} more of these: tools/status{self.option} --json"))
        return rows or ["no rejected, lost or suspicious rows" if is_told else "none"]

    def report(self, report: dict) -> list[str]:
        counts = f"{report['rows_read']:,} read, {report['rows_rejected']:,} rejected"
        problem = report["problem"]
        rows = self.beside(f"{report['at'][:19].replace('T', ' ')} ", report["key"], counts)
        rows += self.wrapped(f"  {problem}") if problem else []
        rows = [self.paint(RED if problem else YELLOW, row) for row in rows] if is_bad(report) else rows
        if colliding := colliding_in(report):
            rows += [self.paint(YELLOW, row) for row in self.wrapped(f"  {colliding}")]
        if suspicious := report.get("suspicious"):
            kinds = ", ".join(f"{kind.replace('_', ' ')}: {count:,}" for kind, count in suspicious.items())
            rows += [self.paint(YELLOW, row) for row in self.wrapped(f"  suspicious rows: {kinds}")]
        return rows

    def functions(self, part: list[dict], found: dict) -> list[str]:
        rows = []
        for function in part:
            more = "+ errors" if function["more"] else " error" if function["error_lines"] == 1 else " errors"
            lines = f"{function['error_lines']:,}{more} in the log"
            counts = [f"{function[name]:,} {name}" for name in ("failed", "throttled") if function[name] is not None]
            row = f"{function['service']:<16} {', '.join([*counts, lines])}"
            bad = function["error_lines"] or function["failed"] or function["throttled"]
            rows.append(self.paint(RED, row) if bad else row)
            if last := function["last_error"]:
                why = f": {last['reason']}" if last["reason"] else ""
                rows += [self.paint(RED, row) for row in self.wrapped(f"  {last['at'][11:19]} {last['message']}{why}")]
        return rows or ["no functions"]

    def alarms(self, part: list[dict] | None, found: dict) -> list[str]:
        if part is None:
            return ["no alarms in this stack: AlarmEmail, or Alarms=ON, makes them"]
        rows = [
            self.paint(RED, row)
            for alarm in part
            for row in self.wrapped(f"{alarm['alarm']} since {alarm['since']}: {alarm['description']}")
        ]
        if rows and "Endpoint" in self.outputs:
            rows.append(self.paint(DIM, "the emulator's alarms ignore dimensions, so they do not count"))
        return rows or [self.paint(GREEN, "none set off")]

    def table(self, part: dict, found: dict) -> list[str]:
        age = "" if "Endpoint" in self.outputs else ", as counted up to six hours ago"
        return [f"{plural(part['items'], 'item')}, {part['bytes']:,} bytes{age}; {part['status'].lower()}"]

    def writes(self, part: dict, found: dict) -> list[str]:
        mode, counts = part["mode"], part["counts"]
        if counts is None:
            return [f"{mode}; nothing is counted: MetricsNamespace is empty"]
        shown = [name for name in counts if counts[name] or mode != "replace"]
        said = ", ".join(f"{counts[name]:,} {name}" for name in shown)
        if mode == "replace":
            said = f"rows replace items of their keys, not counted{'; ' if said else ''}{said}"
        return self.wrapped(f"{mode}: {said} in the last hour" if shown else f"{mode}: {said}")

    @property
    def room(self) -> int:
        """The columns of a row after its label."""
        return max(self.width - LABEL, 40)

    def wrapped(self, row: str) -> list[str]:
        """A row wrapped into at most ten lines, without control characters."""
        indent = "  " if row.startswith("  ") else ""
        lines = textwrap.wrap(plain(row), self.room, subsequent_indent=f"{indent}  ", max_lines=10, placeholder=" …")
        return lines or [""]

    def beside(self, start: str, key: str, counts: str) -> list[str]:
        """An object with its counts, in one line if that fits, otherwise in two. A long key keeps its end, which says most."""
        key = plain(key)
        if len(line := f"{start}{key}  {counts}") <= self.room:
            return [line]
        left = self.room - len(start)
        return [f"{start}{key if len(key) <= left else '…' + key[1 - left :]}", *self.wrapped(f"  {counts}")]

    def paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self.colours else text


def plain(text: str) -> str:
    """A text without control characters, which would steer the terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def colliding_in(report: dict) -> str:
    """A sentence about the rows of a report that have the key of another row; empty if there are none."""
    found = report["key_collisions"]
    if not found["rows"]:
        return ""
    most, least = ("", "") if found["exact"] else ("at most ", "at least ")
    items = plural(max(report["rows_sent"] - found["rows"], 0), "item")
    first_stays = report["write_mode"] == "create"
    what = "not written: an earlier row has the key" if first_stays else "replaced another row of the same key"
    return f"{plural(report['rows_sent'], 'row')} → {most}{items}: {least}{found['rows']:,} {what}"


def lasting(seconds: float) -> str:
    """A duration in its two largest units."""
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    shown = [f"{value} {unit}" for value, unit in units if value]
    return " ".join(shown[:2]) or "0 s"
