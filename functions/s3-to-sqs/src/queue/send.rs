//! Sends requests to SQS: many calls in flight, bounded in number and bytes.

use std::sync::Arc;

use aws::JsonClient;
use backoff::Deadline;
use message::IngestId;
use telemetry::trace;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::call::{SendError, Sent, send_request};
use super::message::Envelope;
use super::request::Request;

/// The most calls in flight. At 20 ms a call, 180 calls of ten messages send 90,000 messages a second. That fills the
/// 40,000 writes a second that a table takes by default, even if SQS needs 45 ms. Standard queues set no limit. Without
/// TLS, each call and its connection take some 0.08 MB, a third of it for the queue in which `hyper` hands requests to a
/// connection.
const CALLS: u32 = 180;
/// The most bytes in flight, in KiB: messages and the rows that they were made of. It keeps large rows from adding up.
/// With packed rows, it holds ten calls of a thousand rows of the sample. It is a multiple of [`CALLS`], so that exactly
/// as many small calls fit.
const KIBIBYTES: u32 = 24 * CALLS;

/// Sends the messages of an object.
pub struct Sender {
    client: JsonClient,
    queue_url: String,
    deadline: Deadline,
    budget: Arc<Semaphore>,
    calls: JoinSet<Result<Sent, SendError>>,
    /// The span of all messages. One for each would be as many spans as rows.
    publish: Span,
    /// The number of messages that SQS has accepted.
    messages: u64,
}

impl Sender {
    /// A sender to the queue.
    #[must_use]
    pub fn new(client: JsonClient, queue_url: &str, deadline: Deadline) -> Self {
        let budget = Arc::new(Semaphore::new(KIBIBYTES as usize));
        Self {
            client,
            queue_url: queue_url.to_owned(),
            deadline,
            budget,
            calls: JoinSet::new(),
            publish: publish_span(queue_url),
            messages: 0,
        }
    }

    /// The envelope of an ingest's messages of this method. They continue the trace, if there is one.
    #[must_use]
    pub fn envelope(&self, ingest_id: IngestId, method: &str) -> Envelope {
        let trace = trace::xray_header(&self.publish).or_else(trace::of_invocation);
        Envelope::new(&self.queue_url, ingest_id, method, trace.as_deref())
    }

    /// Sends a request once the budget allows it. Returns the outcome of the calls that have finished by then.
    ///
    /// # Errors
    /// The error of any request so far.
    pub async fn send(&mut self, request: Request) -> Result<Sent, SendError> {
        let kibibytes = u32::try_from(request.held().div_ceil(1024)).unwrap_or(KIBIBYTES);
        let permits = kibibytes.clamp(KIBIBYTES / CALLS, KIBIBYTES);
        let budget = Arc::clone(&self.budget);
        // Waiting fails only for a closed semaphore, and nothing closes this one.
        let permit = budget.acquire_many_owned(permits).await.ok();
        let (client, deadline) = (self.client.clone(), self.deadline);
        // Boxed, because a task moves its future several times, and this one has some kilobytes.
        self.calls.spawn(Box::pin(async move {
            let _permit = permit;
            send_request(&client, request, deadline).await
        }));
        let mut sent = Sent::default();
        while let Some(call) = self.calls.try_join_next() {
            sent.add(call??);
        }
        self.messages += sent.messages;
        Ok(sent)
    }

    /// Waits until no call is in flight. Returns the outcome of the last calls.
    ///
    /// # Errors
    /// The error of any request.
    pub async fn finish(&mut self) -> Result<Sent, SendError> {
        let mut sent = Sent::default();
        while let Some(call) = self.calls.join_next().await {
            sent.add(call??);
        }
        self.messages += sent.messages;
        // OpenTelemetry's integers are `i64`; wider ones would become text.
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
