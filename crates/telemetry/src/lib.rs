//! Log lines, metrics and traces of the functions. `docs/telemetry.md` lists every field, metric and span.
//!
//! | where | what |
//! |---|---|
//! | [`Telemetry`] | starts everything below, and serves invocations with it |
//! | `lines` | log lines: one JSON object per fact on standard output |
//! | `own_crates` | the crates whose lines of every level are written |
//! | `invocation_context` | the ids that all lines of an invocation share |
//! | [`Metrics`] | CloudWatch's Embedded Metric Format, also on standard output |
//! | [`trace`] | OpenTelemetry spans, from the sender of an event to everything that follows from it |
//! | `otlp` | the export of spans, when an endpoint is set |
//! | `runtime_api` | the end of a process whose Runtime API goes away |

mod invocation_context;
mod lines;
mod metrics;
mod otlp;
mod own_crates;
mod panics;
mod requests;
mod runtime_api;
mod settings;
#[cfg(feature = "test-util")]
pub mod testing;
pub mod trace;
mod units;

use std::cell::Cell;
use std::fmt::Debug;
use std::mem;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::{Duration, Instant};

use aws::Variables;
use bytes::Bytes;
use futures::FutureExt;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::tower::util::{MapFutureLayer, MapRequestLayer};
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, LambdaInvocation, Runtime, Service, service_fn};
use serde::{Deserialize, Serialize};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::invocation_context::InvocationContext;
use crate::lines::Lines;
use crate::runtime_api::Phase;
use crate::settings::Settings;
use crate::trace::Traces;

pub use metrics::{Line, Metrics};
pub use requests::Request;
pub use settings::contents_may_be_logged;
pub use units::{BYTES, COUNT_PER_SECOND, MILLISECONDS, Unit};

/// The log, the metrics and the traces of a process.
#[derive(Debug)]
pub struct Telemetry {
    started: Instant,
    metrics: Metrics,
    traces: Option<Traces>,
}

impl Telemetry {
    /// Starts telemetry. Call this first, so that every failure becomes a log line. `service` is the function's name in lines,
    /// metrics and spans, such as `s3-to-sqs`.
    #[must_use]
    pub fn start(service: &'static str) -> Self {
        let started = Instant::now();
        let settings = Settings::read(&Variables::of_process());
        settings::log_contents(settings.contents);
        let traces = settings
            .endpoint
            .as_deref()
            .map(|endpoint| Traces::start(service, endpoint));
        let (traces, unusable) = match traces.transpose() {
            Ok(traces) => (traces, None),
            Err(error) => (None, Some(error)),
        };
        let lines = Lines::new(service, &settings, traces.is_some());
        let spans = traces.as_ref().map(Traces::layer);
        tracing_subscriber::registry().with(spans).with(lines).init();
        panics::log();
        if let Some(error) = unusable {
            tracing::warn!(reason = %error, "no traces are exported: the OpenTelemetry endpoint cannot be used");
        }
        Self {
            started,
            metrics: Metrics::new(service, settings.stack, settings.namespace),
            traces,
        }
    }

    /// The writer of the function's metrics.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// Serves invocations with `handle` until Lambda stops the process, or until the Runtime API goes away between two
    /// invocations. The spans of an invocation are exported before Lambda gets its answer and freezes the process.
    ///
    /// # Errors
    /// An error that the Lambda runtime cannot recover from.
    pub async fn serve<A, R, X, F>(self, handle: impl Fn(LambdaEvent<A>) -> F) -> Result<(), Error>
    where
        A: for<'de> Deserialize<'de>,
        R: Serialize,
        X: Into<Diagnostic> + Debug,
        F: Future<Output = Result<R, X>>,
    {
        run(Runtime::new(self.service(&handle))).await
    }

    /// Serves invocations like [`serve`](Self::serve), but gives `handle` the payload as it came: the Lambda runtime does
    /// not parse it, and does not copy it again once it has arrived. `handle` also gets a payload that is not JSON.
    ///
    /// # Errors
    /// An error that the Lambda runtime cannot recover from.
    pub async fn serve_bytes<R, X, F>(self, handle: impl Fn(LambdaEvent<Bytes>) -> F) -> Result<(), Error>
    where
        R: Serialize,
        X: Into<Diagnostic> + Debug,
        F: Future<Output = Result<R, X>>,
    {
        // The runtime handles one invocation after the other. Its own parser gets `null` in place of the payload.
        let payload = Cell::new(Bytes::new());
        let handle = |event: LambdaEvent<()>| handle(LambdaEvent::new(payload.take(), event.context));
        let keep_payload = MapRequestLayer::new(|mut invocation: LambdaInvocation| {
            payload.set(mem::replace(&mut invocation.body, Bytes::from_static(b"null")));
            invocation
        });
        run(Runtime::new(self.service(&handle)).layer(keep_payload)).await
    }

    /// The service of a handler, with telemetry around it.
    fn service<A, R, X, F>(
        &self,
        handle: &impl Fn(LambdaEvent<A>) -> F,
    ) -> impl Service<LambdaEvent<A>, Response = R, Error = X, Future = impl Future<Output = Result<R, X>>>
    where
        F: Future<Output = Result<R, X>>,
    {
        // Measured here, because Lambda may start an environment long before its first invocation.
        let init = Cell::new(Some(self.started.elapsed()));
        service_fn(move |event: LambdaEvent<A>| {
            self.begin(&event.context, init.take());
            let deadline = event.context.deadline;
            async move {
                // The runtime answers a panic, after the spans are exported.
                let outcome = AssertUnwindSafe(handle(event)).catch_unwind().await;
                if let Some(traces) = &self.traces {
                    traces.flush(deadline).await;
                }
                outcome.unwrap_or_else(|panic| resume_unwind(panic))
            }
        })
    }

    /// Begins an invocation. The first one has the duration of the start.
    fn begin(&self, context: &Context, init: Option<Duration>) {
        InvocationContext::of(context, init.is_some()).set();
        if let Some(init) = init {
            let init = init.as_secs_f64() * 1000.0;
            let line = self.metrics.line().count("ColdStarts", 1);
            self.metrics.write(line.measured("InitDuration", MILLISECONDS, init));
        }
    }
}

/// Runs a runtime until Lambda stops the process, or until the Runtime API goes away between two invocations.
async fn run<S>(runtime: Runtime<S>) -> Result<(), Error>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    let phase = Cell::new(Phase::Starting);
    let phase = &phase;
    // The layer of `lambda_runtime::run`, and around it one that notes when an answer is delivered.
    let runtime = runtime
        .layer(TracingLayer::new())
        .layer(MapFutureLayer::new(|delivery| {
            phase.set(Phase::Answering);
            async move {
                delivery.await?;
                phase.set(Phase::Waiting);
                Ok::<_, Error>(())
            }
        }));
    match runtime.run().await {
        Err(error) if phase.get().is_ended_by(error.as_ref()) => Ok(()),
        ended => ended,
    }
}
