//! The message table, and the calls to DynamoDB. They use the lean client instead of the SDK, whose first call takes longer than
//! the whole start of the function: a client of the API waits for each call.

pub mod condition;
pub mod documented;
pub mod error;
pub mod etag;
pub mod hidden;
pub mod revision;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use attributes::{Attributes, ItemKey, KeySchema, dynamodb_json};
use aws::{CallError, JsonClient};
use backoff::{Backoff, Deadline};
use message::{Order, WriteMode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use telemetry::trace::dynamodb_span;
use tracing::Instrument;

use condition::Condition;
use error::TableError;

/// The most time of a call with all its retries. API Gateway waits at most 29 s, and the functions have 10 s. Two calls, which
/// `If-Match` needs, end well before that, so that the client gets a problem instead of the gateway's own 502 or 504. A healthy
/// call takes a few milliseconds; scanning a megabyte takes some hundred.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);

/// A message table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name of the table.
    pub name: String,
    /// The key attributes of the table.
    pub schema: KeySchema,
    write_mode: WriteMode,
    client: JsonClient,
    attempts: u32,
    /// The number of retries that [`Table::take_retries`] has not returned yet.
    retries: Arc<AtomicU64>,
}

/// A DynamoDB operation.
#[derive(Clone, Copy, Debug)]
pub enum Operation {
    /// Reads one item.
    GetItem,
    /// Writes one item whole.
    PutItem,
    /// Changes one item.
    UpdateItem,
    /// Removes one item.
    DeleteItem,
    /// Reads items of one partition key.
    Query,
    /// Reads all items.
    Scan,
}

/// The input of any [`Operation`]: all operations use the same names for the same members. A member that is `None` or empty is
/// left out, because DynamoDB refuses empty members.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<ItemKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consistent_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_start_key: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_index_forward: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_condition_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projection_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_expression: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition_expression: String,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    pub expression_attribute_names: HashMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression_attribute_values: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_values: Option<&'static str>,
}

/// The members of an operation's output that the API reads. Items are parsed only when they are requested: a successful write
/// must not be repeated because an item in its answer cannot be read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Output {
    item: Option<Box<RawValue>>,
    items: Option<Vec<Box<RawValue>>>,
    attributes: Option<Box<RawValue>>,
    last_evaluated_key: Option<Box<RawValue>>,
}

impl Table {
    /// Makes the message table `name`. Calls are made by `client` and tried at most `attempts` times.
    #[must_use]
    pub fn new(name: String, client: JsonClient, attempts: u32) -> Self {
        Self {
            name,
            schema: KeySchema::default(),
            write_mode: WriteMode::default(),
            client,
            attempts,
            retries: Arc::default(),
        }
    }

    /// Sets the key attributes.
    #[must_use]
    pub fn keyed(self, schema: KeySchema) -> Self {
        Self { schema, ..self }
    }

    /// Sets the mode in which rows of files are written.
    #[must_use]
    pub fn writing(self, write_mode: WriteMode) -> Self {
        Self { write_mode, ..self }
    }

