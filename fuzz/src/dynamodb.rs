//! A DynamoDB within the process: a client whose HTTP requests are answered by this module.

use std::sync::{Arc, Mutex, PoisonError};

use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// The text in every error message, besides the table's name.
pub const INTERNAL: &str = "internal text";

/// The number of good answers, which are the first of [`ANSWERS`].
pub const WILLING: usize = 4;

/// All kinds of answers.
pub const ANSWERS: [Answer; 15] = [
    Answer::Items,
    Answer::Nothing,
    Answer::Pages,
    Answer::EveryType,
    Answer::Error(400, "ConditionalCheckFailedException"),
    Answer::Error(400, "ValidationException"),
    Answer::Error(400, "ProvisionedThroughputExceededException"),
    Answer::Error(400, "ThrottlingException"),
    Answer::Error(400, "ResourceNotFoundException"),
    Answer::Error(400, "AccessDeniedException"),
    Answer::Error(500, "InternalServerError"),
    Answer::Html,
    Answer::CutOff,
    Answer::OtherKey,
    Answer::Script,
];

/// A kind of answer from DynamoDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Success with messages.
    Items,
    /// Success with an empty answer.
    Nothing,
    /// A page with a message. The third page is the last.
    Pages,
    /// An item with values of every type.
    EveryType,
    /// An error, by status and code.
    Error(u16, &'static str),
    /// The HTML page of a proxy.
    Html,
    /// JSON that ends too early.
    CutOff,
    /// An item of a table with another key, and an invalid number.
    OtherKey,
    /// The script that was given to [`World::set`].
    Script,
}

/// A client, and the answer that its requests get.
#[derive(Debug)]
pub struct World {
    /// The client.
    pub client: JsonClient,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    answer: Answer,
    script: String,
    calls: usize,
}

impl World {
    /// A DynamoDB without items.
    pub fn new() -> Self {
        let state = Arc::new(Mutex::new(State {
            answer: Answer::Nothing,
            script: String::new(),
            calls: 0,
        }));
        Self {
            client: JsonClient::for_tests(Process(Arc::clone(&state))),
            state,
        }
    }

    /// Sets the answer to all further requests. `script` is for [`Answer::Script`].
    pub fn set(&self, answer: Answer, script: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State {
            answer,
            script: script.to_owned(),
            calls: 0,
        };
    }
}

/// An HTTP connector that answers requests within the process.
#[derive(Debug)]
struct Process(Arc<Mutex<State>>);

impl HttpConnector for Process {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let table = table_of(request.body().bytes().unwrap_or_default());
        let (status, body) = self.0.lock().unwrap_or_else(PoisonError::into_inner).answer(&table);
        let status = status.try_into().unwrap_or_else(|error| panic!("{error}"));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

impl State {
    fn answer(&mut self, table: &str) -> (u16, String) {
        self.calls += 1;
        let item = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "local_avg": {"N": "5.550"}});
        let mut body = match self.answer {
            Answer::Nothing => json!({}),
            Answer::Items => json!({"Item": item, "Items": [item, item], "Count": 2, "ScannedCount": 2}),
            Answer::Pages => json!({"Items": [item], "Count": 1, "ScannedCount": 1}),
            Answer::EveryType => {
                let item = json!({
                    "date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "N": {"N": "-1E+125"}, "B": {"B": "AQI="},
                    "BOOL": {"BOOL": true}, "NULL": {"NULL": true}, "L": {"L": [{"S": ""}, {"M": {"": {"N": "0"}}}]},
                    "SS": {"SS": ["\u{1}\u{FFFF}"]}, "NS": {"NS": ["1", "2.50"]}, "BS": {"BS": ["AQ=="]},
                });
                json!({"Item": item, "Items": [item], "Attributes": item})
            }
            Answer::Error(status, code) => {
                let code = format!("com.amazonaws.dynamodb.v20120810#{code}");
                let body = json!({"__type": code, "message": format!("{INTERNAL} about {table}")});
                return (status, body.to_string());
            }
            Answer::Html => return (503, format!("<html>{INTERNAL} {table}</html>")),
            Answer::CutOff => return (200, format!("{{\"Item\":{{\"{table}\":{{\"S\":\"{INTERNAL}")),
            Answer::OtherKey => {
                let item = json!({"id": {"S": "1"}, table: {"N": INTERNAL}});
                json!({"Item": item, "Items": [item], "LastEvaluatedKey": {"id": {"S": "1"}}})
            }
            Answer::Script => return (200, self.script.clone()),
        };
        if self.answer == Answer::Pages && self.calls < 3 {
            body["LastEvaluatedKey"] = json!({"date": item["date"], "time": item["time"]});
        }
        (200, body.to_string())
    }
}

fn table_of(request: &[u8]) -> String {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    request["TableName"].as_str().unwrap_or_default().to_owned()
}
