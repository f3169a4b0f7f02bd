//! The measurements of one invocation's work on an object.

use std::time::Duration;

use crate::continuation::Counts;
use crate::queue::message::MAX_ENTRIES;

/// The work of one invocation on an object.
#[derive(Clone, Debug, Default)]
pub struct Measurements {
    /// Whether everything that can be read of the object is extracted.
    pub is_complete: bool,
    /// The rows of this invocation.
    pub counts: Counts,
    /// The number of rows whose key an earlier row of the object has.
    pub colliding: u64,
    /// The number of sent rows that look suspicious.
    pub suspicious: u64,
    /// The number of bytes of text that were read.
    pub bytes: u64,
    /// The number of `SendMessageBatch` calls, indexed by the number of messages in a call.
    pub batches: [u64; MAX_ENTRIES + 1],
    /// The number of retries of such calls.
    pub retries: u64,
    /// The duration of the work.
    pub duration: Duration,
}
