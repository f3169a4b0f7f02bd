//! SQS: takes every message.

use std::time::Instant;

use bytes::Bytes;

use super::messages::HandedOver;
use super::scan::texts_of;
use super::{Backend, Queue};
use crate::http::Reply;

/// Each so many-th call is read whole, and every message of it looked at: often enough that no client can send something
/// else, seldom enough that it is not what is measured.
const LOOKS: u64 = 64;

impl Backend {
    pub(super) fn sqs(&self, operation: &str, body: &Bytes) -> Reply {
        let rows = self.rows.get();
        let look = self.counts.get().calls % LOOKS == 1;
        match operation {
            "SendMessage" => self.took(HandedOver::read_one(body, rows), || {
                Reply::json(format!(r#"{{"MessageId":"{ID}","MD5OfMessageBody":"{MD5}"}}"#))
            }),
            "SendMessageBatch" => {
                let counted = HandedOver::counted(body);
                let is_sound = !look || HandedOver::read(body, rows) == Some(counted);
                self.took(is_sound.then_some(counted), || {
                    self.kept(|queue| queue.send(body))
                        .unwrap_or_else(|| Reply::json(successful(body)))
                })
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

    /// Counts messages and their rows, or refuses them.
    fn took(&self, handed_over: Option<HandedOver>, reply: impl FnOnce() -> Reply) -> Reply {
        let Some(HandedOver { messages, rows }) = handed_over else {
            return Reply::refusal("a message is not as documented");
        };
        self.count(|counts| {
            counts.messages += messages as u64;
            counts.rows += rows as u64;
        });
        reply()
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ITEM: &str = r#"{"date":{"S":"2001-01-01"},"time":{"S":"09:01:05"},"location":{"S":"\"PutRequest\""},"source":{"S":"\"BATCH_WRITE\""},"local_dest":{"S":"router-1"},"local_avg":{"N":"5.55"},"remote_dest":{"S":"device-1"},"remote_avg":{"N":"10.10"}}"#;

    fn entry(id: usize, method: &str, body: &str) -> Value {
        let method = json!({"DataType": "String", "StringValue": method});
        json!({"Id": id.to_string(), "MessageBody": body, "MessageAttributes": {"Method": method}})
    }

    fn packed(puts: &[String]) -> String {
        format!(r#"{{"RequestItems":{{"messages":[{}]}}}}"#, puts.join(","))
    }

    fn call(entries: &[Value]) -> Bytes {
        json!({"QueueUrl": "queue", "Entries": entries}).to_string().into()
    }

    #[test]
    fn rows_of_a_call_are_counted_whether_it_is_read_or_not() {
        let put = format!(r#"{{"PutRequest":{{"Item":{ITEM}}}}}"#);
        let single = format!(r#"{{"TableName":"messages","Item":{ITEM}}}"#);
        let body = call(&[
            entry(0, "BATCH_WRITE", &packed(&[put.clone(), put.clone(), put])),
            entry(1, "POST", &single),
        ]);
        let backend = Backend::default();
        // The first call of all is read whole, the next is not.
        for calls in [1, 2] {
            backend.count(|counts| counts.calls = calls);
            let reply = backend.sqs("SendMessageBatch", &body);
            let counts = backend.take_counts();
            assert_eq!((reply.status, counts.messages, counts.rows), (200, 2, 4));
        }
    }

    #[test]
    fn a_message_that_is_not_as_documented_is_refused() {
        let put = format!(r#"{{"PutRequest":{{"Item":{ITEM}}}}}"#);
        let without_a_column = put.replace("remote_avg", "avg");
        for (method, body) in [
            ("BATCH_WRITE", packed(&[put.clone(), without_a_column])),
            ("POST", packed(std::slice::from_ref(&put))),
            ("BATCH_WRITE", format!(r#"{{"TableName":"messages","Item":{ITEM}}}"#)),
            ("GET", format!(r#"{{"TableName":"messages","Item":{ITEM}}}"#)),
        ] {
            let backend = Backend::default();
            backend.count(|counts| counts.calls = 1);
            let reply = backend.sqs("SendMessageBatch", &call(&[entry(0, method, &body)]));
            assert_eq!((reply.status, backend.take_counts().rows), (501, 0), "{method} {body}");
        }
    }
}
