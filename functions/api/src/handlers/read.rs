//! `GetItem`: the one call to DynamoDB of nearly every request, which is why it goes by the lean client.

use attributes::{Attributes, dynamodb_json};
use backoff::{Backoff, Deadline};
use message::{Key, names};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::OPERATION_TIMEOUT;
use crate::{Api, Error};

impl Api {
    /// The item as it is now: a client finds what it has just written.
    pub(super) async fn read_item(&self, key: Key) -> Result<Option<Attributes>, Error> {
        let key = json!({
            names::DATE: {"S": key.date.to_string()},
            names::TIME: {"S": key.time.to_string()},
        });
        let request = json!({"TableName": self.table, "Key": key, "ConsistentRead": true}).to_string();
        let mut backoff = Backoff::of_pauses(self.read_attempts.saturating_sub(1), Deadline::after(OPERATION_TIMEOUT));
        let item = backoff.retry(|| self.get_item.call(request.clone(), item_in)).await?;
        let attributes = item.map(dynamodb_json::attributes).transpose();
        attributes.map_err(Error::Unreadable)
    }
}

/// The item of a reply, if there is one.
fn item_in(reply: &[u8]) -> serde_json::Result<Option<Value>> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "Item")]
        item: Option<Value>,
    }
    serde_json::from_slice(reply).map(|reply: Reply| reply.item)
}
