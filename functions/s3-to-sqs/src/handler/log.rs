//! The log lines of an invocation, and the span of an object.

use error_chain::ErrorChain;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::ObjectError;
use crate::continuation::Progress;
use crate::convert::warnings::Warning;
use crate::data_package::DataPackageError;
use crate::event::Harmless;
use crate::event::refusal::EventError;
use crate::object::Object;
use crate::reports::report::Report;

/// The span of an object.
pub(super) fn span(object: &Object, request_id: &str) -> Span {
    info_span!(
        "s3-to-sqs",
        otel.kind = "server",
        otel.status_code = Empty,
        faas.trigger = "datasource",
        faas.invocation_id = request_id,
        faas.document.operation = "insert",
        faas.document.collection = object.bucket,
        faas.document.name = object.key,
    )
}

/// Logs an entry that requires no work.
pub(super) fn nothing_to_do(harmless: &Harmless) {
    tracing::info!(
        event = harmless.name,
        bucket = harmless.bucket,
        key = harmless.key,
        "nothing to do: the event names no upload"
    );
}

/// Logs a refused entry.
pub(super) fn refused(error: &EventError) {
    tracing::error!(reason = %error, "the event cannot be read");
}

/// Logs that nothing is extracted because the data package cannot be used.
pub(super) fn broken(error: &DataPackageError) {
    tracing::error!(
        code = error.code(),
        reason = %ErrorChain(error),
        "nothing is extracted: the data package cannot be used"
    );
}

/// Logs an object whose key has no suffix of a file to extract. An `EventBridge` rule routinely delivers such objects.
pub(super) fn ignored(object: &Object) {
    tracing::info!(
        bucket = object.bucket,
        key = object.key,
        "ignored: the key does not end in .csv or .tsv, nor in these with .gz or .zst"
    );
}

/// Logs an object that another invocation extracts, because no time is left for it.
pub(super) fn left(object: &Object) {
    tracing::info!(
        bucket = object.bucket,
        key = object.key,
        "no time is left: another invocation extracts the object"
    );
}

/// Logs an extracted object.
pub(super) fn complete(object: &Object, report: &Report) {
    tracing::info!(
        bucket = report.bucket,
        key = report.key,
        version_id = report.version_id,
        etag = report.etag,
        sequencer = object.sequencer,
        ingest_id = report.ingest_id,
        request_id = report.request_id,
        resource = report.resource,
        size = report.size,
        rows_read = report.counts.read,
        rows_sent = report.counts.sent,
        rows_rejected = report.counts.rejected,
        key_collisions = report.key_collisions.rows,
        invocations = report.invocations,
        note = report.note,
        reason = report.problem,
        duration_ms = report.duration_ms,
        "object extracted"
    );
}

/// Logs the suspicious rows of an object, if there are any.
pub(super) fn suspicious(report: &Report) {
    if report.warnings.is_empty() {
        return;
    }
    let of_kind = |warning: &Warning| format!("{}: {}", warning.kind.name(), warning.lines.rows);
    let warnings: Vec<_> = report.warnings.iter().map(of_kind).collect();
    tracing::warn!(
        bucket = report.bucket,
        key = report.key,
        etag = report.etag,
        ingest_id = report.ingest_id,
        request_id = report.request_id,
        warnings = warnings.join(", "),
        "the object has suspicious rows"
    );
}

/// Logs an object that is extracted in part.
pub(super) fn partial(object: &Object, progress: &Progress, request_id: &str) {
    tracing::info!(
        bucket = object.bucket,
        key = object.key,
        version_id = object.version_id,
        etag = progress.bare_etag(),
        sequencer = object.sequencer,
        ingest_id = %object.ingest_id(),
        request_id,
        size = progress.size,
        byte = progress.checkpoint.byte,
        line = progress.checkpoint.line,
        rows_read = progress.counts.read,
        rows_sent = progress.counts.sent,
        rows_rejected = progress.counts.rejected,
        invocations = progress.invocations,
        "time is up: the object goes on in another invocation"
    );
}

/// Logs an object that failed.
pub(super) fn failed(object: &Object, error: &ObjectError) {
    tracing::error!(
        bucket = object.bucket,
        key = object.key,
        version_id = object.version_id,
        etag = object.etag,
        sequencer = object.sequencer,
        ingest_id = %object.ingest_id(),
        code = error.code(),
        reason = %ErrorChain(error),
        "object failed"
    );
}
