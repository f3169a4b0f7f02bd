//! The time at which an invocation stops trying.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The part of an invocation's time that is kept for finishing and answering.
const MARGIN: Duration = Duration::from_secs(2);

/// The time by which an invocation must have stopped trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The time at which Lambda ends the invocation, less a margin of two seconds. `millis` is in milliseconds since the Unix
    /// epoch, as in `lambda_runtime::Context::deadline`.
    #[must_use]
    pub fn from_epoch_millis(millis: u64) -> Self {
        let end = UNIX_EPOCH + Duration::from_millis(millis);
        let left = end.duration_since(SystemTime::now()).unwrap_or_default();
        Self::after(left.saturating_sub(MARGIN))
    }

    /// A deadline this long from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// A deadline this long after this one. It uses a part of the margin for work that must still be done then.
    #[must_use]
    pub fn plus(self, grace: Duration) -> Self {
        Self(self.0 + grace)
    }

    /// The deadline on tokio's clock, for cutting off work that is under way.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.0
    }
}
