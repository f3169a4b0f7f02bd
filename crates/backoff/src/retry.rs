//! The retry loop around a call.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::{Instant, timeout_at};

use crate::transient::leaves_outcome_open;
use crate::{Accepted, Backoff, is_throttling, is_transient};

/// The error of a call that was cut off because the invocation's deadline came before the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cut off, because the invocation's time is up")]
pub struct TimeIsUp;

impl Backoff {
    /// Makes a call, and makes it again after a pause as long as its failure is [transient](is_transient) and this budget
    /// lasts. `call` starts a new try each time; the SDK must not make retries of its own (`RetryConfig::disabled()`).
    ///
    /// No try starts after the deadline, and a try under way is dropped at the deadline. AWS may still carry it out, as it may
    /// any request that was sent before the connection broke; [`is_in_doubt`](Backoff::is_in_doubt) tells. So the call must be
    /// harmless when it is repeated.
    ///
    /// # Errors
    /// A failure that is not transient, at once; the failure of the last complete try, when the budget is used up; a
    /// [`SdkError::TimeoutError`] of [`TimeIsUp`], when no try was completed before the deadline.
    pub async fn retry<T, E, F>(&mut self, mut call: impl FnMut() -> F) -> Result<T, SdkError<E, HttpResponse>>
    where
        E: ProvideErrorMetadata,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let end = self.deadline.instant();
        let mut error = SdkError::timeout_error(TimeIsUp);
        // `timeout_at` alone would start a try after the deadline.
        while Instant::now() < end {
            match timeout_at(end, call()).await {
                Ok(Err(failure)) if is_transient(&failure) => {
                    self.in_doubt |= leaves_outcome_open(&failure);
                    error = failure;
                }
                Ok(result) => {
                    if let Some(turn) = &mut self.turn {
                        turn.is_accepted = result.is_ok();
                    }
                    return result;
                }
                Err(_) => {
                    self.in_doubt = true;
                    break;
                }
            }
            let goes_on = if is_throttling(&error) {
                self.pause_in_turn(Accepted::Nothing).await
            } else {
                self.pause().await
            };
            if !goes_on {
                break;
            }
        }
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::error::Error;
    use std::future::pending;
    use std::time::Duration;

    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;
    use crate::Deadline;

    type Failure = SdkError<ErrorMetadata, HttpResponse>;

    fn said(status: u16, code: &str) -> Failure {
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        SdkError::service_error(ErrorMetadata::builder().code(code).build(), response)
    }

    fn budget(seconds: u64) -> Backoff {
        Backoff::new(Deadline::after(Duration::from_secs(seconds)))
    }

    /// Makes calls that fail until `failures` returns `None`. Returns their number, and the result or the last error's code.
    async fn made(backoff: &mut Backoff, failures: impl Fn(usize) -> Option<Failure>) -> (usize, String) {
        let calls = Cell::new(0);
        let result = backoff
            .retry(|| {
                let call = calls.replace(calls.get() + 1);
                std::future::ready(failures(call).map_or(Ok("done"), Err))
            })
            .await;
        let text = match result {
            Ok(text) => text.to_owned(),
            Err(error) => error.code().unwrap_or("no code").to_owned(),
        };
        (calls.get(), text)
    }

    #[tokio::test(start_paused = true)]
    async fn a_transient_failure_is_tried_again_until_it_is_over() {
        let fails_twice = |call| match call {
            0 => Some(said(503, "ServiceUnavailable")),
            1 => Some(said(400, "ExpiredTokenException")),
            _ => None,
        };
        assert_eq!(made(&mut budget(60), fails_twice).await, (3, "done".into()));
    }

    #[tokio::test(start_paused = true)]
    async fn any_other_failure_returns_at_once() {
        let start = Instant::now();
        let forbidden = |call| match call {
            0 => Some(said(503, "ServiceUnavailable")),
            _ => Some(said(400, "AccessDeniedException")),
        };
        assert_eq!(
            made(&mut budget(60), forbidden).await,
            (2, "AccessDeniedException".into())
        );
        assert!(start.elapsed() < Duration::from_millis(60), "one pause");
    }

    /// Whether a piece of work is in doubt when it succeeds after this failure.
    async fn in_doubt_after(failure: impl Fn() -> Failure) -> bool {
        let mut backoff = budget(60);
        let fails_once = |call| (call == 0).then(&failure);
        assert_eq!(made(&mut backoff, fails_once).await.0, 2);
        backoff.is_in_doubt()
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_leaves_the_work_in_doubt_and_a_refusal_does_not() {
        assert!(in_doubt_after(|| said(500, "InternalServerError")).await);
        assert!(in_doubt_after(|| Failure::timeout_error("no answer")).await);
        assert!(!in_doubt_after(|| said(400, "ThrottlingException")).await);
        assert!(!in_doubt_after(|| said(400, "ExpiredTokenException")).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_doubt_stays_until_the_end() {
        let mut backoff = budget(60);
        let failures = |call| match call {
            0 => Some(said(503, "ServiceUnavailable")),
            1 => Some(said(400, "ThrottlingException")),
            _ => Some(said(400, "ConditionalCheckFailedException")),
        };
        assert_eq!(made(&mut backoff, failures).await.0, 3);
        assert!(backoff.is_in_doubt());
    }

    #[tokio::test(start_paused = true)]
    async fn tries_end_with_the_number_of_pauses() {
        let always = |_| Some(said(400, "ThrottlingException"));
        assert_eq!(
            made(&mut budget(3600), always).await,
            (41, "ThrottlingException".into())
        );
    }

    #[tokio::test(start_paused = true)]
    async fn tries_share_their_budget_with_what_came_before() {
        let mut backoff = budget(3600);
        for _ in 0..38 {
            assert!(backoff.pause().await);
        }
        let always = |_| Some(said(400, "ThrottlingException"));
        assert_eq!(made(&mut backoff, always).await.0, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_the_tries_and_the_last_failure_is_kept() {
        let start = Instant::now();
        let always = |_| Some(said(400, "ThrottlingException"));
        let (calls, error) = made(&mut budget(10), always).await;
        assert!((5..41).contains(&calls), "{calls}");
        assert_eq!(error, "ThrottlingException");
        assert!(start.elapsed() <= Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_try_under_way_is_dropped_at_the_deadline() {
        let start = Instant::now();
        let mut backoff = budget(10);
        let silent = backoff.retry(pending::<Result<(), Failure>>).await.unwrap_err();
        assert_eq!(silent.source().unwrap().downcast_ref(), Some(&TimeIsUp));
        assert_eq!(start.elapsed(), Duration::from_secs(10));
        assert!(backoff.is_in_doubt());
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_begun_after_the_deadline() {
        assert_eq!(made(&mut budget(0), |_| None).await, (0, "no code".into()));
    }
}
