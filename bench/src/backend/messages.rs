//! The messages of a call to SQS: counted, or parsed completely.

use std::collections::HashMap;

use memchr::memmem;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Rows;
use super::scan::occurrences;
use crate::runtime_api::TRACE;

/// The name of a put in a body. Within the text of a row, the quotation mark after the name has three backslashes.
const PUT: &[u8] = br#"\"PutRequest\""#;

/// The number of messages and rows that a call sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Its messages.
    pub messages: usize,
    /// Their rows.
    pub rows: usize,
}

#[derive(Deserialize)]
struct SendMessage {
    #[serde(rename = "MessageBody")]
    body: String,
    #[serde(rename = "MessageAttributes")]
    attributes: Attributes,
    #[serde(rename = "MessageSystemAttributes")]
    system: Option<SystemAttributes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessageBatch {
    entries: Vec<SendMessage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    method: Attribute,
    ingest_id: Option<Attribute>,
}

/// The attributes of a message that SQS has names for.
#[derive(Deserialize)]
pub(super) struct SystemAttributes {
    #[serde(rename = "AWSTraceHeader")]
    pub trace: Attribute,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute {
    pub data_type: String,
    pub string_value: String,
}

/// A body in the documented form.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "it only has to be there")]
struct Body<I> {
    item: I,
}

/// A body of many rows in the documented form.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Packed<I> {
    request_items: HashMap<String, Vec<Put<I>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "it only has to be there")]
struct Put<I> {
    put_request: Body<I>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they only have to be there")]
struct Message {
    #[serde(alias = "pk")]
    date: Text,
    #[serde(alias = "sk")]
    time: Text,
    location: Text,
    source: Text,
    local_dest: Text,
    local_avg: Number,
    remote_dest: Text,
    remote_avg: Number,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they only have to be there")]
struct Reading {
    pk: Text,
    sk: Text,
    at: Text,
    #[serde(rename = "Messstelle")]
    station: Text,
    value: Number,
    #[serde(rename = "Status")]
    status: Text,
    #[serde(rename = "Aktiv")]
    active: Truth,
    #[serde(rename = "Tags")]
    tags: Texts,
    kind: Text,
    version: Number,
    origin: Map,
    expires: Number,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "it only has to be there")]
struct Text {
    s: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "it only has to be there")]
struct Number {
    n: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it only has to be there")]
struct Truth {
    #[serde(rename = "BOOL")]
    is_true: bool,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they only have to be there")]
struct Texts {
    #[serde(rename = "SS")]
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it only has to be there")]
struct Map {
    #[serde(rename = "M")]
    origin: Origin,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they only have to be there")]
struct Origin {
    file: Text,
    line: Number,
}

impl HandedOver {
    /// Counts the messages and rows of a `SendMessageBatch` without parsing it. A message of the method `BATCH_WRITE` has a row
    /// for each `PutRequest` in its body, every other message has one.
    pub fn counted(call: &[u8]) -> Self {
        let messages = occurrences(call, b"\"MessageBody\"");
        let packed = occurrences(call, b"\"BATCH_WRITE\"");
        let puts = if packed > 0 {
            memmem::find_iter(call, PUT).count()
        } else {
            0
        };
        let rows = messages.saturating_sub(packed) + puts;
        Self { messages, rows }
    }

    /// Parses a `SendMessageBatch` completely; `None` if a message does not have the documented form.
    pub fn read(call: &[u8], rows: Rows) -> Option<Self> {
        let SendMessageBatch { entries } = serde_json::from_slice(call).ok()?;
        let rows: Option<Vec<_>> = entries.iter().map(|message| message.rows(rows)).collect();
        Some(Self {
            messages: entries.len(),
            rows: rows?.into_iter().sum(),
        })
    }

    /// Parses a `SendMessage`; `None` if it does not have the documented form.
    pub fn read_one(call: &[u8], rows: Rows) -> Option<Self> {
        let message: SendMessage = serde_json::from_slice(call).ok()?;
        Some(Self {
            messages: 1,
            rows: message.rows(rows)?,
        })
    }
}

impl SendMessage {
    /// The number of rows in the message; `None` if it does not have the documented form.
    fn rows(&self, rows: Rows) -> Option<usize> {
        let Attribute {
            data_type,
            string_value,
        } = &self.attributes.method;
        if data_type != "String" || !self.goes_on_with_the_trace() {
            return None;
        }
        match rows {
            Rows::Messages => rows_in::<Message>(string_value, &self.body),
            Rows::Readings => rows_in::<Reading>(string_value, &self.body),
        }
    }

    /// Whether the message passes on Lambda's trace. It must if it names its upload, as our messages do.
    fn goes_on_with_the_trace(&self) -> bool {
        let trace = self.system.as_ref();
        self.attributes.ingest_id.is_none() || trace.is_some_and(|trace| trace.trace.string_value == TRACE)
    }
}

/// The number of rows in a body of this method, whose items are all `I`.
fn rows_in<I: DeserializeOwned>(method: &str, body: &str) -> Option<usize> {
    match method {
        "POST" => serde_json::from_str::<Body<I>>(body).ok().map(|_| 1),
        "BATCH_WRITE" => {
            let body: Packed<I> = serde_json::from_str(body).ok()?;
            Some(body.request_items.values().map(Vec::len).sum())
        }
        _ => None,
    }
}
