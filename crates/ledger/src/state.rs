//! The state of an ingest, as readers see it.

use std::fmt;
use std::time::Duration;

/// How long nothing is written to the record of an ingest that is on its way, at most; beyond it the ingest is
/// [`Stalled`](State::Stalled).
///
/// Between two writes lies, at most, the longest pause between two deliveries of a message (15 minutes: `LONGEST` in
/// `functions/sqs-to-dynamodb/src/queue/redelivery.rs`) and the longest invocation (15 minutes: the extractor's). Lambda waits
/// two minutes before the last try of an event, and an invocation that ends before its time makes room for them. Messages
/// that wait behind those of other objects may wait longer: such an ingest is stalled for a while and then goes on.
pub const STALLED_AFTER: Duration = Duration::from_mins(30);

/// The state of an ingest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Rows become messages.
    Extracting,
    /// Every row is a message or rejected; messages are being written.
    Writing,
    /// Every row that was sent is accounted for.
    Done,
    /// The last try of the extraction failed.
    Failed,
    /// Nothing was written for longer than [`STALLED_AFTER`], and rows are not accounted for.
    Stalled,
}

impl State {
    /// The name of the state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extracting => "extracting",
            Self::Writing => "writing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stalled => "stalled",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
