"""Lists, shows, moves back and discards dead letters: see docs/dead-letters.md.

dlq.py [list | show | move | discard] (--stack NAME | --outputs FILE)
"""

import argparse
import json
import shlex
import sys
from contextlib import closing
from itertools import islice

from botocore.exceptions import BotoCoreError, ClientError

from failures import told
from observe.dead_letter_queue import DeadLetterQueue, Moved, can_go_by_task
from observe.dead_letters import Group, grouped
from observe.plural import plural
from stack.outputs import outputs_of, which_stack
from stack.patience import limit_waiting

# The characters of a body that the list shows.
EXCERPT = 160
NOTHING_LOST = "Every dead letter that was not moved or discarded is still on the dead-letter queue."


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
        prog="dlq", description="Lists and shows dead letters, moves them back or discards them."
    )
    commands = parser.add_subparsers(required=True)
    listing = commands.add_parser("list", parents=[stack], help="by reason, with counts and an example (the default)")
    listing.add_argument("--json", action="store_true", help="one JSON object for each reason")
    listing.set_defaults(command=list_groups)
    showing = commands.add_parser("show", parents=[stack, reason], help="whole dead letters, one JSON object for each")
    showing.add_argument("--limit", metavar="N", type=int, help="show at most N dead letters")
    showing.set_defaults(command=show)
    moving = commands.add_parser("move", parents=[stack, reason], help="move dead letters back: all, or by reason")
    moving.set_defaults(command=move)
    discarding = commands.add_parser(
        "discard", parents=[stack], help="delete the dead letters with a reason, after asking"
    )
    discarding.add_argument(
        "--reason",
        metavar="CODE",
        action="append",
        required=True,
        help="the reason of the dead letters to delete; may be given more than once",
    )
    discarding.add_argument("--yes", action="store_true", help="do not ask")
    discarding.set_defaults(command=discard)
    return parser


def list_groups(queue: DeadLetterQueue, options: argparse.Namespace) -> None:
    groups = grouped(queue.look())
    if options.json:
        for group in groups:
            print(json.dumps(group.as_json(), ensure_ascii=False))
    elif groups:
        option = f" --stack {shlex.quote(options.stack)}" if options.stack else ""
        print("\n\n".join(described(group, option) for group in groups))
        print(
            f"\nOnce the cause is fixed:     tools/dlq move{option} --reason CODE\n"
            f"To delete them instead:      tools/dlq discard{option} --reason CODE\n"
            "What to do about a reason:   docs/dead-letters.md"
        )
    elif not queue.missed:
        print("The dead-letter queue is empty.")
    tell_missed(queue)


def described(group: Group, option: str) -> str:
    """A group of dead letters as text. `option` names the stack in the commands that it shows."""
    sources = list(group.sources)
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    body = group.example.message["Body"]
    rows = f" of {group.rows} rows" if group.rows > group.count else ""
    return "\n".join(
        [
            f"{group.example.reason}: {plural(group.count, group.example.kind)}{rows}",
            f"  from      {sources[0]}{more}",
            f"  between   {group.first} and {group.last}",
            f"  attempts  {group.attempts}",
            f"  because   {group.example.text}",
            f"  such as   {body[:EXCERPT]}{'…' if len(body) > EXCERPT else ''}",
            f"  whole     tools/dlq show{option} --reason {shlex.quote(group.example.reason)}",
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
    """Reports dead letters that another reader has hidden."""
    if queue.missed:
        print(
            f"{queue.missed} more {'is' if queue.missed == 1 else 'are'} on the dead-letter queue and hidden: somebody else looks at them now, or did until a"
            " moment ago. Look again in a minute.",
            file=sys.stderr,
        )


def move(queue: DeadLetterQueue, options: argparse.Namespace) -> None:
    moved = None if options.reason else move_by_task(queue)
    if moved is None:
        moved = queue.move(lambda dead_letter: not options.reason or dead_letter.reason in options.reason, progress)
    messages, events = plural(moved.messages, "message"), plural(moved.events, "event")
    print(f"Moved back: {messages} to the queue, {events} to the extractor.")
    tell_missed(queue)
    if moved.failed:
        reasons = "\n  ".join(sorted(set(moved.failed)))
        sys.exit(f"error: {len(moved.failed)} could not be moved and are still on the dead-letter queue:\n  {reasons}")


def move_by_task(queue: DeadLetterQueue) -> Moved | None:
    """Has SQS move all dead letters; `None` if it cannot."""
    count = 0
    with closing(queue.look()) as dead_letters:
        for dead_letter in dead_letters:
            count += 1
            if not can_go_by_task(dead_letter):
                return None
    # The task would also move those that another reader hides, and one of them may be an event.
    if queue.missed:
        return None
    return queue.move_by_task(count, progress) if count else None


def discard(queue: DeadLetterQueue, options: argparse.Namespace) -> None:
    with closing(queue.look()) as dead_letters:
        ids = {found.message["MessageId"] for found in dead_letters if found.reason in options.reason}
    reasons = " or ".join(options.reason)
    if not ids:
        print(f"No dead letter has the reason {reasons}.")
    elif options.yes or confirmed(f"Delete {plural(len(ids), 'dead letter')} with the reason {reasons} for good?"):
        print(f"Discarded: {plural(queue.discard(ids), 'dead letter')}.")
    else:
        print("Nothing was discarded.")
    tell_missed(queue)


def confirmed(question: str) -> bool:
    """Asks the person at the terminal."""
    if not sys.stdin.isatty():
        sys.exit(f"error: there is no terminal to ask: {question}\n  Answer with an option: --yes")
    return input(f"{question} This cannot be undone. [y/N] ").strip().lower() in ("y", "yes")


def progress(messages: int, events: int) -> None:
    if sys.stderr.isatty():
        said = f"\r  {plural(messages, 'message')}, {plural(events, 'event')}"
        print(said, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    told(main)
