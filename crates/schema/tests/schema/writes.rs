//! How rows are written, by `dynamodb:write` and the stack's mode.

use message::WriteMode;
use schema::{BatchRequest, Package, Record, RowError, Write};
use serde_json::{Value, json};

use crate::support::{INGEST, OBJECT, by_id, convert, faults, load, record, table, with, with_fields};

fn fields() -> Value {
    json!([
        {"name": "a", "type": "number"},
        {"name": "b", "type": "string"},
        {"name": "c", "type": "list", "dynamodb:type": "SS"},
    ])
}

fn body(package: &Package, stack: WriteMode, names: &[&str], cells: &[&str]) -> Result<Value, RowError> {
    let (bytes, ends) = record(names);
    let mut converter = package.resources()[0]
        .bind(Some(Record::new(&bytes, &ends)), &OBJECT, stack)
        .unwrap();
    convert(&mut converter, cells)
}

const NAMES: [&str; 4] = ["id", "a", "b", "c"];

#[test]
fn modes_travel_with_their_order() {
    let order = format!("{INGEST}-000000000007");
    for (write, stack, members) in [
        (json!("replace"), WriteMode::Replace, json!({})),
        (json!("replace"), WriteMode::Latest, json!({"Mode": "replace"})),
        (
            json!("latest"),
            WriteMode::Replace,
            json!({"Mode": "latest", "Order": order}),
        ),
        (
            json!("create"),
            WriteMode::Replace,
            json!({"Mode": "create", "Order": order}),
        ),
        (
            Value::Null,
            WriteMode::Create,
            json!({"Mode": "create", "Order": order}),
        ),
        (Value::Null, WriteMode::Replace, json!({})),
    ] {
        let mut descriptor = with_fields(&fields());
        if write != Value::Null {
            descriptor = with(descriptor, "dynamodb:write", write.clone());
        }
        let found = body(&load(&descriptor, &by_id()), stack, &NAMES, &["1", "2", "", ""]).unwrap();
        let mut wanted = json!({"TableName": "messages", "Item": {"id": {"S": "1"}, "a": {"N": "2"}}});
        wanted
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        assert_eq!(found, wanted, "{write}");
    }
    assert_eq!(
        [Write::Latest, Write::Merge, Write::Delete].map(Write::method),
        ["POST", "PUT", "DELETE"]
    );
}

#[test]
fn writes_whose_outcome_depends_on_the_existing_item_are_not_batched() {
    use BatchRequest::{Delete, Put};
    for (write, request) in [
        (Write::Replace, Some(Put)),
        (Write::Latest, None),
        (Write::Create, None),
        (Write::Merge, None),
        (Write::Delete, Some(Delete)),
    ] {
        assert_eq!(write.batch_request(), request, "{}", write.name());
        let package = load(
            &with(with_fields(&fields()), "dynamodb:write", json!(write.name())),
            &by_id(),
        );
        let head_bytes = package.resources()[0].head_bytes(WriteMode::Replace);
        assert_eq!(head_bytes.is_some(), request.is_some(), "{}", write.name());
    }
}

fn merging() -> Value {
    let mut descriptor = with_fields(&fields());
    let fields = &mut descriptor["resources"][0]["schema"]["fields"];
    fields[2]["dynamodb:missing"] = json!("remove");
    fields[3]["dynamodb:missing"] = json!("null");
    let descriptor = with(descriptor, "dynamodb:item", json!({"sk": "${id}!", "ab": "${a}\"${b}"}));
    with(descriptor, "dynamodb:write", json!("merge"))
}

#[test]
fn merge_changes_the_columns_that_have_a_value() {
    let package = load(&merging(), &table("id", "sk"));
    let found = body(&package, WriteMode::Latest, &NAMES, &["1", "2.50", "x", "p,q"]).unwrap();
    assert_eq!(
        found,
        json!({
            "TableName": "messages", "Key": {"id": {"S": "1"}, "sk": {"S": "1!"}},
            "UpdateExpression": "SET #0=:0,#1=:1,#2=:2,#3=:3",
            "ExpressionAttributeNames": {"#0": "ab", "#1": "a", "#2": "b", "#3": "c"},
            "ExpressionAttributeValues": {":0": {"S": "2.50\"x"}, ":1": {"N": "2.50"}, ":2": {"S": "x"}, ":3": {"SS": ["p", "q"]}},
        })
    );
    let found = body(&package, WriteMode::Latest, &NAMES, &["1", "2.50", "", ""]).unwrap();
    assert_eq!(found["UpdateExpression"], "SET #1=:1,#3=:3 REMOVE #2");
    assert_eq!(
        found["ExpressionAttributeNames"],
        json!({"#1": "a", "#2": "b", "#3": "c"})
    );
    assert_eq!(
        found["ExpressionAttributeValues"],
        json!({":1": {"N": "2.50"}, ":3": {"NULL": true}})
    );
}

