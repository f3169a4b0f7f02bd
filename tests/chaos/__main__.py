"""The chaos suite, against a running stack whose functions have the proxy for their endpoint. tools/chaos sees to both.

python -m chaos [--short] [--only SCENARIO]... --state FOLDER --build FOLDER --proxy URL [--page FILE]
"""

import argparse
import sys
import time
from pathlib import Path

from chaos import api, ledger, processes, services
from chaos.faults import Proxy
from chaos.results import Result, write
from chaos.run import Failed, Run, Scenario
from chaos.stack import Stack

SCENARIOS = [*services.SCENARIOS, *processes.SCENARIOS, *ledger.SCENARIOS, *api.SCENARIOS]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/chaos", description="Injects faults and sees that no row is lost.")
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--short", action="store_true", help="the shorter half of the scenarios")
    parser.add_argument("--only", action="append", choices=names, default=[], metavar="SCENARIO", help=", ".join(names))
    internal = parser.add_argument_group("given by tools/chaos")
    internal.add_argument("--check", action="store_true", help="look at the arguments only")
    internal.add_argument("--state", type=Path, help="what tools/stack and tools/deploy keep of the stack")
    internal.add_argument("--build", type=Path, help="what sam build made")
    internal.add_argument("--proxy", help="the proxy's URL")
    internal.add_argument("--page", type=Path, help="where the table goes when everything was run and passed")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if asked.check:
        return 0
    chosen = [
        scenario
        for scenario in SCENARIOS
        if (not asked.only or scenario.name in asked.only) and (scenario.short or not asked.short)
    ]
    stack = Stack(asked.state / "outputs.json", asked.state / "ministack.pid", asked.build)
    stack.prepare()
    started = time.monotonic()
    results, failed = [], []
    for scenario in chosen:
        result, failure = carry_out(scenario, stack, Proxy(asked.proxy))
        results.append(result)
        print(result.line(), flush=True)
        if failure:
            failed.append(scenario.name)
            print(f"FAILED {scenario.name}: {failure}", flush=True)
    print(f"{len(chosen)} scenarios in {time.monotonic() - started:.0f} s; failed: {', '.join(failed) or 'none'}")
    if asked.page and not failed and chosen == SCENARIOS:
        write(asked.page, results)
    return bool(failed)


def carry_out(scenario: Scenario, stack: Stack, proxy: Proxy) -> tuple[Result, Failed | None]:
    proxy.clear()
    stack.reset()
    run = Run(stack, proxy, SCENARIOS.index(scenario), scenario.limit)
    failure = None
    try:
        scenario.act(run)
    except Failed as caught:
        failure = caught
    return Result(scenario, run.seconds, run.faults, run.rows, run.lost, run.sent_again), failure


if __name__ == "__main__":
    sys.exit(main())
