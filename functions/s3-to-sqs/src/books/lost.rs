//! The record of an ingest whose object is lost before this attempt read any of it. Earlier attempts may have read
//! some.

use ledger::Failure;

use super::{GRACE, IngestRecord};
use crate::reports::report::Report;

/// The error code of such an ingest.
const CODE: &str = "ObjectLost";

/// Why the report of a lost object does not complete the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A report exists and stays: that of an earlier attempt, or of an earlier upload of the same content.
    Reported,
    /// Earlier attempts may have sent rows.
    Begun,
}

impl IngestRecord<'_> {
    /// The number of attempts whose rows are not counted if this attempt is the last: failed attempts, and parallel
    /// invocations for the same object.
    #[must_use]
    pub fn other_attempts(&self) -> u32 {
        let drawn = self.opened.get().and_then(|opened| opened.attempt).unwrap_or_default();
        drawn.saturating_sub(u32::try_from(self.attempts().len()).unwrap_or(u32::MAX))
    }

    /// Whether no attempt is known to have sent rows beside those that are counted. A ledger that does not answer knows none.
    #[must_use]
    pub fn counts_every_attempt(&self) -> bool {
        match (self.books.ledger, self.opened.get()) {
            (None, _) => true,
            (Some(_), None) => false,
            // Without a number this attempt repeats an extraction that is complete.
            (Some(_), Some(opened)) => opened.attempt.is_some() && self.other_attempts() == 0,
        }
    }

    /// Records that the object is lost. When earlier attempts may have sent rows, the ingest has failed, since no
    /// attempt follows. When a report exists, the ingest has not failed, and the record only gets the reason.
    pub async fn lose(&self, report: &Report, lost: Lost) {
        let (Some(ledger), Some(_)) = (self.books.ledger, self.opened.get()) else {
            return;
        };
        let problem = report.problem.as_deref().unwrap_or_default();
        let reason = match lost {
            Lost::Begun => problem.to_owned(),
            Lost::Reported => {
                format!("{problem}; an earlier report of the object stays, and this record does not count its rows")
            }
        };
        let failure = Failure {
            ingest_id: self.ingest_id,
            is_last: lost == Lost::Begun,
            code: CODE,
            reason: &reason,
        };
        let failed = Box::pin(ledger.fail(&failure, self.books.deadline.plus(GRACE)));
        self.books.call(self.ingest_id, failed).await;
    }
}
