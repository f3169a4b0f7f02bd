//! The end of an invocation's work on an object: sends the last messages, then writes the report or builds the
//! continuation.

use error_chain::ErrorChain;

use super::{ExtractError, Extraction, Outcome};
use crate::books::lost::{Lost, OtherAttempts};
use crate::clients::Extractor;
use crate::continuation::{Continuation, MAX_INVOCATIONS, Progress};
use crate::input::content::ContentError;
use crate::input::download::DownloadError;
use crate::reports::report::Report;

/// The problem in the report of an object that another one replaced before it was read.
const REPLACED_BEFORE: &str = "the object was replaced before it was read; the object that replaced it has \
                               an event and a report of its own";

/// The reason that an object is not read to its end, for its report.
pub(super) struct ObjectFailure {
    reason: String,
    /// Whether none of the remaining bytes can be read: the object is not readable any more, or takes too long.
    is_lost: bool,
}

impl ObjectFailure {
    fn lost(reason: String) -> Self {
        Self { reason, is_lost: true }
    }

    /// The reason; for a lost object with the note on other attempts.
    fn beside(self, others: OtherAttempts) -> String {
        match others.note() {
            Some(note) if self.is_lost => format!("{}; {note}", self.reason),
            _ => self.reason,
        }
    }
}

impl Extraction<'_> {
    /// The permanent failure of the object, if `error` is one: every retry would meet it again.
    ///
    /// # Errors
    /// Any other error.
    pub(super) fn object_failure(&self, error: ExtractError) -> Result<ObjectFailure, ExtractError> {
        match error {
            ExtractError::Content(ContentError::Unpack(error)) => Ok(ObjectFailure {
                reason: ErrorChain(&error).to_string(),
                is_lost: false,
            }),
            ExtractError::Content(ContentError::Download(DownloadError::Gone(_))) => {
                Ok(ObjectFailure::lost(self.gone()))
            }
            ExtractError::Content(ContentError::Download(
                error @ (DownloadError::Archived(_) | DownloadError::DeleteMarker),
            )) => Ok(ObjectFailure::lost(error.to_string())),
            ExtractError::Content(ContentError::Download(DownloadError::Replaced(_))) if !self.has_begun() => {
                Ok(ObjectFailure::lost(REPLACED_BEFORE.to_owned()))
            }
            // The object that replaced it has its own event. For this object, only the report can still be written.
            ExtractError::Content(ContentError::Download(error @ DownloadError::Replaced(_))) => {
                tracing::error!(
                    bucket = self.object.bucket,
                    key = self.object.key,
                    etag = self.progress.bare_etag(),
                    ingest_id = %self.ingest_id,
                    reason = %error,
                    "the rest of the object is lost"
                );
                Ok(ObjectFailure::lost(error.to_string()))
            }
            other => Err(other),
        }
    }

    /// The problem in the report of a deleted object.
    fn gone(&self) -> String {
        if self.has_begun() {
            format!(
                "the object was deleted while it was read; what follows byte {} is missing",
                self.rows.checkpoint().byte
            )
        } else {
            "the object was deleted before it was read".to_owned()
        }
    }

    /// Whether this invocation or an earlier one has read any of the object.
    fn has_begun(&self) -> bool {
        self.progress.format.is_some()
    }

    /// Sends the remaining messages, writes the remaining rejected rows, then writes the report or builds the
    /// continuation.
    pub(super) async fn finish(
        &mut self,
        is_complete: bool,
        failure: Option<ObjectFailure>,
    ) -> Result<Outcome, ExtractError> {
        if let Some(rest) = self.batch.take() {
            self.send(rest).await?;
        }
        let sent = self.sender.finish().await?;
        self.record(sent).await?;
        self.rejects.finish().await?;
        self.advance_progress();
        if is_complete {
            return self.report(failure).await;
        }
        match self.continuation() {
            Ok(continuation) => Ok(Outcome::Partial(Box::new(continuation))),
            Err(error) => {
                self.report(Some(ObjectFailure::lost(error.to_string()))).await?;
                Err(error)
            }
        }
    }

    /// Adds the work of this invocation to the progress.
    fn advance_progress(&mut self) {
        let checkpoint = self.rows.checkpoint();
        let collisions = self.converter.collisions().counted();
        let (progress, measurements) = (&mut self.progress, &mut self.measurements);

        let lines = self.rejects.lines();
        measurements.counts.rejected = self.rejects.count();
        measurements.counts.first_rejected_line = lines.map(|(first, _)| first);
        measurements.counts.last_rejected_line = lines.map(|(_, last)| last);
        measurements.colliding = collisions.rows.saturating_sub(progress.collisions.rows);
        measurements.suspicious = self.converter.suspicious();
        measurements.bytes = checkpoint.byte.saturating_sub(progress.checkpoint.byte);

        progress.counts = progress.counts.and(measurements.counts);
        progress.collisions.clone_from(collisions);
        progress.checkpoint = checkpoint;
        progress.delimiter = self.rows.delimiter();
        progress.header = self.converter.header().map(str::to_owned);
        progress.problem = self.converter.problem().map(str::to_owned);
        progress.witness = self.converter.witness().clone();
        if self.rejects.count() > 0 {
            progress.rejected_files.push(self.rejects.name().to_owned());
        }
    }

    /// The continuation for the next invocation.
    fn continuation(&self) -> Result<Continuation, ExtractError> {
        let Progress {
            invocations,
            checkpoint,
            format,
            ..
        } = &self.progress;
        if format.is_none() || !self.converter.has_begun() {
            return Err(ExtractError::NoProgress(checkpoint.byte));
        }
        if *invocations > MAX_INVOCATIONS {
            return Err(ExtractError::TooLong(checkpoint.byte));
        }
        if *invocations > 1 && self.measurements.counts.read == 0 {
            return Err(ExtractError::NoProgress(checkpoint.byte));
        }
        let progress = Progress {
            attempts: self.record.attempts(),
            ..self.progress.clone()
        };
        Ok(Continuation {
            progress,
            seen: self.converter.collisions().seen(),
        })
    }

    /// Writes the report, and replaces one of an earlier upload of the same content.
    ///
    /// When the object is lost and this invocation has read none of it, an existing report may belong to this ingest and
    /// know more: a late event or an earlier attempt wrote it. It is overwritten only if all rows that this ingest has sent
    /// are those of the invocations before. The record of the ingest is not completed when an existing report stays, nor
    /// when the report has no sent rows and earlier attempts may have sent some.
    pub(super) async fn report(&self, failure: Option<ObjectFailure>) -> Result<Outcome, ExtractError> {
        let Extractor { s3, config, .. } = self.extractor;
        let is_lost = failure.as_ref().is_some_and(|failure| failure.is_lost);
        let others = self.record.other_attempts();
        let knows_all = self.progress.counts.read > 0 && others == OtherAttempts::None;
        let only_first = is_lost && self.measurements.counts.read == 0 && !knows_all;
        let reason = failure.map(|failure| failure.beside(others));
        let progress = self.progress.clone();
        let progress = Progress {
            problem: reason.or(progress.problem),
            ..progress
        };
        let unknown_columns = self.converter.unknown_columns();
        let report = Report::new(
            self.object,
            self.ingest_id,
            self.record.request_id(),
            progress,
            unknown_columns,
        );
        let report = match self.converter.shape().declared() {
            Some(declared) => report.of_resource(&declared.resource, declared.write()),
            None => report,
        };
        let is_written = if only_first {
            report.write_first(s3, &config.report_bucket).await?
        } else {
            report.write(s3, &config.report_bucket).await?;
            true
        };
        let report = Box::new(report);
        if !is_written {
            return Ok(Outcome::Lost(report, Lost::Reported));
        }
        if only_first && others != OtherAttempts::None && report.counts.sent == 0 {
            return Ok(Outcome::Lost(report, Lost::Begun));
        }
        Ok(Outcome::Complete(report))
    }
}
