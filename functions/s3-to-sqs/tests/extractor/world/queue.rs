//! The queue.

use std::fmt;
use std::sync::{Arc, Mutex};

use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

use super::{Decide, Reply, State};

/// SQS, as far as batches go.
pub struct Queue {
    pub state: Arc<Mutex<State>>,
    pub decide: Box<Decide>,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl Queue {
    /// A client of it.
    pub fn client(self) -> JsonClient {
        JsonClient::for_tests(self)
    }

    fn answer(&self, request: &Value) -> Value {
        let mut state = self.state.lock().unwrap();
        state.calls += 1;
        let entries = request["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()));
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in entries {
            let (id, body) = (&entry["Id"], entry["MessageBody"].as_str().unwrap());
            let method = &entry["MessageAttributes"]["Method"];
            assert_eq!(*method, json!({"DataType": "String", "StringValue": method_of(body)}));
            let tries = state.tries.entry(body.to_owned()).or_default();
            *tries += 1;
            match (self.decide)(body, *tries - 1) {
                Reply::Take => {
                    let ingest_id = entry["MessageAttributes"]["IngestId"]["StringValue"].as_str().unwrap();
                    state.ingest_ids.insert(ingest_id.to_owned());
                    state.taken.push(body.to_owned());
                    successful.push(json!({"Id": id, "MessageId": "id", "MD5OfMessageBody": "md5"}));
                }
                Reply::LeaveOut => {}
                Reply::Fail(code, sender_fault) => {
                    failed.push(json!({"Id": id, "Code": code, "Message": "because", "SenderFault": sender_fault}));
                }
            }
        }
        json!({"Successful": successful, "Failed": failed})
    }
}

/// The method of a message, by what the writer needs for it.
fn method_of(body: &str) -> &'static str {
    let body: Value = serde_json::from_str(body).unwrap();
    match (body.get("Item"), body.get("UpdateExpression")) {
        _ if body.get("RequestItems").is_some() => "BATCH_WRITE",
        (Some(_), _) => "POST",
        (None, Some(_)) => "PUT",
        (None, None) => "DELETE",
    }
}

impl HttpConnector for Queue {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let answer = SdkBody::from(self.answer(&body).to_string());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), answer)))
    }
}
