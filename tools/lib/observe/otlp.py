"""A receiver of spans, as OTLP over HTTP in protocol buffers, in place of a collector."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """The fields of a span that are shown. Times are nanoseconds since the Unix epoch; ids are hexadecimal digits."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    start: int
    end: int
    links: tuple[str, ...] = ()
    attributes: dict = field(default_factory=dict)

    @property
    def is_batch(self) -> bool:
        """Whether this is the writer's span of a batch of messages."""
        return self.attributes.get("messaging.operation.type") == "process"


class Receiver:
    """Listens on a port of loopback and keeps the spans that it receives."""

    def __init__(self, port: int) -> None:
        self._spans: list[Span] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            # HTTP/1.1 lets the functions keep their connection.
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[Span]:
        """All spans received so far."""
        with self._lock:
            return list(self._spans)

    def take(self, request: ExportTraceServiceRequest) -> None:
        """Keeps the spans of a request."""
        found = []
        for resource in request.resource_spans:
            service = attributes(resource.resource.attributes).get("service.name", "?")
            for scope in resource.scope_spans:
                found += [span_of(service, span) for span in scope.spans]
        with self._lock:
            self._spans += found


def span_of(service: str, span) -> Span:
    return Span(
        service=service,
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        links=tuple(link.span_id.hex() for link in span.links),
        attributes=attributes(span.attributes),
    )


def attributes(pairs) -> dict:
    """Attributes by name. The values are texts, integers and booleans."""
    values = {pair.key: (pair.value.WhichOneof("value"), pair.value) for pair in pairs}
    return {name: getattr(value, kind) for name, (kind, value) in values.items() if kind}
