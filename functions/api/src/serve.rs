//! Runs a function: answers each event with one response.

use std::convert::Infallible;
use std::time::Instant;

use aws::Variables;
use bytes::Bytes;
use error_chain::ErrorChain;
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::request::RequestOrigin;
use lambda_http::{Context, LambdaEvent, Request, RequestExt};
use telemetry::{Metrics, Telemetry, contents_may_be_logged, trace};
use tracing::field::{Empty, display};
use tracing::{Instrument, Span, debug, error, info, info_span, warn};

use self::unrouted::{misrouted, unrouted};
use crate::config::Config;
use crate::handlers::{Call, DeleteMessage, GetMessage, ListMessages, PostMessage, PutMessage};
use crate::request::event::Event;
use crate::request::headers;
use crate::request::rejection::{EventError, Rejection};
use crate::response::error::Error;
use crate::response::{self, Answer, Response, allow_origin};
use crate::route::Route;
use crate::table::Table;

mod unrouted;

/// Serves `C` until Lambda stops the process.
///
/// # Errors
/// [`VariableError`](aws::VariableError) when the configuration is missing or wrong; otherwise an error that the Lambda runtime
/// cannot recover from.
pub async fn run<C: Call>() -> Result<(), lambda_runtime::Error> {
    let telemetry = Telemetry::start(C::ROUTE.service());
    let config = Config::from_env(&Variables::of_process())
        .inspect_err(|error| error!(reason = %error, "the function cannot start"))?;
    let api = Api::new(config.table)
        .with_metrics(telemetry.metrics())
        .with_cors_origin(config.cors_origin);
    // The payload stays raw, so that any payload gets a response instead of failing, and the runtime does not parse it first.
    telemetry
        .serve_bytes(async |event: LambdaEvent<Bytes>| {
            // Lambda only accepts events in JSON, thus in UTF-8. Other bytes would get the response to an empty payload.
            let payload = str::from_utf8(&event.payload).unwrap_or_default();
            // Boxed, because the compiler cannot compute the layout of all the futures inside.
            let answer = Box::pin(api.answer::<C>(payload, event.context));
            Ok::<_, Infallible>(answer.await.into_payload().await)
        })
        .await
}

/// The API of a table, made once per process.
#[derive(Clone, Debug)]
pub struct Api {
    table: Table,
    cors_origin: Option<HeaderValue>,
    metrics: Metrics,
}

impl Api {
    /// Makes the API of a message table. Scripts of web pages cannot read its responses.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table,
            cors_origin: None,
            metrics: Metrics::none(),
        }
    }

    /// Writes metrics for each request.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Lets scripts of web pages of `origin` read the responses, or of any origin when it is `*`.
    #[must_use]
    pub fn with_cors_origin(mut self, origin: Option<HeaderValue>) -> Self {
        self.cors_origin = origin;
        self
    }

    /// Answers the event in `payload`, and writes one log line about it.
    ///
    /// There is always an answer: every fault, also one of the event itself, is a problem response. It names the request by API
    /// Gateway's request id, or else by the id of the invocation. Pings, schedules and the like are not requests: they get an
    /// empty answer, and nothing is done.
    pub async fn answer<C: Call>(&self, payload: &str, context: Context) -> Answer {
        let start = Instant::now();
        let event = Event::parse(payload, C::ROUTE.takes_body());
        match &event {
            Err(EventError::Foreign(foreign)) if foreign.is_harmless() => {
                info!(event = foreign.name(), "nothing to do");
                return nothing_done();
            }
            Err(EventError::Foreign(foreign)) => warn!(event = foreign.name(), "event refused"),
            Err(error @ EventError::Syntax(_)) => warn!(reason = %error, "event refused"),
            _ => {}
        }
        let id = event.as_ref().ok().and_then(Event::request_id);
        let request_id = id.unwrap_or_else(|| context.request_id.clone());
        let origin = event.as_ref().map_or(RequestOrigin::ApiGatewayV1, Event::origin);

        let span = span::<C>(&context.request_id);
        let request = event.map_err(Rejection::from).and_then(Event::into_request);
        let traceparent = request
            .iter()
            .find_map(|request| headers::values(request, "traceparent").next());
        join_trace(&span, traceparent);
        let outcome = match request {
            Ok(request) => {
                let request = request.with_lambda_context(context);
                self.handle::<C>(&request).instrument(span.clone()).await
            }
            Err(rejection) => Err(rejection.into()),
        };
        let mut response = outcome.unwrap_or_else(|error| {
            log(&error, &request_id);
            error.into_response(&request_id)
        });
        if let Some(origin) = &self.cors_origin {
            allow_origin(&mut response, origin);
        }

        let (method, path) = (C::ROUTE.method(), C::ROUTE.path());
        let status = response.status().as_u16();
        let duration_ms = start.elapsed().as_secs_f64() * 1000.0;
        info!(
            request_id,
            method,
            route = path,
            status,
            duration_ms,
            "request answered"
        );
        // OpenTelemetry's integers have 64 bits with a sign; wider numbers would become text.
        span.record("http.response.status_code", i64::from(status));
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
        self.measure(C::ROUTE, status, duration_ms);
        Answer { origin, response }
    }

    /// [Answers](Self::answer) an event as the function of `route`.
    pub async fn answer_for(&self, route: Route, payload: &str, context: Context) -> Answer {
        match route {
            Route::ListMessages => self.answer::<ListMessages>(payload, context).await,
            Route::GetMessage => self.answer::<GetMessage>(payload, context).await,
            Route::PostMessage => self.answer::<PostMessage>(payload, context).await,
            Route::PutMessage => self.answer::<PutMessage>(payload, context).await,
            Route::DeleteMessage => self.answer::<DeleteMessage>(payload, context).await,
        }
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

    async fn handle<C: Call>(&self, request: &Request) -> Result<Response, Error> {
        let other = match C::ROUTE {
            Route::ListMessages => unrouted(request, &self.table.schema),
            route => misrouted(request, route, &self.table.schema),
        };
        if let Some(error) = other {
            return Err(error);
        }
        C::make(&self.table, request).await
    }
}

/// Makes the answer to an event that needs no action. Its sender only checks that it is not an error; if the sender is a source
/// of requests after all, the answer is a valid response.
fn nothing_done() -> Answer {
    Answer {
        origin: RequestOrigin::ApiGatewayV1,
        response: response::empty(StatusCode::NO_CONTENT),
    }
}

/// Makes the span of a request.
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

/// Joins the span to the client's trace, if it sent one, or else to Lambda's trace.
fn join_trace(span: &Span, traceparent: Option<&str>) {
    if span.is_disabled() {
        return;
    }
    let invocation = trace::of_invocation();
    if trace::continue_w3c(span, traceparent) {
        // The link leads from Lambda's trace, and so from the log's `trace_id`, to the client's trace.
        trace::link_xray(span, invocation.as_deref().unwrap_or_default());
    } else {
        trace::continue_xray(span, invocation.as_deref());
    }
}

/// Logs a failure of the API with all its causes. A client's mistake is logged at debug level only. It may contain names that the
/// client chose, so it has a reason only if contents may be logged.
fn log(error: &Error, request_id: &str) {
    if error.status() < 500 {
        let reason = contents_may_be_logged().then(|| display(error));
        debug!(request_id, reason, "request refused");
        return;
    }
    error!(request_id, reason = %ErrorChain(error), "request failed");
}

#[cfg(test)]
mod content_tests;
#[cfg(test)]
mod contract_tests;
#[cfg(test)]
mod event_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
