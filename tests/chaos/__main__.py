"""Runs the chaos suite on a stack whose functions have the proxy as their endpoint. tools/chaos starts both.

python -m chaos [--short] [--only SCENARIO]... --state FOLDER --build FOLDER --proxy URL [--page FILE]
"""

import argparse
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from chaos import api, ledger, processes, services
from chaos.faults import Proxy
from chaos.results import Result, is_in_shorter_half, write
from chaos.run import Failed, Packed, Run, Scenario
from chaos.stack import Stack

# The numbers of rows a message. Each scenario runs with one row and, where that makes a difference, with many.
FORMS = (1, 100)
# The most errors shown of a scenario that failed.
ERRORS_SHOWN = 10
SCENARIOS = [*services.SCENARIOS, *processes.SCENARIOS, *ledger.SCENARIOS, *api.SCENARIOS]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/chaos", description="Injects faults and checks that no row is lost.")
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--short", action="store_true", help="run the shorter half of the scenarios")
    parser.add_argument("--only", action="append", choices=names, default=[], metavar="SCENARIO", help=", ".join(names))
    internal = parser.add_argument_group("given by tools/chaos")
    internal.add_argument("--check", action="store_true", help="only check the arguments")
    internal.add_argument("--state", type=Path, help="the folder of the stack's state")
    internal.add_argument("--build", type=Path, help="the folder of sam build")
    internal.add_argument("--proxy", help="the proxy's URL")
    internal.add_argument("--page", type=Path, help="the page to write if all scenarios were run and passed")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if asked.check:
        return 0
    everything = [
        (rows, scenario) for rows in FORMS for scenario in SCENARIOS if rows == 1 or scenario.packed != Packed.NEVER
    ]
    chosen = [
        (rows, scenario)
        for rows, scenario in everything
        if (not asked.only or scenario.name in asked.only) and (not asked.short or is_in_shorter_half(scenario, rows))
    ]
    stack = Stack(asked.state, asked.build)
    stack.prepare()
    started = time.monotonic()
    results, failed = [], []
    for rows in FORMS:
        scenarios = [scenario for form, scenario in chosen if form == rows]
        with stack.packing(rows) if scenarios and rows > 1 else nullcontext():
            for scenario in scenarios:
                result, failure = carry_out(scenario, stack, Proxy(asked.proxy), rows)
                results.append(result)
                print(result.line(), flush=True)
                if failure:
                    failed.append(f"{scenario.name} with {rows} a message")
                    print(f"FAILED {failed[-1]}: {failure}", flush=True)
                    # The emulator's log is deleted with a clone, so the reason must be seen here.
                    for found in (*stack.errors()[-ERRORS_SHOWN:], *stack.records()):
                        print(f"  {found}", flush=True)
    print(f"{len(chosen)} scenarios in {time.monotonic() - started:.0f} s; failed: {', '.join(failed) or 'none'}")
    if asked.page and not failed and chosen == everything:
        write(asked.page, results)
    return bool(failed)


def carry_out(scenario: Scenario, stack: Stack, proxy: Proxy, rows: int) -> tuple[Result, Failed | None]:
    proxy.clear()
    stack.reset()
    run = Run(stack, proxy, SCENARIOS.index(scenario), scenario.limit, rows)
    failure = None
    try:
        scenario.act(run)
    except Failed as caught:
        failure = caught
    return Result(scenario, rows, run.seconds, run.faults, run.rows, run.lost, run.sent_again), failure


if __name__ == "__main__":
    sys.exit(main())
