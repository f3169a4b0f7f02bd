//! Every kind of message against an emulation of DynamoDB that is stricter than the embedded stack's.
//!
//! `docs/decisions/second-opinion.md` lists the differences.

use message::WriteMode;
use serde_json::{Value, json};

use super::tests::failures;
use crate::testing::{RealTable, TABLE, event, item_json, key_json};

/// The outcome of a message: it is carried out, or it becomes a dead letter with this code.
type Outcome = Result<(), &'static str>;

const DONE: Outcome = Ok(());
const BAD_EXPRESSION: Outcome = Err("InvalidExpression");

/// The item in the table before each message.
fn item() -> Value {
    let mut item = item_json(1, "location-03");
    let more = json!({
        "local_avg": {"N": "5.55"}, "tags": {"SS": ["a", "b"]}, "numbers": {"NS": ["1", "2"]},
        "items_1": {"L": [{"N": "1"}, {"S": "x"}]}, "parts": {"M": {"a": {"N": "1"}}}, "size": {"S": "reserved"},
    });
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    item
}

/// Carries out one message on a table with [`item`]. Returns the outcome of the message, and the item after it.
async fn carry_out(mode: WriteMode, method: &'static str, body: &Value) -> (Result<(), String>, Option<Value>) {
    let table = RealTable::new();
    table.call("PutItem", &json!({"TableName": TABLE, "Item": item()}));
    assert_eq!(
        failures(&table.writer(mode), event([(method, body.clone())])).await,
        [""; 0],
        "{body}"
    );
    let outcome = table.aws.reasons().remove("m0").map_or(Ok(()), Err);
    (outcome, table.item(1))
}

/// An update: its expression, its condition, its names and its values.
fn update(expression: &str, condition: &str, names: &Value, values: &Value) -> Value {
    let mut body = json!({"Key": key_json(1), "UpdateExpression": expression});
    let is_empty = |value: &Value| value.as_object().unwrap().is_empty();
    if !condition.is_empty() {
        body["ConditionExpression"] = json!(condition);
    }
    if !is_empty(names) {
        body["ExpressionAttributeNames"] = names.clone();
    }
    if !is_empty(values) {
        body["ExpressionAttributeValues"] = values.clone();
    }
    body
}

