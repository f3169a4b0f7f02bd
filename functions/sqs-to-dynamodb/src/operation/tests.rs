use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use super::*;
use crate::record::METHOD;
use crate::testing::{TABLE, attributes_of, item_json, key, key_json, record};

/// The table of messages.
pub const MESSAGES: Table<'static> = Table {
    name: TABLE,
    keys: &KeySchema::Messages,
};

/// Reads a `POST` without the look for what is usual.
pub fn parse_the_long_way(body: &str, table: Table<'_>) -> Result<Post, PermanentFailure> {
    post(fields(body, table)?, table)
}

pub fn parse_json(method: &str, body: &Value) -> Result<Operation, PermanentFailure> {
    parse(
        &record("id", Some(method), &body.to_string()),
        MESSAGES,
        WriteMode::Replace,
    )
}

#[test]
fn each_method_is_read() {
    let (item, key_1) = (item_json(1, "a"), key_json(1));
    let put = |second, location| Write {
        key: key(second),
        change: Change::Put(Item::of(&attributes_of(item_json(second, location)))),
    };
    let delete = |second| Write {
        key: key(second),
        change: Change::Delete,
    };
    let update = Update {
        update: "SET #l = :l".into(),
        condition: Some("attribute_exists(#l)".into()),
        names: Some([("#l".into(), "location".into())].into()),
        values: Some([(":l".into(), AttributeValue::S("x".into()))].into()),
    };
    let least = Update {
        update: "REMOVE location".into(),
        ..Update::default()
    };
    for (method, body, operation) in [
        ("POST", json!({"Item": item}), Operation::Write(put(1, "a"))),
        (
            "POST",
            json!({"Item": item, "TableName": TABLE}),
            Operation::Write(put(1, "a")),
        ),
        ("DELETE", json!({"Key": key_1}), Operation::Write(delete(1))),
        ("GET", json!({"Key": key_1}), Operation::Get(key(1))),
        ("GET_ALL", json!({}), Operation::Scan),
        ("GET_ALL", json!({"TableName": TABLE}), Operation::Scan),
        (
            "PUT",
            json!({
                "Key": key_1, "UpdateExpression": "SET #l = :l", "ConditionExpression": "attribute_exists(#l)",
                "ExpressionAttributeNames": {"#l": "location"}, "ExpressionAttributeValues": {":l": {"S": "x"}},
            }),
            Operation::Update(key(1), Box::new(update)),
        ),
        (
            "PUT",
            json!({"Key": key_1, "UpdateExpression": "REMOVE location"}),
            Operation::Update(key(1), Box::new(least)),
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {TABLE: [
                {"PutRequest": {"Item": item}},
                {"DeleteRequest": {"Key": key_json(2)}},
                {"PutRequest": {"Item": item_json(3, "c")}},
            ]}}),
            Operation::BatchWrite(vec![Ok(put(1, "a")), Ok(delete(2)), Ok(put(3, "c"))]),
        ),
    ] {
        assert_eq!(parse_json(method, &body).unwrap(), operation, "{method} {body}");
    }
}

/// The failure of a message, or of its only bad row.
pub fn failure_of(operation: Result<Operation, PermanentFailure>) -> PermanentFailure {
    match operation {
        Err(failure) => failure,
        Ok(Operation::BatchWrite(rows)) => {
            let mut failures = rows.into_iter().filter_map(Result::err);
            let failure = failures.next().unwrap();
            assert!(failures.next().is_none());
            *failure
        }
        Ok(operation) => panic!("{operation:?}"),
    }
}

