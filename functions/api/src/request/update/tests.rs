use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{Body as Bytes, Request};
use serde_json::json;

use super::*;
use crate::request::key::KeyForm;
use crate::response::error::Error;

fn address() -> Address {
    let partition = KeyForm::Date.parse("2001-01-01").unwrap();
    Address::of(&KeySchema::Messages, partition, KeyForm::Time.parse("09:01:05")).unwrap()
}

fn check(body: &str) -> Result<Update, Error> {
    check_for(body, false)
}

fn check_for(body: &str, ordered: bool) -> Result<Update, Error> {
    let request = Request::new(Bytes::from(body));
    let body = Body::read(&request, EXPECTED)?;
    let table = Updated {
        name: "messages",
        schema: &KeySchema::Messages,
        ordered,
    };
    Ok(Update::check(body, Some(&address()), &table)?)
}

#[test]
fn an_update_is_read() {
    let update = check(
        r##"{"TableName":"messages","UpdateExpression":"SET #s=:s,a.b[0]=if_not_exists(c,:n1)REMOVE d",
            "ExpressionAttributeNames":{"#s":"source"},"ExpressionAttributeValues":{":s":"x",":n1":1.10}}"##,
    )
    .unwrap();
    assert_eq!(update.names["#s"], "source");
    assert_eq!(update.values[":n1"], AttributeValue::N("1.10".into()));
    let update = check(r#"{"UpdateExpression":"REMOVE a","ExpressionAttributeValues":{}}"#).unwrap();
    assert!(update.names.is_empty() && update.values.is_empty());
}

