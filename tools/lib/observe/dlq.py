"""The dead-letter queue as a workbench: dlq.py [list | show | move] (--stack NAME | --outputs FILE); see docs/dead-letters.md."""

import argparse
import json
import sys
from contextlib import closing
from itertools import islice

from botocore.exceptions import BotoCoreError, ClientError

from failures import told
from observe.dead_letter_queue import DeadLetterQueue, Moved, can_go_by_task
from observe.dead_letters import Group, grouped
from stack.outputs import outputs_of, which_stack
from stack.patience import limit_waiting

# Enough of a body to know what it is.
EXCERPT = 160
NOTHING_LOST = "Every dead letter that was not moved is still on the dead-letter queue."


def main() -> None:
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments.insert(0, "list")
    options = parser().parse_args(arguments)
    limit_waiting()
    try:
        options.command(DeadLetterQueue(outputs_of(options)), options)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"error: {error}\n  {NOTHING_LOST}")
    except KeyboardInterrupt:
        sys.exit(f"\nInterrupted. {NOTHING_LOST}")


def parser() -> argparse.ArgumentParser:
    stack = which_stack()
    reason = argparse.ArgumentParser(add_help=False)
    reason.add_argument(
        "--reason",
        metavar="CODE",
        action="append",
        help="only dead letters with this reason; may be given more than once",
    )

    parser = argparse.ArgumentParser(
        prog="dlq", description="Lists and shows what is in the dead-letter queue, and moves it back."
    )
    commands = parser.add_subparsers(required=True)
    listing = commands.add_parser("list", parents=[stack], help="by reason, with counts and an example (the default)")
    listing.add_argument("--json", action="store_true", help="one JSON object for each reason")
    listing.set_defaults(command=list_groups)
    showing = commands.add_parser("show", parents=[stack, reason], help="whole dead letters, one JSON object for each")
    showing.add_argument("--limit", metavar="N", type=int, help="at most so many")
    showing.set_defaults(command=show)
    moving = commands.add_parser("move", parents=[stack, reason], help="move dead letters back: all, or by reason")
    moving.set_defaults(command=move)
    return parser


def list_groups(queue: DeadLetterQueue, options: argparse.Namespace) -> None:
    groups = grouped(queue.look())
    if options.json:
        for group in groups:
            print(json.dumps(group.as_json(), ensure_ascii=False))
    elif groups:
        print("\n\n".join(map(described, groups)))
    elif not queue.missed:
        print("The dead-letter queue is empty.")
    tell_missed(queue)


def described(group: Group) -> str:
    """A group of dead letters, for people."""
    sources = list(group.sources)
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    body = group.example.message["Body"]
    rows = f" of {group.rows} rows" if group.rows > group.count else ""
    return "\n".join(
        [
            f"{group.example.reason}: {group.count} {group.example.kind}{'s' if group.count > 1 else ''}{rows}",
            f"  from      {sources[0]}{more}",
            f"  between   {group.first} and {group.last}",
            f"  attempts  {group.attempts}",
            f"  because   {group.example.text}",
            f"  such as   {body[:EXCERPT]}{'…' if len(body) > EXCERPT else ''}",
        ]
    )


def show(queue: DeadLetterQueue, options: argparse.Namespace) -> None:
    with closing(queue.look()) as dead_letters:
        chosen = (
            dead_letter for dead_letter in dead_letters if not options.reason or dead_letter.reason in options.reason
        )
        for dead_letter in islice(chosen, options.limit):
            print(json.dumps(dead_letter.as_json(), ensure_ascii=False))
        if options.limit is None:
            tell_missed(queue)


def tell_missed(queue: DeadLetterQueue) -> None:
    """Says of dead letters that are there and were not seen."""
    if queue.missed:
        print(
            f"{queue.missed} more are on the dead-letter queue and hidden: somebody else looks at them now, or did until a"
            " moment ago. Look again in a minute.",
            file=sys.stderr,
        )


def move(queue: DeadLetterQueue, options: argparse.Namespace) -> None:
    moved = None if options.reason else move_by_task(queue)
    if moved is None:
        moved = queue.move(lambda dead_letter: not options.reason or dead_letter.reason in options.reason, progress)
    print(f"Moved back: {moved.messages} messages to the queue, {moved.events} events to the extractor.")
    tell_missed(queue)
    if moved.failed:
        reasons = "\n  ".join(sorted(set(moved.failed)))
        sys.exit(f"error: {len(moved.failed)} could not be moved and are still on the dead-letter queue:\n  {reasons}")


def move_by_task(queue: DeadLetterQueue) -> Moved | None:
    """Has SQS move everything; `None` when it cannot."""
    count = 0
    with closing(queue.look()) as dead_letters:
        for dead_letter in dead_letters:
            count += 1
            if not can_go_by_task(dead_letter):
                return None
    return queue.move_by_task(count, progress) if count else None


def progress(messages: int, events: int) -> None:
    if sys.stderr.isatty():
        print(f"\r  {messages} messages, {events} events", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    told(main)
