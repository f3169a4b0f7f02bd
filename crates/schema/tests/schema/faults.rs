//! A descriptor is refused with all its faults at once.

use schema::Package;
use serde_json::{Value, json};

use crate::support::{by_id, faults, with, with_fields};

fn of_text(text: &str) -> String {
    Package::load(text, &by_id()).unwrap_err().to_string()
}

#[test]
fn every_fault_is_named_at_once() {
    let descriptor = json!({
        "titel": "x",
        "resources": [{
            "name": "files", "s3.keys": ["**"], "encoding": "latin-one",
            "dialect": {"delimeter": ";", "escapeChar": "\\", "quoteChar": "'"},
            "schema": {
                "fields": [
                    {"name": "Messstelle", "type": "sting"},
                    {"name": "t", "type": "datetime", "dynamodb:timezone": "Europe/Berlin", "constraints": {"pattern": "x"}},
                ],
                "primaryKey": "id", "foreignKeys": [], "uniqueKeys": [["id"]],
            },
            "dynamodb:item": {"pk": "${Messstele}", "id": "${t:%Q}"},
        }],
    });
    // The members of an object have no order: whether `serde_json` keeps one is up to the other crates of a build.
    let mut found = faults(&descriptor, &by_id());
    found.sort();
    let mut expected = [
        "/resources/0/dialect/delimeter: no such property; did you mean \"delimiter\"?",
        "/resources/0/dialect/escapeChar: is not supported: a quotation mark in a quoted cell is written twice; write the file \
         without escapes",
        "/resources/0/dialect/quoteChar: must be one of \"\"\", not \"'\"",
        "/resources/0/s3.keys: no such property; did you mean \"s3:keys\"?",
        "/resources/0/schema/fields/1/constraints/pattern: is not supported: texts are not matched; list the values in `enum`, or \
         check where the data is made",
        "/resources/0/schema/fields/1/dynamodb:timezone: no such property; did you mean \"dynamodb:timeZone\"?",
        "/resources/0/schema/foreignKeys: is not supported: rows are not compared with other tables; remove it",
        "/resources/0/schema/uniqueKeys: is not supported: rows are not compared with each other; equal keys of the table are counted \
         as collisions",
        "/titel: no such property; did you mean \"title\"?",
        "/resources/0/schema/fields/0/type: must be one of string, number, integer, boolean, date, time, datetime, year, yearmonth, \
         list, object, array, not \"sting\"; did you mean \"string\"?",
        "/resources/0/schema/primaryKey: no field \"id\"; the fields are in `schema`",
        "/resources/0/dynamodb:item/id: `${t:%Q}`: no directive `%Q`; there are %Y %m %d %H %M %S %j %3f %6f %9f",
        "/resources/0/dynamodb:item/pk: no field \"Messstele\"; did you mean \"Messstelle\"?",
        "/resources/0/encoding: must be a label of the WHATWG encoding standard, such as windows-1252, not \"latin-one\"; did you \
         mean \"latin1\"?",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_misspelt_field_in_a_template_is_named_with_the_nearest() {
    let descriptor = with(
        with_fields(&json!([{"name": "Messstelle", "type": "string"}])),
        "dynamodb:item",
        json!({"pk": "${Messstele}"}),
    );
    assert_eq!(
        faults(&descriptor, &by_id()),
        ["/resources/0/dynamodb:item/pk: no field \"Messstele\"; did you mean \"Messstelle\"?"]
    );
}

#[test]
fn a_template_of_a_key_that_cannot_be_read_is_one_fault() {
    let descriptor = |template: &str| with(with_fields(&json!([])), "dynamodb:item", json!({"id": template}));
    let mut by_number = by_id();
    by_number.key.partition.key_type = message::KeyType::N;
    for (template, fault) in [
        (
            "${id:shard=1025}",
            "`${id:shard=1025}`: the number of shards must be 2 to 1024",
        ),
        ("${idd}", "no field \"idd\"; did you mean \"id\"?"),
        ("${id", "has a `${` without its `}`; a literal `${` is written `$${`"),
    ] {
        for table in [by_id(), by_number.clone()] {
            let found = faults(&descriptor(template), &table);
            assert_eq!(found, [format!("/resources/0/dynamodb:item/id: {fault}")]);
        }
    }
    assert_eq!(
        faults(&descriptor(""), &by_id()),
        ["/resources/0/dynamodb:item/id: makes an empty \"id\", which a key never is"]
    );
}

#[test]
fn what_a_field_lacks_is_named_with_what_to_write() {
    let mut descriptor = with_fields(&json!([]));
    descriptor["resources"][0]["schema"]["fields"] = json!([{"name": "id"}]);
    assert_eq!(
        faults(&descriptor, &by_id()),
        [
            "/resources/0/schema/fields/0: lacks `type`; write one of \"string\", \"number\", \"integer\", \"boolean\", \"date\", \
             \"time\", \"datetime\", \"year\", \"yearmonth\", \"list\", \"object\", \"array\""
        ]
    );
}

#[test]
fn forms_that_are_none() {
    assert!(of_text("{").starts_with("the descriptor: is not JSON: EOF while parsing"));
    assert_eq!(of_text("[]"), "the descriptor: must be an object, not an empty array");
    assert_eq!(
        of_text("{}"),
        "the descriptor: lacks `resources`; write an array of one or more objects"
    );
    assert_eq!(
        of_text(r#"{"resources":[]}"#),
        "/resources: must be an array of one or more objects, not an empty array"
    );
    assert_eq!(
        of_text(r#"{"resources":[1]}"#),
        "/resources/0: must be an object, not 1"
    );
    assert_eq!(
        of_text(r#"{"resources":[{"name":"x"}]}"#),
        "/resources/0: lacks `schema`; write an object"
    );
    assert_eq!(
        of_text(
            r#"{"resources":[{"name":"x","name":"y","schema":{"fields":[{"name":"id","type":"string"}]},"dynamodb:item":{"a":{"b":1,"b":2}}}]}"#
        ),
        "/resources/0/name: occurs twice in its object; keep only one\n\
         /resources/0/dynamodb:item/a/b: occurs twice in its object; keep only one"
    );
    assert!(
        of_text(r#"{"$schema":"https://datapackage.org/profiles/1.0/datapackage.json","resources":[]}"#)
            .contains("/$schema: names version 1")
    );
}

#[test]
fn a_byte_order_mark_and_white_space_do_not_count() {
    let text = format!("\u{feff}\n {} ", with_fields(&json!([])));
    assert!(Package::load(&text, &by_id()).is_ok());
}

#[test]
fn the_names_may_be_behind_rows_that_are_skipped() {
    let dialect = json!({"commentRows": [1, 2]});
    let package = crate::support::load(&with(with_fields(&json!([])), "dialect", dialect), &by_id());
    let found = package.resources()[0].dialect();
    assert_eq!((found.header_row, &found.comment_rows[..]), (Some(1), &[1, 2][..]));
}

#[test]
fn comments_may_begin_with_what_is_not_the_delimiter() {
    for dialect in [
        json!({"commentChar": "#"}),
        json!({"commentChar": ";", "delimiter": ","}),
    ] {
        crate::support::load(&with(with_fields(&json!([])), "dialect", dialect), &by_id());
    }
}

#[test]
fn dialects_are_read() {
    let dialect = json!({
        "delimiter": "\t", "headerRows": [3], "commentRows": [2, 1, 2], "commentChar": "#", "nullSequence": "\\N",
        "skipInitialSpace": true, "quoteChar": "\"", "doubleQuote": true,
    });
    let package = crate::support::load(
        &with(
            with(with_fields(&json!([])), "dialect", dialect),
            "encoding",
            json!("latin1"),
        ),
        &by_id(),
    );
    let resource = &package.resources()[0];
    let found = resource.dialect();
    assert_eq!(
        (found.delimiter, found.header_row, &found.comment_rows[..]),
        (Some(b'\t'), Some(3), &[1, 2][..])
    );
    assert_eq!(
        (found.comment_char.as_deref(), found.null_sequence.as_deref()),
        (Some("#"), Some("\\N"))
    );
    assert!(found.skip_initial_space);
    assert_eq!(
        (resource.encoding(), resource.name(), resource.write()),
        (Some("windows-1252"), "files", None)
    );
}

#[test]
fn packages_are_refused_with_reasons() {
    let resource = with_fields(&json!([]))["resources"][0].clone();
    let twice = json!({"resources": [resource, resource]});
    assert_eq!(
        faults(&twice, &by_id()),
        [
            "/resources/1/name: another resource is called \"files\", too",
            "/resources/1: describes no object, since /resources/0 describes every one; put it first",
        ]
    );
    let of_keys = |patterns: [Value; 2]| {
        let mut package = twice.clone();
        for (index, patterns) in patterns.into_iter().enumerate() {
            package["resources"][index]["name"] = json!(format!("files {index}"));
            package["resources"][index]["s3:keys"] = patterns;
        }
        package
    };
    for everything in ["**", "**/*", "**/**"] {
        assert_eq!(
            faults(&of_keys([json!([everything]), json!(["a/**"])]), &by_id()),
            ["/resources/1: describes no object, since /resources/0 describes every one; put it first"]
        );
    }
    assert_eq!(
        faults(&of_keys([json!(["a/**", "b/**"]), json!(["b/**", "c/**"])]), &by_id()),
        [
            "/resources/1/s3:keys: \"b/**\" matches no object, since /resources/0 has the same pattern and comes first; remove the pattern, \
             or the resource if it has no other"
        ]
    );
    let long = with(with_fields(&json!([])), "description", json!("x".repeat(64 * 1024)));
    assert!(faults(&long, &by_id())[0].starts_with("/resources/0: has 65"));
}
