//! Every call against an emulation of DynamoDB that is stricter than the embedded stack's.
//!
//! `docs/decisions/second-opinion.md` lists the differences.

use aws::JsonClient;
use second_opinion::DynamoDb;
use serde_json::{Value, json};

use crate::testing::{Received, TABLE, event, send};
use crate::{Api, Response, Route, Table};

/// An API over a table that keeps what is written.
struct World {
    api: Api,
    dynamodb: DynamoDb,
}

impl World {
    fn new() -> Self {
        let dynamodb = DynamoDb::with_message_table(TABLE);
        let client = JsonClient::for_tests(dynamodb.clone());
        let api = Api::new(Table::new(TABLE.to_owned(), client, 1));
        Self { api, dynamodb }
    }

    /// A table with the documented message, plus these attributes in DynamoDB JSON.
    fn with(attributes: &Value) -> Self {
        let world = Self::new();
        let mut item = json!({
            "date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "location": {"S": "location-03"},
            "local_avg": {"N": "5.550"},
        });
        item.as_object_mut()
            .unwrap()
            .extend(attributes.as_object().unwrap().clone());
        let (status, reply) = world
            .dynamodb
            .call("PutItem", &json!({"TableName": TABLE, "Item": item}));
        assert_eq!(status, 200, "{reply}");
        world
    }

    /// Makes a call for the documented message.
    async fn call(&self, route: Route, body: &Value, headers: &Value) -> Response {
        let mut event = event(body);
        if body.is_null() {
            event["body"] = Value::Null;
        }
        event["headers"] = headers.clone();
        send(&self.api, route, &event).await
    }

    /// The documented message as the API returns it, and its entity tag.
    async fn get(&self) -> Option<(Value, String)> {
        let response = self.call(Route::GetMessage, &Value::Null, &json!({})).await;
        (response.status() == 200).then(|| {
            let body: Value = serde_json::from_str(response.text()).unwrap();
            (body["Item"].clone(), response.header("ETag").unwrap().to_owned())
        })
    }

    /// Lists the messages, and returns the times of the items.
    async fn list(&self, parameters: &Value) -> (Vec<String>, Value) {
        let event = json!({"queryStringParameters": parameters});
        let response = send(&self.api, Route::ListMessages, &event).await;
        assert_eq!(response.status(), 200, "{parameters}: {}", response.text());
        let body: Value = serde_json::from_str(response.text()).unwrap();
        let items = body["Items"].as_array().unwrap().iter();
        (
            items
                .map(|item| item["time"].as_str().unwrap_or("-").to_owned())
                .collect(),
            body,
        )
    }
}

/// Values of each type, in DynamoDB JSON.
fn values() -> Vec<Value> {
    vec![
        json!({"S": "x"}),
        json!({"S": ""}),
        json!({"N": "1.50"}),
        json!({"N": "12345678901234567890.123456789012345678"}),
        json!({"BOOL": false}),
        json!({"NULL": true}),
        json!({"L": [{"N": "1.0"}, {"S": ""}, {"L": []}]}),
        json!({"M": {"a b": {"N": "1"}, "date": {"M": {}}}}),
        json!({"SS": ["b", "a"]}),
        json!({"NS": ["2", "1.0"]}),
        json!({"BS": ["Ag==", "AQ=="]}),
        json!({"B": "AQI="}),
    ]
}

/// Names of attributes: documented ones, reserved words, and names that need a placeholder.
const NAMES: [&str; 8] = ["location", "local_avg", "size", "extra", "it's", "a.b", "#a", "é"];

#[tokio::test]
async fn an_entity_tag_matches_what_it_was_answered_for() {
    for value in values() {
        for name in NAMES {
            let stored = json!({ name: value });
            for (route, body, status) in [
                (Route::PutMessage, json!({"Item": {"source": "wired"}}), 204),
                (
                    Route::PutMessage,
                    json!({"Item": {"note": "x"}, "Remove": ["location"]}),
                    204,
                ),
                (
                    Route::PostMessage,
                    json!({"Item": {"date": "2001-01-01", "time": "09:01:05", "n": 1}}),
                    201,
                ),
                (Route::DeleteMessage, Value::Null, 200),
            ] {
                let world = World::with(&stored);
                let (_, tag) = world.get().await.unwrap();
                let headers = json!({"If-Match": tag});
                let response = world.call(route, &body, &headers).await;
                assert_eq!(response.status(), status, "{route:?} {stored}: {}", response.text());
                let again = world.call(route, &body, &headers).await;
                assert_eq!(again.status(), 412, "{route:?} {stored}: the tag is outdated");
            }
        }
    }
}

#[tokio::test]
async fn what_is_posted_is_answered_digit_for_digit() {
    let item = json!({
        "date": "2001-01-01", "time": "09:01:05", "local_avg": 1e3, "size": -0.5, "name": null,
        "a.b": [true, {"c d": []}], "é": "12345678901234567890", "digits": 9.999_999_999_999,
    });
    let world = World::new();
    let response = world
        .call(Route::PostMessage, &json!({ "Item": item }), &json!({}))
        .await;
    assert_eq!(response.status(), 201, "{}", response.text());
    let (mut found, _) = world.get().await.unwrap();
    assert_eq!(found["local_avg"].to_string(), "1000");
    found["local_avg"] = item["local_avg"].clone();
    assert_eq!(found, item);

    let none = json!({"If-None-Match": "*"});
    let response = world.call(Route::PostMessage, &json!({ "Item": item }), &none).await;
    assert_eq!(response.status(), 412);
    let response = World::new()
        .call(Route::PostMessage, &json!({ "Item": item }), &none)
        .await;
    assert_eq!(response.status(), 201, "{}", response.text());
    for route in [Route::PostMessage, Route::PutMessage, Route::DeleteMessage] {
        let body = match route {
            Route::PostMessage => json!({ "Item": item }),
            Route::PutMessage => json!({"Item": {"source": "x"}}),
            _ => Value::Null,
        };
        let response = World::new().call(route, &body, &json!({"If-Match": "*"})).await;
        assert_eq!(response.status(), 412, "{route:?}: there is none");
    }
}

