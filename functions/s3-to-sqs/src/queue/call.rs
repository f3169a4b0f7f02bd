//! One call of `SendMessageBatch`, repeated for the messages that SQS did not accept.

use std::borrow::Cow;

use aws::{CallError, JsonClient};
use backoff::{Backoff, Deadline, FailedEntry, Outcome, Reply};
use call_errors::explain_for_log;
use serde::Deserialize;
use tokio::task::JoinError;

use super::request::Request;
use crate::rows::RejectedRow;

const TARGET: &str = "AmazonSQS.SendMessageBatch";
/// The error codes, without namespace, that mean that SQS will never accept this message. SQS documents the last two
/// for whole calls; on a single entry they can only mean that the message is too long.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
const PERMANENT: [&str; 4] = [
    "InvalidMessageContents",
    "InvalidParameterValue",
    "BatchRequestTooLong",
    "MessageTooLong",
];

/// Why messages cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A call to SQS failed as a whole, after all retries.
    #[error("the messages cannot be sent: {}", explain_for_log(.0))]
    Call(Box<CallError>),
    /// SQS did not accept some messages, after all retries.
    #[error("SQS still refuses {count} messages after retries, the first with {code}: {text}")]
    Refused {
        /// The number of such messages in the request.
        count: usize,
        /// SQS's error code for the first one.
        code: String,
        /// SQS's error message for the first one.
        text: String,
    },
    /// A task of the function ended abnormally.
    #[error("a sending task ended abnormally")]
    Task(#[from] JoinError),
}

/// The outcome of one or more calls.
#[derive(Debug, Default)]
pub struct Sent {
    /// The number of rows whose messages SQS has accepted.
    pub rows: u64,
    /// The number of messages that SQS has accepted.
    pub messages: u64,
    /// The rows whose messages SQS will never accept, each with SQS's reason.
    pub refused: Vec<(RejectedRow, String)>,
    /// The number of retries.
    pub retries: u64,
}

/// Sends one request. It sends again only the messages that a reply lists as failed or does not mention.
pub(super) async fn send_request(client: &JsonClient, request: Request, deadline: Deadline) -> Result<Sent, SendError> {
    let mut backoff = Backoff::new(deadline);
    let call = |ids: &[usize]| client.call(TARGET, request.body(ids), parse);
    let Outcome {
        taken,
        refused,
        unsent,
        error,
    } = backoff.retry_entries((0..request.len()).collect(), call).await;
    if let Some(error) = error {
        return Err(SendError::Call(Box::new(error)));
    }
    let count = unsent.len();
    if let Some(FailedEntry { code, message, .. }) = unsent.into_iter().next() {
        return Err(SendError::Refused {
            count,
            code,
            text: message,
        });
    }
    let rows: usize = taken.iter().map(|&id| request.row_count(id)).sum();
    let refused = refused.into_iter().flat_map(|entry| {
        let reason = format!("SQS refuses the message with {}: {}", entry.code, entry.message);
        request.rows(entry.id).map(move |row| (row, reason.clone()))
    });
    Ok(Sent {
        rows: rows as u64,
        messages: taken.len() as u64,
        refused: refused.collect(),
        retries: backoff.taken().into(),
    })
}

/// Parses SQS's reply to a call.
fn parse(reply: &[u8]) -> serde_json::Result<Reply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Output<'a> {
        #[serde(borrow)]
        successful: Option<Vec<Successful<'a>>>,
        failed: Option<Vec<Failed>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Successful<'a> {
        #[serde(borrow)]
        id: Cow<'a, str>,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Failed {
        id: String,
        code: String,
        message: Option<String>,
        sender_fault: bool,
    }
    // One check of the whole reply is cheaper than one of each text. If the check fails, `from_slice` still reads the ids,
    // unless one of them is not UTF-8.
    let Output { successful, failed } = match str::from_utf8(reply) {
        Ok(text) => serde_json::from_str(text)?,
        Err(_) => serde_json::from_slice(reply)?,
    };
    let taken = successful.iter().flatten().filter_map(|entry| entry.id.parse().ok());
    let failed = failed.into_iter().flatten().filter_map(|entry| {
        Some(FailedEntry {
            id: entry.id.parse().ok()?,
            permanent: entry.sender_fault && is_permanent(&entry.code),
            code: entry.code,
            message: entry.message.unwrap_or_default(),
        })
    });
    Ok(Reply {
        taken: taken.collect(),
        failed: failed.collect(),
    })
}

fn is_permanent(code: &str) -> bool {
    // As in `AWS.SimpleQueueService.BatchRequestTooLong`.
    code.rsplit('.').next().is_some_and(|code| PERMANENT.contains(&code))
}

impl SendError {
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(_) | Self::Refused { .. } => "MessagesNotSent",
            Self::Task(_) => "Internal",
        }
    }
}

impl Sent {
    pub(super) fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.messages += other.messages;
        self.retries += other.retries;
        self.refused.extend(other.refused);
    }
}
