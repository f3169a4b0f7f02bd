//! The one retry policy of the functions: exponential backoff with full jitter, bounded in number and by the
//! invocation's deadline.
//!
//! It is for calls that the SDK does not retry (their clients have `RetryConfig::disabled()`), and for failures inside a
//! successful reply: `failed` entries of `SendMessageBatch`, `UnprocessedItems` of `BatchWriteItem`. One piece of work has one
//! [`Backoff`] for both, so that tries never multiply.
//!
//! | where | what |
//! |---|---|
//! | [`Deadline`] | the time by which an invocation must have stopped trying |
//! | [`Backoff`] | the pauses between tries, and the retry loop around a call |
//! | [`Turns`], [`Accepted`] | the line in which calls wait that a service refuses because it is called too often |
//! | [`Reply`], [`Outcome`] | the retry loop around a call that may take a part of its entries |
//! | [`is_transient`], [`is_transient_code`] | whether a failure is worth another try |
//! | [`is_throttling`], [`is_throttling_code`] | whether a failure means that a service was called too often |

mod deadline;
mod entries;
mod retry;
mod transient;
mod turns;

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

pub use deadline::Deadline;
pub use entries::{FailedEntry, Outcome, Reply};
pub use retry::TimeIsUp;
pub use transient::{is_throttling, is_throttling_code, is_transient, is_transient_code, retry_expired_credentials};
use turns::Turn;
pub use turns::{Accepted, Turns};

/// The upper bound of the first pause. It doubles with each further pause. A call takes about ten milliseconds, so a single
/// fault costs no more than a few calls.
pub const FIRST: Duration = Duration::from_millis(50);
/// The upper bound of every pause. A longer pause would leave an invocation idle after the fault is over.
pub const LONGEST: Duration = Duration::from_secs(5);
/// The most pauses after the first try. Their upper bounds sum to 171 s, and half of that is expected. Mostly the deadline
/// comes first.
pub const PAUSES: u32 = 40;

/// The pauses between the tries of one piece of work.
#[derive(Debug)]
pub struct Backoff {
    deadline: Deadline,
    left: u32,
    taken: u32,
    in_doubt: bool,
    turns: Option<Turns>,
    /// The turn in which the next try is made.
    turn: Option<Turn>,
}

impl Backoff {
    /// A fresh budget that ends with `deadline`.
    #[must_use]
    pub fn new(deadline: Deadline) -> Self {
        Self::of_pauses(PAUSES, deadline)
    }

    /// A smaller budget of at most `pauses` pauses, for work whose caller waits and can try again.
    #[must_use]
    pub fn of_pauses(pauses: u32, deadline: Deadline) -> Self {
        Self {
            deadline,
            left: pauses,
            taken: 0,
            in_doubt: false,
            turns: None,
            turn: None,
        }
    }

    /// A fresh budget of work that takes turns with other work when the service is called too often.
    #[must_use]
    pub fn in_turns(turns: &Turns, deadline: Deadline) -> Self {
        Self {
            turns: Some(turns.clone()),
            ..Self::new(deadline)
        }
    }

    /// The number of pauses taken so far, which is the number of retries.
    #[must_use]
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Whether the service may have carried out a try that failed: its answer was lost, or the service failed under way. If a
    /// later try is refused, because of a condition for example, that does not mean that nothing was done.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Waits before the next try. Returns `false` when there must be no next try: at once when the pauses are used up or the
    /// pause would pass the deadline, and after a pause that ended on the deadline.
    pub async fn pause(&mut self) -> bool {
        self.turn = None;
        self.sleep(bound(self.taken)).await
    }

    /// As [`pause`](Self::pause), when the service was called too often: it accepted only a part, or nothing. If this work takes
    /// [`Turns`], it waits for its turn and keeps it during the next try.
    pub async fn pause_in_turn(&mut self, accepted: Accepted) -> bool {
        let Some(turns) = self.turns.clone() else {
            return self.pause().await;
        };
        if let Some(turn) = self.turn.take() {
            turn.end(accepted);
        }
        let Ok(turn) = timeout_at(self.deadline.instant(), turns.next()).await else {
            return false;
        };
        let goes_on = self.sleep(turn.bound()).await;
        self.turn = Some(turn);
        goes_on
    }

    async fn sleep(&mut self, bound: Duration) -> bool {
        let Some(pause) = self.next_pause(bound, Instant::now()) else {
            return false;
        };
        tokio::time::sleep(pause).await;
        // tokio's clock counts in milliseconds: a pause that should end just before the deadline can end on it.
        Instant::now() < self.deadline.instant()
    }

    /// A random pause between zero and a bound. This "full jitter" spreads the tries of many invocations evenly.
    ///
    /// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
    fn next_pause(&mut self, bound: Duration, now: Instant) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let pause = bound.mul_f64(fastrand::f64());
        (now + pause < self.deadline.instant()).then(|| {
            self.taken += 1;
            pause
        })
    }
}

/// The upper bound of a pause after this many others.
fn bound(others: u32) -> Duration {
    FIRST.saturating_mul(2_u32.saturating_pow(others)).min(LONGEST)
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
            let pauses: Vec<_> = std::iter::from_fn(|| backoff.next_pause(bound(backoff.taken), now)).collect();
            longest.resize(pauses.len(), Duration::ZERO);
            for (longest, pause) in longest.iter_mut().zip(pauses) {
                *longest = pause.max(*longest);
            }
        }
        assert_eq!(longest.len(), 40);
        let mut few = Backoff::of_pauses(3, Deadline::after(Duration::from_hours(1)));
        assert_eq!(std::iter::from_fn(|| few.next_pause(FIRST, now)).count(), 3);
        for (round, bound) in [(0, 50), (1, 100), (6, 3200), (7, 5000), (39, 5000)] {
            let bound = Duration::from_millis(bound);
            assert!(
                longest[round] <= bound && longest[round] > bound / 2,
                "{round}: {longest:?}"
            );
        }
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
        while backoff.pause().await {
            assert!(start.elapsed() < Duration::from_secs(1));
        }
    }
}
