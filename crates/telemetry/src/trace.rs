//! Traces: spans that belong together across functions, and across the queue between them.
//!
//! The code makes spans of `tracing`. They are enabled only when their export is configured, and then become OpenTelemetry
//! spans, named after its semantic conventions. Lambda, X-Ray and the messages on the queue pass a trace on as
//! `Root=…;Parent=…;Sampled=…`; clients of the API may send W3C's `traceparent`.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>,
//! <https://opentelemetry.io/docs/specs/semconv/>

use std::collections::HashMap;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_aws::trace::{XrayIdGenerator, XrayPropagator};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span as SdkSpan, SpanData, SpanExporter as _, SpanProcessor};
use tokio::time::timeout;
use tracing::{Metadata, Span, Subscriber, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::layer;
use tracing_subscriber::registry::LookupSpan;

use crate::{invocation_context, otlp};

const XRAY: &str = "x-amzn-trace-id";
const W3C: &str = "traceparent";
/// The longest time that an invocation waits for the receiver of its spans. Spans are worth less than the answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// The part of an invocation's time that is always kept for its answer.
const MARGIN: Duration = Duration::from_millis(300);
/// The pause after a failed export. Without it, every invocation would wait for a receiver that is gone.
const PAUSE: Duration = Duration::from_mins(1);

/// The export of spans.
#[derive(Debug)]
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    ended: Ended,
    exporter: SpanExporter,
    /// The end of the pause after a failed export.
    paused: Mutex<Option<Instant>>,
}

/// The spans that have ended since the last export. OpenTelemetry's own processors export from another thread, which Lambda
/// would freeze in the middle of an export.
#[derive(Clone, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ended")
    }
}

impl SpanProcessor for Ended {
    fn on_start(&self, _: &mut SdkSpan, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Traces {
    /// Prepares to export the spans of `service` to `endpoint`, the value of one of the OpenTelemetry variables.
    ///
    /// # Errors
    /// [`ExporterBuildError`] when the endpoint cannot be used.
    pub(crate) fn start(service: &'static str, endpoint: &str) -> Result<Self, ExporterBuildError> {
        let resource = Resource::builder()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new("cloud.provider", "aws"))
            .with_attribute(KeyValue::new("cloud.platform", "aws_lambda"))
            .build();
        let mut exporter = otlp::exporter(endpoint)?;
        exporter.set_resource(&resource);
        let ended = Ended::default();
        let provider = SdkTracerProvider::builder()
            .with_id_generator(XrayIdGenerator::default())
            .with_span_processor(ended.clone())
            .with_resource(resource);
        Ok(Self {
            provider: provider.build(),
            ended,
            exporter,
            paused: Mutex::new(None),
        })
    }

    /// The layer that makes OpenTelemetry spans of the spans of `tracing`.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("messages"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            // Log lines do not become events of spans: they may say more than a receiver of spans should know.
            .with_filter(SpansOnly)
    }

