//! Batches to SQS: many calls in flight, bounded in number and bytes, and every entry of every reply is looked at.

use std::borrow::Cow;
use std::sync::Arc;

use aws::{CallError, JsonClient};
use backoff::{Backoff, Deadline};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

use super::batch::Batch;
use crate::rows::RejectedRow;

/// The most calls in flight. With 20 ms a call, 128 of ten messages make 64,000 messages a second: enough to fill the 40,000 writes
/// a second that a table takes by default, also where SQS needs 30 ms. Standard queues set no limit.
const CALLS: u32 = 128;
/// The most bytes in flight, messages and the rows that they were made of, in KiB, so that large rows do not add up.
const KIBIBYTES: u32 = 4 * 1024;

const TARGET: &str = "AmazonSQS.SendMessageBatch";

/// The error codes by which SQS says that it will never take this very message.
const PERMANENT: [&str; 2] = ["InvalidMessageContents", "InvalidParameterValue"];

/// Why messages cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A call to SQS failed as a whole, however often it was made.
    #[error("the messages cannot be sent")]
    Call(#[source] Box<CallError>),
    /// SQS did not take these messages, however often it was asked.
    #[error("SQS still refuses {count} messages after retries, the first with {code}: {text}")]
    Refused {
        /// The number of them in a batch.
        count: usize,
        /// SQS's error code for one of them.
        code: String,
        /// SQS's message about it.
        text: String,
    },
    /// A task of the function ended abnormally.
    #[error("a sending task ended abnormally")]
    Task(#[from] JoinError),
}

impl SendError {
    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(_) | Self::Refused { .. } => "MessagesNotSent",
            Self::Task(_) => "Internal",
        }
    }
}

/// The outcome of calls.
#[derive(Debug, Default)]
pub struct Sent {
    /// The number of messages that SQS has.
    pub count: u64,
    /// The rows whose messages SQS will never take, each with SQS's reason.
    pub refused: Vec<(RejectedRow, String)>,
    /// The tries after the first of a call.
    pub retries: u64,
}

/// The calls in flight.
pub struct Sender {
    client: JsonClient,
    queue_url: Arc<str>,
    deadline: Deadline,
    budget: Arc<Semaphore>,
    calls: JoinSet<Result<Sent, SendError>>,
}

impl Sender {
    /// A sender to the queue.
    #[must_use]
    pub fn new(client: JsonClient, queue_url: &str, deadline: Deadline) -> Self {
        let budget = Arc::new(Semaphore::new(KIBIBYTES as usize));
        Self {
            client,
            queue_url: queue_url.into(),
            deadline,
            budget,
            calls: JoinSet::new(),
        }
    }

    /// Sends a batch as soon as the budget allows. Returns the outcome of the calls that are done by then.
    ///
    /// # Errors
    /// The failure of any batch so far.
    pub async fn send(&mut self, batch: Batch) -> Result<Sent, SendError> {
        let kibibytes = u32::try_from(batch.held().div_ceil(1024)).unwrap_or(KIBIBYTES);
        let permits = kibibytes.clamp(KIBIBYTES / CALLS, KIBIBYTES);
        let budget = Arc::clone(&self.budget);
        // Waiting fails only for a closed semaphore, and nothing closes this one.
        let permit = budget.acquire_many_owned(permits).await.ok();
        let (client, queue_url, deadline) = (self.client.clone(), Arc::clone(&self.queue_url), self.deadline);
        self.calls.spawn(async move {
            let _permit = permit;
            send(&client, &queue_url, batch, deadline).await
        });
        let mut sent = Sent::default();
        while let Some(call) = self.calls.try_join_next() {
            sent.add(call??);
        }
        Ok(sent)
    }

    /// Waits until nothing is in flight. Returns the outcome of the last calls.
    ///
    /// # Errors
    /// The failure of any batch.
    pub async fn finish(&mut self) -> Result<Sent, SendError> {
        let mut sent = Sent::default();
        while let Some(call) = self.calls.join_next().await {
            sent.add(call??);
        }
        Ok(sent)
    }
}

impl Sent {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.retries += other.retries;
        self.refused.extend(other.refused);
    }
}

/// What SQS says of the messages of a call.
struct Reply {
    /// The ids of those that it has.
    taken: Vec<usize>,
    failed: Vec<Failed>,
}

/// A message that SQS did not take.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Failed {
    id: String,
    code: String,
    message: Option<String>,
    sender_fault: bool,
}

impl Failed {
    fn text(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }
}

impl Reply {
    fn parse(reply: &[u8]) -> serde_json::Result<Self> {
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
        let Output { successful, failed } = serde_json::from_slice(reply)?;
        let taken = successful.iter().flatten().filter_map(|entry| entry.id.parse().ok());
        Ok(Self {
            taken: taken.collect(),
            failed: failed.unwrap_or_default(),
        })
    }
}

/// Sends one batch. What a reply lists as failed is sent again, after a pause, and nothing else is; a call that fails as a
/// whole is made again. Both take from one budget, and the client makes no tries of its own.
async fn send(client: &JsonClient, queue_url: &str, batch: Batch, deadline: Deadline) -> Result<Sent, SendError> {
    let mut backoff = Backoff::new(deadline);
    let mut sent = Sent::default();
    let mut pending: Vec<_> = (0..batch.len()).collect();
    loop {
        let call = || client.call(TARGET, batch.request(queue_url, &pending), Reply::parse);
        let reply = backoff.retry(call).await;
        let reply = reply.map_err(|error| SendError::Call(Box::new(error)))?;
        let last = sort_out(&batch, &pending, &reply, &mut sent);
        pending = last.again;
        if pending.is_empty() {
            sent.retries = backoff.taken().into();
            return Ok(sent);
        }
        if !backoff.pause().await {
            return Err(SendError::Refused {
                count: pending.len(),
                code: last.code,
                text: last.text,
            });
        }
    }
}

/// What is to be sent again, and why the first of it.
struct Unsent {
    again: Vec<usize>,
    code: String,
    text: String,
}

/// Goes through a reply. A message that it names neither as taken nor as failed is sent again.
fn sort_out(batch: &Batch, pending: &[usize], reply: &Reply, sent: &mut Sent) -> Unsent {
    let mut unsent = Unsent {
        again: Vec::new(),
        code: "NoResult".to_owned(),
        text: "the reply leaves it out".to_owned(),
    };
    for &id in pending {
        if reply.taken.contains(&id) {
            sent.count += 1;
            continue;
        }
        match reply.failed.iter().find(|failure| failure.id.parse() == Ok(id)) {
            Some(failure) if failure.sender_fault && PERMANENT.contains(&failure.code.as_str()) => {
                let (code, text) = (&failure.code, failure.text());
                sent.refused
                    .push((batch.row(id), format!("SQS refuses the message with {code}: {text}")));
            }
            Some(failure) => {
                (unsent.code, unsent.text) = (failure.code.clone(), failure.text().to_owned());
                unsent.again.push(id);
            }
            None => unsent.again.push(id),
        }
    }
    unsent
}
