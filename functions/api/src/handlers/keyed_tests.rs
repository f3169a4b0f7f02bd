//! Single items of tables with a declared key.

use attributes::KeySchema;
use message::KeyType::{N, S};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::Route;
use crate::testing::keyed::{Asked, Keyed, schemas};
use crate::testing::{Received, TABLE, declared, problem};

/// Texts of keys. Separators of URLs, JSON and expressions are more frequent than by chance.
fn key_text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "SENSOR#DE-01#2024-03#1",
            "a/b",
            "a b+c",
            "100%",
            "%2F",
            "ä€😀",
            "?x=1&y",
            ".",
            "\"",
            "\n",
            ":v",
            "2024-03-31T00:30:00Z",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_filter("keys are not empty", |text| !text.is_empty()),
    ]
}

fn key_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "7.0",
            "-0.0",
            "1e3",
            "0.00000000000000000000000000000000000001",
            "1.50"
        ])
        .prop_map(|text| serde_json::from_str(text).unwrap()),
    ]
}

async fn make_all_calls(schema: &KeySchema, partition: &Value, sort: &Value) {
    let world = Keyed::new(schema);
    let mut item = json!({ schema.partition().0: partition, "local_avg": "a text", "tags": ["a", 1] });
    if let Some((sort_name, _)) = schema.sort() {
        item[sort_name] = sort.clone();
    }
    let asked = Asked::default().with_body(json!({ "Item": item }));
    let create = asked.clone().with_header("If-None-Match", "*");
    let posted = world.call(Route::PostMessage, &create).await;
    assert_eq!(posted.status(), 201, "{item}: {}", posted.text());
    assert_eq!(
        world.call(Route::PostMessage, &create).await.status(),
        412,
        "it is there"
    );

    let here = Asked::at(posted.header("Location").unwrap());
    let got = world.call(Route::GetMessage, &here).await;
    assert_eq!(got.status(), 200, "{here:?}: {}", got.text());
    assert_eq!(got.text(), posted.text());
    assert_eq!(got.header("ETag"), posted.header("ETag"));
    // The same from a source that passes nothing but the path.
    let mut event = here.event(Route::GetMessage);
    event["pathParameters"] = Value::Null;
    event["resource"] = Value::Null;
    event["requestContext"] = json!({"elb": {"targetGroupArn": "arn"}});
    let encoded =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    event["queryStringParameters"] = here
        .query
        .iter()
        .map(|(name, value)| (encoded(name), json!(encoded(value))))
        .collect();
    let balanced = crate::testing::send(&world.api, Route::GetMessage, &event).await;
    assert_eq!(balanced.text(), got.text(), "{event}");

    let tag = got.header("ETag").unwrap();
    let change = here
        .clone()
        .with_body(json!({"Item": {"note": "x"}, "Remove": ["tags"]}));
    let changed = world
        .call(Route::PutMessage, &change.clone().with_header("If-Match", tag))
        .await;
    assert_eq!(changed.status(), 204, "{}", changed.text());
    assert_eq!(
        world
            .call(Route::PutMessage, &change.with_header("If-Match", tag))
            .await
            .status(),
        412
    );
    let expression = json!({"UpdateExpression": "SET hits = :one", "ExpressionAttributeValues": {":one": 1}});
    let changed = world.call(Route::PutMessage, &here.clone().with_body(expression)).await;
    assert_eq!(changed.status(), 204, "{}", changed.text());
    let again = Asked::default().with_body(world.found(Route::GetMessage, &here).await);
    let tag = changed.header("ETag").unwrap();
    let again = world
        .call(Route::PostMessage, &again.with_header("If-Match", tag))
        .await;
    assert_eq!(again.status(), 201, "what a get returns a post takes: {}", again.text());

    let tag = again.header("ETag").unwrap();
    let delete = here.clone().with_header("If-Match", tag);
    let deleted = world.call(Route::DeleteMessage, &delete).await;
    assert_eq!(deleted.status(), 200, "{}", deleted.text());
    assert_eq!(
        world.call(Route::DeleteMessage, &here).await.status(),
        200,
        "it may be repeated"
    );
    let gone = world.call(Route::GetMessage, &here).await;
    let expected = match schema.sort() {
        Some((sort, _)) => format!("There is no message with this `{}` and `{sort}`.", schema.partition().0),
        None => format!("There is no message with this `{}`.", schema.partition().0),
    };
    assert_eq!(problem(&gone, 404, "invocation-1")["detail"], expected);
    let change = here.with_body(json!({"Item": {"note": "x"}}));
    assert_eq!(world.call(Route::PutMessage, &change).await.status(), 404);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_item_is_where_its_location_says(texts in [key_text(), key_text()], numbers in [key_number(), key_number()]) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        for schema in schemas() {
            let value = |key_type, at: usize| if key_type == N { numbers[at].clone() } else { json!(texts[at]) };
            let partition = value(schema.partition().1, 0);
            let sort = value(schema.sort().map(|sort| sort.1).unwrap_or_default(), 1);
            runtime.block_on(make_all_calls(&schema, &partition, &sort));
        }
    }
}

