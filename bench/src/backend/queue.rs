//! The message queue of a load: it keeps each message until it is deleted, hides received messages, and counts the receives.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::messages::{Attribute, SystemAttributes};

/// How long a received message is hidden, as in the template: six times the writer's timeout plus the batching window.
const VISIBILITY_TIMEOUT: Duration = Duration::from_secs(361);
/// `maxReceiveCount` of the template.
const MAX_RECEIVES: u32 = 15;

/// A standard queue that delivers messages in the order in which they were sent. Redelivered messages come first.
#[derive(Debug, Default)]
pub struct Queue {
    visible: VecDeque<Message>,
    /// The messages received and not deleted, by receipt, each with the time at which it becomes visible again.
    hidden: HashMap<u64, (Instant, Message)>,
    /// The same times in order.
    returns: BTreeSet<(Instant, u64)>,
    receipts: u64,
    /// The attributes of the previous message, as sent to SQS and as in an event. Most messages have the same.
    last_attributes: Option<(Bytes, Rc<str>)>,
    /// Messages that were sent to the queue.
    pub sent: u64,
    /// Messages that were deleted.
    pub deleted: u64,
    /// Receives of messages that were received before.
    pub received_again: u64,
    /// Messages that went to the dead-letter queue.
    pub dead: u64,
}

#[derive(Debug)]
struct Message {
    number: u64,
    /// A JSON string.
    body: Bytes,
    /// A JSON object, as in an event.
    attributes: Rc<str>,
    trace: Option<Rc<str>>,
    sent_millis: u128,
    receives: u32,
}

/// A received message.
#[derive(Clone, Debug)]
pub struct Received {
    /// The number of this receive.
    pub receipt: u64,
    /// The `messageId`.
    pub message_id: String,
    /// The message's record in an event.
    pub record: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessageBatch<'b> {
    queue_url: &'b str,
    #[serde(borrow)]
    entries: Vec<Entry<'b>>,
}

#[derive(Deserialize)]
struct Entry<'b> {
    #[serde(borrow, rename = "MessageBody")]
    body: &'b RawValue,
    #[serde(borrow, rename = "MessageAttributes")]
    attributes: &'b RawValue,
    #[serde(rename = "MessageSystemAttributes")]
    system: Option<SystemAttributes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeMessageVisibilityBatch<'b> {
    #[serde(borrow)]
    entries: Vec<Change<'b>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change<'b> {
    receipt_handle: &'b str,
    visibility_timeout: u64,
}

impl Queue {
    /// Accepts the messages of a `SendMessageBatch`. Messages for the dead-letter queue are only counted.
    ///
    /// # Errors
    /// When it is none.
    pub fn send(&mut self, request: &Bytes) -> serde_json::Result<()> {
        let batch: SendMessageBatch<'_> = serde_json::from_slice(request)?;
        if batch.queue_url.ends_with("/dead") {
            self.dead += batch.entries.len() as u64;
            return Ok(());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        for entry in batch.entries {
            let given = request.slice_ref(entry.attributes.get().as_bytes());
            let message = Message {
                number: self.sent,
                body: request.slice_ref(entry.body.get().as_bytes()),
                attributes: self.attributes(given)?,
                trace: entry.system.map(|system| system.trace.string_value.into()),
                sent_millis: now.as_millis(),
                receives: 0,
            };
            self.sent += 1;
            self.visible.push_back(message);
        }
        Ok(())
    }

    fn attributes(&mut self, given: Bytes) -> serde_json::Result<Rc<str>> {
        if let Some((last, attributes)) = &self.last_attributes
            && *last == given
        {
            return Ok(Rc::clone(attributes));
        }
        let read: HashMap<String, Attribute> = serde_json::from_slice(&given)?;
        let attributes: serde_json::Map<String, Value> = read
            .into_iter()
            .map(|(name, Attribute { data_type, string_value })| {
                let attribute = json!({
                    "stringValue": string_value, "stringListValues": [], "binaryListValues": [], "dataType": data_type,
                });
                (name, attribute)
            })
            .collect();
        let attributes: Rc<str> = Value::from(attributes).to_string().into();
        self.last_attributes = Some((given, Rc::clone(&attributes)));
        Ok(attributes)
    }

    /// Receives up to `most` messages and hides them.
    pub fn receive(&mut self, now: Instant, most: usize) -> Vec<Received> {
        self.show_again(now);
        let mut received = Vec::new();
        while received.len() < most
            && let Some(mut message) = self.visible.pop_front()
        {
            if message.receives == MAX_RECEIVES {
                self.dead += 1;
                continue;
            }
            message.receives += 1;
            self.received_again += u64::from(message.receives > 1);
            self.receipts += 1;
            received.push(message.received(self.receipts));
            self.hide(self.receipts, now + VISIBILITY_TIMEOUT, message);
        }
        received
    }

    /// Deletes a message.
    pub fn delete(&mut self, receipt: u64) {
        if let Some((until, _)) = self.hidden.remove(&receipt) {
            self.returns.remove(&(until, receipt));
            self.deleted += 1;
        }
    }

    /// Handles a `ChangeMessageVisibilityBatch`, which changes how long messages are hidden.
    ///
    /// # Errors
    /// When it is none.
    pub fn change_visibility(&mut self, request: &Bytes, now: Instant) -> serde_json::Result<()> {
        let batch: ChangeMessageVisibilityBatch<'_> = serde_json::from_slice(request)?;
        for change in batch.entries {
            let receipt = change.receipt_handle.parse().unwrap_or_default();
            if let Some((until, message)) = self.hidden.remove(&receipt) {
                self.returns.remove(&(until, receipt));
                self.hide(receipt, now + Duration::from_secs(change.visibility_timeout), message);
            }
        }
        Ok(())
    }

    /// The messages that are in the queue, visible or received.
    #[must_use]
    pub fn left(&self) -> u64 {
        (self.visible.len() + self.hidden.len()) as u64
    }

    fn hide(&mut self, receipt: u64, until: Instant, message: Message) {
        self.returns.insert((until, receipt));
        self.hidden.insert(receipt, (until, message));
    }

    /// Makes the hidden messages whose time is over visible.
    fn show_again(&mut self, now: Instant) {
        while let Some(&(until, receipt)) = self.returns.first()
            && until <= now
        {
            self.returns.pop_first();
            if let Some((_, message)) = self.hidden.remove(&receipt) {
                self.visible.push_front(message);
            }
        }
    }
}

impl Message {
    fn received(&self, receipt: u64) -> Received {
        let message_id = format!("11111111-1111-4111-8111-{:012}", self.number);
        let body = String::from_utf8_lossy(&self.body);
        let (attributes, receives, sent) = (&self.attributes, self.receives, self.sent_millis);
        let trace = self
            .trace
            .as_ref()
            .map_or_else(String::new, |trace| format!(r#","AWSTraceHeader":"{trace}""#));
        let record = format!(
            r#"{{"messageId":"{message_id}","receiptHandle":"{receipt}","body":{body},"attributes":{{"ApproximateReceiveCount":"{receives}","SentTimestamp":"{sent}","SenderId":"AROAEXAMPLEEXAMPLE000:s3-to-sqs","ApproximateFirstReceiveTimestamp":"{sent}"{trace}}},"messageAttributes":{attributes},"md5OfMessageAttributes":"9edf57e67e3083fa0515b0f196e82c2f","md5OfBody":"458af5013e002eae8cdd6030607bf752","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:messages","awsRegion":"us-east-1"}}"#
        );
        Received {
            receipt,
            message_id,
            record,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATCH: &[u8] = br#"{"QueueUrl":"http://x/123456789012/messages","Entries":[
        {"Id":"0","MessageBody":"{\"a\":1}","MessageAttributes":{"Method":{"DataType":"String","StringValue":"POST"}},
         "MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String","StringValue":"Root=1"}}},
        {"Id":"1","MessageBody":"b","MessageAttributes":{"Method":{"DataType":"String","StringValue":"POST"}}}]}"#;

