//! When an invocation stops reading, so that what it has read is not lost with it.

use std::time::Duration;

use backoff::Deadline;
use tokio::time::Instant;

/// How long before the deadline reading stops, so that everything read can be sent also while SQS throttles. A quarter
/// of the time, when that is less: for a function with a short timeout.
const MARGIN: Duration = Duration::from_mins(1);

/// How long an invocation may go on.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimit {
    /// When it must have stopped trying.
    pub deadline: Deadline,
    /// When messages must be sent, so that what is left to be written and handed on fits before the deadline.
    pub send: Deadline,
    /// When it reads no further.
    pub stop: Instant,
}

impl TimeLimit {
    /// From now to `deadline`.
    #[must_use]
    pub fn new(deadline: Deadline) -> Self {
        let now = Instant::now();
        let left = deadline.instant().saturating_duration_since(now);
        let margin = MARGIN.min(left / 4);
        Self {
            deadline,
            send: Deadline::after(left.saturating_sub(margin / 4)),
            stop: now + left.saturating_sub(margin),
        }
    }

    /// Whether nothing more is to be read.
    #[must_use]
    pub fn is_up(self) -> bool {
        Instant::now() >= self.stop
    }

    /// Whether nothing more is to be read even if nothing was.
    #[must_use]
    pub fn is_over(self) -> bool {
        Instant::now() >= self.send.instant()
    }
}
