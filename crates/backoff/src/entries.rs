//! The retry loop around a call that takes several entries and answers for each of them, as `SendMessageBatch` does.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::Backoff;

/// The reply to one call. An entry in neither list counts as not taken.
#[derive(Debug, Default)]
pub struct Reply {
    /// Ids of the entries that the service took.
    pub taken: Vec<usize>,
    /// The entries that the service reports as failed.
    pub failed: Vec<FailedEntry>,
}

/// An entry that the service did not take, and the service's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedEntry {
    /// The entry's id.
    pub id: usize,
    /// The service's error code.
    pub code: String,
    /// The service's explanation; empty when it gave none.
    pub message: String,
    /// Whether the service will never take the entry, so that another try is useless.
    pub permanent: bool,
}

/// The outcome of all entries. Each id is in exactly one of the lists.
#[derive(Debug)]
pub struct Outcome<E> {
    /// Ids of the entries that the service took.
    pub taken: Vec<usize>,
    /// Entries that the service will never take.
    pub refused: Vec<FailedEntry>,
    /// Entries that the service had not taken when the budget was used up or a call failed as a whole.
    pub unsent: Vec<FailedEntry>,
    /// The failure of the last call, if it failed as a whole.
    pub error: Option<SdkError<E, HttpResponse>>,
}

impl FailedEntry {
    /// The failure of an entry that no reply names.
    fn unanswered(id: usize) -> Self {
        Self {
            id,
            code: "NoResult".to_owned(),
            message: "no reply names it".to_owned(),
            permanent: false,
        }
    }
}

impl Backoff {
    /// Makes `call` with all of `ids`, and after a pause again with those that the service did not take, as long as this
    /// budget lasts. Calls that fail as a whole are retried by [`Backoff::retry`], on the same budget.
    pub async fn retry_entries<E, F>(&mut self, mut ids: Vec<usize>, mut call: impl FnMut(&[usize]) -> F) -> Outcome<E>
    where
        E: ProvideErrorMetadata,
        F: Future<Output = Result<Reply, SdkError<E, HttpResponse>>>,
    {
        let (mut taken, mut refused) = (Vec::with_capacity(ids.len()), Vec::new());
        let mut unsent = Vec::new();
        loop {
            let reply = match self.retry(|| call(&ids)).await {
                Ok(reply) => reply,
                Err(error) => {
                    // After an earlier reply, its errors still stand for the entries that it did not take.
                    if unsent.is_empty() {
                        unsent.extend(ids.into_iter().map(FailedEntry::unanswered));
                    }
                    return Outcome {
                        taken,
                        refused,
                        unsent,
                        error: Some(error),
                    };
                }
            };
            unsent.clear();
            for &id in &ids {
                if reply.taken.contains(&id) {
                    taken.push(id);
                    continue;
                }
                match reply.failed.iter().find(|failed| failed.id == id) {
                    Some(failed) if failed.permanent => refused.push(failed.clone()),
                    Some(failed) => unsent.push(failed.clone()),
                    None => unsent.push(FailedEntry::unanswered(id)),
                }
            }
            if unsent.is_empty() || !self.pause().await {
                return Outcome {
                    taken,
                    refused,
                    unsent,
                    error: None,
                };
            }
            ids.clear();
            ids.extend(unsent.iter().map(|failed| failed.id));
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::result_large_err,
    reason = "it is the SDK's error, as its own calls return it"
)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;
    use crate::Deadline;

    type Answer = Result<Reply, SdkError<ErrorMetadata, HttpResponse>>;

    fn failed(id: usize, permanent: bool) -> FailedEntry {
        FailedEntry {
            id,
            code: "Busy".to_owned(),
            message: String::new(),
            permanent,
        }
    }

    fn forbidden() -> Answer {
        let response = HttpResponse::new(403.try_into().unwrap(), SdkBody::empty());
        let error = ErrorMetadata::builder().code("AccessDenied").build();
        Err(SdkError::service_error(error, response))
    }

    /// The outcome of entries 0 to 2 when calls are answered by `answer`, and the ids of each call.
    async fn send(answer: impl Fn(usize, &[usize]) -> Answer) -> (Outcome<ErrorMetadata>, Vec<Vec<usize>>) {
        let calls = RefCell::new(Vec::new());
        let mut backoff = Backoff::of_pauses(2, Deadline::after(Duration::from_mins(1)));
        let outcome = backoff
            .retry_entries(vec![0, 1, 2], |ids| {
                let answer = answer(calls.borrow().len(), ids);
                calls.borrow_mut().push(ids.to_vec());
                std::future::ready(answer)
            })
            .await;
        (outcome, calls.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_is_not_taken_is_sent_again() {
        let (outcome, calls) = send(|call, ids| match call {
            0 => Ok(Reply {
                taken: vec![1],
                failed: vec![failed(2, false)],
            }),
            _ => Ok(Reply {
                taken: ids.to_vec(),
                failed: Vec::new(),
            }),
        })
        .await;
        assert_eq!(calls, [vec![0, 1, 2], vec![0, 2]]);
        assert_eq!(outcome.taken, [1, 0, 2]);
        assert!(outcome.refused.is_empty() && outcome.unsent.is_empty() && outcome.error.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_entry_that_is_refused_for_good_is_not_sent_again() {
        let (outcome, calls) = send(|_, ids| {
            Ok(Reply {
                taken: ids.iter().copied().filter(|&id| id > 0).collect(),
                failed: vec![failed(0, true)],
            })
        })
        .await;
        assert_eq!((calls.len(), outcome.refused), (1, vec![failed(0, true)]));
    }

    #[tokio::test(start_paused = true)]
    async fn an_entry_that_is_refused_for_good_keeps_no_other_from_being_sent_again() {
        let (outcome, calls) = send(|call, _| match call {
            0 => Ok(Reply {
                taken: vec![1],
                failed: vec![failed(0, true), failed(2, false)],
            }),
            _ => Ok(Reply {
                taken: vec![2],
                failed: Vec::new(),
            }),
        })
        .await;
        assert_eq!(calls, [vec![0, 1, 2], vec![2]]);
        assert_eq!((outcome.taken, outcome.refused), (vec![1, 2], vec![failed(0, true)]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_budget_ends_what_is_never_taken() {
        let (outcome, calls) = send(|_, _| {
            Ok(Reply {
                taken: vec![0],
                failed: vec![failed(1, false)],
            })
        })
        .await;
        assert_eq!(calls.len(), 3);
        assert_eq!(outcome.unsent[0], failed(1, false));
        assert_eq!((outcome.unsent[1].id, outcome.unsent[1].code.as_str()), (2, "NoResult"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_taken_before_a_call_failed_stays_taken() {
        let (outcome, _) = send(|call, _| match call {
            0 => Ok(Reply {
                taken: vec![2],
                failed: vec![failed(1, false)],
            }),
            _ => forbidden(),
        })
        .await;
        assert_eq!(outcome.taken, [2]);
        let unsent: Vec<_> = outcome.unsent.iter().map(|entry| (entry.id, &*entry.code)).collect();
        assert_eq!(unsent, [(0, "NoResult"), (1, "Busy")]);
        assert_eq!(
            outcome
                .error
                .and_then(|error| error.code().map(str::to_owned))
                .as_deref(),
            Some("AccessDenied")
        );
    }
}
