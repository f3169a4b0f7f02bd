//! The record of an ingest whose object is lost before this attempt read any of it. Earlier attempts may have read
//! some.

use ledger::Failure;

use super::{GRACE, IngestRecord};
use crate::reports::report::Report;

/// The error code of such an ingest.
const CODE: &str = "ObjectLost";
/// The note on other attempts in the report; their number follows if it is known.
const UNCOUNTED: &str = "earlier tries may have sent rows that are not counted";

/// Why the report of a lost object does not complete the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A report exists and stays: that of an earlier attempt, or of an earlier upload of the same content.
    Reported,
    /// Earlier attempts may have sent rows.
    Begun,
}

/// The attempts whose rows are not counted if the attempt at hand is the last: failed attempts, and parallel invocations
/// for the same object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherAttempts {
    /// None is known.
    None,
    /// So many are known.
    Number(u32),
    /// Nobody can say how many there are.
    Unknown,
}

impl OtherAttempts {
    /// The sentence about them in the report of a lost object.
    #[must_use]
    pub fn note(self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Number(number) => Some(format!("{UNCOUNTED}: {number}")),
            Self::Unknown => Some(UNCOUNTED.to_owned()),
        }
    }
}

impl IngestRecord<'_> {
    /// The other attempts of the ingest. Without a ledger none is known.
    #[must_use]
    pub fn other_attempts(&self) -> OtherAttempts {
        if self.books.ledger.is_none() {
            return OtherAttempts::None;
        }
        // The ingest id contains the time, so tries that learned it from S3 have another id and another record.
        if self.job.object.uploaded == 0 {
            return OtherAttempts::Unknown;
        }
        // Without a number, the ledger does not answer, or this attempt repeats an extraction that is complete.
        let Some(attempt) = self.opened.get().and_then(|opened| opened.attempt) else {
            return OtherAttempts::Unknown;
        };
        let counted = u32::try_from(self.attempts().len()).unwrap_or(u32::MAX);
        match attempt.saturating_sub(counted) {
            0 => OtherAttempts::None,
            others => OtherAttempts::Number(others),
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
