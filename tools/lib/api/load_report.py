"""Reports a run of tools/load."""

from locust.runners import LocalRunner
from locust.stats import StatsEntry

# The most failures that are shown; nobody would read more.
SHOWN = 20


def line(name: str, calls: object, errors: object, rate: object, *times: object) -> str:
    return f"  {name:16} {calls:>8} {errors:>8} {rate:>8}" + "".join(f" {time:>8}" for time in times)


def line_of(name: str, entry: StatsEntry, seconds: int) -> str:
    times = [entry.get_response_time_percentile(share) for share in (0.5, 0.9, 0.99)]
    return line(name, entry.num_requests, entry.num_failures, f"{entry.num_requests / seconds:.1f}", *times)


def report(runner: LocalRunner, seconds: int, expected: int, differences: list[str]) -> int:
    """Prints the figures and all failures, and returns the exit code."""
    stats = runner.stats
    print(line("call", "calls", "errors", "calls/s", "p50 ms", "p90 ms", "p99 ms"))
    for entry in sorted(stats.entries.values(), key=lambda entry: entry.name):
        print(line_of(entry.name, entry, seconds))
    print(line_of("all", stats.total, seconds))

    for error in stats.errors.values():
        print(f"error: {error.occurrences} times {error.name}: {error.error}")
    for exception in runner.exceptions.values():
        print(f"error: {exception['count']} times {exception['msg']}\n{exception['traceback']}")
    print(f"Read back: {expected} messages must be there, {len(differences)} are not as they must be.")
    for difference in differences[:SHOWN]:
        print(f"error: {difference}")
    return 1 if stats.errors or runner.exceptions or differences or not stats.total.num_requests else 0
