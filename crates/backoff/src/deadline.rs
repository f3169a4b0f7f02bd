//! When to stop.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// What is kept of an invocation's time to finish what is under way and to answer.
const MARGIN: Duration = Duration::from_secs(2);

/// When an invocation must have stopped trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The time at which Lambda ends the invocation, in milliseconds since the Unix epoch as in
    /// `lambda_runtime::Context::deadline`, less a margin of two seconds.
    #[must_use]
    pub fn from_epoch_millis(millis: u64) -> Self {
        let end = UNIX_EPOCH + Duration::from_millis(millis);
        let left = end.duration_since(SystemTime::now()).unwrap_or_default();
        Self::after(left.saturating_sub(MARGIN))
    }

    /// This long from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// This long after it: a part of the margin for what must still be done then.
    #[must_use]
    pub fn plus(self, grace: Duration) -> Self {
        Self(self.0 + grace)
    }

    /// The same on tokio's clock, to cut off what is under way then.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.0
    }
}
