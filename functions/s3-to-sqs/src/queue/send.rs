//! Batches to SQS: many calls in flight, bounded in number and bytes.

use std::sync::Arc;

use aws::JsonClient;
use backoff::Deadline;
use telemetry::trace;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::batch::Batch;
use super::call::{SendError, Sent, send_batch};

/// The most calls in flight. With 20 ms a call, 128 of ten messages make 64,000 messages a second: enough to fill the 40,000
/// writes a second that a table takes by default, also where SQS needs 30 ms. Standard queues set no limit.
const CALLS: u32 = 128;
/// The most bytes in flight, messages and the rows that they were made of, in KiB, so that large rows do not add up.
/// Of packed rows that is ten calls of a thousand of the sample's.
const KIBIBYTES: u32 = 4 * 1024;

/// Sends the messages of an object.
pub struct Sender {
    client: JsonClient,
    queue_url: Arc<str>,
    deadline: Deadline,
    budget: Arc<Semaphore>,
    calls: JoinSet<Result<Sent, SendError>>,
    /// The span of all messages: one for each would be as many spans as rows.
    publish: Span,
    /// The number of messages that SQS has.
    messages: u64,
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
            publish: publish_span(queue_url),
            messages: 0,
        }
    }

    /// X-Ray's header for the messages, when there is a trace.
    #[must_use]
    pub fn trace(&self) -> Option<String> {
        trace::xray_header(&self.publish).or_else(trace::of_invocation)
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
            send_batch(&client, &queue_url, batch, deadline).await
        });
        let mut sent = Sent::default();
        while let Some(call) = self.calls.try_join_next() {
            sent.add(call??);
        }
        self.messages += sent.messages;
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
        self.messages += sent.messages;
        // OpenTelemetry's whole numbers; wider ones would become text.
        let count = i64::try_from(self.messages).unwrap_or(i64::MAX);
        self.publish.record("messaging.batch.message_count", count);
        self.publish = Span::none();
        Ok(sent)
    }
}

fn publish_span(queue_url: &str) -> Span {
    let queue = queue_url.rsplit('/').next().unwrap_or_default();
    info_span!(
        "publish",
        otel.name = format!("publish {queue}"),
        otel.kind = "producer",
        messaging.system = "aws_sqs",
        messaging.operation.name = "SendMessageBatch",
        messaging.operation.type = "send",
        messaging.destination.name = queue,
        messaging.batch.message_count = Empty,
    )
}
