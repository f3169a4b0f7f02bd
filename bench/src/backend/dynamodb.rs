//! DynamoDB: takes every item, and has one for every key.

use std::time::Instant;

use bytes::Bytes;
use serde_json::Value;

use super::Backend;
use super::scan::occurrences;
use crate::http::Reply;

/// Each so many-th `BatchWriteItem` and `BatchExecuteStatement` is read whole.
const LOOKS: u64 = 16;
/// The attributes of every item that is read beside its time.
const ITEM: &str = r#""date":{"S":"2001-01-01"},"location":{"S":"location-03"},"source":{"S":"wireless"},"local_dest":{"S":"router-1"},"local_avg":{"N":"5.55"},"remote_dest":{"S":"device-1"},"remote_avg":{"N":"10.10"}"#;

impl Backend {
    pub(super) fn dynamodb(&self, operation: &str, body: &Bytes) -> Reply {
        let look = self.counts.get().calls % LOOKS == 1;
        match operation {
            "BatchWriteItem" => {
                if let Some(region) = &mut *self.region.borrow_mut() {
                    return self.limited_batch_write(&mut region.table, body, Instant::now());
                }
                let items = occurrences(body, b"\"PutRequest\"");
                if look && items_in(body) != Some(items) {
                    return Reply::refusal("an item is not as documented");
                }
                self.count(|counts| counts.items_written += items as u64);
                Reply::json(r#"{"UnprocessedItems":{}}"#)
            }
            "GetItem" | "Query" | "Scan" => self.read(operation),
            // Its limits are those of the calls that a load makes.
            _ if self.region.borrow().is_some() => {
                Reply::refusal(&format!("the stub's table has no limits for {operation}"))
            }
            "BatchExecuteStatement" => {
                let items = occurrences(body, b"\"Statement\"");
                if look && inserts_in(body) != Some(items) {
                    return Reply::refusal("an item is not as documented");
                }
                self.count(|counts| counts.items_written += items as u64);
                let responses = vec![r#"{"TableName":"messages"}"#; items].join(",");
                Reply::json(format!(r#"{{"Responses":[{responses}]}}"#))
            }
            "PutItem" | "UpdateItem" | "DeleteItem" => {
                self.count(|counts| counts.items_written += 1);
                Reply::json("{}")
            }
            _ => Reply::refusal(&format!("the stub's DynamoDB knows no {operation}")),
        }
    }

    fn read(&self, operation: &str) -> Reply {
        if operation != "GetItem" {
            return Reply::json(self.page());
        }
        self.count(|counts| counts.items_read += 1);
        Reply::json(format!(r#"{{"Item":{{{ITEM},"time":{{"S":"09:01:05"}}}}}}"#))
    }

    fn page(&self) -> String {
        let items = self.page.get();
        self.count(|counts| counts.items_read += items as u64);
        let texts: Vec<_> = (0..items)
            .map(|item| {
                let (hour, minute, second) = (item / 3600 % 24, item / 60 % 60, item % 60);
                format!(r#"{{{ITEM},"time":{{"S":"{hour:02}:{minute:02}:{second:02}"}}}}"#)
            })
            .collect();
        let texts = texts.join(",");
        format!(r#"{{"Items":[{texts}],"Count":{items},"ScannedCount":{items}}}"#)
    }
}

/// The items of a `BatchWriteItem` that have the documented attributes.
fn items_in(body: &[u8]) -> Option<usize> {
    let request: Value = serde_json::from_slice(body).ok()?;
    let tables = request["RequestItems"].as_object()?.values();
    let items = tables.filter_map(Value::as_array).flatten();
    let is_sound = |request: &&Value| {
        let item = &request["PutRequest"]["Item"];
        let texts = ["date", "time", "location", "source", "local_dest", "remote_dest"];
        let numbers = ["local_avg", "remote_avg"];
        texts.iter().all(|name| item[name]["S"].is_string()) && numbers.iter().all(|name| item[name]["N"].is_string())
    };
    Some(items.filter(is_sound).count())
}

/// The statements of a `BatchExecuteStatement` that insert an item with the documented attributes and its order.
fn inserts_in(body: &[u8]) -> Option<usize> {
    const STATEMENT: &str = r#"INSERT INTO "messages" VALUE {'date':?,'time':?,'location':?,'source':?,'local_dest':?,'local_avg':?,'remote_dest':?,'remote_avg':?,'$order':?}"#;
    let request: Value = serde_json::from_slice(body).ok()?;
    let is_sound = |statement: &&Value| {
        let types = ["S", "S", "S", "S", "S", "N", "S", "N", "S"];
        let parameters = statement["Parameters"].as_array();
        let is_of_type = |(value, of): (&Value, &str)| value[of].is_string();
        statement["Statement"] == STATEMENT
            && parameters.is_some_and(|values| values.len() == types.len() && values.iter().zip(types).all(is_of_type))
    };
    Some(request["Statements"].as_array()?.iter().filter(is_sound).count())
}
