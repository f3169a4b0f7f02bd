//! The message queue and the dead-letter queue.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName, SendMessageBatchRequestEntry};

use serde_json::Value;

use crate::stack::path_from_env;
use crate::{Stack, unique, wait};

/// How long a received message stays hidden: long enough to look at the whole dead-letter queue.
const VISIBILITY_SECONDS: i32 = 5;

/// A dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The body.
    pub body: String,
    /// The message attributes of the type text.
    pub attributes: BTreeMap<String, String>,
}

impl DeadLetter {
    /// A message attribute; empty if the message has none.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl From<Message> for DeadLetter {
    fn from(message: Message) -> Self {
        let attributes = message.message_attributes.unwrap_or_default().into_iter();
        Self {
            body: message.body.unwrap_or_default(),
            attributes: attributes
                .filter_map(|(name, value)| Some((name, value.string_value?)))
                .collect(),
        }
    }
}

/// Runs `tools/dlq` on the tested stack and returns its output.
#[must_use]
pub fn dlq(arguments: &[&str]) -> String {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/dlq");
    let outputs = path_from_env("STACK_OUTPUTS");
    let folder = outputs.parent().expect("a file is in a folder");
    let run = Command::new(tool).args(arguments).env("LOCAL_DIR", folder).output();
    let output = run.expect("the tool can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs `tools/dlq` with output of one JSON value on each line.
#[must_use]
pub fn dlq_json(arguments: &[&str]) -> Vec<Value> {
    let printed = dlq(arguments);
    let values = printed.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    values.collect()
}

impl Stack {
    /// Sends a message with the attribute `Method` and returns the message's id.
    pub async fn send(&self, method: &str, body: &str) -> String {
        let send = self
            .sqs
            .send_message()
            .queue_url(&self.outputs.queue_url)
            .message_body(body);
        let send = send.message_attributes("Method", text(method));
        let reply = send.send().await.expect("the queue takes the message");
        reply.message_id.expect("SQS gives an id")
    }

    /// Sends up to ten messages in one call and returns their ids. Each has a body, and a `Method` unless it is empty.
    pub async fn send_batch(&self, messages: &[(&str, &str)]) -> Vec<String> {
        let entries = messages.iter().enumerate().map(|(index, (method, body))| {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(*body);
            let attributes = (!method.is_empty()).then(|| ("Method".to_owned(), text(method)));
            let entry = entry.set_message_attributes(Some(attributes.into_iter().collect()));
            entry.build().expect("id and body are set")
        });
        let send = self.sqs.send_message_batch().queue_url(&self.outputs.queue_url);
        let reply = send
            .set_entries(Some(entries.collect()))
            .send()
            .await
            .expect("the queue takes the batch");
        assert!(reply.failed.is_empty(), "{:?}", reply.failed);
        let mut accepted = reply.successful;
        accepted.sort_by_key(|entry| entry.id.parse::<usize>().expect("the ids are numbers"));
        accepted.into_iter().map(|entry| entry.message_id).collect()
    }

    /// Creates a queue that no function reads, and returns its URL.
    pub async fn queue_without_reader(&self) -> String {
        let create = self.sqs.create_queue().queue_name(unique::name());
        let queue = create.send().await.expect("a queue can be made");
        queue.queue_url.expect("it has a URL")
    }

    /// Receives the `count` messages of a queue, with all their attributes.
    pub async fn receive(&self, queue_url: &str, count: usize) -> Vec<Message> {
        let mut messages = Vec::new();
        while messages.len() < count {
            let receive = self.sqs.receive_message().queue_url(queue_url);
            let receive = receive
                .max_number_of_messages(10)
                .message_attribute_names("All")
                .message_system_attribute_names(MessageSystemAttributeName::All);
            let more = receive.send().await.expect("the queue can be read").messages;
            let more = more.unwrap_or_default();
            assert!(!more.is_empty(), "{} of {count} messages came", messages.len());
            messages.extend(more);
        }
        messages
    }

    /// Sends a message to the dead-letter queue, as a dead letter from another sender.
    pub async fn put_dead_letter(&self, body: &str, attributes: &[(&str, &str)]) {
        self.send_with(&self.outputs.dead_letter_queue_url, body, attributes)
            .await;
    }

    /// Sends a message with these attributes to a queue.
    pub async fn send_with(&self, queue_url: &str, body: &str, attributes: &[(&str, &str)]) {
        let send = self.sqs.send_message().queue_url(queue_url).message_body(body);
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
        let send = send.set_message_attributes(Some(attributes.collect())).send();
        send.await.expect("the queue takes the message");
    }

    /// Waits until the dead-letter queue has `count` messages that are `wanted`, and takes them off. All others stay.
    pub async fn take_dead_letters(&self, count: usize, wanted: impl Fn(&DeadLetter) -> bool) -> Vec<DeadLetter> {
        let taken = std::cell::RefCell::new(Vec::new());
        wait::until(&format!("{count} messages on the dead-letter queue"), async || {
            let found = self.sweep(&wanted).await;
            taken.borrow_mut().extend(found);
            let taken = taken.borrow();
            if taken.len() < count {
                Err(taken.clone())
            } else {
                Ok(())
            }
        })
        .await;
        taken.into_inner()
    }

    /// Looks at every visible dead letter once. Takes the wanted ones and makes the others visible again.
    async fn sweep(&self, wanted: impl Fn(&DeadLetter) -> bool) -> Vec<DeadLetter> {
        let url = &self.outputs.dead_letter_queue_url;
        let (mut taken, mut others) = (Vec::new(), Vec::new());
        loop {
            let receive = self.sqs.receive_message().queue_url(url).message_attribute_names("All");
            let receive = receive
                .max_number_of_messages(10)
                .visibility_timeout(VISIBILITY_SECONDS);
            let messages = receive
                .send()
                .await
                .expect("the dead-letter queue can be read")
                .messages;
            let Some(messages) = messages.filter(|messages| !messages.is_empty()) else {
                break;
            };
            for message in messages {
                let receipt = message
                    .receipt_handle
                    .clone()
                    .expect("a received message has a receipt handle");
                let dead_letter = DeadLetter::from(message);
                if wanted(&dead_letter) {
                    let delete = self.sqs.delete_message().queue_url(url).receipt_handle(receipt);
                    match delete.send().await {
                        Ok(_) => taken.push(dead_letter),
                        // The message was visible again, and another test has received it and will release it.
                        Err(error) => assert_eq!(error.code(), Some("ReceiptHandleIsInvalid"), "{error:?}"),
                    }
                } else {
                    others.push(receipt);
                }
            }
        }
        for receipt in others {
            let release = self
                .sqs
                .change_message_visibility()
                .queue_url(url)
                .receipt_handle(receipt);
            // The message may be visible again by now and received by another test, so an error is dropped.
            let _ = release.visibility_timeout(0).send().await;
        }
        taken
    }
}

fn text(value: &str) -> MessageAttributeValue {
    let attribute = MessageAttributeValue::builder().data_type("String").string_value(value);
    attribute.build().expect("the type is set")
}
