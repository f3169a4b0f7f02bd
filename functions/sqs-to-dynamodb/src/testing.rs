//! What the unit tests share: records, and a DynamoDB table and a dead-letter queue that stand behind SDK clients.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use attributes::{Attributes, dynamodb_json};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage, SqsMessageAttribute};
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::WriteRequest;
use aws_sdk_sqs::operation::change_message_visibility_batch::ChangeMessageVisibilityBatchOutput;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchRequestEntry, SendMessageBatchResultEntry};
use aws_smithy_mocks::{MockResponse, Rule, RuleMode, mock, mock_client};
use aws_smithy_types::body::SdkBody;
use message::{Key, names};
use serde_json::{Value, json};
use telemetry::Metrics;

use crate::config::{Config, Writer};

mod batches;

pub const TABLE: &str = "messages";

/// An event of records, each of a method and a body; their ids are `m0`, `m1`, and so on.
pub fn event<'a>(records: impl IntoIterator<Item = (&'a str, Value)>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = records
        .into_iter()
        .enumerate()
        .map(|(index, (method, body))| record(&format!("m{index}"), Some(method), &body.to_string()))
        .collect();
    event
}

pub fn record(id: &str, method: Option<&str>, body: &str) -> SqsMessage {
    let mut record = SqsMessage::default();
    record.message_id = Some(id.to_owned());
    record.receipt_handle = Some(format!("receipt of {id}"));
    record.body = Some(body.to_owned());
    record
        .message_attributes
        .extend(method.map(|method| ("Method".to_owned(), text_attribute(method))));
    record
}

pub fn text_attribute(text: &str) -> SqsMessageAttribute {
    let mut attribute = SqsMessageAttribute::default();
    attribute.data_type = Some("String".to_owned());
    attribute.string_value = Some(text.to_owned());
    attribute
}

/// The DynamoDB JSON of the key with this second.
pub fn key_json(second: u8) -> Value {
    json!({"date": {"S": "2001-01-01"}, "time": {"S": format!("09:01:{second:02}")}})
}

/// The DynamoDB JSON of an item with the key of this second.
pub fn item_json(second: u8, location: &str) -> Value {
    let mut item = key_json(second);
    item["location"] = json!({"S": location});
    item
}

pub fn key(second: u8) -> Key {
    Key {
        date: "2001-01-01".parse().unwrap(),
        time: format!("09:01:{second:02}").parse().unwrap(),
    }
}

pub fn post(second: u8, location: &str) -> (&'static str, Value) {
    ("POST", json!({"Item": item_json(second, location)}))
}

pub fn delete(second: u8) -> (&'static str, Value) {
    ("DELETE", json!({"Key": key_json(second)}))
}

pub fn update(second: u8) -> (&'static str, Value) {
    ("PUT", json!({"Key": key_json(second), "UpdateExpression": "REMOVE #l"}))
}

pub fn attributes_of(json: Value) -> Attributes {
    dynamodb_json::attributes(json).unwrap()
}

/// How the table answers one `BatchWriteItem` call.
pub enum Answer {
    /// It takes all writes but these.
    Unprocessed(Vec<WriteRequest>),
    /// It takes none.
    Error(u16, &'static str),
}

/// A table, a queue, and what they were asked for.
#[derive(Clone, Default)]
pub struct Aws {
    pub items: Arc<Mutex<HashMap<Key, Attributes>>>,
    /// The keys of each `BatchWriteItem` call.
    pub calls: Arc<Mutex<Vec<Vec<Key>>>>,
    pub dead: Arc<Mutex<Vec<SendMessageBatchRequestEntry>>>,
    /// The seconds until messages come back, by their index in the batch.
    pub pauses: Arc<Mutex<BTreeMap<String, i32>>>,
}

impl Aws {
    /// A rule that answers each `BatchWriteItem` call by its number, from 0, and its requests.
    pub fn batches(&self, answer: impl Fn(usize, &[WriteRequest]) -> Answer + Send + Sync + 'static) -> Rule {
        let aws = self.clone();
        mock!(aws_sdk_dynamodb::Client::batch_write_item).then_compute_response(move |input| {
            let requests = &input.request_items().unwrap()[TABLE];
            let mut calls = aws.calls.lock().unwrap();
            let unprocessed = match answer(calls.len(), requests) {
                Answer::Error(status, code) => {
                    calls.push(requests.iter().filter_map(key_of).collect());
                    return MockResponse::Http(error(status, code));
                }
                Answer::Unprocessed(unprocessed) => unprocessed,
            };
            calls.push(requests.iter().filter_map(key_of).collect());
            let mut items = aws.items.lock().unwrap();
            for request in requests.iter().filter(|request| !unprocessed.contains(request)) {
                let key = key_of(request).unwrap();
                match &request.put_request {
                    Some(put) => items.insert(key, put.item.clone()),
                    None => items.remove(&key),
                };
            }
            let unprocessed = (!unprocessed.is_empty()).then(|| HashMap::from([(TABLE.to_owned(), unprocessed)]));
            let output = BatchWriteItemOutput::builder().set_unprocessed_items(unprocessed);
            MockResponse::Output(output.build())
        })
    }

