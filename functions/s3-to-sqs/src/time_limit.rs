//! The time of an invocation, divided so that everything it reads is also sent and reported.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use backoff::Deadline;
use tokio::time::{Instant, timeout_at};

/// The time between the end of reading and the deadline, so that everything read can be sent also while SQS throttles. A
/// quarter of the whole time, when that is less: for a function with a short timeout.
const MARGIN: Duration = Duration::from_mins(1);

/// The points in time at which an invocation stops one kind of work after the other.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimit {
    /// The end of everything.
    pub deadline: Deadline,
    /// The end of sending, so that the report bucket and the next invocation still get what is theirs before the deadline.
    pub send: Deadline,
    /// The end of reading.
    pub stop: Instant,
}

/// Why something that had to be done before the deadline was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the invocation's time was up before the report bucket or the next invocation had answered")]
pub struct DeadlineExceeded;

impl DeadlineExceeded {
    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(self) -> &'static str {
        "TimeIsUp"
    }
}

impl TimeLimit {
    /// Divides the time from now to `deadline`.
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

    /// Runs `work`, and gives it up at the deadline.
    ///
    /// # Errors
    /// Those of `work`, and [`DeadlineExceeded`].
    pub async fn until_deadline<T, E: From<DeadlineExceeded>>(
        self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        // Boxed, because it would be in this future twice: where it comes in and where it is awaited.
        timeout_at(self.deadline.instant(), Box::pin(work))
            .await
            .unwrap_or_else(|_| Err(DeadlineExceeded.into()))
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

/// The time now, in milliseconds since the Unix epoch.
#[must_use]
pub fn now_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
