//! The time budget of an invocation, divided so that everything it reads is also sent and reported.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use backoff::Deadline;
use tokio::time::{Instant, timeout_at};

/// The time reserved after reading, so that everything read can still be sent while SQS throttles. If a quarter of the
/// whole time is shorter, as with a short function timeout, that quarter is reserved instead.
const MARGIN: Duration = Duration::from_mins(1);
/// The time in which S3 opens an object and delivers its beginning, with some retries.
const OPENING: Duration = Duration::from_secs(10);

/// The points in time at which an invocation stops each kind of work.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimit {
    /// The end of all work.
    pub deadline: Deadline,
    /// The end of sending. The time from here to the deadline is for the report bucket and the start of the next
    /// invocation.
    pub send: Deadline,
    /// The end of reading.
    pub stop: Instant,
}

/// The deadline passed before a required call finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the invocation's time was up before S3 answered or Lambda accepted the next invocation")]
pub struct DeadlineExceeded;

impl DeadlineExceeded {
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(self) -> &'static str {
        "TimeIsUp"
    }
}

impl TimeLimit {
    /// Divides the time between now and `deadline`.
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

    /// Runs `work` and abandons it at the deadline.
    ///
    /// # Errors
    /// The errors of `work`, and [`DeadlineExceeded`].
    pub async fn until_deadline<T, E: From<DeadlineExceeded>>(
        self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        // Boxed, because this future would otherwise hold `work` twice: as its argument and while it is awaited.
        timeout_at(self.deadline.instant(), Box::pin(work))
            .await
            .unwrap_or_else(|_| Err(DeadlineExceeded.into()))
    }

    /// Whether it is too late to begin another object: not one row of it may be there when reading must stop.
    #[must_use]
    pub fn is_late(self) -> bool {
        Instant::now() + OPENING >= self.stop
    }

    /// Whether reading must stop.
    #[must_use]
    pub fn is_up(self) -> bool {
        Instant::now() >= self.stop
    }

    /// Whether reading must stop even if this invocation has read nothing.
    #[must_use]
    pub fn is_over(self) -> bool {
        Instant::now() >= self.send.instant()
    }
}

/// The current time, in milliseconds since the Unix epoch.
#[must_use]
pub fn now_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
