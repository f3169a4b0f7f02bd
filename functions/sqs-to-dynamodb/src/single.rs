//! The calls for one item each, and the scan.

use attributes::Attributes;
use aws_sdk_dynamodb::types::{ReturnValue, Select};
use backoff::Backoff;
use telemetry::contents_may_be_logged;

use crate::call::{CallError, call};
use crate::invocation::{Invocation, MessageIds};
use crate::obstacle::Obstacle;
use crate::operation::{Update, key_attributes};
use crate::plan::{Outcome, Ticket};
use crate::problem::Problem;

/// `UpdateItem`.
pub async fn update(invocation: Invocation<'_>, ticket: Ticket, update: Update) -> Outcome {
    let request = invocation
        .writer
        .dynamodb
        .update_item()
        .table_name(&invocation.writer.config.table)
        .set_key(Some(key_attributes(ticket.key)))
        .update_expression(update.update)
        .set_condition_expression(update.condition)
        .set_expression_attribute_names(update.names)
        .set_expression_attribute_values(update.values)
        .return_values(ReturnValue::None);
    let ids = MessageIds(invocation, &[ticket.message]);
    let mut backoff = Backoff::new(invocation.deadline);
    match call(invocation, "UpdateItem", ids, &mut backoff, || request.clone().send()).await {
        Ok(_) => Outcome::Done,
        Err(CallError::Invalid(error)) => Outcome::Refused(Problem::UpdateRefused(error)),
        Err(CallError::ConditionFailed) => Outcome::Refused(Problem::ConditionFailed),
        Err(CallError::Failed(obstacle)) => Outcome::Failed(obstacle),
    }
}

/// `GetItem`. What it reads goes to the log, the attributes themselves only where contents may be logged. The read is strongly
/// consistent, so that it sees what earlier messages wrote.
pub async fn get(invocation: Invocation<'_>, ticket: Ticket) -> Outcome {
    let request = invocation
        .writer
        .dynamodb
        .get_item()
        .table_name(&invocation.writer.config.table)
        .set_key(Some(key_attributes(ticket.key)))
        .consistent_read(true);
    let ids = MessageIds(invocation, &[ticket.message]);
    let mut backoff = Backoff::new(invocation.deadline);
    let output = match call(invocation, "GetItem", ids, &mut backoff, || request.clone().send()).await {
        Ok(output) => output,
        Err(CallError::Invalid(error)) => return Outcome::Refused(Problem::KeyRefused(error)),
        Err(CallError::ConditionFailed) => return Outcome::Refused(Problem::ConditionFailed),
        Err(CallError::Failed(obstacle)) => return Outcome::Failed(obstacle),
    };
    tracing::info!(
        message_id = invocation.message_id(ticket.message),
        date = contents_may_be_logged().then(|| display(ticket.key.date)),
        time = contents_may_be_logged().then(|| display(ticket.key.time)),
        found = output.item.is_some(),
        attributes = output.item.as_ref().map_or(0, Attributes::len),
        "item read"
    );
    if contents_may_be_logged()
        && let Some(item) = &output.item
    {
        tracing::debug!(message_id = invocation.message_id(ticket.message), ?item, "item");
    }
    Outcome::Done
}

/// `Scan`, all pages. Only the count is fetched, and goes to the log. The read is strongly consistent, so that it counts
/// what earlier messages wrote. `messages` are those that ask for it: one scan serves them all.
///
/// # Errors
/// What kept it from reaching the end before the deadline. A refusal is none of the messages' doing, which say nothing
/// but "scan", so that it may pass.
pub async fn scan(invocation: Invocation<'_>, messages: &[usize]) -> Result<(), Obstacle> {
    let ids = MessageIds(invocation, messages);
    let (mut count, mut pages) = (0_i64, 0_u64);
    let mut start = None;
    loop {
        let request = invocation
            .writer
            .dynamodb
            .scan()
            .table_name(&invocation.writer.config.table)
            .select(Select::Count)
            .consistent_read(true)
            .set_exclusive_start_key(start);
        let mut backoff = Backoff::new(invocation.deadline);
        match call(invocation, "Scan", ids, &mut backoff, || request.clone().send()).await {
            Ok(page) => {
                count += i64::from(page.count);
                pages += 1;
                start = page.last_evaluated_key.filter(|key| !key.is_empty());
            }
            Err(CallError::Failed(obstacle)) => return Err(obstacle),
            Err(error) => {
                tracing::error!(message_ids = %ids, reason = ?error, "DynamoDB refuses the scan");
                return Err(Obstacle::call_failed(format!("Scan: DynamoDB refuses it: {error:?}")));
            }
        }
        if start.is_none() {
            tracing::info!(message_ids = %ids, count, pages, "items counted");
            return Ok(());
        }
    }
}
