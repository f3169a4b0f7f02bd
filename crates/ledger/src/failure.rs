//! The failure of an attempt.

use uuid::Uuid;

use crate::record::names;
use crate::state::State;
use crate::timestamp::Timestamp;
use crate::update::{Update, text};

/// The most bytes of a reason. With it, a record of usual names is smaller than the 1 KB of a write unit.
const MAX_REASON_BYTES: usize = 300;

/// Why an attempt failed.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// The ingest id.
    pub ingest_id: Uuid,
    /// Whether no other try follows: the ingest has failed. [`Opened::is_last_try`](crate::Opened::is_last_try) says so of a
    /// request that Lambda tries again.
    pub is_last: bool,
    /// A stable name for the kind of failure.
    pub code: &'a str,
    /// The reason.
    pub reason: &'a str,
}

impl Failure<'_> {
    /// The request. An extraction that is complete, by another chain of invocations, has not failed.
    pub(crate) fn update(&self, now: Timestamp) -> Update {
        let state = self.is_last.then(|| text(&State::Failed));
        Update::new(self.ingest_id, now)
            .set(names::ERROR, text(self.code))
            .set(names::REASON, text(&shortened(self.reason)))
            .set_known(names::STATE, state)
            .when(
                format!("attribute_not_exists(#{})", names::EXTRACTED),
                &[names::EXTRACTED],
            )
    }
}

/// As much of a reason as a record keeps.
pub(crate) fn shortened(reason: &str) -> String {
    if reason.len() <= MAX_REASON_BYTES {
        return reason.to_owned();
    }
    let end = reason.floor_char_boundary(MAX_REASON_BYTES - '…'.len_utf8());
    format!("{}…", &reason[..end])
}
