//! Helpers of the unit tests: records, and a DynamoDB table and queues inside the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use attributes::{Attributes, ItemKey, KeySchema, dynamodb_json};
use aws::JsonClient;
use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::operation::change_message_visibility_batch::ChangeMessageVisibilityBatchOutput;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchRequestEntry, SendMessageBatchResultEntry};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use aws_smithy_types::body::SdkBody;
use message::{Key, KeyAttribute, KeyType, TableKey, WriteMode};
use serde_json::{Value, json};
use telemetry::Metrics;

use crate::config::{Config, Writer};
use crate::record::{MessageAttribute, Record};

mod books;
mod dynamodb;
mod metrics;
mod real_table;

pub use books::{Books, Fault};
pub use dynamodb::Rule;
use dynamodb::key_of;
pub use metrics::metrics_to;
pub use real_table::RealTable;

pub const TABLE: &str = "messages";

/// An event of records, each with a method and a body. Their ids are `m0`, `m1`, and so on.
pub fn event<'a>(records: impl IntoIterator<Item = (&'a str, Value)>) -> Vec<Record<'static>> {
    let records = records.into_iter().enumerate();
    records
        .map(|(index, (method, body))| record(&format!("m{index}"), Some(method), &body.to_string()))
        .collect()
}

pub fn record(id: &str, method: Option<&str>, body: &str) -> Record<'static> {
    let method = method.map(|method| ("Method".into(), text_attribute(method)));
    Record {
        message_id: Some(id.to_owned().into()),
        receipt_handle: Some(format!("receipt of {id}").into()),
        body: Some(body.to_owned().into()),
        message_attributes: method.into_iter().collect(),
        ..Record::default()
    }
}

pub fn text_attribute(text: &str) -> MessageAttribute<'static> {
    MessageAttribute {
        data_type: Some("String".into()),
        string_value: Some(text.to_owned().into()),
        binary_value: None,
    }
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

pub fn key(second: u8) -> ItemKey {
    ItemKey::Message(Key {
        date: "2001-01-01".parse().unwrap(),
        time: format!("09:01:{second:02}").parse().unwrap(),
    })
}

/// The key of a table, from the names and types of the partition key and, optionally, the sort key.
pub fn table_key(attributes: &[(&str, KeyType)]) -> TableKey {
    let mut attributes = attributes.iter().map(|&(name, key_type)| KeyAttribute {
        name: name.to_owned(),
        key_type,
    });
    TableKey {
        partition: attributes.next().unwrap(),
        sort: attributes.next(),
    }
}

pub fn post(second: u8, location: &str) -> (&'static str, Value) {
    ("POST", json!({"Item": item_json(second, location)}))
}

/// A `BATCH_WRITE` of these rows.
pub fn packed(rows: impl IntoIterator<Item = Value>) -> (&'static str, Value) {
    let rows: Vec<_> = rows.into_iter().collect();
    ("BATCH_WRITE", json!({"RequestItems": {TABLE: rows}}))
}