/// Each row: method, body, the problem's code and a part of its text.
pub fn assert_problems(rows: impl IntoIterator<Item = (&'static str, Value, &'static str, &'static str)>) {
    for (method, body, code, text) in rows {
        let problem = failure_of(parse_json(method, &body));
        assert_eq!(problem.code(), code, "{method} {body}: {problem}");
        assert!(problem.to_string().contains(text), "{method} {body}: {problem}");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}

#[test]
fn a_field_that_is_wrong_is_named() {
    let key = key_json(1);
    assert_problems([
        (
            "post",
            json!({}),
            "UnknownMethod",
            "Method is `post`; it must be POST, PUT, DELETE, GET, GET_ALL or BATCH_WRITE",
        ),
        ("POST", json!([]), "NotJson", "not a JSON object"),
        ("POST", json!("secret"), "NotJson", "not a JSON object"),
        ("POST", json!({}), "MissingField", "lacks the field `Item`"),
        (
            "PUT",
            json!({"Key": key}),
            "MissingField",
            "lacks the field `UpdateExpression`",
        ),
        (
            "DELETE",
            json!({"TableName": TABLE}),
            "MissingField",
            "lacks the field `Key`",
        ),
        (
            "GET",
            json!({"Key": key, "Foo": 1}),
            "UnknownField",
            "unknown field `Foo`; it takes `TableName` and `Key`",
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "x", "UpdateExpresion": "x"}),
            "UnknownField",
            "unknown field `UpdateExpresion`; it takes `TableName`, `Key`, `UpdateExpression`, `ConditionExpression`, \
             `ExpressionAttributeNames` and `ExpressionAttributeValues`",
        ),
        (
            "GET_ALL",
            json!({"Limit": 1}),
            "UnknownField",
            "unknown field `Limit`; it takes `TableName`",
        ),
        (
            "POST",
            json!({"Item": item_json(1, "a"), "Key": key}),
            "UnknownField",
            "unknown field `Key`",
        ),
        (
            "POST",
            json!({"TableName": "other", "Item": {}}),
            "WrongTable",
            "names the table `other`; this queue is for the table `messages`",
        ),
        (
            "POST",
            json!({"TableName": 1, "Item": {}}),
            "InvalidField",
            "/TableName must be a string",
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": {}}),
            "InvalidField",
            "/UpdateExpression must be a string",
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "x", "ExpressionAttributeNames": {"#a": 1}}),
            "InvalidField",
            "/ExpressionAttributeNames must be an object of attribute names",
        ),
    ]);
}

#[test]
fn a_value_or_key_that_is_wrong_is_named() {
    let key = key_json(1);
    let changed = |mut value: Value, name: &str, to: Value| {
        value[name] = to;
        value
    };
    let item = |name, to| json!({"Item": changed(item_json(1, "a"), name, to)});
    assert_problems([
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "x", "ExpressionAttributeValues": {":a": {"N": "x"}}}),
            "InvalidExpression",
            "/ExpressionAttributeValues/:a/N: must be a decimal number",
        ),
        (
            "POST",
            json!({"Item": "text"}),
            "InvalidItem",
            "/Item: must be an object of attributes",
        ),
        (
            "POST",
            item("local_avg", json!({"N": "4,39"})),
            "InvalidItem",
            "/Item/local_avg/N: must be a decimal number",
        ),
        (
            "POST",
            json!({"Item": {"time": {"S": "09:01:05"}}}),
            "MissingKey",
            "/Item lacks the key attribute `date`",
        ),
        (
            "DELETE",
            json!({"Key": {"date": {"S": "2001-01-01"}}}),
            "MissingKey",
            "/Key lacks the key attribute `time`",
        ),
        (
            "POST",
            item("time", json!({"N": "9"})),
            "InvalidKey",
            "/Item/time must be of type S",
        ),
        (
            "POST",
            item("time", json!({"S": ""})),
            "InvalidKey",
            "/Item/time/S must be a UTC time of day",
        ),
        (
            "GET",
            json!({"Key": changed(key.clone(), "date", json!({"S": "1.1.2001"}))}),
            "InvalidKey",
            "/Key/date/S must be a date",
        ),
        (
            "GET",
            json!({"Key": changed(key.clone(), "a", json!({"S": ""}))}),
            "InvalidKey",
            "has the attribute `a` beside",
        ),
        (
            "GET",
            json!({"Key": changed(key.clone(), "date", json!("2001-01-01"))}),
            "InvalidKey",
            "/Key/date: must be an object with one type",
        ),
    ]);
}

