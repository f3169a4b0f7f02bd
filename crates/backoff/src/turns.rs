//! Turns of calls that a service refuses because it is called too often.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{LONGEST, bound};

/// The turns of all calls that a service refuses because it is called too often. Only one of them at a time pauses and is tried
/// again; the others wait in line, without pauses of their own.
///
/// A refused try doubles the bound of the next pause; an accepted one undoes half of the doublings, so that no invocation falls
/// behind the others. If each call paused on its own, the last calls of a batch would sleep for seconds while the service could long
/// accept them.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<u32>>);

/// The turn of one call. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// How often the bound of the pauses is doubled.
    doubled: OwnedMutexGuard<u32>,
    /// Whether the service has accepted the whole call.
    pub(crate) is_accepted: bool,
}

/// The part of a call that the service accepted although it was called too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Nothing: the pauses grow.
    Nothing,
    /// A part: the pauses stay as they are.
    Part,
}

impl Turns {
    /// Waits in line.
    pub(crate) async fn next(&self) -> Turn {
        Turn {
            doubled: Arc::clone(&self.0).lock_owned().await,
            is_accepted: false,
        }
    }
}

impl Turn {
    /// The upper bound of the pause before the try.
    pub(crate) fn bound(&self) -> Duration {
        bound(*self.doubled)
    }

    /// Ends a turn in which the service did not accept the whole call.
    pub(crate) fn end(mut self, accepted: Accepted) {
        self.is_accepted = false;
        if accepted == Accepted::Nothing && self.bound() < LONGEST {
            *self.doubled += 1;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_accepted {
            *self.doubled /= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::result::SdkError;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;
    use futures::future::join_all;
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::{Backoff, Deadline, FIRST, LONGEST};

    const CALLS: usize = 16;
    const CALL: Duration = Duration::from_millis(10);

    /// Makes sixteen calls at once, within a minute, to a service that refuses every try until `refusing` has passed. Returns when
    /// each call was accepted, how many tries other than the first of each call were under way at once, and how many were made.
    async fn made(refusing: Duration) -> (Vec<Option<Duration>>, usize, usize) {
        let (start, turns) = (Instant::now(), Turns::default());
        let (under_way, most, tries) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let calls = (0..CALLS).map(|_| async {
            let first = Cell::new(true);
            let call = || async {
                let is_first = first.replace(false);
                under_way.set(under_way.get() + usize::from(!is_first));
                most.set(most.get().max(under_way.get()));
                tries.set(tries.get() + 1);
                sleep(CALL).await;
                under_way.set(under_way.get() - usize::from(!is_first));
                if start.elapsed() > refusing {
                    return Ok(start.elapsed());
                }
                let response = HttpResponse::new(400.try_into().unwrap(), SdkBody::empty());
                let error = ErrorMetadata::builder().code("ThrottlingException").build();
                Err(SdkError::service_error(error, response))
            };
            let mut backoff = Backoff::in_turns(&turns, Deadline::after(Duration::from_mins(1)));
            backoff.retry(call).await.ok()
        });
        (join_all(calls).await, most.get(), tries.get())
    }

    #[tokio::test(start_paused = true)]
    async fn one_call_at_a_time_is_tried_again_and_pauses_get_shorter_once_one_is_accepted() {
        let refusing = Duration::from_secs(20);
        let (accepted, most, tries) = made(refusing).await;
        assert_eq!(most, 1);
        assert!(tries < CALLS * 5, "{tries} tries");
        let mut accepted: Vec<_> = accepted.into_iter().map(Option::unwrap).collect();
        accepted.sort();
        assert!(accepted[0] <= refusing + LONGEST + 2 * CALL, "{accepted:?}");
        assert!(accepted[CALLS - 1] <= accepted[0] + 2 * LONGEST, "{accepted:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_the_waiting_in_line() {
        let start = Instant::now();
        let (accepted, _, _) = made(Duration::from_hours(1)).await;
        assert_eq!(accepted, [None; CALLS]);
        assert!(start.elapsed() <= Duration::from_mins(1));
    }

    /// The bound of the next pause after this many turns that ended like this.
    async fn bound_after(turns: &Turns, count: usize, end: impl Fn(Turn)) -> Duration {
        for _ in 0..count {
            end(turns.next().await);
        }
        turns.next().await.bound()
    }

    #[tokio::test]
    async fn refused_tries_double_the_pauses_and_accepted_ones_shorten_them() {
        let turns = Turns::default();
        let refused = |turn: Turn| turn.end(Accepted::Nothing);
        assert_eq!(bound_after(&turns, 1, refused).await, 2 * FIRST);
        assert_eq!(bound_after(&turns, 20, refused).await, LONGEST);
        let a_part = |turn: Turn| turn.end(Accepted::Part);
        assert_eq!(bound_after(&turns, 3, a_part).await, LONGEST);
        let whole = |mut turn: Turn| turn.is_accepted = true;
        assert_eq!(bound_after(&turns, 1, whole).await, 8 * FIRST);
        assert_eq!(bound_after(&turns, 3, whole).await, FIRST);
    }
}