#[tokio::test]
async fn updates_of_members() {
    for name in NAMES {
        let world = World::with(&json!({}));
        let value = if name == "location" { json!("x") } else { json!(1) };
        let body = json!({"Item": {name: value, "other": {"a": [null]}}, "Remove": ["remote_dest", "nothing"]});
        let response = world.call(Route::PutMessage, &body, &json!({})).await;
        assert_eq!(response.status(), 204, "{name}: {}", response.text());
        let (item, _) = world.get().await.unwrap();
        assert_eq!((&item[name], &item["other"]), (&value, &json!({"a": [null]})));
        let response = World::new().call(Route::PutMessage, &body, &json!({})).await;
        assert_eq!(response.status(), 404, "an update creates nothing");
    }
}

#[tokio::test]
async fn update_expressions_that_are_passed_on() {
    let (none, x, one) = (json!({}), json!({":x": "x"}), json!({":x": 1}));
    for (expression, names, values, status) in [
        ("SET #l = :x", json!({"#l": "location"}), &x, 204),
        ("SET#n = :x", json!({"#n": "extra"}), &x, 204),
        ("SET extra = :x", none.clone(), &x, 204),
        (
            "SET local_avg = local_avg + :x REMOVE items_1[0]",
            none.clone(),
            &one,
            204,
        ),
        ("ADD hits :x", none.clone(), &one, 204),
        ("SET extra = if_not_exists(extra, :x)", none.clone(), &x, 204),
        ("SET parts.b = :x", none.clone(), &x, 204),
        ("REMOVE #l", json!({"#l": "location"}), &none, 204),
        ("SET location = :x", none.clone(), &x, 400),
        ("SET SET extra = :x", none.clone(), &x, 400),
        ("SET extra = :x SET other = :x", none.clone(), &x, 400),
        ("SET $revision = :x", none.clone(), &x, 400),
        ("SET extra = :x, extra = :x", none.clone(), &x, 400),
        ("SET extra = :y", none.clone(), &x, 400),
        ("SET #y = :x", none.clone(), &x, 400),
        ("SET extra = :x", json!({"#unused": "location"}), &x, 400),
        ("SET local_avg = local_avg + :x", none.clone(), &x, 400),
        ("SET absent.a = :x", none.clone(), &x, 400),
        ("SET #d = :x", json!({"#d": "date"}), &x, 400),
        ("SET extra :x", none.clone(), &x, 400),
        ("ADD extra :x", none.clone(), &x, 400),
    ] {
        for headers in [json!({}), json!({"If-Match": "*"})] {
            let world = World::with(&json!({"parts": {"M": {}}, "items_1": {"L": [{"S": "x"}]}}));
            let mut body = json!({"UpdateExpression": expression});
            if names != none {
                body["ExpressionAttributeNames"] = names.clone();
            }
            if *values != none {
                body["ExpressionAttributeValues"] = values.clone();
            }
            let response = world.call(Route::PutMessage, &body, &headers).await;
            assert_eq!(response.status(), status, "{body}: {}", response.text());
        }
    }
}

#[tokio::test]
async fn lists() {
    let world = World::new();
    for second in 1..=5 {
        let item = json!({
            "date": {"S": "2001-01-01"}, "time": {"S": format!("09:01:0{second}")},
            "size": {"N": "1"}, "location": {"S": "x"}, "a.b": {"S": "y"}, "tags": {"SS": ["b", "a"]},
        });
        let (status, reply) = world
            .dynamodb
            .call("PutItem", &json!({"TableName": TABLE, "Item": item}));
        assert_eq!(status, 200, "{reply}");
    }
    let seconds = |times: Vec<String>| times.iter().map(|time| time[7..].to_owned()).collect::<String>();
    for (parameters, expected) in [
        (json!({"date": "2001-01-01"}), "12345"),
        (json!({"date": "2001-01-01", "order": "desc"}), "54321"),
        (json!({"date": "2001-01-01", "from": "09:01:02"}), "2345"),
        (json!({"date": "2001-01-01", "to": "09:01:02"}), "12"),
        (
            json!({"date": "2001-01-01", "from": "09:01:02", "to": "09:01:04"}),
            "234",
        ),
        (json!({"date": "2001-01-01", "limit": "2"}), "12"),
        (json!({"date": "2001-01-02"}), ""),
        (json!({}), "12345"),
        (
            json!({"date": "2001-01-01", "fields": "time,size,location,a.b,tags,name"}),
            "12345",
        ),
        (json!({"fields": "time,size"}), "12345"),
    ] {
        assert_eq!(seconds(world.list(&parameters).await.0), expected, "{parameters}");
    }
    for start in [json!({"date": "2001-01-01", "limit": "2"}), json!({"limit": "2"})] {
        let (mut parameters, mut found) = (start.clone(), String::new());
        loop {
            let (times, body) = world.list(&parameters).await;
            found += &seconds(times);
            match body.get("NextToken") {
                Some(token) => parameters["NextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(found, "12345", "{start}");
    }
    let (_, body) = world
        .list(&json!({"date": "2001-01-01", "fields": "size,a.b", "limit": "1"}))
        .await;
    assert_eq!(body["Items"], json!([{"size": 1, "a.b": "y"}]));
}
