//! One request in, one response out.

use std::time::Instant;

use error_chain::ErrorChain;
use telemetry::{Metrics, trace};
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, error, info, info_span};

use crate::call::Call;
use crate::dynamodb::Table;
use crate::event::Event;
use crate::no_route::no_route;
use crate::{Error, Response};

/// One of the five calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET /message`
    ListMessages,
    /// `GET /message/{date}?time=`
    GetMessage,
    /// `POST /message`
    PostMessage,
    /// `PUT /message/{date}?time=`
    PutMessage,
    /// `DELETE /message/{date}?time=`
    DeleteMessage,
}

impl Route {
    /// The HTTP method.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::ListMessages | Self::GetMessage => "GET",
            Self::PostMessage => "POST",
            Self::PutMessage => "PUT",
            Self::DeleteMessage => "DELETE",
        }
    }

    /// The function's name, in all that it tells of itself.
    #[must_use]
    pub fn service(self) -> &'static str {
        match self {
            Self::ListMessages => "get-messages",
            Self::GetMessage => "get-message",
            Self::PostMessage => "post-message",
            Self::PutMessage => "put-message",
            Self::DeleteMessage => "delete-message",
        }
    }

    /// The path as a template.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::ListMessages | Self::PostMessage => "/message",
            Self::GetMessage | Self::PutMessage | Self::DeleteMessage => "/message/{date}",
        }
    }
}

/// What the handlers need, built once for the life of the process.
#[derive(Clone, Debug)]
pub struct Api {
    pub(crate) table: Table,
    cors_origin: Option<String>,
    metrics: Metrics,
}

impl Api {
    /// An API over a message table, for clients that are no scripts of web pages.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table,
            cors_origin: None,
            metrics: Metrics::none(),
        }
    }

    /// The same API, which counts its requests.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// The same API, for scripts of web pages of `origin` too, or of any when that is `*`.
    #[must_use]
    pub fn with_cors_origin(mut self, origin: Option<String>) -> Self {
        self.cors_origin = origin;
        self
    }

    /// Answers the proxy event in `payload`, and writes one line to the log about it.
    ///
    /// There is always an answer: whatever is wrong, with the event itself too, is a problem response. The request is
    /// known by the id that API Gateway gave it, or else by Lambda's, `invocation_id`.
    pub async fn answer<C: Call>(&self, payload: &str, invocation_id: &str) -> Response {
        let start = Instant::now();
        let event = Event::parse(payload);
        let id = event.as_ref().ok().and_then(Event::request_id);
        let request_id = id.unwrap_or_else(|| invocation_id.to_owned());

        let span = span::<C>(invocation_id);
        let outcome = match event {
            Ok(event) => {
                join_trace(&span, &event);
                self.handle::<C>(event).instrument(span.clone()).await
            }
            Err(error) => Err(error.into()),
        };
        let response = outcome.unwrap_or_else(|error| {
            log(&error, &request_id);
            error.into_response(&request_id)
        });
        let response = match &self.cors_origin {
            Some(origin) => response.for_origin(origin),
            None => response,
        };

        let (method, path) = (C::ROUTE.method(), C::ROUTE.path());
        let status = response.status();
        let duration_ms = start.elapsed().as_secs_f64() * 1000.0;
        info!(
            request_id,
            method,
            route = path,
            status,
            duration_ms,
            "request answered"
        );
        // As OpenTelemetry has whole numbers; wider ones would become text.
        span.record("http.response.status_code", i64::from(status));
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
        self.measure(C::ROUTE, status, duration_ms);
        response
    }

    fn measure(&self, route: Route, status: u16, latency_ms: f64) {
        self.metrics.write_request(telemetry::Request {
            route: &format!("{} {}", route.method(), route.path()),
            status,
            latency_ms,
        });
        let retries = self.table.take_retries();
        if retries > 0 {
            let line = self.metrics.line_by(&[("Service", "DynamoDB")]);
            self.metrics.write(line.count("Retries", retries));
        }
    }

    async fn handle<C: Call>(&self, event: Event<'_>) -> Result<Response, Error> {
        if C::ROUTE == Route::ListMessages
            && let Some(error) = no_route(&event)
        {
            return Err(error);
        }
        C::make(self, &event.into_request()?).await
    }
}

/// The span of a request.
fn span<C: Call>(invocation_id: &str) -> Span {
    let (method, path) = (C::ROUTE.method(), C::ROUTE.path());
    info_span!(
        "request",
        otel.name = format!("{method} {path}"),
        otel.kind = "server",
        otel.status_code = Empty,
        faas.trigger = "http",
        faas.invocation_id = invocation_id,
        http.request.method = method,
        http.route = path,
        http.response.status_code = Empty,
    )
}

/// The span belongs to the trace of a client that has one of its own, or else to Lambda's.
fn join_trace(span: &Span, event: &Event<'_>) {
    if span.is_disabled() {
        return;
    }
    let traceparent = event.header("traceparent");
    let invocation = trace::of_invocation();
    if trace::continue_w3c(span, traceparent.as_deref()) {
        // By which it is found from Lambda's side, and by the log's `trace_id`.
        trace::link_xray(span, invocation.as_deref().unwrap_or_default());
    } else {
        trace::continue_xray(span, invocation.as_deref());
    }
}

/// Our failures with all their causes. A client's mistake is only worth a line to someone who looks for it, because it
/// quotes names that the client chose.
fn log(error: &Error, request_id: &str) {
    if error.status() < 500 {
        debug!(request_id, reason = %error, "request refused");
        return;
    }
    error!(request_id, reason = %ErrorChain(error), "request failed");
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