    /// Exports the spans that have ended, in an invocation that Lambda ends at `deadline`, in milliseconds since the Unix epoch.
    /// When the export fails or takes too long, these spans and those of the following pause are lost, and a log line says so.
    pub(crate) async fn flush(&self, deadline: u64) {
        let spans = mem::take(&mut *self.ended.0.lock().unwrap_or_else(PoisonError::into_inner));
        let count = spans.len();
        if count == 0 {
            return;
        }
        let paused = |until: Option<Instant>| until.is_some_and(|until| Instant::now() < until);
        if paused(*self.paused.lock().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let end = UNIX_EPOCH + Duration::from_millis(deadline);
        let left = end.duration_since(SystemTime::now()).unwrap_or_default();
        let patience = left.saturating_sub(MARGIN).min(PATIENCE);
        let reason = match timeout(patience, self.exporter.export(spans)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(count, reason, "spans are lost, and those of the next minute");
        *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + PAUSE);
    }
}

/// X-Ray's header of the running invocation, as Lambda gave it.
#[must_use]
pub fn of_invocation() -> Option<String> {
    invocation_context::with(|context| context.and_then(|context| context.trace.clone()))
}

/// A filter that lets only spans pass.
struct SpansOnly;

impl<S> layer::Filter<S> for SpansOnly {
    fn enabled(&self, metadata: &Metadata<'_>, _: &layer::Context<'_, S>) -> bool {
        metadata.is_span()
    }
}

/// Makes `span` part of the trace that X-Ray's header names.
pub fn continue_xray(span: &Span, header: Option<&str>) {
    continue_from(span, context_in(&XrayPropagator::default(), XRAY, header));
}

/// Makes `span` part of the trace that a client's header `traceparent` names. Returns whether the header names one; otherwise
/// nothing is done.
#[must_use]
pub fn continue_w3c(span: &Span, traceparent: Option<&str>) -> bool {
    let context = context_in(&TraceContextPropagator::new(), W3C, traceparent);
    let found = context.is_some();
    continue_from(span, context);
    found
}

fn continue_from(span: &Span, context: Option<SpanContext>) {
    if let Some(context) = context {
        // This fails when the span has already begun, or is not exported.
        _ = span.set_parent(Context::new().with_remote_span_context(context));
    }
}

/// Links `span` to the trace of this header.
pub fn link_xray(span: &Span, header: &str) {
    if let Some(context) = context_in(&XrayPropagator::default(), XRAY, Some(header)) {
        span.add_link(context);
    }
}

/// The span of a call to an AWS service. `of` names the target of the call, such as a bucket, a function or a queue.
#[must_use]
pub fn aws_span(service: &'static str, operation: &'static str, of: &str) -> Span {
    info_span!(
        "call",
        otel.name = format!("{operation} {of}"),
        otel.kind = "client",
        rpc.system.name = "aws-api",
        rpc.method = format!("{service}/{operation}"),
    )
}

/// The span of a call to DynamoDB.
#[must_use]
pub fn dynamodb_span(operation: &str, table: &str) -> Span {
    info_span!(
        "call",
        otel.name = format!("{operation} {table}"),
        otel.kind = "client",
        db.system.name = "aws.dynamodb",
        db.operation.name = operation,
        db.collection.name = table,
    )
}

/// X-Ray's header for the work that `span` starts; `None` when the span is not exported.
#[must_use]
pub fn xray_header(span: &Span) -> Option<String> {
    let context = span.context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut carrier = HashMap::new();
    XrayPropagator::default().inject_context(&context, &mut carrier);
    carrier.remove(XRAY)
}

fn context_in(propagator: &impl TextMapPropagator, name: &str, header: Option<&str>) -> Option<SpanContext> {
    let carrier = HashMap::from([(name.to_owned(), header?.to_owned())]);
    let context = propagator.extract_with_context(&Context::new(), &carrier);
    let context = context.span().span_context().clone();
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    const HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    /// The spans that end while `work` runs.
    fn ended(work: impl FnOnce()) -> Vec<SpanData> {
        let ended = Ended::default();
        let provider = SdkTracerProvider::builder().with_span_processor(ended.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        mem::take(&mut *ended.0.lock().unwrap())
    }

    #[test]
    fn a_trace_goes_on_behind_the_queue() {
        let mut header = None;
        let sent = ended(|| {
            let span = info_span!("publish");
            continue_xray(&span, Some(HEADER));
            header = xray_header(&span);
        });
        assert_eq!(sent[0].parent_span_id.to_string(), "53995c3f42cd8ad8");
        assert_eq!(
            sent[0].span_context.trace_id().to_string(),
            "5759e988bd862e3fe1be46a994272793"
        );
        let expected = format!(
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent={};Sampled=1",
            sent[0].span_context.span_id()
        );
        assert_eq!(header.as_deref(), Some(expected.as_str()));

        let received = ended(|| continue_xray(&info_span!("process"), header.as_deref()));
        assert_eq!(received[0].parent_span_id, sent[0].span_context.span_id());
        assert_eq!(received[0].span_context.trace_id(), sent[0].span_context.trace_id());
    }

    #[test]
    fn what_is_no_header_begins_a_trace() {
        let spans = ended(|| {
            for header in [None, Some(""), Some("Root=1;Parent=2"), Some("nonsense")] {
                let span = info_span!("root");
                continue_xray(&span, header);
                assert!(!continue_w3c(&span, header));
            }
        });
        assert_eq!(spans.len(), 4);
        assert!(
            spans
                .iter()
                .all(|span| span.parent_span_id == opentelemetry::SpanId::INVALID)
        );
    }

    #[test]
    fn a_client_s_trace_comes_before_x_ray_s() {
        let spans = ended(|| {
            let span = info_span!("GET");
            assert!(continue_w3c(
                &span,
                Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            ));
        });
        assert_eq!(spans[0].parent_span_id.to_string(), "00f067aa0ba902b7");
    }

    #[test]
    fn a_batch_of_many_traces_links_to_each() {
        let spans = ended(|| {
            let span = info_span!("process");
            link_xray(&span, HEADER);
            link_xray(
                &span,
                "Root=1-5759e988-bd862e3fe1be46a994272794;Parent=53995c3f42cd8ad9;Sampled=1",
            );
            link_xray(&span, "nonsense");
        });
        let links: Vec<_> = spans[0]
            .links
            .iter()
            .map(|link| link.span_context.span_id().to_string())
            .collect();
        assert_eq!(links, ["53995c3f42cd8ad8", "53995c3f42cd8ad9"]);
    }

    #[test]
    fn without_an_export_there_is_no_header() {
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            assert_eq!(xray_header(&info_span!("publish")), None);
        });
    }
}
