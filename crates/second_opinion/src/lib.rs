//! A second DynamoDB for unit tests: [dynoxide](https://crates.io/crates/dynoxide-rs), in the test's process and in memory.
//!
//! The embedded stack's DynamoDB accepts requests that the real one refuses. A public test suite checks dynoxide against the
//! real one. How both answer the calls of the functions is in `docs/decisions/second-opinion.md`.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde_json::{Value, json};

/// A DynamoDB with one table. Clones share the table.
#[derive(Clone)]
pub struct DynamoDb(Arc<Database>);

impl DynamoDb {
    /// Makes a DynamoDB with an empty message table.
    ///
    /// # Panics
    /// When the table cannot be made.
    #[must_use]
    pub fn with_message_table(name: &str) -> Self {
        Self::with_table(name, &[("date", "S"), ("time", "S")])
    }

    /// Makes a DynamoDB with an empty table of this key: the name and type of the partition key and, if there is one, of the
    /// sort key.
    ///
    /// # Panics
    /// When the table cannot be made.
    #[must_use]
    pub fn with_table(name: &str, key: &[(&str, &str)]) -> Self {
        Self::with_indexed_table(name, key, None)
    }

    /// Makes a DynamoDB like [`with_table`](Self::with_table), with an index on an attribute of this name and type.
    ///
    /// # Panics
    /// When the table cannot be made.
    #[must_use]
    pub fn with_indexed_table(name: &str, key: &[(&str, &str)], index: Option<(&str, &str)>) -> Self {
        let database = Database::memory().unwrap_or_else(|error| panic!("a database in memory: {error}"));
        let dynamodb = Self(Arc::new(database));
        let definitions = key
            .iter()
            .chain(&index)
            .map(|(name, of_type)| json!({"AttributeName": name, "AttributeType": of_type}));
        let schema = key
            .iter()
            .zip(["HASH", "RANGE"])
            .map(|((name, _), role)| json!({"AttributeName": name, "KeyType": role}));
        let mut request = json!({
            "TableName": name,
            "AttributeDefinitions": definitions.collect::<Value>(),
            "KeySchema": schema.collect::<Value>(),
            "BillingMode": "PAY_PER_REQUEST",
        });
        if let Some((attribute, _)) = index {
            request["GlobalSecondaryIndexes"] = json!([{
                "IndexName": "index",
                "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }]);
        }
        let (status, reply) = dynamodb.call("CreateTable", &request);
        assert_eq!(status, 200, "{reply}");
        dynamodb
    }

    /// Makes a call. Returns the status and the body of the reply.
    ///
    /// # Panics
    /// When the operation is not one that the functions call, or the request is malformed.
    #[must_use]
    pub fn call(&self, operation: &str, request: &Value) -> (u16, Value) {
        let text = request.to_string();
        let database = &*self.0;
        match operation {
            "CreateTable" => answer(database.create_table(read(&text))),
            "PutItem" => answer(database.put_item(read(&text))),
            "GetItem" => answer(database.get_item(read(&text))),
            "UpdateItem" => answer(database.update_item(read(&text))),
            "DeleteItem" => answer(database.delete_item(read(&text))),
            "BatchWriteItem" => answer(database.batch_write_item(read(&text))),
            "BatchExecuteStatement" => answer(database.batch_execute_statement(read(&text))),
            "Query" => answer(database.query(read(&text))),
            "Scan" => answer(database.scan(read(&text))),
            unknown => panic!("no function calls {unknown}"),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(request: &str) -> T {
    serde_json::from_str(request).unwrap_or_else(|error| panic!("{error} in {request}"))
}

fn answer(result: Result<impl Serialize, DynoxideError>) -> (u16, Value) {
    match result {
        Ok(reply) => (200, json!(reply)),
        Err(error) => (error.status_code(), read(&error.to_json())),
    }
}

impl fmt::Debug for DynamoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynamoDb")
    }
}

impl HttpConnector for DynamoDb {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        let (status, reply) = self.call(operation, &read(&String::from_utf8_lossy(body)));
        let status = status.try_into().unwrap_or_else(|error| panic!("{status}: {error}"));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, reply.to_string().into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "messages";

    fn key(second: u8) -> [Value; 2] {
        [json!({"S": "2001-01-01"}), json!({"S": format!("09:01:{second:02}")})]
    }

    fn insert(dynamodb: &DynamoDb, statements: impl IntoIterator<Item = (String, Vec<Value>)>) -> (u16, Value) {
        let statements = statements.into_iter();
        let statement = |(text, values)| json!({"Statement": text, "Parameters": values});
        let request = json!({"Statements": statements.map(statement).collect::<Vec<_>>()});
        dynamodb.call("BatchExecuteStatement", &request)
    }

    fn text(name: &str) -> String {
        format!(r#"INSERT INTO "{TABLE}" VALUE {{'date':?,'time':?,'{name}':?}}"#)
    }

    /// The behaviour that the writer's inserts rely on.
    #[test]
    fn an_insert_replaces_nothing_and_tells_nothing() {
        let dynamodb = DynamoDb::with_message_table(TABLE);
        let row = |second, value: &str| {
            let [date, time] = key(second);
            (text("$order"), vec![date, time, json!({ "S": value })])
        };
        assert_eq!(insert(&dynamodb, [row(1, "a")]).0, 200);
        let (status, reply) = insert(&dynamodb, [row(1, "b"), row(2, "c")]);
        assert_eq!(
            (status, &reply["Responses"][1]["Error"]),
            (200, &Value::Null),
            "{reply}"
        );
        assert_eq!(reply["Responses"][0]["Error"]["Code"], "DuplicateItem", "{reply}");
        assert!(!reply.to_string().contains("Item\":"), "{reply}");
        let (status, reply) = insert(&dynamodb, [row(3, "a"), row(3, "b")]);
        assert_eq!(status, 400, "two statements on one key: {reply}");
        let (_, reply) = dynamodb.call("Scan", &json!({"TableName": TABLE}));
        let mut orders: Vec<_> = reply["Items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["$order"].clone())
            .collect();
        orders.sort_by_key(Value::to_string);
        assert_eq!(orders, [json!({"S": "a"}), json!({"S": "c"})]);
    }

    #[test]
    fn a_statement_has_8192_characters_at_most() {
        let dynamodb = DynamoDb::with_message_table(TABLE);
        let long = |length: usize| {
            let [date, time] = key(1);
            let name = "x".repeat(length - text("").len());
            insert(&dynamodb, [(text(&name), vec![date, time, json!({"S": "a"})])])
        };
        let is_refused = |(status, reply): (u16, Value)| status != 200 || reply.to_string().contains("Error");
        assert!(is_refused(long(8193)));
        assert!(!is_refused(long(8192)));
    }
}
