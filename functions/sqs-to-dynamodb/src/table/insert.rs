//! `BatchExecuteStatement`: inserts up to 25 items, each by an `INSERT`. An `INSERT` never replaces an existing item: such items
//! are handed back.

use std::sync::atomic::Ordering;

use call_errors::is_about_table_key;
use serde::Deserialize;

use crate::failure::TransientFailure;
use crate::invocation::{Invocation, MessageIds};
use crate::operation::OrderedPut;
use crate::plan::{TaskResult, Ticket};
use crate::table::call::{BATCH_EXECUTE_STATEMENT, CallFailure, call, pause_for_unprocessed};
use crate::table::statement;

/// An item to be inserted.
pub struct Insert {
    ticket: Ticket,
    put: Box<OrderedPut>,
    /// The statement and its parameters, as a call takes them.
    statement: String,
}

/// The results of inserts. Each insert is in one of the lists.
#[derive(Default)]
pub struct Inserted {
    /// The inserts with a result.
    pub settled: Vec<(Ticket, TaskResult)>,
    /// The items that no `INSERT` can write.
    pub puts: Vec<(Ticket, Box<OrderedPut>)>,
}

/// DynamoDB's error for a statement.
#[derive(Deserialize)]
struct StatementError {
    #[serde(rename = "Code", default)]
    code: String,
    #[serde(rename = "Message", default)]
    message: Option<String>,
}

/// The next step after such an error.
enum Next {
    /// The statement is sent again: it may succeed in a moment.
    Again,
    /// The item is written by a conditional put, which also finds any fault of the item.
    Put,
    /// The statement fails, and its message is delivered again.
    Fail,
}

impl Insert {
    /// Makes a statement of a put.
    ///
    /// # Errors
    /// The put, when no statement can hold it.
    pub fn of(table: &str, ticket: Ticket, put: Box<OrderedPut>) -> Result<Self, (Ticket, Box<OrderedPut>)> {
        match statement::insert(table, &put) {
            Some(statement) => Ok(Self { ticket, put, statement }),
            None => Err((ticket, put)),
        }
    }
}

impl StatementError {
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html>
    fn next(&self) -> Next {
        match self.code.as_str() {
            "InternalServerError"
            | "ProvisionedThroughputExceeded"
            | "RequestLimitExceeded"
            | "ThrottlingError"
            | "TransactionConflict" => Next::Again,
            "ValidationError" if self.message.as_deref().is_some_and(is_about_table_key) => Next::Fail,
            "ConditionalCheckFailed" | "DuplicateItem" | "ItemCollectionSizeLimitExceeded" | "ValidationError" => {
                Next::Put
            }
            _ => Next::Fail,
        }
    }

    fn into_failure(self) -> TransientFailure {
        TransientFailure::of_statement(BATCH_EXECUTE_STATEMENT.name, &self.code, self.message.as_deref())
    }
}

impl Inserted {
    /// Sorts statements by their answers. Returns those that are to be sent again, and what DynamoDB says of one of them.
    fn sort(
        &mut self,
        inserts: Vec<Insert>,
        answers: Vec<Option<StatementError>>,
    ) -> Option<(Vec<Insert>, StatementError)> {
        let mut again = Vec::new();
        let mut last_error = None;
        for (insert, answer) in inserts.into_iter().zip(answers) {
            let Some(error) = answer else {
                let asked = insert.ticket.asked;
                self.settled.push((insert.ticket, Ok(asked.into())));
                continue;
            };
            match error.next() {
                Next::Again => {
                    again.push(insert);
                    last_error = Some(error);
                }
                Next::Put => self.puts.push((insert.ticket, insert.put)),
                Next::Fail => self.settled.push((insert.ticket, Err(error.into_failure().into()))),
            }
        }
        last_error.map(|error| (again, error))
    }
}

/// Inserts items of different keys, at most 25.
pub async fn insert(invocation: Invocation<'_>, mut inserts: Vec<Insert>) -> Inserted {
    let tally = invocation.tally;
    let name = BATCH_EXECUTE_STATEMENT.name;
    let mut inserted = Inserted::default();
    // All calls for these inserts share one backoff, so that tries do not multiply.
    let mut backoff = invocation.batch_backoff();
    let mut tries_before = 0;
    let failure = loop {
        let messages: Vec<_> = inserts.iter().map(|insert| insert.ticket.row.message).collect();
        let ids = MessageIds(invocation, &messages);
        let body = request(&inserts);
        let result = call(invocation, BATCH_EXECUTE_STATEMENT, &ids, &mut backoff, body, answers).await;
        let again = u64::from(backoff.taken() - tries_before);
        tries_before = backoff.taken();
        tally.resent.fetch_add(again * inserts.len() as u64, Ordering::Relaxed);
        let answers = match result {
            Ok(answers) if answers.len() == inserts.len() => answers,
            Ok(answers) => {
                let text = format!("{name}: {} answers to {} statements", answers.len(), inserts.len());
                tracing::error!(message_ids = %ids, reason = text, "DynamoDB call failed");
                break TransientFailure::call_failed(text);
            }
            // One bad statement makes DynamoDB refuse all of them.
            Err(CallFailure::Invalid(_) | CallFailure::ConditionFailed(_)) => {
                tracing::warn!(
                    operation = name,
                    message_ids = %ids,
                    "DynamoDB refuses the call: each item goes by a call of its own"
                );
                let puts = inserts.into_iter().map(|insert| (insert.ticket, insert.put));
                inserted.puts.extend(puts);
                return inserted;
            }
            Err(CallFailure::Transient(failure)) => break failure,
        };
        let sent = inserts.len();
        let Some((left, error)) = inserted.sort(inserts, answers) else {
            return inserted;
        };
        inserts = left;
        if !pause_for_unprocessed(
            invocation,
            BATCH_EXECUTE_STATEMENT,
            &ids,
            (inserts.len(), sent),
            &mut backoff,
        )
        .await
        {
            break error.into_failure();
        }
    };
    let failed = inserts.into_iter().map(|insert| insert.ticket);
    let failed = failed.map(|ticket| (ticket, Err(failure.clone().into())));
    inserted.settled.extend(failed);
    inserted
}

/// Makes the body of a call.
fn request(inserts: &[Insert]) -> String {
    let bytes: usize = inserts.iter().map(|insert| insert.statement.len() + 1).sum();
    let mut body = String::with_capacity(bytes + 20);
    body.push_str("{\"Statements\":[");
    for (index, insert) in inserts.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(&insert.statement);
    }
    body.push_str("]}");
    body
}

/// Reads the error of each statement from a reply; `None` for a statement that is carried out.
fn answers(reply: &[u8]) -> serde_json::Result<Vec<Option<StatementError>>> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "Responses", default)]
        responses: Vec<Answer>,
    }
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "Error", default)]
        error: Option<StatementError>,
    }
    let reply: Reply = serde_json::from_slice(reply)?;
    Ok(reply.responses.into_iter().map(|answer| answer.error).collect())
}