#[test]
fn merge_leaves_a_map_or_list_alone_that_lacks_a_member() {
    let mut descriptor = with(with_fields(&fields()), "dynamodb:write", json!("merge"));
    for field in 1..4 {
        descriptor["resources"][0]["schema"]["fields"][field]["dynamodb:attribute"] = Value::Null;
    }
    let item = json!({"map": {"a": "${a}", "in": [{"b": "${b}!"}]}, "list": ["${c}", "x"], "both": ["${a}", "${a}"]});
    let package = load(&with(descriptor, "dynamodb:item", item), &by_id());
    let changed = |cells| {
        let found = body(&package, WriteMode::Replace, &NAMES, cells).unwrap();
        let values = found["ExpressionAttributeValues"].as_object().unwrap().values();
        values.cloned().collect::<Vec<_>>()
    };
    let map = json!({"M": {"a": {"N": "2"}, "in": {"L": [{"M": {"b": {"S": "x!"}}}]}}});
    let list = json!({"L": [{"SS": ["p"]}, {"S": "x"}]});
    let both = json!({"L": [{"N": "2"}, {"N": "2"}]});
    assert_eq!(changed(&["1", "2", "x", "p"]), [map.clone(), list, both.clone()]);
    assert_eq!(changed(&["1", "2", "x", ""]), [map, both.clone()]);
    assert_eq!(changed(&["1", "2", "", ""]), [both]);
}

#[test]
fn merge_may_only_remove_or_have_nothing_to_do() {
    let mut descriptor = with(with_fields(&fields()), "dynamodb:write", json!("merge"));
    let nothing = load(&descriptor, &by_id());
    let found = body(&nothing, WriteMode::Replace, &NAMES, &["1", "", "", ""]);
    assert_eq!(found.unwrap_err(), RowError::NothingToMerge);
    descriptor["resources"][0]["schema"]["fields"][1]["dynamodb:missing"] = json!("remove");
    let found = body(
        &load(&descriptor, &by_id()),
        WriteMode::Replace,
        &NAMES,
        &["1", "", "", ""],
    )
    .unwrap();
    assert_eq!(
        found,
        json!({
            "TableName": "messages", "Key": {"id": {"S": "1"}}, "UpdateExpression": "REMOVE #0",
            "ExpressionAttributeNames": {"#0": "a"},
        })
    );
}

#[test]
fn merge_keeps_unknown_columns_too() {
    let mut descriptor = with(with_fields(&json!([])), "dynamodb:write", json!("merge"));
    descriptor["resources"][0]["schema"]["fieldsMatch"] = json!("subset");
    let descriptor = with(descriptor, "dynamodb:unknown", json!("keep"));
    let found = body(
        &load(&descriptor, &by_id()),
        WriteMode::Replace,
        &["id", "x", "y"],
        &["1", "", "Y"],
    )
    .unwrap();
    assert_eq!(found["UpdateExpression"], "SET #0=:0");
    assert_eq!(found["ExpressionAttributeNames"], json!({"#0": "y"}));
    assert_eq!(found["ExpressionAttributeValues"], json!({":0": {"S": "Y"}}));
}