#[tokio::test]
async fn updates() {
    let (none, x, one) = (json!({}), json!({":x": {"S": "x"}}), json!({":x": {"N": "1"}}));
    let set = json!({":x": {"SS": ["b", "c"]}});
    let location = json!({"#l": "location"});
    for (expression, names, values, outcome) in [
        ("SET #l = :x", &location, &x, DONE),
        ("SET extra = :x", &none, &x, DONE),
        ("SET extra = if_not_exists(extra, :x)", &none, &x, DONE),
        ("SET local_avg = local_avg + :x", &none, &one, DONE),
        ("SET items_1[5] = :x", &none, &x, DONE),
        ("SET parts.b = :x, items_1[0] = :x", &none, &x, DONE),
        (
            "SET items_1 = list_append(items_1, :x)",
            &none,
            &json!({":x": {"L": [{"S": "y"}]}}),
            DONE,
        ),
        ("REMOVE #l, items_1[1], parts.a", &location, &none, DONE),
        ("REMOVE nothing", &none, &none, DONE),
        ("ADD hits :x", &none, &one, DONE),
        ("ADD tags :x", &none, &set, DONE),
        ("DELETE tags :x", &none, &set, DONE),
        ("set extra = :x remove items_1", &none, &x, DONE),
        ("SET  extra  =  :x", &none, &x, DONE),
        // Reserved words, and names that are invalid in expressions.
        ("SET location = :x", &none, &x, BAD_EXPRESSION),
        ("REMOVE size", &none, &none, BAD_EXPRESSION),
        ("SET $revision = :x", &none, &x, BAD_EXPRESSION),
        ("SET $order = :x", &none, &x, BAD_EXPRESSION),
        ("SET 1st = :x", &none, &x, BAD_EXPRESSION),
        // Grammar.
        ("SET SET extra = :x", &none, &x, BAD_EXPRESSION),
        ("SET extra = :x SET other = :x", &none, &x, BAD_EXPRESSION),
        ("SET extra = :x,", &none, &x, BAD_EXPRESSION),
        ("SET extra :x", &none, &x, BAD_EXPRESSION),
        ("", &none, &none, BAD_EXPRESSION),
        ("PUT extra = :x", &none, &x, BAD_EXPRESSION),
        ("SET extra = unknown(:x)", &none, &x, BAD_EXPRESSION),
        // Names and values that are missing, unused, or of the wrong type.
        ("SET extra = :y", &none, &x, BAD_EXPRESSION),
        ("SET #y = :x", &location, &x, BAD_EXPRESSION),
        ("SET extra = :x", &location, &x, BAD_EXPRESSION),
        ("REMOVE extra", &none, &x, BAD_EXPRESSION),
        ("SET local_avg = local_avg + :x", &none, &x, BAD_EXPRESSION),
        ("SET local_avg = absent + :x", &none, &one, BAD_EXPRESSION),
        ("ADD tags :x", &none, &one, BAD_EXPRESSION),
        ("ADD extra :x", &none, &x, BAD_EXPRESSION),
        ("DELETE tags :x", &none, &x, BAD_EXPRESSION),
        ("SET tags[0] = :x", &none, &x, BAD_EXPRESSION),
        ("SET absent.a = :x", &none, &x, BAD_EXPRESSION),
        // Paths that overlap, and the key.
        ("SET extra = :x, extra = :x", &none, &x, BAD_EXPRESSION),
        ("SET parts.a = :x REMOVE parts", &none, &x, BAD_EXPRESSION),
        ("SET #d = :x", &json!({"#d": "date"}), &x, BAD_EXPRESSION),
        ("REMOVE #t", &json!({"#t": "time"}), &none, BAD_EXPRESSION),
    ] {
        let body = update(expression, "", names, values);
        let (found, _) = carry_out(WriteMode::Replace, "PUT", &body).await;
        assert_eq!(found, outcome.map_err(str::to_owned), "{expression} {names} {values}");
    }
    let long = format!("SET extra = :x REMOVE {}", vec!["a"; 2048].join(", "));
    let (found, _) = carry_out(WriteMode::Replace, "PUT", &update(&long, "", &none, &x)).await;
    assert_eq!(found, Err("InvalidExpression".to_owned()), "more than 4 KB");
}

#[tokio::test]
async fn conditions() {
    const FAILED: Outcome = Err("ConditionFailed");
    let values = |value: Value| json!({":x": {"S": "x"}, ":v": value});
    let (text, number) = (json!({"S": "location-03"}), json!({"N": "5.550"}));
    for (condition, value, outcome) in [
        ("#l = :v", &text, DONE),
        ("local_avg = :v", &number, DONE),
        ("local_avg >= :v AND NOT local_avg > :v", &number, DONE),
        ("local_avg BETWEEN :v AND :v", &number, DONE),
        ("#l IN (:x, :v)", &text, DONE),
        ("begins_with(#l, :v)", &json!({"S": "loc"}), DONE),
        ("contains(tags, :v)", &json!({"S": "a"}), DONE),
        ("attribute_type(tags, :v)", &json!({"S": "SS"}), DONE),
        ("size(tags) = :v", &json!({"N": "2"}), DONE),
        ("tags = :v", &json!({"SS": ["b", "a"]}), DONE),
        ("parts = :v", &json!({"M": {"a": {"N": "1.0"}}}), DONE),
        (
            "attribute_exists(items_1[1]) and attribute_not_exists(items_1[2]) and #l = :v",
            &text,
            DONE,
        ),
        ("#l <> :v", &text, FAILED),
        ("absent = :v", &text, FAILED),
        ("local_avg = :v", &text, FAILED),
        ("#l > :v", &number, FAILED),
        ("attribute_exists(absent) OR #l = :v", &json!({"S": "x"}), FAILED),
        ("begins_with(#l, :v)", &number, BAD_EXPRESSION),
        ("local_avg BETWEEN :v AND :x", &number, BAD_EXPRESSION),
        ("size(tags) = :v AND", &json!({"N": "2"}), BAD_EXPRESSION),
        ("((#l = :v))", &text, BAD_EXPRESSION),
        ("name = :v", &text, BAD_EXPRESSION),
        ("#l == :v", &text, BAD_EXPRESSION),
    ] {
        let names = if condition.contains("#l") {
            json!({"#l": "location"})
        } else {
            json!({})
        };
        let body = update("SET extra = :x", condition, &names, &values(value.clone()));
        let (found, item) = carry_out(WriteMode::Replace, "PUT", &body).await;
        assert_eq!(found, outcome.map_err(str::to_owned), "{condition} {value}");
        assert_eq!(item.unwrap().get("extra").is_some(), outcome.is_ok(), "{condition}");
    }
}

