//! The record of an ingest whose object is lost before any of it was read, while an earlier try may know more.

use ledger::Failure;

use super::{GRACE, IngestRecord};
use crate::reports::report::Report;

/// The code of such an end.
const CODE: &str = "ObjectLost";

/// Why a report without rows does not close the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// There is a report already, which stays: of an earlier try, or of an earlier upload of the same content.
    Reported,
    /// Earlier tries may have sent rows.
    Begun,
}

impl IngestRecord<'_> {
    /// The attempts that do not count, if this one is the last: tries that failed, and other invocations of the object.
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

    /// Writes that the object is lost. The ingest has failed where earlier tries may have sent rows, since no try follows;
    /// where there is a report already, it has not, and the record only gets the reason.
    pub async fn lose(&self, report: &Report, lost: Lost) {
        let (Some(ledger), Some(_)) = (self.books.ledger, self.opened.get()) else {
            return;
        };
        let problem = report.problem.as_deref().unwrap_or_default();
        let reason = match lost {
            Lost::Begun => problem.to_owned(),
            Lost::Reported => format!("{problem}; an earlier report of it stays, and its rows are not in this record"),
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