#[test]
fn a_batch_write_that_is_wrong_is_named() {
    let key = key_json(1);
    let batch = |requests: Value| json!({"RequestItems": {TABLE: requests}});
    assert_problems([
        (
            "BATCH_WRITE",
            json!({}),
            "MissingField",
            "lacks the field `RequestItems`",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {"other": []}}),
            "WrongTable",
            "/RequestItems names the table `other`",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": []}),
            "InvalidField",
            "/RequestItems must be an object with an array",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {}}),
            "InvalidField",
            "/RequestItems must be an object with an array",
        ),
        (
            "BATCH_WRITE",
            batch(json!([])),
            "InvalidField",
            "array of at least one write",
        ),
        (
            "BATCH_WRITE",
            batch(json!({})),
            "InvalidField",
            "/RequestItems must be an object with an array",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"PutRequest": {"Item": item_json(1, "a")}}, {"Put": {}}])),
            "InvalidField",
            "/RequestItems/messages/0 must be either",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"PutRequest": {"Key": key}}])),
            "InvalidField",
            "/RequestItems/messages/0 must be either",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"PutRequest": {"Item": item_json(1, "a")}, "DeleteRequest": {"Key": key}}])),
            "InvalidField",
            "/0 must be either",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"DeleteRequest": {"Key": {}}}])),
            "MissingKey",
            "/RequestItems/messages/0/DeleteRequest/Key lacks",
        ),
    ]);
}

#[test]
fn what_is_no_json_names_the_position() {
    for (body, text) in [
        ("{\"Item\":", "EOF while parsing a value at line 1 column 8"),
        ("{} {}", "trailing characters at line 1 column 4"),
        ("Item", "line 1 column 1"),
    ] {
        let problem = parse(&record("id", Some("POST"), body), MESSAGES, WriteMode::Replace).unwrap_err();
        assert_eq!(problem.code(), "NotJson", "{body}");
        assert!(problem.to_string().contains(text), "{body}: {problem}");
    }
}

#[test]
fn a_field_that_is_there_twice_is_named() {
    let body = r#"{"Key":{"date":{"S":"2001-01-01"},"time":{"S":"09:01:05"}},"TableName":"messages","Key":{}}"#;
    let problem = parse(&record("id", Some("DELETE"), body), MESSAGES, WriteMode::Replace).unwrap_err();
    assert_eq!(
        (problem.code(), problem.to_string().as_str()),
        (
            "DuplicateField",
            "the body has the field `Key` more than once; leave one of them"
        )
    );
}

#[test]
fn without_body_or_method_nothing_is_read() {
    let mut message = record("id", Some("POST"), "");
    assert_eq!(
        parse(&message, MESSAGES, WriteMode::Replace).unwrap_err().code(),
        "NoBody"
    );
    message.body = None;
    assert_eq!(
        parse(&message, MESSAGES, WriteMode::Replace).unwrap_err().code(),
        "NoBody"
    );
    assert_eq!(
        parse(&record("id", None, "{}"), MESSAGES, WriteMode::Replace)
            .unwrap_err()
            .code(),
        "NoMethod"
    );
    let mut message = record("id", Some("POST"), "{}");
    if let Some(method) = message.message_attributes.get_mut(METHOD) {
        method.string_value = None;
    }
    assert_eq!(
        parse(&message, MESSAGES, WriteMode::Replace).unwrap_err().code(),
        "NoMethod",
        "a binary Method is none"
    );
}

#[test]
fn an_item_may_have_400_kb_and_no_byte_more() {
    let rest = item_size(&attributes_of(item_json(1, "")));
    let body = |bytes: usize| json!({"Item": item_json(1, &"x".repeat(bytes))});
    assert!(parse_json("POST", &body(400 * 1024 - rest)).is_ok());
    let problem = parse_json("POST", &body(400 * 1024 - rest + 1)).unwrap_err();
    assert_eq!(problem.code(), "ItemTooLarge");
    assert_eq!(
        problem.to_string(),
        "/Item makes an item of 409601 bytes; DynamoDB takes 409600: shorten or split it"
    );
}