#[test]
fn a_wrong_update_is_named_with_its_place() {
    let long = format!("REMOVE {}", "a".repeat(4096));
    let fat = "x".repeat(400 * 1024 + 1);
    for (body, message) in [
        (
            json!({}),
            "`/UpdateExpression` is missing; it must be an update expression, such as",
        ),
        (
            json!({"UpdateExpression": " "}),
            "`/UpdateExpression` must be an update expression, such as",
        ),
        (
            json!({"UpdateExpression": ["SET"]}),
            "`/UpdateExpression` must be a string",
        ),
        (
            json!({"UpdateExpression": long}),
            "`/UpdateExpression` has 4103 bytes as DynamoDB counts them; the most are 4096",
        ),
        (
            json!({"Item": {}, "UpdateExpression": "SET a=:a"}),
            "`/Item` cannot stand beside `UpdateExpression`; send either",
        ),
        (
            json!({"Key": {}}),
            "`/Key` is not known here; known are UpdateExpression, ExpressionAttributeNames, Ex",
        ),
        (
            json!({"ConditionExpression": "x"}),
            "`/ConditionExpression` is not known here; known are",
        ),
        (
            json!({"TableName": "other"}),
            "`/TableName` names another table than the one behind this API",
        ),
        (
            json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeNames": []}),
            "`/ExpressionAttributeNames` must be an object",
        ),
        (
            json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeValues": null}),
            "`/ExpressionAttributeValues` must be an object",
        ),
        (
            json!({"UpdateExpression": "SET n=a", "ExpressionAttributeNames": {"n": "a"}}),
            "`/ExpressionAttributeNames/n` must be named `#` and letters or digits",
        ),
        (
            json!({"UpdateExpression": "SET #n=a", "ExpressionAttributeNames": {"#n": 1}}),
            "`/ExpressionAttributeNames/#n` must be a string: the name of an attribute",
        ),
        (
            json!({"UpdateExpression": "SET #n=a", "ExpressionAttributeNames": {"#n": ""}}),
            "`/ExpressionAttributeNames/#n` must not be empty",
        ),
        (
            json!({"UpdateExpression": "SET a=:", "ExpressionAttributeValues": {":": 1}}),
            "`/ExpressionAttributeValues/:` must be named `:` and letters or digits",
        ),
        (
            json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeValues": {":a": fat}}),
            "`/ExpressionAttributeValues` has 409601 bytes as DynamoDB counts them; the most are 409600",
        ),
        (
            json!({"UpdateExpression": "SET a=:a"}),
            "`/UpdateExpression` uses :a, which `/ExpressionAttributeValues` does not define",
        ),
        (
            json!({"UpdateExpression": "SET #a=b"}),
            "`/UpdateExpression` uses #a, which `/ExpressionAttributeNames` does not define",
        ),
        (
            json!({"UpdateExpression": "SET a=:ab", "ExpressionAttributeValues": {":a": 1, ":ab": 1}}),
            "`/ExpressionAttributeValues/:a` is not used in `/UpdateExpression`",
        ),
    ] {
        let error = check(&body.to_string()).unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[test]
fn an_expression_may_have_as_many_bytes_as_dynamodb_takes() {
    let revision = " ADD #cr :cr".len();
    for (clause, most) in [("REMOVE ", 4096), ("SET source=", 4096), ("SET x=", 4096 - revision)] {
        let body = |bytes: usize| {
            json!({"UpdateExpression": format!("{clause}{}", "a".repeat(bytes - clause.len()))}).to_string()
        };
        // A long name also names another attribute.
        let most = if clause == "SET source=" { 4096 - revision } else { most };
        let mut update = check(&body(most)).unwrap();
        update.stamp("c", None);
        assert!(update.expression.len() <= 4096);
        let error = check(&body(most + 1)).unwrap_err().to_string();
        assert!(error.ends_with(&format!("the most are {most}")), "{error}");
    }
}

#[test]
fn an_ordered_update_leaves_room_for_its_order() {
    for (clause, stamp) in [("REMOVE ", " SET #co=:co"), ("SET source=", " #co=:co, ADD #cr :cr")] {
        let body = |bytes: usize| {
            json!({"UpdateExpression": format!("{clause}{}", "a".repeat(bytes - clause.len()))}).to_string()
        };
        let most = 4096 - stamp.len();
        let mut update = check_for(&body(most), true).unwrap();
        update.stamp(&update.free_prefix(), Some(Order::at_millis(7)));
        assert_eq!(update.expression.len(), 4096);
        let error = check_for(&body(most + 1), true).unwrap_err().to_string();
        assert!(error.ends_with(&format!("the most are {most}")), "{error}");
    }
}

#[test]
fn a_condition_never_collides_with_the_clients_names() {
    let prefix = |text: &str| check(text).unwrap().free_prefix();
    assert_eq!(prefix(r#"{"UpdateExpression":"REMOVE a"}"#), "c");
    let taken = r##"{"UpdateExpression":"SET #c0 = :cc","ExpressionAttributeNames":{"#c0":"a"},"ExpressionAttributeValues":{":cc":1}}"##;
    assert_eq!(prefix(taken), "ccc");
    let mut update = check(taken).unwrap();
    let condition = update.on(Condition::existence(true, &KeySchema::Messages, "ccc"));
    assert_eq!(condition.expression, "attribute_exists(#ccc0)");
    assert_eq!(
        (condition.names["#c0"].as_str(), condition.names["#ccc0"].as_str()),
        ("a", "date")
    );
    assert_eq!(condition.values, [(":cc".into(), AttributeValue::N("1".into()))].into());
}

#[test]
fn the_plain_form_sets_and_removes() {
    let update = check(
        r#"{"Item":{"date":"2001-01-01","time":"09:01:05","source":"wired","local_avg":5.60},"Remove":["note","note","set a=:b"]}"#,
    )
    .unwrap();
    let mut expression = update.expression.clone();
    for (placeholder, name) in &update.names {
        expression = expression.replace(placeholder, &format!("<{name}>"));
    }
    for (placeholder, value) in &update.values {
        expression = expression.replace(placeholder, &format!("{value:?}"));
    }
    let (set, remove) = expression.strip_prefix("SET ").unwrap().split_once(" REMOVE ").unwrap();
    let mut set: Vec<_> = set.split(',').collect();
    set.sort_unstable();
    assert_eq!(set, [r#"<local_avg>=N("5.60")"#, r#"<source>=S("wired")"#]);
    assert_eq!(remove, "<note>,<set a=:b>");
    let touched: Vec<_> = update.touched.iter().map(String::as_str).collect();
    assert_eq!(touched, ["local_avg", "note", "set a=:b", "source"]);

    for body in [
        r#"{"Item":{"date":"2001-01-01"}}"#,
        r#"{"Item":{"time":"09:01:05"},"Remove":[]}"#,
    ] {
        assert_eq!(
            check(body).unwrap(),
            Update::default(),
            "the key stays as it is: {body}"
        );
    }
    assert_eq!(check(r#"{"Item":{"a":{}}}"#).unwrap().expression, "SET #s0=:s0");
    assert_eq!(check(r#"{"Remove":["a"],"Item":{}}"#).unwrap().expression, "REMOVE #r0");
}

#[test]
fn everything_that_is_wrong_with_a_plain_update_is_named() {
    let many: Vec<_> = (0..201).map(|number| number.to_string()).collect();
    for (body, faults) in [
        (
            json!({"Item": {}}),
            ["the body changes nothing; name an attribute in `/Item` or in `/Remove`"].as_slice(),
        ),
        (
            json!({"Item": {"date": "2001-01-02"}, "Remove": []}),
            &["`/Item/date` differs from the parameter `date`; make them equal"],
        ),
        (
            json!({"Item": [], "Remove": "note"}),
            &["`/Item` must be an object", "`/Remove` must be an array of attr"],
        ),
        (
            json!({"Item": {"date": "2001-01-02", "time": 9, "source": 1, "local_avg": "x"}, "Remove": [1, "", "date"]}),
            &[
                "`/Item/date` differs from the parameter `date`; make them equal",
                "`/Item/time` differs from the parameter `time`; make them equal",
                "`/Item/local_avg` must be a number, without quotation marks",
                "`/Item/source` must be a string",
                "`/Remove/0` must be a string: the name of an attribute",
                "`/Remove/1` must not be empty",
                "`/Remove/2` names a part of the message's key, which cannot be removed",
            ],
        ),
        (
            json!({"Item": {"a": 1}, "Remove": ["a"]}),
            &["`/Remove/0` names an attribute that `/Item` sets"],
        ),
        (
            json!({"Remove": many}),
            &["the body names too many attributes; 200 can be changed at once"],
        ),
        (
            json!({"UpdateExpression": "REMOVE a", "Item": {}, "Remove": [], "Key": {}}),
            &[
                "`/Key` is not known here",
                "`/Item` cannot stand beside `UpdateExpression`; send either an update expression, or",
                "`/Remove` cannot stand beside `UpdateExpression`; send either",
            ],
        ),
        (
            json!({"ExpressionAttributeNames": {}, "Item": {"a": 1}}),
            &["`/Item` cannot stand beside `ExpressionAttributeNames`"],
        ),
    ] {
        let Error::Rejected(Rejection::Invalid(found)) = check(&body.to_string()).unwrap_err() else {
            panic!("{body}")
        };
        assert_eq!(found.len(), faults.len(), "{found:?}");
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        for fault in faults {
            assert!(found.iter().any(|found| found.starts_with(fault)), "{fault}: {found:?}");
        }
    }
}

#[test]
fn only_what_sets_other_attributes_than_the_documented_ones_is_a_revision() {
    for (body, addition) in [
        (
            json!({"Item": {"source": "x", "local_avg": 1}, "Remove": ["note"]}),
            None,
        ),
        (json!({"Item": {"note": "x"}}), Some("SET #s0=:s0 ADD #cr :cr")),
        (json!({"UpdateExpression": "REMOVE note"}), None),
        (
            json!({"UpdateExpression": "SET local_avg = :a", "ExpressionAttributeValues": {":a": 1}}),
            None,
        ),
        (
            json!({"UpdateExpression": "add n :a", "ExpressionAttributeValues": {":a": 1}}),
            Some("add #cr :cr, n :a"),
        ),
        (
            json!({"UpdateExpression": "SET#l = :x", "ExpressionAttributeNames": {"#l": "note"},
                   "ExpressionAttributeValues": {":x": 1}}),
            Some("SET#l = :x ADD #cr :cr"),
        ),
    ] {
        let mut update = check(&body.to_string()).unwrap();
        let before = update.expression.clone();
        update.stamp("c", None);
        assert_eq!(update.expression, addition.unwrap_or(&before));
        assert_eq!(update.names.contains_key("#cr"), addition.is_some());
    }
}

#[test]
fn an_update_whose_writes_have_an_order_sets_it() {
    for (body, expression) in [
        (json!({"Item": {"note": "x"}}), "SET #co=:co, #s0=:s0 ADD #cr :cr"),
        (json!({"UpdateExpression": "REMOVE note"}), "REMOVE note SET #co=:co"),
    ] {
        let mut update = check(&body.to_string()).unwrap();
        update.stamp("c", Some(Order::at_millis(7)));
        assert_eq!(update.expression, expression);
        assert_eq!(update.names["#co"], "$order");
        let order = "00000000-0007-7000-8000-000000000000-000000000000";
        assert_eq!(update.values[":co"].as_s().unwrap(), order);
    }
}

#[test]
fn a_client_cannot_name_what_is_hidden() {
    for name in ["$revision", "$order"] {
        for body in [
            json!({"Item": {name: 1}}),
            json!({"Remove": [name]}),
            json!({"UpdateExpression": "REMOVE #r", "ExpressionAttributeNames": {"#r": name}}),
        ] {
            let error = check(&body.to_string()).unwrap_err().to_string();
            assert!(error.contains("is kept for the API itself"), "{error}");
        }
    }
}