#[tokio::test]
async fn equal_numbers_are_one_key() {
    let world = Keyed::new(&declared("pk", S, Some(("n", N))));
    let location = world.post(&json!({"pk": "a", "n": 7, "x": 1})).await;
    assert_eq!(location, "message/a?n=7");
    let seven = serde_json::from_str(r#"{"pk":"a","n":70.0e-1,"x":2}"#).unwrap();
    assert_eq!(world.post(&seven).await, location);
    for number in ["7", "7.0", "07", "70e-1", "+7"] {
        let found = world.found(Route::GetMessage, &Asked::of("a", &[("n", number)])).await;
        assert_eq!(found, json!({"Item": {"pk": "a", "n": 7, "x": 2}}), "{number}");
    }
    let change = Asked::of("a", &[("n", "7")]).with_body(serde_json::from_str(r#"{"Item":{"n":7.0,"x":3}}"#).unwrap());
    assert_eq!(world.call(Route::PutMessage, &change).await.status(), 204);
}

#[tokio::test]
async fn values_of_each_type_come_as_plain_json() {
    let world = Keyed::new(&schemas()[0]);
    let item = json!({
        "pk": {"S": "SENSOR#1"}, "sk": {"S": "READING#1"}, "b": {"B": "AQI="}, "bs": {"BS": ["AQ=="]}, "ss": {"SS": ["x"]},
        "ns": {"NS": ["1.5"]}, "l": {"L": [{"N": "1"}, {"NULL": true}]}, "m": {"M": {"a": {"BOOL": true}}}, "expires": {"N": "1774917000"},
        "$order": {"S": "01"}, "$revision": {"N": "1"}, "local_avg": {"S": "1.234,5"},
    });
    let (status, reply) = world
        .dynamodb
        .call("PutItem", &json!({"TableName": TABLE, "Item": item}));
    assert_eq!(status, 200, "{reply}");
    let found = world
        .found(Route::GetMessage, &Asked::of("SENSOR%231", &[("sk", "READING#1")]))
        .await;
    let expected = json!({
        "pk": "SENSOR#1", "sk": "READING#1", "b": "AQI=", "bs": ["AQ=="], "ss": ["x"], "ns": [1.5], "l": [1, null], "m": {"a": true},
        "expires": 1_774_917_000, "local_avg": "1.234,5",
    });
    assert_eq!(found["Item"], expected);
}

#[tokio::test]
async fn another_path_is_told_the_paths_of_this_table() {
    let event = json!({"path": "/other", "httpMethod": "GET"});
    let response = crate::testing::send(&Keyed::new(&schemas()[0]).api, Route::ListMessages, &event).await;
    let detail = &problem(&response, 404, "invocation-1")["detail"];
    assert_eq!(
        detail,
        "There is nothing at this path; the API has /message and /message/{pk}."
    );
}
