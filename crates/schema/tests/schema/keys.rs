//! How the table's key is made.

use message::{KeyType, TableKey};
use schema::{Package, Table};
use serde_json::{Value, json};

use crate::support::{attribute, by_id, faults, item, table, with, with_fields};

fn numbered() -> Table {
    Table {
        key: TableKey {
            partition: attribute("n", KeyType::N),
            sort: None,
        },
        ..by_id()
    }
}

#[test]
fn number_keys_have_one_text() {
    let descriptor = with_fields(&json!([{"name": "n", "type": "number"}]));
    for (cell, wanted) in [
        ("7.0", "7"),
        ("007", "7"),
        ("7e0", "7"),
        ("0.70", "0.7"),
        ("-0", "0"),
        ("1e2", "100"),
        ("100", "100"),
    ] {
        assert_eq!(
            item(&descriptor, &numbered(), &["x", cell]).unwrap()["n"],
            json!({"N": wanted}),
            "{cell}"
        );
    }
    let epoch = with_fields(&json!([{"name": "n", "type": "number", "dynamodb:epoch": "s"}]));
    assert_eq!(
        item(&epoch, &numbered(), &["x", "1559040909.50"]).unwrap()["n"],
        json!({"N": "1559040909.5"})
    );
    let constant = with(with_fields(&json!([])), "dynamodb:item", json!({"n": 7.0}));
    assert_eq!(item(&constant, &numbered(), &["x"]).unwrap()["n"], json!({"N": "7"}));
    let year = with_fields(&json!([{"name": "n", "type": "year"}]));
    assert_eq!(
        item(&year, &numbered(), &["x", "0987"]).unwrap()["n"],
        json!({"N": "987"})
    );
}

#[test]
fn a_key_that_lacks_a_field_rejects_the_row() {
    let fields = json!([{"name": "Messstelle", "type": "string"}]);
    let descriptor = with(
        with_fields(&fields),
        "dynamodb:item",
        json!({"pk": "${Messstelle}#", "sk": "${id}"}),
    );
    let found = item(&descriptor, &table("pk", "sk"), &["", ""]);
    assert_eq!(
        found.unwrap_err(),
        "pk needs Messstelle, which is empty; sk needs id, which is empty"
    );
}

