//! An emulated table inside the process that keeps what is written.

use attributes::KeySchema;
use aws::JsonClient;
use message::{KeyType, WriteMode};
use second_opinion::DynamoDb;
use serde_json::{Value, json};

use super::{Aws, TABLE, key_json, table_key, writer_of};
use crate::config::Writer;

/// The table and the queues. Clones share them.
#[derive(Clone)]
pub struct RealTable {
    dynamodb: DynamoDb,
    keys: KeySchema,
    /// The queues.
    pub aws: Aws,
}

impl RealTable {
    /// An empty message table.
    pub fn new() -> Self {
        Self {
            dynamodb: DynamoDb::with_message_table(TABLE),
            keys: KeySchema::Messages,
            aws: Aws::default(),
        }
    }

    /// An empty table with a declared key.
    pub fn declared(key: &[(&str, KeyType)]) -> Self {
        Self::of(key, None)
    }

    /// An empty table with a declared key, and an index on another attribute.
    pub fn indexed(key: &[(&str, KeyType)], (index, key_type): (&str, KeyType)) -> Self {
        Self::of(key, Some((index, &key_type.to_string())))
    }

    fn of(key: &[(&str, KeyType)], index: Option<(&str, &str)>) -> Self {
        let types: Vec<_> = key
            .iter()
            .map(|(name, key_type)| (*name, key_type.to_string()))
            .collect();
        let types: Vec<_> = types
            .iter()
            .map(|(name, key_type)| (*name, key_type.as_str()))
            .collect();
        Self {
            dynamodb: DynamoDb::with_indexed_table(TABLE, &types, index),
            keys: Some(table_key(key)).into(),
            aws: Aws::default(),
        }
    }

    /// A writer to this table, in a stack with this write mode.
    pub fn writer(&self, mode: WriteMode) -> Writer {
        let client = JsonClient::for_tests(self.dynamodb.clone());
        let mut writer = writer_of(client, &[self.aws.queue_without(None), self.aws.redelivery()]);
        writer.config.keys = self.keys.clone();
        writer.config.write_mode = mode;
        writer
    }

    /// Makes a call that must succeed, independent of the writer.
    pub fn call(&self, operation: &str, request: &Value) -> Value {
        let (status, reply) = self.dynamodb.call(operation, request);
        assert_eq!(status, 200, "{request}: {reply}");
        reply
    }

    /// All items, sorted by the texts of their keys.
    pub fn items(&self) -> Vec<Value> {
        let reply = self.call("Scan", &json!({"TableName": TABLE}));
        let mut items = reply["Items"].as_array().unwrap().clone();
        items.sort_by_cached_key(|item| self.keys.key_in_json(item).unwrap().to_string());
        items
    }

    /// The item with the key of this second.
    pub fn item(&self, second: u8) -> Option<Value> {
        let request = json!({"TableName": TABLE, "Key": key_json(second)});
        self.call("GetItem", &request).get("Item").cloned()
    }

    /// The location of the item with the key of this second.
    pub fn location(&self, second: u8) -> Option<String> {
        let item = self.item(second)?;
        Some(item["location"]["S"].as_str().unwrap().to_owned())
    }
}
