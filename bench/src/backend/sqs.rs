//! SQS: takes every message.

use std::time::Instant;

use bytes::Bytes;
use serde::Deserialize;

use super::scan::{occurrences, texts_of};
use super::{Backend, Queue, Rows};
use crate::http::Reply;
use crate::runtime_api::TRACE;

/// Each so many-th call is read whole, and every message of it looked at: often enough that no client can send something
/// else, seldom enough that it is not what is measured.
const LOOKS: u64 = 64;

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

#[derive(Deserialize)]
struct SystemAttributes {
    #[serde(rename = "AWSTraceHeader")]
    trace: Attribute,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    data_type: String,
    string_value: String,
}

/// A body, as documented.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "it only has to be there")]
struct Body<I> {
    item: I,
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

impl Backend {
    pub(super) fn sqs(&self, operation: &str, body: &Bytes) -> Reply {
        let rows = self.rows.get();
        let look = self.counts.get().calls % LOOKS == 1;
        match operation {
            "SendMessage" => {
                let sound = serde_json::from_slice(body).is_ok_and(|message: SendMessage| message.is_sound(rows));
                self.took(1, sound)
                    .unwrap_or_else(|| Reply::json(format!(r#"{{"MessageId":"{ID}","MD5OfMessageBody":"{MD5}"}}"#)))
            }
            "SendMessageBatch" => {
                let messages = occurrences(body, b"\"MessageBody\"");
                let read =
                    || serde_json::from_slice(body).is_ok_and(|batch: SendMessageBatch| batch.is_sound(messages, rows));
                self.took(messages as u64, !look || read())
                    .or_else(|| self.kept(|queue| queue.send(body)))
                    .unwrap_or_else(|| Reply::json(successful(body)))
            }
            "ChangeMessageVisibilityBatch" => self
                .kept(|queue| queue.change_visibility(body, Instant::now()))
                .unwrap_or_else(|| Reply::json(successful(body))),
            _ => Reply::refusal(&format!("the stub's SQS knows no {operation}")),
        }
    }

    /// Has the queue of a load do something, where there is one; refuses what it cannot read.
    fn kept(&self, change: impl FnOnce(&mut Queue) -> serde_json::Result<()>) -> Option<Reply> {
        let region = &mut *self.region.borrow_mut();
        let error = change(&mut region.as_mut()?.queue).err()?;
        Some(Reply::refusal(&error.to_string()))
    }

    /// Counts messages, or refuses them.
    fn took(&self, messages: u64, sound: bool) -> Option<Reply> {
        if !sound {
            return Some(Reply::refusal("a message is not as documented"));
        }
        self.count(|counts| counts.messages += messages);
        None
    }
}

const ID: &str = "5fea7756-0ea4-451a-a703-a558b933e274";
const MD5: &str = "fafb00f5732ab283681e124bf8747ed1";

fn successful(body: &[u8]) -> Vec<u8> {
    let mut reply = Vec::with_capacity(1200);
    reply.extend_from_slice(b"{\"Successful\":[");
    for (index, id) in texts_of(body, b"\"Id\"").enumerate() {
        if index > 0 {
            reply.push(b',');
        }
        reply.extend_from_slice(b"{\"Id\":\"");
        reply.extend_from_slice(id);
        reply.extend_from_slice(b"\",\"MessageId\":\"");
        reply.extend_from_slice(ID.as_bytes());
        reply.extend_from_slice(b"\",\"MD5OfMessageBody\":\"");
        reply.extend_from_slice(MD5.as_bytes());
        reply.extend_from_slice(b"\"}");
    }
    reply.extend_from_slice(b"],\"Failed\":[]}");
    reply
}

impl SendMessage {
    fn is_sound(&self, rows: Rows) -> bool {
        let Attribute {
            data_type,
            string_value,
        } = &self.attributes.method;
        data_type == "String"
            && string_value == "POST"
            && self.goes_on_with_the_trace()
            && match rows {
                Rows::Messages => serde_json::from_str::<Body<Message>>(&self.body).is_ok(),
                Rows::Readings => serde_json::from_str::<Body<Reading>>(&self.body).is_ok(),
            }
    }

    /// A message that says which upload it comes from, as those of the function do, must also hand on Lambda's trace.
    fn goes_on_with_the_trace(&self) -> bool {
        let trace = self.system.as_ref();
        self.attributes.ingest_id.is_none() || trace.is_some_and(|trace| trace.trace.string_value == TRACE)
    }
}

impl SendMessageBatch {
    fn is_sound(&self, messages: usize, rows: Rows) -> bool {
        self.entries.len() == messages && self.entries.iter().all(|message| message.is_sound(rows))
    }
}
