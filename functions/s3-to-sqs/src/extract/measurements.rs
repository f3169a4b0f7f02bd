//! What is measured of an invocation's work on an object.

use std::time::Duration;

use crate::continuation::Counts;
use crate::queue::message::MAX_ENTRIES;

/// The work of one invocation on an object.
#[derive(Clone, Debug, Default)]
pub struct Measurements {
    /// Whether the object is done, or everything of it that can be read.
    pub is_complete: bool,
    /// Rows that this invocation read.
    pub counts: Counts,
    /// Rows whose key an earlier row of the object has.
    pub colliding: u64,
    /// Rows that are sent, and suspicious.
    pub suspicious: u64,
    /// Bytes of text.
    pub bytes: u64,
    /// Calls of `SendMessageBatch` by their number of messages.
    pub batches: [u64; MAX_ENTRIES + 1],
    /// Tries of such calls after the first.
    pub retries: u64,
    /// How long it took.
    pub duration: Duration,
}