#[test]
fn a_field_that_the_key_needs_is_never_missing() {
    let site = json!({"name": "site", "type": "string", "dynamodb:missing": "null"});
    let fault = |key: &str| {
        format!(
            "/resources/0/schema/fields/1/dynamodb:missing: has no effect, since a row without a value is rejected: the key \
             \"{key}\" needs one"
        )
    };
    let descriptor = with_fields(&json!([site]));
    assert_eq!(faults(&descriptor, &table("id", "site")), [fault("site")]);
    let of_both = with(
        descriptor,
        "dynamodb:item",
        json!({"pk": "${site}#", "sk": "${site}#${id}"}),
    );
    assert_eq!(faults(&of_both, &table("pk", "sk")), [fault("pk")]);
    assert!(Package::load(&of_both.to_string(), &by_id()).is_ok());
    let mut required = of_both;
    required["resources"][0]["schema"]["fields"][1]["constraints"] = json!({"required": true});
    let found = faults(&required, &table("pk", "sk"));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn the_reason_names_bad_cells_of_the_key_and_of_others() {
    let fields = json!([{"name": "n", "type": "number"}, {"name": "o", "type": "string"}]);
    let number = "n must be a number such as 4.39 or -1.5e3, without separators or units";
    let found = item(&with_fields(&fields), &by_id(), &["", "x", "1"]);
    assert_eq!(found.unwrap_err(), format!("{number}; id needs id, which is empty"));
    // A bad cell that the key needs is named once.
    let item_of_both = json!({"pk": "${n}#${o}", "sk": "${id}"});
    let descriptor = with(with_fields(&fields), "dynamodb:item", item_of_both);
    let both = table("pk", "sk");
    assert_eq!(item(&descriptor, &both, &["1", "x", "1"]).unwrap_err(), number);
    assert_eq!(
        item(&descriptor, &both, &["", "x", ""]).unwrap_err(),
        format!("{number}; pk needs o, which is empty; sk needs id, which is empty")
    );
    let long = "x".repeat(1025);
    assert_eq!(
        item(&descriptor, &both, &[&long, "x", "1"]).unwrap_err(),
        format!("{number}; sk has 1025 bytes; DynamoDB takes 1024")
    );
}

#[test]
fn keys_are_neither_empty_nor_too_long() {
    let fields = json!([{"name": "x", "type": "string", "missingValues": ["-"]}]);
    let descriptor = with(
        with_fields(&fields),
        "dynamodb:item",
        json!({"pk": "${x}", "sk": "${id}"}),
    );
    let both = table("pk", "sk");
    assert_eq!(
        item(&descriptor, &both, &["1", ""]).unwrap_err(),
        "pk is empty, which a key never is"
    );
    assert!(item(&descriptor, &both, &[&"é".repeat(512), &"x".repeat(2048)]).is_ok());
    let error = item(&descriptor, &both, &[&"é".repeat(513), &"x".repeat(2049)]).unwrap_err();
    assert_eq!(
        error,
        "pk has 2049 bytes; DynamoDB takes 2048; sk has 1026 bytes; DynamoDB takes 1024"
    );
}

#[test]
fn a_table_may_have_no_sort_key() {
    let found = item(&with_fields(&json!([])), &by_id(), &["a\"b"]).unwrap();
    assert_eq!(found, json!({"id": {"S": "a\"b"}}));
}

#[test]
fn key_attributes_must_be_made_with_their_types() {
    let fields = json!([{"name": "n", "type": "number"}, {"name": "b", "type": "boolean"}]);
    let check = |item: &Value, table: &Table| faults(&with(with_fields(&fields), "dynamodb:item", item.clone()), table);
    assert_eq!(
        check(&json!({}), &table("pk", "id")),
        [
            "/resources/0: makes no attribute \"pk\", which the table's key has; add it to `dynamodb:item`, or name it as the \
         `dynamodb:attribute` of a field"
        ]
    );
    assert_eq!(
        check(&json!({"pk": "${n}"}), &table("pk", "id")),
        [
            "/resources/0/dynamodb:item/pk: makes \"pk\" of type N, but the table's key has it of type S; put a text before or behind it"
        ]
    );
    assert_eq!(
        check(&json!({}), &table("n", "b")),
        [
            "/resources/0/schema/fields/1: makes \"n\" of type N, but the table's key has it of type S; write `\"dynamodb:type\": \"S\"`",
            "/resources/0/schema/fields/2: makes \"b\" of type BOOL, but the table's key has it of type S",
        ]
    );
    assert_eq!(
        check(&json!({"n": "${id}"}), &numbered()),
        ["/resources/0/dynamodb:item/n: makes \"n\" of type S, but the table's key has it of type N"]
    );
    assert_eq!(
        check(&json!({"pk": ""}), &table("pk", "id")),
        ["/resources/0/dynamodb:item/pk: makes an empty \"pk\", which a key never is"]
    );
}

#[test]
fn a_literal_that_no_key_can_hold_is_a_fault() {
    let check = |bytes: usize| {
        let text = format!("{}${{id}}", "x".repeat(bytes));
        let descriptor = with(with_fields(&json!([])), "dynamodb:item", json!({"pk": text}));
        Package::load(&descriptor.to_string(), &table("pk", "id")).map(|_| ())
    };
    assert!(check(2047).is_ok());
    assert_eq!(
        check(2049).unwrap_err().to_string(),
        "/resources/0/dynamodb:item/pk: makes \"pk\" of more than 2048 bytes, the most of a key"
    );
}
