//! Helpers for tests of several modules: an API on a DynamoDB of rules, events, and a client's view of a response.

use attributes::KeySchema;
use lambda_http::Context;
use message::{KeyAttribute, KeyType, TableKey, WriteMode};
use serde_json::{Value, json};

use crate::response::problem::Kind;
use crate::{Api, Response, Route, Table};

mod dynamodb;
pub mod keyed;
pub mod log;

pub use dynamodb::Rule;

/// The name of the table, which no client may see.
pub const TABLE: &str = "secret-table-name";

/// All routes with their sample events.
pub const SAMPLES: [(Route, &str); 5] = [
    (Route::ListMessages, include_str!("../../../events/get-messages.json")),
    (Route::GetMessage, include_str!("../../../events/get-message.json")),
    (Route::PostMessage, include_str!("../../../events/post-message.json")),
    (Route::PutMessage, include_str!("../../../events/put-message.json")),
    (
        Route::DeleteMessage,
        include_str!("../../../events/delete-message.json"),
    ),
];

/// The sample event of `route`.
pub fn sample(route: Route) -> Value {
    let (_, text) = SAMPLES.iter().find(|(of, _)| *of == route).unwrap();
    serde_json::from_str(text).unwrap()
}

/// A minimal event for the documented message, with `body`.
pub fn event(body: &Value) -> Value {
    json!({
        "pathParameters": {"date": "2001-01-01"},
        "queryStringParameters": {"time": "09:01:05"},
        "body": body.to_string(),
    })
}

/// An API whose DynamoDB answers by the first rule that fits. Calls are tried at most three times.
pub fn api(rules: impl IntoIterator<Item = Rule>) -> Api {
    api_of(WriteMode::Replace, rules)
}

/// The same API in a stack with this write mode.
pub fn api_of(mode: WriteMode, rules: impl IntoIterator<Item = Rule>) -> Api {
    log::install();
    let client = dynamodb::client(rules.into_iter().collect());
    Api::new(Table::new(TABLE.to_owned(), client, 3).writing(mode))
}

/// An API on a table with these key attributes.
pub fn api_keyed(schema: KeySchema, rules: impl IntoIterator<Item = Rule>) -> Api {
    log::install();
    let client = dynamodb::client(rules.into_iter().collect());
    Api::new(Table::new(TABLE.to_owned(), client, 3).keyed(schema))
}

/// The key attributes of a table with a declared key.
pub fn declared(partition: &str, partition_type: KeyType, sort: Option<(&str, KeyType)>) -> KeySchema {
    let attribute = |(name, key_type): (&str, _)| KeyAttribute {
        name: name.to_owned(),
        key_type,
    };
    KeySchema::from(Some(TableKey {
        partition: attribute((partition, partition_type)),
        sort: sort.map(attribute),
    }))
}

/// The rules of a DynamoDB that has every message and accepts everything.
pub fn willing() -> [Rule; 6] {
    [
        Rule::on("GetItem").then(|_| json!({"Item": {}})),
        Rule::on("PutItem"),
        Rule::on("UpdateItem"),
        Rule::on("DeleteItem"),
        Rule::on("Scan"),
        Rule::on("Query"),
    ]
}

/// The context of an invocation whose id is `invocation-1`.
pub fn invocation() -> Context {
    let mut context = Context::default();
    context.request_id = "invocation-1".to_owned();
    context
}

/// Sends `event` to `route`.
pub async fn send(api: &Api, route: Route, event: &Value) -> Response {
    send_text(api, route, &event.to_string()).await
}

/// Sends any payload to `route`.
pub async fn send_text(api: &Api, route: Route, payload: &str) -> Response {
    api.answer_for(route, payload, invocation()).await.response
}

/// A client's view of a response.
pub trait Received {
    /// The value of a header.
    fn header(&self, name: &str) -> Option<&str>;
    /// The body.
    fn text(&self) -> &str;
}

impl Received for Response {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).map(|value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        str::from_utf8(self.body()).unwrap()
    }
}

/// Returns the body of a response. It must be a well-formed problem with this status and `instance`, and must reveal nothing
/// internal.
pub fn problem(response: &Response, status: u16, instance: &str) -> Value {
    assert_eq!(response.status(), status, "{}", response.text());
    assert_eq!(response.header("Content-Type"), Some("application/problem+json"));
    let problem: Value = serde_json::from_str(response.text()).unwrap();
    let mut members: Vec<_> = problem.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members.retain(|name| *name != "errors");
    assert_eq!(members, ["detail", "instance", "status", "title", "type"]);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["instance"], instance);
    let kind = Kind::ALL.iter().find(|kind| problem["type"] == kind.uri).unwrap();
    assert_eq!((kind.status, &problem["title"]), (status, &json!(kind.title)));
    let errors = problem
        .get("errors")
        .map(|errors| errors.as_array().unwrap().as_slice());
    for error in errors.unwrap_or_default() {
        assert!(
            ["path", "query", "header", "body"]
                .map(Value::from)
                .contains(&error["in"]),
            "{error}"
        );
        assert!(error["pointer"].is_string() && error["detail"].is_string(), "{error}");
    }
    for secret in [TABLE, "internal text", "Exception", "SdkError"] {
        assert!(!response.text().contains(secret), "{}", response.text());
    }
    problem
}

/// The place and text of every fault in a problem.
pub fn errors(response: &Response) -> Vec<[String; 3]> {
    let problem: Value = serde_json::from_str(response.text()).unwrap();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|error| ["in", "pointer", "detail"].map(|name| error[name].as_str().unwrap().to_owned()))
        .collect()
}

/// The `detail` of a problem with this status and `instance`.
pub fn detail(response: &Response, status: u16, instance: &str) -> String {
    problem(response, status, instance)["detail"]
        .as_str()
        .unwrap()
        .to_owned()
}
