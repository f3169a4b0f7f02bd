//! What the tests of several modules need: an API over a DynamoDB of rules, events, and a client's view of an answer.

use serde_json::{Value, json};

use crate::{Api, Kind, Response, Route, Table};

mod dynamodb;

pub use dynamodb::Rule;

/// The name of the table: no client may ever see it.
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

/// An event for the documented message with the least that is needed, and `body`.
pub fn event(body: &Value) -> Value {
    json!({
        "pathParameters": {"date": "2001-01-01"},
        "queryStringParameters": {"time": "09:01:05"},
        "body": body.to_string(),
    })
}

/// An API whose DynamoDB answers by the first rule that fits, and whose calls are tried at most three times.
pub fn api(rules: impl IntoIterator<Item = Rule>) -> Api {
    let client = dynamodb::client(rules.into_iter().collect());
    Api::new(Table::new(TABLE.to_owned(), client, 3))
}

/// A DynamoDB that has every message and accepts everything.
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

/// Sends `event` to `route`.
pub async fn send(api: &Api, route: Route, event: &Value) -> Response {
    api.answer_for(route, &event.to_string(), "invocation-1").await
}

/// The body of a response that must be a problem with this status and `instance`, well formed and silent about us.
pub fn problem(response: &Response, status: u16, instance: &str) -> Value {
    assert_eq!(response.status(), status, "{}", response.body());
    assert_eq!(response.header("Content-Type"), Some("application/problem+json"));
    let problem: Value = serde_json::from_str(response.body()).unwrap();
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
        assert!(!response.body().contains(secret), "{}", response.body());
    }
    problem
}

/// Place and text of all that a problem says is wrong.
pub fn errors(response: &Response) -> Vec<[String; 3]> {
    let problem: Value = serde_json::from_str(response.body()).unwrap();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|error| ["in", "pointer", "detail"].map(|name| error[name].as_str().unwrap().to_owned()))
        .collect()
}

/// The `detail` of such a problem.
pub fn detail(response: &Response, status: u16, instance: &str) -> String {
    problem(response, status, instance)["detail"]
        .as_str()
        .unwrap()
        .to_owned()
}
