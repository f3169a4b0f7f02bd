//! An API on a table with a declared key, in a DynamoDB that keeps what is written.

use attributes::KeySchema;
use aws::JsonClient;
use message::KeyType::{N, S};
use percent_encoding::percent_decode_str;
use second_opinion::DynamoDb;
use serde_json::{Value, json};

use super::{Received, TABLE, declared, send};
use crate::{Api, Response, Route, Table};

/// Key attributes of each kind.
pub fn schemas() -> [KeySchema; 4] {
    [
        declared("pk", S, Some(("sk", S))),
        declared("pk", S, Some(("n", N))),
        declared("id", N, Some(("time", N))),
        declared("customer id", S, None),
    ]
}

/// An API and its DynamoDB.
pub struct Keyed {
    pub api: Api,
    pub dynamodb: DynamoDb,
}

/// A request in the form of a REST API.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The partition key, as it is in the URL.
    pub path: Option<String>,
    /// Names and values, decoded.
    pub query: Vec<(String, String)>,
    /// The body; null for none.
    pub body: Value,
    pub headers: Value,
}

impl Asked {
    /// The request for the item at this `Location`.
    pub fn at(location: &str) -> Self {
        let (path, query) = location.split_once('?').unwrap_or((location, ""));
        let decoded = |text| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self {
            path: Some(path.strip_prefix("message/").unwrap().to_owned()),
            query: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect(),
            ..Self::default()
        }
    }

    /// The request for a partition key, as it is in the URL, with these query parameters.
    pub fn of(path: &str, query: &[(&str, &str)]) -> Self {
        Self {
            path: Some(path.to_owned()),
            ..Self::list(query)
        }
    }

    /// The request for a list with these query parameters.
    pub fn list(query: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            query: query.iter().map(owned).collect(),
            ..Self::default()
        }
    }

    pub fn with_body(self, body: Value) -> Self {
        Self { body, ..self }
    }

    pub fn with_header(self, name: &str, value: &str) -> Self {
        Self {
            headers: json!({ name: value }),
            ..self
        }
    }

    /// The event of the request for `route`.
    pub fn event(&self, route: Route) -> Value {
        let query: Value = self
            .query
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let mut event = json!({"resource": route.path(), "path": "/message", "queryStringParameters": query});
        event["httpMethod"] = route.method().into();
        event["headers"] = self.headers.clone();
        if let Some(path) = &self.path {
            event["path"] = format!("/message/{path}").into();
            event["pathParameters"] = json!({ "date": path });
        }
        if !self.body.is_null() {
            event["body"] = self.body.to_string().into();
        }
        event
    }
}

/// An API that is configured for these key attributes.
fn api(dynamodb: &DynamoDb, schema: &KeySchema) -> Api {
    let client = JsonClient::for_tests(dynamodb.clone());
    Api::new(Table::new(TABLE.to_owned(), client, 1).keyed(schema.clone()))
}

impl Keyed {
    /// An API on an empty table.
    pub fn new(schema: &KeySchema) -> Self {
        let partition = schema.partition();
        let parts = std::iter::once(partition).chain(schema.sort());
        let parts: Vec<_> = parts.map(|(name, key_type)| (name, key_type.to_string())).collect();
        let key: Vec<_> = parts
            .iter()
            .map(|(name, key_type)| (*name, key_type.as_str()))
            .collect();
        let dynamodb = DynamoDb::with_table(TABLE, &key);
        let api = api(&dynamodb, schema);
        Self { api, dynamodb }
    }

    /// The same table, with an API that is configured for these key attributes.
    pub fn asked_by(self, schema: &KeySchema) -> Self {
        let api = api(&self.dynamodb, schema);
        Self { api, ..self }
    }

    /// Makes a call.
    pub async fn call(&self, route: Route, asked: &Asked) -> Response {
        send(&self.api, route, &asked.event(route)).await
    }

    /// Stores an item. Returns its `Location`.
    pub async fn post(&self, item: &Value) -> String {
        let asked = Asked::default().with_body(json!({ "Item": item }));
        let response = self.call(Route::PostMessage, &asked).await;
        assert_eq!(response.status(), 201, "{item}: {}", response.text());
        response.header("Location").unwrap().to_owned()
    }

    /// Makes a call that must succeed. Returns the response body.
    pub async fn found(&self, route: Route, asked: &Asked) -> Value {
        let response = self.call(route, asked).await;
        assert_eq!(response.status(), 200, "{asked:?}: {}", response.text());
        serde_json::from_str(response.text()).unwrap()
    }
}