    /// The order of a write at this moment, if the later of two writes must win.
    #[must_use]
    pub fn order(&self) -> Option<Order> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // No clock has a year in which the milliseconds exceed 64 bits.
        let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        (self.write_mode == WriteMode::Latest).then(|| Order::at_millis(millis))
    }

    /// Calls `operation`, and retries it by the retry policy.
    ///
    /// # Errors
    /// [`TableError`] of the last try, or [`TableError::InDoubt`] when a try of a write may have been carried out.
    pub async fn call(&self, operation: Operation, input: &Input) -> Result<Output, TableError> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            table_name: &'a str,
            #[serde(flatten)]
            input: &'a Input,
        }
        let table_name = &self.name;
        let body = serde_json::to_vec(&Body { table_name, input });
        let body = body.map_err(|error| Box::new(CallError::construction_failure(error)))?;
        let body = bytes::Bytes::from(body);
        let mut backoff = Backoff::of_pauses(self.attempts.saturating_sub(1), Deadline::after(OPERATION_TIMEOUT));
        let read = |reply: &[u8]| serde_json::from_slice(reply);
        let span = dynamodb_span(operation.name(), &self.name);
        let output = backoff.retry(|| self.client.call(operation.target(), body.clone(), read));
        let output = output.instrument(span).await;
        self.retries.fetch_add(backoff.taken().into(), Ordering::Relaxed);
        output.map_err(|error| match Box::new(error) {
            error if operation.is_write() && backoff.is_in_doubt() => TableError::InDoubt(error),
            error => error.into(),
        })
    }

    /// Returns the number of retries since the last call of this method.
    #[must_use]
    pub fn take_retries(&self) -> u64 {
        self.retries.swap(0, Ordering::Relaxed)
    }

    /// Reads the item with this key, with a consistent read: a client finds what it has just written.
    ///
    /// # Errors
    /// [`TableError`], when the call fails or the item cannot be read.
    pub async fn read(&self, key: &ItemKey) -> Result<Option<Attributes>, TableError> {
        let input = Input {
            key: Some(key.clone()),
            consistent_read: Some(true),
            ..Input::default()
        };
        let output = self.call(Operation::GetItem, &input).await?;
        output.item.as_deref().map(attributes_of).transpose()
    }
}

impl Operation {
    fn name(self) -> &'static str {
        self.target().rsplit('.').next().unwrap_or_default()
    }

    /// Whether it changes the table.
    fn is_write(self) -> bool {
        matches!(self, Self::PutItem | Self::UpdateItem | Self::DeleteItem)
    }

    /// The value of the header `X-Amz-Target`.
    fn target(self) -> &'static str {
        match self {
            Self::GetItem => "DynamoDB_20120810.GetItem",
            Self::PutItem => "DynamoDB_20120810.PutItem",
            Self::UpdateItem => "DynamoDB_20120810.UpdateItem",
            Self::DeleteItem => "DynamoDB_20120810.DeleteItem",
            Self::Query => "DynamoDB_20120810.Query",
            Self::Scan => "DynamoDB_20120810.Scan",
        }
    }
}

impl Input {
    /// Adds a condition.
    #[must_use]
    pub fn on(mut self, condition: Condition) -> Self {
        self.condition_expression = condition.expression;
        self.expression_attribute_names.extend(condition.names);
        self.expression_attribute_values = members(&condition.values);
        self
    }
}

impl Output {
    /// The items of a page.
    ///
    /// # Errors
    /// [`TableError::Reply`], when it cannot be read.
    pub fn items(&self) -> Result<Vec<Attributes>, TableError> {
        let items = self.items.as_deref().unwrap_or_default();
        items.iter().map(|item| attributes_of(item)).collect()
    }

    /// The key after which the next page starts, if there is one.
    ///
    /// # Errors
    /// [`TableError::Reply`], when it cannot be read.
    pub fn last_evaluated_key(&self) -> Result<Option<Attributes>, TableError> {
        self.last_evaluated_key.as_deref().map(attributes_of).transpose()
    }

    /// The item after an update.
    ///
    /// # Errors
    /// [`TableError::Reply`], when it cannot be read.
    pub fn updated(&self) -> Result<Attributes, TableError> {
        let attributes = self.attributes.as_deref().map(attributes_of);
        attributes.unwrap_or_else(|| Ok(Attributes::new()))
    }
}

/// Converts attributes to DynamoDB JSON; `None` when there are none.
#[must_use]
pub fn members(attributes: &Attributes) -> Option<Value> {
    (!attributes.is_empty()).then(|| dynamodb_json::to_value(attributes))
}

fn attributes_of(json: &RawValue) -> Result<Attributes, TableError> {
    dynamodb_json::stored(json.get()).map_err(TableError::Reply)
}