    /// The location of the item with the key of this second, if there is one.
    pub fn location(&self, second: u8) -> Option<String> {
        let items = self.items.lock().unwrap();
        Some(items.get(&key(second))?["location"].as_s().unwrap().clone())
    }

    /// The code of the reason of each message on the dead-letter queue, by the original message's id.
    pub fn reasons(&self) -> HashMap<String, String> {
        self.letters("ReasonCode")
    }

    /// An attribute of each message on the dead-letter queue, by the original message's id.
    pub fn letters(&self, name: &str) -> HashMap<String, String> {
        let dead = self.dead.lock().unwrap();
        let text = |entry: &SendMessageBatchRequestEntry, name| {
            let value = &entry.message_attributes.as_ref().unwrap()[name];
            value.string_value.clone().unwrap()
        };
        dead.iter()
            .map(|entry| (text(entry, "OriginalMessageId"), text(entry, name)))
            .collect()
    }

    /// A rule for the queue that messages come from: it notes when they come back.
    pub fn coming_back(&self) -> Rule {
        let aws = self.clone();
        mock!(aws_sdk_sqs::Client::change_message_visibility_batch).then_compute_output(move |input| {
            assert_eq!(input.queue_url(), Some("https://sqs.example/queue"));
            let pauses = input.entries().iter().map(|entry| {
                assert_eq!(entry.receipt_handle, format!("receipt of m{}", entry.id));
                (entry.id.clone(), entry.visibility_timeout.unwrap())
            });
            aws.pauses.lock().unwrap().extend(pauses);
            let output = ChangeMessageVisibilityBatchOutput::builder().set_successful(Some(vec![]));
            output.set_failed(Some(vec![])).build().unwrap()
        })
    }

    /// A rule for a queue that takes all messages but the one with this index in the batch.
    pub fn queue_without(&self, refused: Option<usize>) -> Rule {
        let aws = self.clone();
        mock!(aws_sdk_sqs::Client::send_message_batch).then_compute_output(move |input| {
            let (no, yes): (Vec<_>, Vec<_>) = input
                .entries()
                .iter()
                .cloned()
                .partition(|entry| Some(entry.id.as_str()) == refused.map(|index| index.to_string()).as_deref());
            let successful = yes.iter().map(|entry| {
                let result = SendMessageBatchResultEntry::builder().id(&entry.id).message_id("new");
                result.md5_of_message_body("").build().unwrap()
            });
            let failed = no.iter().map(|entry| {
                let error = BatchResultErrorEntry::builder().id(&entry.id).sender_fault(false);
                error.code("InternalError").build().unwrap()
            });
            let output = SendMessageBatchOutput::builder()
                .set_successful(Some(successful.collect()))
                .set_failed(Some(failed.collect()));
            aws.dead.lock().unwrap().extend(yes);
            output.build().unwrap()
        })
    }

    /// A writer whose DynamoDB follows these rules, with a queue that takes everything.
    pub fn writer(&self, dynamodb: &[Rule]) -> Writer {
        writer(dynamodb, &[self.queue_without(None), self.coming_back()])
    }
}

/// A writer whose AWS follows these rules.
pub fn writer(dynamodb: &[Rule], sqs: &[Rule]) -> Writer {
    let dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, dynamodb, |config| config
        .retry_config(RetryConfig::disabled()));
    Writer {
        batch_write_item: batches::client(dynamodb.clone()),
        dynamodb,
        sqs: mock_client!(aws_sdk_sqs, RuleMode::MatchAny, sqs, |config| config
            .retry_config(RetryConfig::disabled())),
        metrics: Metrics::none(),
        config: Config {
            table: TABLE.to_owned(),
            queue: "https://sqs.example/queue".to_owned(),
            dead_letter_queue: "https://sqs.example/dead-letters".to_owned(),
            max_receives: 3,
        },
    }
}

/// A rule that takes every update.
pub fn updates() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item).then_output(|| UpdateItemOutput::builder().build())
}

/// The key of what a request writes.
pub fn key_of(request: &WriteRequest) -> Option<Key> {
    let put = request.put_request.as_ref().map(|put| &put.item);
    let attributes = put.or(request.delete_request.as_ref().map(|delete| &delete.key))?;
    let text = |name| attributes.get(name)?.as_s().ok();
    Some(Key {
        date: text(names::DATE)?.parse().ok()?,
        time: text(names::TIME)?.parse().ok()?,
    })
}

/// An error as DynamoDB sends it.
pub fn error(status: u16, code: &str) -> HttpResponse {
    let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "something is wrong"});
    HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string()))
}