#[test]
fn delete_names_the_key() {
    let descriptor = with(with_fields(&fields()), "dynamodb:item", json!({"sk": "${a}#${$line}"}));
    let descriptor = with(descriptor, "dynamodb:write", json!("delete"));
    let found = body(
        &load(&descriptor, &table("id", "sk")),
        WriteMode::Replace,
        &NAMES,
        &["1", "2", "x", ""],
    )
    .unwrap();
    assert_eq!(
        found,
        json!({"TableName": "messages", "Key": {"id": {"S": "1"}, "sk": {"S": "2#7"}}})
    );
    for name in ["$ingest", "$uploaded", "$key", "$file"] {
        let descriptor = with(
            descriptor.clone(),
            "dynamodb:item",
            json!({"sk": format!("x${{{name}}}"), "other": "${$key}"}),
        );
        let fault = format!(
            "/resources/0/dynamodb:item/sk: has `${{{name}}}`, which differs in each upload, so that no item would be found to \
             delete"
        );
        assert_eq!(faults(&descriptor, &table("id", "sk")), [fault]);
    }
}

#[test]
fn what_a_missing_value_does_has_an_effect() {
    let mut descriptor = with_fields(&fields());
    descriptor["resources"][0]["schema"]["fields"][1]["dynamodb:missing"] = json!("remove");
    assert_eq!(
        faults(&descriptor, &by_id()),
        [
            "/resources/0/schema/fields/1/dynamodb:missing: `remove` has an effect only with `\"dynamodb:write\": \"merge\"`"
        ]
    );
    let overridden = with(descriptor, "dynamodb:write", json!("merge"));
    assert_eq!(
        faults(&with(overridden, "dynamodb:item", json!({"a": "${a}"})), &by_id()),
        [
            "/resources/0/schema/fields/1/dynamodb:missing: has no effect, since `dynamodb:item` makes the attribute \"a\""
        ]
    );
    let only_key = with(with_fields(&json!([])), "dynamodb:write", json!("merge"));
    assert_eq!(
        faults(&only_key, &by_id()),
        ["/resources/0/dynamodb:write: there is no attribute beside the key, so that there is nothing to merge"]
    );
}

#[test]
fn an_item_that_is_too_large_is_rejected() {
    let package = load(&with_fields(&fields()), &by_id());
    let large = "x".repeat(409_000);
    assert!(body(&package, WriteMode::Replace, &NAMES, &["1", "", &large, ""]).is_ok());
    // The body is longer than an item may be, but its item is not.
    assert!(
        body(
            &package,
            WriteMode::Replace,
            &NAMES,
            &["1", "", &"\"".repeat(300_000), ""]
        )
        .is_ok()
    );
    let error = body(
        &package,
        WriteMode::Replace,
        &NAMES,
        &["1", "", &"x".repeat(410_000), ""],
    )
    .unwrap_err();
    assert_eq!(error, message::RowError::ItemTooLarge(410_000 + "id1b".len()).into());
}

#[test]
fn rows_name_their_key() {
    let descriptor = with(with_fields(&fields()), "dynamodb:item", json!({"sk": "${b}"}));
    let package = load(&descriptor, &table("id", "sk"));
    let (bytes, ends) = record(&NAMES);
    let mut converter = package.resources()[0]
        .bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Replace)
        .unwrap();
    let (bytes, ends) = record(&["\"1\"", "", "x", ""]);
    let message = converter.convert(Record::new(&bytes, &ends), 2).unwrap();
    assert_eq!((message.partition, message.sort), ("\"1\"", "x"));
    assert!(
        message.json.contains(r#"{\"id\":{\"S\":\"\\\"1\\\"\"}"#) || message.json.contains(r#"\"S\":\"\\\"1\\\"\""#)
    );
}

#[test]
fn an_update_changes_a_limited_number_of_attributes() {
    let mut descriptor = with(with_fields(&json!([])), "dynamodb:write", json!("merge"));
    descriptor["resources"][0]["schema"]["fieldsMatch"] = json!("subset");
    let package = load(&with(descriptor.clone(), "dynamodb:unknown", json!("keep")), &by_id());
    let names: Vec<_> = std::iter::once("id".to_owned())
        .chain((0..301).map(|index| format!("c{index}")))
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let found = body(&package, WriteMode::Replace, &names, &vec!["x"; 302]);
    assert_eq!(found.unwrap_err(), RowError::TooManyChanges(301));
    let item: serde_json::Map<_, _> = (0..301).map(|index| (format!("c{index}"), json!(1))).collect();
    assert_eq!(
        faults(&with(descriptor, "dynamodb:item", item.into()), &by_id()),
        ["/resources/0/dynamodb:write: makes 301 attributes beside the key; an update takes 300"]
    );
}