    fn queue() -> Queue {
        let mut queue = Queue::default();
        queue.send(&Bytes::from_static(BATCH)).unwrap();
        queue
    }

    #[test]
    fn a_message_is_received_as_it_was_sent() {
        let received = queue().receive(Instant::now(), 10);
        assert_eq!(received.len(), 2);
        let record: Value = serde_json::from_str(&received[0].record).unwrap();
        assert_eq!(record["body"], r#"{"a":1}"#);
        assert_eq!(record["messageAttributes"]["Method"]["stringValue"], "POST");
        assert_eq!(record["attributes"]["AWSTraceHeader"], "Root=1");
        assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    }

    #[test]
    fn a_message_comes_back_when_its_time_is_over_until_it_is_deleted() {
        let (mut queue, start) = (queue(), Instant::now());
        let received = queue.receive(start, 10);
        queue.delete(received[0].receipt);
        assert!(queue.receive(start + Duration::from_mins(6), 10).is_empty());
        let again = queue.receive(start + VISIBILITY_TIMEOUT, 10);
        assert_eq!((again.len(), queue.received_again), (1, 1));
        assert!(again[0].record.contains(r#""ApproximateReceiveCount":"2""#));
        queue.delete(again[0].receipt);
        assert_eq!(queue.left(), 0);
        assert_eq!(queue.deleted, 2);
    }

    #[test]
    fn a_changed_visibility_brings_a_message_back_sooner() {
        let (mut queue, start) = (queue(), Instant::now());
        let receipt = queue.receive(start, 1)[0].receipt;
        let change = format!(r#"{{"Entries":[{{"Id":"0","ReceiptHandle":"{receipt}","VisibilityTimeout":7}}]}}"#);
        queue.change_visibility(&Bytes::from(change), start).unwrap();
        queue.receive(start, 1);
        assert!(queue.receive(start + Duration::from_secs(6), 10).is_empty());
        assert_eq!(queue.receive(start + Duration::from_secs(7), 10).len(), 1);
    }

    #[test]
    fn a_message_is_given_up_after_its_receives() {
        let (mut queue, start) = (queue(), Instant::now());
        for receive in 0..MAX_RECEIVES {
            assert_eq!(queue.receive(start + VISIBILITY_TIMEOUT * receive, 10).len(), 2);
        }
        assert!(queue.receive(start + VISIBILITY_TIMEOUT * MAX_RECEIVES, 10).is_empty());
        assert_eq!(queue.dead, 2);
    }
}
