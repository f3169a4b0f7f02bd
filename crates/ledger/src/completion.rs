//! The completion of an extraction: the whole object is extracted, and its report is written.

use uuid::Uuid;

use crate::failure::shortened;
use crate::record::names;
use crate::state::State;
use crate::timestamp::Timestamp;
use crate::update::{Update, list, number, text};

/// The result of a complete extraction.
#[derive(Clone, Debug)]
pub struct Completion<'a> {
    /// The ingest id.
    pub ingest_id: Uuid,
    /// The attempts that count: one for each invocation that extracted a part of the object.
    pub counted: &'a [u32],
    /// The object's `ETag`, without quotation marks.
    pub etag: &'a str,
    /// The object's size in bytes.
    pub size: u64,
    /// Rows that were found.
    pub rows_read: u64,
    /// Rows that became messages.
    pub rows_sent: u64,
    /// Rows that are kept as rejected.
    pub rows_rejected: u64,
    /// The codes of the warnings.
    pub warnings: &'a [&'a str],
    /// The number of invocations.
    pub invocations: u32,
    /// The key of the ingest report in the report bucket.
    pub report: &'a str,
    /// What is wrong with the object as a whole.
    pub problem: Option<&'a str>,
}

impl Completion<'_> {
    /// The request that completes the record. It removes the error of an earlier failure.
    pub(crate) fn update(&self, now: Timestamp) -> Update {
        let update = Update::new(self.ingest_id, now)
            .set_first(names::ETAG, text(self.etag))
            .set_first(names::SIZE, number(&self.size))
            .set(names::STATE, text(&State::Writing))
            .set(names::ROWS_READ, number(&self.rows_read))
            .set(names::ROWS_SENT, number(&self.rows_sent))
            .set(names::ROWS_REJECTED, number(&self.rows_rejected))
            .set(names::WARNINGS, list(self.warnings.iter().map(text)))
            .set(names::INVOCATIONS, number(&self.invocations))
            .set(names::REPORT, text(self.report))
            .set(names::EXTRACTED, text(&now))
            .set(names::COUNTED, list(self.counted.iter().map(number)))
            .remove(names::ERROR);
        let update = match self.problem {
            Some(problem) => update.set(names::REASON, text(&shortened(problem))),
            None => update.remove(names::REASON),
        };
        update.when(
            format!("attribute_not_exists(#{})", names::EXTRACTED),
            &[names::EXTRACTED],
        )
    }
}