#[tokio::test]
async fn items() {
    let nested = |levels: usize| {
        let wrap = |inner: Value, _| json!({"L": [inner]});
        (1..levels).fold(json!({"S": "x"}), wrap)
    };
    let digits = "9".repeat(38);
    for (value, stored) in [
        (json!({"S": ""}), None),
        (json!({"N": "10.10"}), Some(json!({"N": "10.1"}))),
        (json!({"N": "-0"}), Some(json!({"N": "0"}))),
        (json!({"N": "1e3"}), Some(json!({"N": "1000"}))),
        (json!({ "N": digits }), None),
        (json!({"B": "AQI="}), None),
        (json!({"B": ""}), None),
        (json!({"BOOL": false}), None),
        (json!({"NULL": true}), None),
        (
            json!({"L": [{"N": "1.0"}, {"M": {}}]}),
            Some(json!({"L": [{"N": "1"}, {"M": {}}]})),
        ),
        (json!({"M": {"date": {"S": "x"}, "a b": {"L": []}}}), None),
        (json!({"SS": ["a"]}), None),
        (json!({"NS": ["1.50"]}), Some(json!({"NS": ["1.5"]}))),
        (json!({"BS": ["AQ=="]}), None),
        (nested(32), None),
    ] {
        let stored = stored.unwrap_or_else(|| value.clone());
        for mode in [WriteMode::Replace, WriteMode::Latest] {
            for name in ["extra", "size", "it's", "a.b", "#a", ":a", "é"] {
                let mut item = item_json(1, "new");
                item[name] = value.clone();
                let (outcome, found) = carry_out(mode, "POST", &json!({ "Item": item })).await;
                assert_eq!(outcome, Ok(()), "{mode} {item}");
                assert_eq!(found.unwrap()[name], stored, "{mode} {item}");
            }
        }
    }
    for mode in [WriteMode::Replace, WriteMode::Latest, WriteMode::Create] {
        for (name, value) in [("extra", nested(40)), ("", json!({"S": "x"}))] {
            let mut item = item_json(2, "new");
            item[name] = value;
            let (outcome, _) = carry_out(mode, "POST", &json!({ "Item": item })).await;
            assert_eq!(outcome, Err("InvalidItem".to_owned()), "{mode} {item:.80}");
        }
    }
}

#[tokio::test]
async fn each_method_and_mode() {
    let (post, new) = (
        json!({"Item": item_json(1, "new")}),
        json!({"Item": item_json(2, "new")}),
    );
    let requests = json!([
        {"PutRequest": {"Item": item_json(2, "a")}},
        {"DeleteRequest": {"Key": key_json(1)}},
    ]);
    let location = |item: Option<Value>| item.map(|item| item["location"]["S"].as_str().unwrap().to_owned());
    let (there, replaced) = (Some("location-03".to_owned()), Some("new".to_owned()));
    for (mode, method, body, behind) in [
        (WriteMode::Replace, "POST", &post, &replaced),
        (WriteMode::Latest, "POST", &post, &replaced),
        (WriteMode::Create, "POST", &post, &there),
        (WriteMode::Replace, "POST", &new, &there),
        (WriteMode::Latest, "POST", &new, &there),
        (WriteMode::Create, "POST", &new, &there),
        (WriteMode::Latest, "DELETE", &json!({"Key": key_json(1)}), &None),
        (WriteMode::Latest, "DELETE", &json!({"Key": key_json(2)}), &there),
        (WriteMode::Latest, "GET", &json!({"Key": key_json(1)}), &there),
        (WriteMode::Latest, "GET", &json!({"Key": key_json(2)}), &there),
        (WriteMode::Latest, "GET_ALL", &json!({}), &there),
        (
            WriteMode::Latest,
            "BATCH_WRITE",
            &json!({"RequestItems": {TABLE: requests}}),
            &None,
        ),
    ] {
        let (outcome, item) = carry_out(mode, method, body).await;
        assert_eq!(
            (outcome, location(item).as_ref()),
            (Ok(()), behind.as_ref()),
            "{mode} {method} {body}"
        );
    }
}
