//! The end of an invocation's work on an object: sends the last messages, then writes the report or builds the
//! continuation.

use super::object_failure::ObjectFailure;
use super::{ExtractError, Extraction, Outcome};
use crate::books::lost::{Lost, OtherAttempts};
use crate::clients::Extractor;
use crate::continuation::{Continuation, MAX_INVOCATIONS, Progress};
use crate::reports::report::Report;

impl Extraction<'_> {
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
