//! The one retry policy of the functions: exponential backoff with full jitter, bounded in number and by the
//! invocation's deadline.
//!
//! It is for what AWS hands back inside a successful reply: `failed` entries of `SendMessageBatch`, `UnprocessedItems`
//! of `BatchWriteItem`. A call that fails as a whole is retried by the SDK and never here, so that the two do not
//! multiply.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The longest first pause.
const FIRST: Duration = Duration::from_millis(50);
/// No pause is longer.
const LONGEST: Duration = Duration::from_secs(5);
/// Pauses after the first try. Their upper bounds sum to 16 s, their expectation to half of that.
const PAUSES: u32 = 9;
/// What is kept of an invocation's time to finish what is under way and to answer.
const MARGIN: Duration = Duration::from_secs(2);

/// When an invocation must have stopped trying.
#[derive(Clone, Copy, Debug)]
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

    /// The same on tokio's clock, to cut off what is under way then.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.0
    }
}

/// The pauses between the tries of one piece of work.
#[derive(Debug)]
pub struct Backoff {
    deadline: Deadline,
    taken: u32,
}

impl Backoff {
    /// A fresh budget that ends with `deadline`.
    #[must_use]
    pub fn new(deadline: Deadline) -> Self {
        Self { deadline, taken: 0 }
    }

    /// Waits before the next try. `false`, at once, when there shall be none: the tries are used up, or the pause would
    /// go past the deadline.
    pub async fn pause(&mut self) -> bool {
        let Some(pause) = self.next_pause(Instant::now()) else {
            return false;
        };
        tokio::time::sleep(pause).await;
        true
    }

    /// A pause between zero and the bound of this round ("full jitter": tries of many invocations spread evenly).
    ///
    /// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
    fn next_pause(&mut self, now: Instant) -> Option<Duration> {
        if self.taken == PAUSES {
            return None;
        }
        let bound = FIRST.saturating_mul(1 << self.taken).min(LONGEST);
        self.taken += 1;
        let pause = bound.mul_f64(fastrand::f64());
        (now + pause < self.deadline.0).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_are_bounded_and_end() {
        let now = Instant::now();
        let mut longest = Vec::new();
        for _ in 0..200 {
            let mut backoff = Backoff::new(Deadline::after(Duration::from_hours(1)));
            let pauses: Vec<_> = std::iter::from_fn(|| backoff.next_pause(now)).collect();
            longest.resize(pauses.len(), Duration::ZERO);
            for (longest, pause) in longest.iter_mut().zip(pauses) {
                *longest = pause.max(*longest);
            }
        }
        assert_eq!(longest.len(), 9);
        assert!(longest[0] <= FIRST && longest[0] > FIRST / 2, "{longest:?}");
        assert!(longest[8] <= LONGEST && longest[8] > LONGEST / 2, "{longest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_tried_after_the_deadline() {
        assert!(!Backoff::new(Deadline::after(Duration::ZERO)).pause().await);
        assert!(
            !Backoff::new(Deadline::from_epoch_millis(0)).pause().await,
            "a deadline long past"
        );
        let start = Instant::now();
        let mut backoff = Backoff::new(Deadline::after(Duration::from_secs(1)));
        while backoff.pause().await {}
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}
