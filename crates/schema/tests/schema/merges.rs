//! Merges of files that lack columns or cells: the attributes that need them stay as they are in the table.

use message::WriteMode;
use schema::{HeaderError, Package, RowError};
use serde_json::{Value, json};

use crate::support::{OBJECT, bind, by_id, convert, load, with, with_fields};

/// Merges with fields that remove, that store NULL, and that have a default.
fn merging(fields_match: &str) -> Value {
    let mut descriptor = with_fields(&json!([
        {"name": "phone", "type": "string"},
        {"name": "email", "type": "string", "dynamodb:missing": "remove"},
        {"name": "note", "type": "string", "dynamodb:missing": "null"},
        {"name": "status", "type": "string", "dynamodb:default": "new"},
    ]));
    descriptor["resources"][0]["schema"]["fieldsMatch"] = json!(fields_match);
    with(descriptor, "dynamodb:write", json!("merge"))
}

/// The attributes that a row sets, and the update's expression.
fn changes(package: &Package, header: &[&str], cells: &[&str]) -> (Value, String) {
    let body = convert(&mut bind(package, header).unwrap(), cells).unwrap();
    let names = body["ExpressionAttributeNames"].as_object().unwrap();
    let values = names.iter().filter_map(|(placeholder, name)| {
        let value = &body["ExpressionAttributeValues"][placeholder.replace('#', ":")];
        (!value.is_null()).then(|| (name.as_str().unwrap().to_owned(), value.clone()))
    });
    let expression = body["UpdateExpression"].as_str().unwrap();
    (values.collect::<serde_json::Map<_, _>>().into(), expression.to_owned())
}

#[test]
fn attributes_of_absent_columns_stay() {
    for fields_match in ["superset", "partial"] {
        let package = load(&merging(fields_match), &by_id());
        let (set, expression) = changes(&package, &["id", "phone"], &["x", "1"]);
        assert_eq!((set, &*expression), (json!({"phone": {"S": "1"}}), "SET #0=:0"));
        // A column with empty cells has its effect as before.
        let (set, expression) = changes(&package, &["id", "email", "note", "status"], &["x", "", "", ""]);
        assert_eq!(set, json!({"note": {"NULL": true}, "status": {"S": "new"}}));
        assert_eq!(expression, "SET #2=:2,#3=:3 REMOVE #1");
        // Without the columns, nothing is left to change.
        let error = convert(&mut bind(&package, &["id", "phone"]).unwrap(), &["x", ""]);
        assert_eq!(error.unwrap_err(), RowError::NothingToMerge);
    }
    let missing = bind(&load(&merging("subset"), &by_id()), &["id", "phone"]).map(|_| ());
    let names = ["email", "note", "status"].map(str::to_owned);
    assert_eq!(missing, Err(HeaderError::Missing(names.to_vec())));
}

#[test]
fn attributes_of_absent_cells_stay() {
    let dialect = json!({"header": false, "delimiter": ","});
    let package = load(&with(merging("superset"), "dialect", dialect), &by_id());
    let mut converter = package.resources()[0].bind(None, &OBJECT, WriteMode::Replace).unwrap();
    for (cells, expression) in [
        (&["x", "1"][..], "SET #0=:0"),
        (&["x", "1", ""], "SET #0=:0 REMOVE #1"),
        (&["x", "1", "", "", ""], "SET #0=:0,#2=:2,#3=:3 REMOVE #1"),
    ] {
        let body = convert(&mut converter, cells).unwrap();
        assert_eq!(body["UpdateExpression"], expression, "{cells:?}");
    }
}

#[test]
fn items_of_absent_columns_stay() {
    let item = json!({
        "one": "${status}", "both": "${phone}/${status}", "map": {"phone": "${phone}", "in": [{"status": "${status}"}]},
        "kind": "contact", "line": "${$line}",
    });
    let package = load(&with(merging("partial"), "dynamodb:item", item), &by_id());
    let always = json!({"kind": {"S": "contact"}, "line": {"N": "7"}, "phone": {"S": "1"}});
    assert_eq!(changes(&package, &["id", "phone"], &["x", "1"]).0, always);
    let (set, _) = changes(&package, &["id", "phone", "status"], &["x", "1", ""]);
    assert_eq!(set["both"], json!({"S": "1/new"}));
    assert_eq!(
        set["map"],
        json!({"M": {"phone": {"S": "1"}, "in": {"L": [{"M": {"status": {"S": "new"}}}]}}})
    );
}

#[test]
fn keys_take_the_defaults_of_absent_columns() {
    let descriptor = with(merging("partial"), "dynamodb:item", json!({"id": "${status}#1"}));
    let mut converter = bind(&load(&descriptor, &by_id()), &["phone"]).unwrap();
    let body = convert(&mut converter, &["1"]).unwrap();
    assert_eq!(body["Key"], json!({"id": {"S": "new#1"}}));
    assert_eq!(body["ExpressionAttributeNames"], json!({"#0": "phone"}));
}

#[test]
fn other_writes_take_absent_columns_as_empty() {
    let mut descriptor = with(merging("partial"), "dynamodb:write", json!("replace"));
    descriptor["resources"][0]["schema"]["fields"][2]["dynamodb:missing"] = json!("omit");
    let mut converter = bind(&load(&descriptor, &by_id()), &["id", "phone"]).unwrap();
    assert_eq!(
        convert(&mut converter, &["x", "1"]).unwrap()["Item"],
        json!({"id": {"S": "x"}, "phone": {"S": "1"}, "note": {"NULL": true}, "status": {"S": "new"}})
    );
}
