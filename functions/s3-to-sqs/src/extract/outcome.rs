//! What an invocation leaves behind: the report, or the continuation for the next one.

use super::ExtractError;
use super::{Extracted, Extraction};
use crate::clients::Extractor;
use crate::continuation::{Continuation, MAX_INVOCATIONS};
use crate::metrics::Work;
use crate::reports::keys::file_key;
use crate::reports::report::{Counts, Report};
use crate::time_limit::now_millis;

/// The problem of an object without a first row.
const EMPTY: &str = "the object has no rows, not even a header";

impl Extraction<'_> {
    /// The `ETag` without quotation marks.
    pub(super) fn etag(&self) -> &str {
        self.etag.trim_matches('"')
    }

    /// What this invocation did so far.
    pub(super) fn work(&self) -> Work {
        let colliding = self.converter.collisions().found().rows;
        Work {
            read: self.rows_read,
            sent: self.rows_sent,
            rejected: self.rejects.count(),
            colliding: colliding.saturating_sub(self.colliding_before),
            bytes: self.rows.checkpoint().byte.saturating_sub(self.first_byte),
            batches: self.batches,
            retries: self.retries,
            duration: self.begun.elapsed(),
        }
    }

    /// The rows of all invocations so far.
    pub(super) fn counts(&self) -> Counts {
        let lines = self.rejects.lines();
        self.before.and(Counts {
            read: self.rows_read,
            sent: self.rows_sent,
            rejected: self.rejects.count(),
            first_rejected_line: lines.map(|(first, _)| first),
            last_rejected_line: lines.map(|(_, last)| last),
        })
    }

    /// What the next invocation has to know.
    pub(super) fn continuation(&self) -> Result<Continuation, ExtractError> {
        let checkpoint = self.rows.checkpoint();
        let (Some(header), Some(format)) = (self.converter.header(), self.format) else {
            return Err(ExtractError::NoProgress(checkpoint.byte));
        };
        if self.invocation > MAX_INVOCATIONS {
            return Err(ExtractError::TooLong(checkpoint.byte));
        }
        if self.invocation > 1 && self.rows_read == 0 {
            return Err(ExtractError::NoProgress(checkpoint.byte));
        }
        let collisions = self.converter.collisions();
        Ok(Continuation {
            invocations: self.invocation,
            started: self.started,
            etag: self.etag.clone(),
            size: self.size,
            format,
            delimiter: self.rows.delimiter(),
            precision: self.precision,
            checkpoint,
            header: header.to_owned(),
            problem: self.converter.problem().map(str::to_owned),
            counts: self.counts(),
            rejecting: self.rejecting.clone(),
            collisions: collisions.found().clone(),
            seen: collisions.seen(),
        })
    }

    /// Writes the report.
    pub(super) async fn report(&self, problem: Option<String>) -> Result<Extracted, ExtractError> {
        let report = self.make_report(problem);
        let Extractor { s3, config, .. } = self.extractor;
        report.write(s3, &config.report_bucket).await?;
        Ok(Extracted::Whole(Box::new(report)))
    }

    /// Writes the report of an object that cannot be read on. When this invocation has read none of it, a report that is
    /// there already knows more: of an event that came late, or of a try before this one.
    pub(super) async fn report_lost(&self, problem: String) -> Result<Extracted, ExtractError> {
        if self.rows_read > 0 {
            return self.report(Some(problem)).await;
        }
        let report = self.make_report(Some(problem));
        let Extractor { s3, config, .. } = self.extractor;
        report.write_first(s3, &config.report_bucket).await?;
        Ok(Extracted::Whole(Box::new(report)))
    }

    fn make_report(&self, problem: Option<String>) -> Report {
        let object = self.object;
        let problem = problem
            .or_else(|| self.converter.problem().map(str::to_owned))
            .or_else(|| self.converter.header().is_none().then(|| EMPTY.to_owned()));
        let rejected = |name: &String| file_key(&object.key, self.etag(), name);
        Report {
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            version_id: object.version_id.clone(),
            etag: self.etag().to_owned(),
            ingest_id: self.ingest_id.to_string(),
            size: self.size,
            format: self.format,
            delimiter: self.rows.delimiter(),
            header: self.converter.header().map(str::to_owned),
            problem,
            unknown_columns: self.converter.unknown_columns().to_vec(),
            counts: self.counts(),
            rejected_keys: self.rejecting.iter().map(rejected).collect(),
            key_collisions: self.converter.collisions().found().clone(),
            invocations: self.invocation,
            request_id: self.request_id.to_owned(),
            duration_ms: now_millis().saturating_sub(self.started),
        }
    }

    /// What the report of an object says that is gone.
    pub(super) fn gone(&self) -> String {
        if self.format.is_none() {
            "the object was deleted before it was read".to_owned()
        } else {
            format!(
                "the object was deleted while it was read; what follows byte {} is missing",
                self.rows.checkpoint().byte
            )
        }
    }
}
