"""Computes the dollars a month for all services of a stack, from its load and its switches, without I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace

from cost.inputs import ASSUMED, INPUTS, LIMITS
from cost.model import ROWS, Way, billed

DAYS = 30
DAY_S = 86_400
MONTH_S = DAYS * DAY_S
METRICS = INPUTS["metrics"]
BILL: dict[str, list[str]] = INPUTS["bill"]
# One file arrives every hour, so that the pipeline's metrics have data in every hour.
FILES_A_DAY = 24
FUNCTIONS, ROUTES = 7, 5
# 2xx to 5xx.
STATUS_CLASSES = 4


@dataclass(frozen=True, kw_only=True)
class Month:
    """A stack for a month: its load, evenly distributed day and night, and its monitoring."""

    way: Way
    api_memory: int
    # The numbers of alarms with the functions' own metrics switched on, and off.
    alarms_with_metrics: int
    alarms_without_metrics: int
    rows_a_day: float = 0
    calls_a_second: float = 0
    tracing: bool
    alarms: bool
    metrics: bool
    dashboard: bool
    access_logs: bool

    @cached_property
    def quantities(self) -> Mapping[str, float]:
        """The billed quantities, by the names of prices."""
        found = self.at_rest + self.of_rows + self.of_calls
        found["logs_stored"] = found["logs_ingested"] * ASSUMED.log_compression
        return found

    @property
    def at_rest(self) -> Counter:
        """The quantities of an idle stack: Lambda polls the queue all the time, and alarms and the dashboard exist."""
        alarms = self.alarms_with_metrics if self.metrics else self.alarms_without_metrics
        return Counter(
            sqs_request=LIMITS.first_writers * MONTH_S / LIMITS.poll_s,
            cloudwatch_alarm=alarms if self.alarms else 0,
            cloudwatch_dashboard=1 if self.dashboard else 0,
        )

    @property
    def of_rows(self) -> Counter:
        """The quantities of the rows, in files of equal size."""
        rows, files = DAYS * self.rows_a_day, DAYS * FILES_A_DAY
        if not rows:
            return Counter()
        way = replace(self.way, rows_per_file=self.rows_a_day / FILES_A_DAY, traced=self.tracing)
        cost = {name: dollars for name, dollars in way.cost.items() if name != "books"}
        found = Counter({name: dollars / way.price(name) * rows / ROWS for name, dollars in cost.items()})
        found.update({name: number * rows / ROWS for name, number in way.books.items()})
        if self.tracing:
            # Each file's invocation has a second to itself, so X-Ray samples it. The writer's invocations share seconds.
            writer = way.writer_cost["xray_trace"] / way.price("xray_trace")
            found["xray_trace"] = files + writer * rows / ROWS
        if self.metrics:
            found["logs_ingested"] += (files + rows / way.batch_size) * ASSUMED.metrics_bytes / 1e9
            written = METRICS["extractor"] + METRICS["writer"] + 2 * METRICS["function"]
            found["cloudwatch_metric"] = len(written)
        stored_gb = rows * (ASSUMED.item_bytes + ASSUMED.item_overhead_bytes) / 1e9
        found.update(
            dynamodb_storage=stored_gb,
            dynamodb_pitr=stored_gb,
            s3_storage=rows * ASSUMED.csv_bytes / 1e9,
            kms_request=MONTH_S / LIMITS.table_key_s,
        )
        return found

    @property
    def of_calls(self) -> Counter:
        """The quantities of calls of one route, each of which reads an item."""
        calls = self.calls_a_second * MONTH_S
        if not calls:
            return Counter()
        log_bytes = ASSUMED.log_bytes
        log_bytes += ASSUMED.request_metrics_bytes if self.metrics else 0
        log_bytes += ASSUMED.access_log_bytes if self.access_logs else 0
        seconds = billed(ASSUMED.invocation_s + ASSUMED.get_item_s)
        return Counter(
            apigateway_request=calls,
            transfer_out=calls * ASSUMED.response_bytes / 1e9,
            lambda_request=calls,
            lambda_gb_second=calls * self.api_memory / 1024 * seconds,
            dynamodb_read=calls,
            logs_ingested=calls * log_bytes / 1e9,
            kms_request=MONTH_S / LIMITS.table_key_s,
            cloudwatch_metric=len(METRICS["function"] + METRICS["route"]) if self.metrics else 0,
            xray_trace=traces_a_second(self.calls_a_second) * MONTH_S if self.tracing else 0,
        )

    @property
    def lines(self) -> dict[str, float]:
        """The dollars of each line of the bill."""
        return {line: sum(map(self.dollars, names)) for line, names in BILL.items()}

    @property
    def total(self) -> float:
        return sum(self.lines.values())

    @property
    def watching(self) -> float:
        """The dollars for logs, metrics, alarms, dashboard and traces."""
        return sum(dollars for line, dollars in self.lines.items() if line.startswith(("CloudWatch", "X-Ray")))

    def dollars(self, name: str) -> float:
        return self.quantities.get(name, 0) * self.way.price(name)

    def with_free_tiers(self, free: Mapping[str, float]) -> float:
        """The total in an account without other stacks, minus the monthly free quantities by the names of prices.json."""
        return sum(
            max(0.0, self.quantities.get(name, 0) - free.get(self.way.price_name(name), 0)) * self.way.price(name)
            for names in BILL.values()
            for name in names
        )


def traces_a_second(calls: float) -> float:
    """The traces by X-Ray's default rule: the first call of each second, and a share of the others."""
    first = min(1.0, calls)
    return first + (calls - first) * LIMITS.sampled


def months(way: Way, settings: SimpleNamespace, alarms: tuple[int, int]) -> dict[str, Month]:
    """The stacks of the page, with the template's defaults, which have no e-mail address for alarms."""
    default = Month(
        way=way,
        api_memory=settings.api_memory,
        alarms_with_metrics=alarms[0],
        alarms_without_metrics=alarms[1],
        tracing=settings.tracing == "true",
        alarms=settings.alarms == "ON",
        metrics=settings.metrics_namespace != "",
        dashboard=settings.dashboard == "true",
        access_logs=settings.access_logs != "OFF",
    )
    return {name: replace(default, **does) for name, does in INPUTS["months"].items()}


def most_metrics() -> dict[str, int]:
    """The numbers of metrics that a stack can have, by the functions that write them."""
    requests, latency = METRICS["route"]
    return {
        f"of each of the {FUNCTIONS} functions, when it starts: {listed(METRICS['function'])}": FUNCTIONS
        * len(METRICS["function"]),
        "of the extractor": len(METRICS["extractor"]),
        "of the writer": len(METRICS["writer"]),
        f"`{requests}`: {ROUTES} routes × {STATUS_CLASSES} classes of statuses": ROUTES * STATUS_CLASSES,
        f"`{latency}`: {ROUTES} routes": ROUTES,
        f"only when something fails: {listed(METRICS['trouble'])}": sum(METRICS["trouble"].values()),
    }


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