/// A row of a `BATCH_WRITE` that puts an item.
pub fn put_row(second: u8, location: &str) -> Value {
    json!({"PutRequest": {"Item": item_json(second, location)}})
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

/// The table's answer to a `BatchWriteItem` call.
pub enum Answer {
    /// All writes but these are processed.
    Unprocessed(Vec<Value>),
    /// No write is processed.
    Error(u16, &'static str),
}

/// A table and two queues, with the requests they received.
#[derive(Clone, Default)]
pub struct Aws {
    pub items: Arc<Mutex<HashMap<ItemKey, Attributes>>>,
    /// The keys of each `BatchWriteItem` call.
    pub calls: Arc<Mutex<Vec<Vec<ItemKey>>>>,
    pub dead: Arc<Mutex<Vec<SendMessageBatchRequestEntry>>>,
    /// The seconds until messages are delivered again, by index in the batch.
    pub pauses: Arc<Mutex<BTreeMap<String, i32>>>,
}

impl Aws {
    /// A rule for `BatchWriteItem`. `answer` gets the number of the call, from 0, and its requests.
    pub fn batches(&self, answer: impl Fn(usize, &[Value]) -> Answer + Send + Sync + 'static) -> Rule {
        let aws = self.clone();
        Rule::on("BatchWriteItem").reply(move |request| {
            let requests = request["RequestItems"][TABLE].as_array().unwrap();
            let keys: Vec<_> = requests.iter().map(key_of).collect();
            let mut calls = aws.calls.lock().unwrap();
            let answer = answer(calls.len(), requests);
            calls.push(keys);
            let unprocessed = match answer {
                Answer::Error(status, code) => return dynamodb::error(status, code),
                Answer::Unprocessed(unprocessed) => unprocessed,
            };
            let mut items = aws.items.lock().unwrap();
            for request in requests.iter().filter(|request| !unprocessed.contains(request)) {
                match request.pointer("/PutRequest/Item") {
                    Some(item) => items.insert(key_of(request), attributes_of(item.clone())),
                    None => items.remove(&key_of(request)),
                };
            }
            let reply = match &unprocessed[..] {
                [] => json!({"UnprocessedItems": {}}),
                unprocessed => json!({"UnprocessedItems": {TABLE: unprocessed}}),
            };
            (200, reply)
        })
    }

    /// The location of the item with the key of this second, if there is one.
    pub fn location(&self, second: u8) -> Option<String> {
        let items = self.items.lock().unwrap();
        Some(items.get(&key(second))?["location"].as_s().unwrap().clone())
    }

    /// The reason code of each dead letter, by the original message's id.
    pub fn reasons(&self) -> HashMap<String, String> {
        self.dead_letters("ReasonCode")
    }

    /// An attribute of each dead letter, by the original message's id.
    pub fn dead_letters(&self, name: &str) -> HashMap<String, String> {
        let dead = self.dead.lock().unwrap();
        let text = |entry: &SendMessageBatchRequestEntry, name| {
            let value = &entry.message_attributes.as_ref().unwrap()[name];
            value.string_value.clone().unwrap()
        };
        dead.iter()
            .map(|entry| (text(entry, "OriginalMessageId"), text(entry, name)))
            .collect()
    }

    /// A rule for the source queue: it records when messages are delivered again.
    pub fn redelivery(&self) -> aws_smithy_mocks::Rule {
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

    /// A rule for a dead-letter queue that takes all entries but the one with this id.
    pub fn queue_without(&self, refused: Option<usize>) -> aws_smithy_mocks::Rule {
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

    /// A writer whose DynamoDB follows these rules, with queues that accept everything.
    pub fn writer(&self, dynamodb: &[Rule]) -> Writer {
        writer(dynamodb, &[self.queue_without(None), self.redelivery()])
    }
}

/// A writer whose AWS follows these rules.
pub fn writer(dynamodb: &[Rule], sqs: &[aws_smithy_mocks::Rule]) -> Writer {
    writer_of(dynamodb::client(dynamodb), sqs)
}

fn writer_of(dynamodb: JsonClient, sqs: &[aws_smithy_mocks::Rule]) -> Writer {
    Writer {
        dynamodb,
        sqs: mock_client!(aws_sdk_sqs, RuleMode::MatchAny, sqs, |config| config
            .retry_config(RetryConfig::disabled())),
        ledger: None,
        metrics: Metrics::none(),
        config: Config {
            table: TABLE.to_owned(),
            keys: KeySchema::Messages,
            queue: "https://sqs.example/queue".to_owned(),
            dead_letter_queue: "https://sqs.example/dead-letters".to_owned(),
            max_receives: 3,
            write_mode: WriteMode::Replace,
        },
    }
}

/// A rule that accepts every update.
pub fn updates() -> Rule {
    Rule::on("UpdateItem")
}

/// An error of SQS in AWS's form.
pub fn http_error(status: u16, code: &str) -> HttpResponse {
    let (status, body) = dynamodb::error(status, code);
    HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string()))
}
