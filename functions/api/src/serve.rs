//! One request in, one response out.

use std::convert::Infallible;
use std::time::Instant;

use aws::Variables;
use error_chain::ErrorChain;
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::request::RequestOrigin;
use lambda_http::{Context, LambdaEvent, Request, RequestExt};
use serde_json::value::RawValue;
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
/// [`VariableError`](aws::VariableError) when the function is not configured; otherwise what the Lambda runtime cannot recover
/// from.
pub async fn run<C: Call>() -> Result<(), lambda_runtime::Error> {
    let telemetry = Telemetry::start(C::ROUTE.service());
    let config = Config::from_env(&Variables::of_process())
        .inspect_err(|error| error!(reason = %error, "the function cannot start"))?;
    let api = Api::new(config.table)
        .with_metrics(telemetry.metrics())
        .with_cors_origin(config.cors_origin);
    // The payload is taken as it stands: one that is no proxy event is answered, not failed.
    telemetry
        .serve(async |event: LambdaEvent<Box<RawValue>>| {
            // Boxed, because the compiler gives up on the layout of all the futures in it.
            let answer = Box::pin(api.answer::<C>(event.payload.get(), event.context));
            Ok::<_, Infallible>(answer.await.into_payload().await)
        })
        .await
}

/// The API over a table, built once for the life of the process.
#[derive(Clone, Debug)]
pub struct Api {
    table: Table,
    cors_origin: Option<HeaderValue>,
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
    pub fn with_cors_origin(mut self, origin: Option<HeaderValue>) -> Self {
        self.cors_origin = origin;
        self
    }

    /// Answers the event in `payload`, and writes one line to the log about it.
    ///
    /// There is always an answer: whatever is wrong, with the event itself too, is a problem response. The request is
    /// known by the id that API Gateway gave it, or else by that of the invocation.
    /// A ping, a schedule and the like are no requests: they are answered without a body, and nothing is done.
    pub async fn answer<C: Call>(&self, payload: &str, context: Context) -> Answer {
        let start = Instant::now();
        let event = Event::parse(payload, C::ROUTE.takes_body());
        if let Err(EventError::Foreign(foreign)) = &event {
            if foreign.is_harmless() {
                info!(event = foreign.name(), "nothing to do");
                return nothing_done();
            }
            warn!(event = foreign.name(), "event refused");
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
        // As OpenTelemetry has whole numbers; wider ones would become text.
        span.record("http.response.status_code", i64::from(status));
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
        self.measure(C::ROUTE, status, duration_ms);
        Answer { origin, response }
    }

    /// [Answers](Self::answer) as the function of `route` does.
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

/// The answer to an event that asks for nothing. Whoever sent it looks at no more than that it is no failure; should a
/// source of requests read it after all, it is a response.
fn nothing_done() -> Answer {
    Answer {
        origin: RequestOrigin::ApiGatewayV1,
        response: response::empty(StatusCode::NO_CONTENT),
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
fn join_trace(span: &Span, traceparent: Option<&str>) {
    if span.is_disabled() {
        return;
    }
    let invocation = trace::of_invocation();
    if trace::continue_w3c(span, traceparent) {
        // The link leads to it from Lambda's side, and from the log's `trace_id`.
        trace::link_xray(span, invocation.as_deref().unwrap_or_default());
    } else {
        trace::continue_xray(span, invocation.as_deref());
    }
}

/// Logs a failure of ours with all its causes. A client's mistake is only worth a line to someone who looks for it, because
/// names that the client chose may be in it: they stand there only where contents may be logged.
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
