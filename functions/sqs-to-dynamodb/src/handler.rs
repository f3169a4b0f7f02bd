//! One invocation: a batch in, a partial batch response out.

#[cfg(test)]
mod failure_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use backoff::Deadline;

use crate::come_back;
use crate::config::Writer;
use crate::dead_letter;
use crate::execute::Invocation;
use crate::operation;
use crate::plan::{Fate, Plan};
use crate::problem::Problem;
use crate::single;

/// Why nothing of a batch was handled.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A message without an id could not be reported as failed, and so could be lost.
    #[error("/Records/{0} has no messageId; the event must come from an SQS event source mapping, or have its form")]
    NoMessageId(usize),
}

/// Handles a batch. The messages that are to be delivered again are in the response, in the order of the batch; all
/// others are carried out, superseded by a later one of the batch, or on the dead-letter queue.
///
/// # Errors
/// [`HandleError`], before anything is done.
pub async fn handle(writer: &Writer, event: SqsEvent, deadline: Deadline) -> Result<SqsBatchResponse, HandleError> {
    let records = event.records;
    let has_id = |record: &SqsMessage| record.message_id.as_deref().is_some_and(|id| !id.is_empty());
    if let Some(index) = records.iter().position(|record| !has_id(record)) {
        return Err(HandleError::NoMessageId(index));
    }
    let invocation = Invocation {
        writer,
        records: &records,
        deadline,
    };

    let (mut operations, mut unreadable) = (Vec::with_capacity(records.len()), Vec::new());
    for (message, record) in records.iter().enumerate() {
        match operation::parse(record, &writer.config.table) {
            Ok(operation) => operations.push((message, operation)),
            Err(problem) => unreadable.push((message, problem)),
        }
    }
    let unreadable_count = unreadable.len();
    let mut plan = Plan::new(operations);
    let (unsent, retried) = futures::join!(dead_letter::send(invocation, unreadable), invocation.execute(&mut plan));
    let mut dead = unreadable_count - unsent.len();
    let mut failed = BTreeSet::from_iter(unsent);
    let counts = plan.counts();
    let scanned = match plan.scans() {
        [] => Ok(()),
        messages => single::scan(invocation, messages).await,
    };
    let unscanned = scanned.err().into_iter().flat_map(|obstacle| {
        let messages = plan.scans().iter().copied();
        messages.map(move |message| (message, Fate::Failed(obstacle.clone())))
    });
    let mut fates: Vec<_> = unscanned.collect();
    fates.extend(plan.into_fates());

    let mut letters = Vec::new();
    for (message, fate) in fates {
        let receives = come_back::receives(&records[message]);
        match fate {
            Fate::Dead(problem) => letters.push((message, problem)),
            Fate::Failed(obstacle) if receives >= writer.config.max_receives => {
                letters.push((message, Problem::GivenUp { obstacle, receives }));
            }
            Fate::Failed(_) => _ = failed.insert(message),
        }
    }
    let letter_count = letters.len();
    let unsent = dead_letter::send(invocation, letters).await;
    dead += letter_count - unsent.len();
    failed.extend(unsent);
    come_back::set_pause(invocation, failed.iter().copied()).await;

    tracing::info!(
        received = records.len(),
        written = counts.written,
        deleted = counts.deleted,
        updated = counts.updated,
        read = counts.read,
        superseded = counts.superseded,
        retried,
        dead,
        failed = failed.len(),
        "batch handled"
    );
    let mut response = SqsBatchResponse::default();
    for message in failed {
        response.add_failure(invocation.message_id(message));
    }
    Ok(response)
}
