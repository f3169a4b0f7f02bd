//! The state of an ingest, as readers see it.

use std::fmt;
use std::time::Duration;

/// How long nothing is written to the record of an ingest that is being extracted, at most; beyond it the ingest is
/// [`Stalled`](State::Stalled).
///
/// The opening of an invocation is written, and its end. Where both are missing, because the record could not be written or
/// Lambda ended the invocation, a request is silent from its event to the end of its last try: three invocations of 15
/// minutes, and Lambda's pauses of one and two minutes between them, which makes 48 minutes. An event that waits for a free
/// invocation, up to six hours under `ExtractorMaximumConcurrency`, is silent for longer: such an ingest is stalled for a while
/// and then goes on.
pub const EXTRACTION_STALLED_AFTER: Duration = Duration::from_hours(1);

/// The same of an ingest whose object is extracted.
///
/// A delivery that fails and comes back writes nothing. So an ingest is silent while its last messages go through all their
/// deliveries: 15 of them, 126 minutes of pauses between them (`functions/sqs-to-dynamodb/src/queue/redelivery.rs`), and for
/// each one the batching window, 5 minutes at most, and the minute of the writer, which makes 216 minutes. Deliveries that are
/// never answered take 11 minutes each at most, the visibility timeout, which makes 165. Messages that wait behind those of
/// other objects may wait for longer: such an ingest is stalled for a while and then goes on.
pub const WRITING_STALLED_AFTER: Duration = Duration::from_hours(4);

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
    /// Rows are not accounted for, and nothing was written for longer than [`EXTRACTION_STALLED_AFTER`] or
    /// [`WRITING_STALLED_AFTER`].
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opening::TRIES;

    /// [`EXTRACTION_STALLED_AFTER`] by the numbers of the template, which has them once for the extractor.
    #[test]
    fn an_extraction_that_lambda_tries_again_is_not_stalled() {
        let template = include_str!("../../../template.yaml");
        let timeout = 900;
        assert!(template.contains(&format!("Timeout: {timeout}\n")));
        assert!(template.contains(&format!("        MaximumRetryAttempts: {}\n", TRIES - 1)));
        let pauses = Duration::from_mins(1) + Duration::from_mins(2);
        let span = TRIES * Duration::from_secs(timeout) + pauses;
        assert!(span < EXTRACTION_STALLED_AFTER, "{span:?}");
    }
}
