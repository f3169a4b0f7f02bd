//! How the columns of a file match the fields.

use message::WriteMode;
use schema::{HeaderError, Object, Record};
use serde_json::{Value, json};

use crate::support::{OBJECT, bind, by_id, convert, load, record, with, with_fields};

fn matching(fields_match: &str) -> Value {
    let mut descriptor = with_fields(&json!([{"name": "Größe", "type": "number"}, {"name": "b", "type": "string"}]));
    descriptor["resources"][0]["schema"]["fieldsMatch"] = json!([fields_match]);
    descriptor
}

fn header(fields_match: &str, names: &[&str]) -> Result<(), String> {
    let found = bind(&load(&matching(fields_match), &by_id()), names);
    found.map(|_| ()).map_err(|error| error.to_string())
}

#[test]
fn columns_match_as_the_standard_says() {
    let (all, other_order, more, less) = (
        &["id", "Größe", "b"][..],
        &["b", "id", "Größe"][..],
        &["b", "id", "x", "Größe"][..],
        &["Größe", "id"][..],
    );
    for (fields_match, accepted) in [
        ("exact", [true, false, false, false]),
        ("equal", [true, true, false, false]),
        ("subset", [true, true, true, false]),
        ("superset", [true, true, false, true]),
        ("partial", [true, true, true, true]),
    ] {
        let found = [all, other_order, more, less].map(|names| header(fields_match, names).is_ok());
        assert_eq!(found, accepted, "{fields_match}");
    }
}

#[test]
fn without_fields_match_columns_match_exactly() {
    let mut descriptor = matching("exact");
    descriptor["resources"][0]["schema"]
        .as_object_mut()
        .unwrap()
        .remove("fieldsMatch");
    let package = load(&descriptor, &by_id());
    for (names, accepted) in [
        (&["id", "Größe", "b"][..], true),
        (&["b", "id", "Größe"], false),
        (&["id", "Größe", "b", "x"], false),
        (&["id", "Größe"], false),
    ] {
        assert_eq!(bind(&package, names).is_ok(), accepted, "{names:?}");
    }
}

#[test]
fn what_is_wrong_with_a_header_is_named() {
    for (fields_match, names, error) in [
        (
            "exact",
            &["id", "b", "Größe"][..],
            "the header has the columns in another order than the fields, and `fieldsMatch` is exact; `equal` allows any order",
        ),
        ("equal", &["id"][..], "the header lacks `Größe`, `b`"),
        (
            "superset",
            &["id", "x"][..],
            "the header has `x`, which no field describes; `fieldsMatch` is superset, which allows no other columns: `subset` or `partial` do",
        ),
        ("partial", &["b"][..], "the header lacks `id`"),
        (
            "subset",
            &["id", "größe", "GRÖSSE", "GRÖßE", "b"][..],
            "the header has `Größe` more than once",
        ),
        (
            "subset",
            &["id", "Größe", "Größe", "b"][..],
            "the header has `Größe` more than once",
        ),
    ] {
        assert_eq!(header(fields_match, names).unwrap_err(), error, "{names:?}");
    }
    let package = load(&matching("partial"), &by_id());
    let without = package.resources()[0].bind(None, &OBJECT, WriteMode::Replace);
    assert_eq!(without.unwrap_err(), HeaderError::NoHeader);
}

#[test]
fn names_match_exactly_first_and_then_loosely() {
    let descriptor = {
        let mut descriptor = with_fields(&json!([{"name": "A", "type": "string"}, {"name": "a", "type": "string"}]));
        descriptor["resources"][0]["schema"]["fieldsMatch"] = json!("subset");
        descriptor
    };
    let mut converter = bind(
        &load(&descriptor, &by_id()),
        &["\u{feff}\u{a0}ID ", "a", "A", " x\u{3000}"],
    )
    .unwrap();
    assert_eq!(converter.unknown_columns(), ["x"]);
    let body = convert(&mut converter, &["1", "small", "large", "?"]).unwrap();
    assert_eq!(
        body["Item"],
        json!({"id": {"S": "1"}, "A": {"S": "large"}, "a": {"S": "small"}})
    );
}

#[test]
fn unknown_columns_are_ignored_or_kept() {
    let ignoring = load(&matching("subset"), &by_id());
    let names = ["id", "Größe", "b", "No\"te", "n2"];
    let mut converter = bind(&ignoring, &names).unwrap();
    assert_eq!(converter.unknown_columns(), ["No\"te", "n2"]);
    let body = convert(&mut converter, &["1", "", "", "x", ""]).unwrap();
    assert_eq!(body["Item"], json!({"id": {"S": "1"}}));
    let keeping = load(&with(matching("subset"), "dynamodb:unknown", json!("keep")), &by_id());
    let mut converter = bind(&keeping, &names).unwrap();
    assert_eq!(
        (converter.unknown_columns().len(), converter.columns_left_out().len()),
        (2, 0)
    );
    let body = convert(&mut converter, &["1", "", "", "\"x\"", " "]).unwrap();
    assert_eq!(body["Item"], json!({"id": {"S": "1"}, "No\"te": {"S": "\"x\""}}));
    for (name, error) in [
        (
            "$order",
            "`$order` would be kept under the name of another attribute; give it a field with `dynamodb:attribute`",
        ),
        ("x\u{a0}", "the header has `x` more than once"),
    ] {
        assert_eq!(
            bind(&keeping, &["id", "Größe", "b", "x", name])
                .unwrap_err()
                .to_string(),
            error
        );
    }
}

#[test]
fn kept_columns_are_utf8() {
    let package = load(&with(matching("subset"), "dynamodb:unknown", json!("keep")), &by_id());
    let mut converter = bind(&package, &["id", "Größe", "b", "Ort", "name"]).unwrap();
    let cells = [&b"1"[..], b"x\xff", b"", b"K\xf6nigsweg", b"M\xfcller"];
    let error = convert(&mut converter, &cells).unwrap_err();
    assert!(error.is_encoding());
    assert_eq!(
        error.to_string(),
        "Größe is not UTF-8 at byte 1 of the cell; Ort is not UTF-8 at byte 1 of the cell; name is not UTF-8 at byte 1 of the cell"
    );
    let (bytes, ends) = record(&[&b"id"[..], "Größe".as_bytes(), b"b", b"Stra\xdfe", b"name"]);
    let bound = package.resources()[0].bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Replace);
    assert_eq!(
        bound.map(|_| ()).unwrap_err().to_string(),
        "`Stra\u{fffd}e` would be kept under a name with bytes that are not UTF-8 or not of the declared encoding; save the file \
         as UTF-8, or name its encoding in `encoding`"
    );
    // Columns that are not kept may have any bytes.
    let ignoring = load(&matching("subset"), &by_id());
    let mut converter = ignoring.resources()[0]
        .bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Replace)
        .unwrap();
    assert!(convert(&mut converter, &[&b"1"[..], b"2", b"", b"K\xf6nigsweg", b""]).is_ok());
}

#[test]
fn cells_at_the_end_may_be_missing_or_too_many_when_they_are_empty() {
    let mut converter = bind(&load(&matching("subset"), &by_id()), &["id", "Größe", "b", "x", ""]).unwrap();
    for cells in [&["1", "2", "3"][..], &["1", "2", "3", "", "", "", " "][..]] {
        assert!(convert(&mut converter, cells).is_ok(), "{cells:?}");
    }
    for (cells, error) in [
        (&["1", "2"][..], "the row has 2 fields where the header has 5"),
        (
            &["1", "2", "3", "", "", "x"][..],
            "the row has 6 fields where the header has 5",
        ),
        // A delimiter in a text may have shifted it.
        (
            &["1", "2", "3", "x", "", ""][..],
            "the row has 6 fields where the header has 5",
        ),
    ] {
        assert_eq!(convert(&mut converter, cells).unwrap_err().to_string(), error);
    }
}

#[test]
fn values_without_a_name_need_a_match_that_allows_other_columns() {
    let names = ["", "id", "Größe", "b", " \"\"", ""];
    for fields_match in ["exact", "equal", "superset"] {
        let mut converter = bind(&load(&matching(fields_match), &by_id()), &names).unwrap();
        assert_eq!(
            (converter.nameless_columns(), converter.unknown_columns().len()),
            (&[0, 4, 5][..], 0)
        );
        for cells in [&["", "1", "2", "3"][..], &["", "1", "2", "3", "", "\u{a0}", ""]] {
            assert!(convert(&mut converter, cells).is_ok(), "{cells:?}");
        }
        let error = convert(&mut converter, &["0", "1", "x", "3", "", ""]).unwrap_err();
        let reason = format!(
            "Größe must be a number such as 4.39 or -1.5e3, without separators or units; column 1 has a value but no name, so \
             that no field describes it; `fieldsMatch` is {fields_match}, which allows no other columns: `subset` or `partial` do"
        );
        assert_eq!(error.to_string(), reason);
        assert_eq!(error.columns().collect::<Vec<_>>(), ["Größe", "column 1"]);
        assert!(convert(&mut converter, &["", "1", "2", "3", "", "x"]).is_err());
    }
    for unknown in ["ignore", "keep"] {
        let package = load(&with(matching("subset"), "dynamodb:unknown", json!(unknown)), &by_id());
        let mut converter = bind(&package, &names).unwrap();
        let body = convert(&mut converter, &["0", "1", "2", "3", "x", "y"]).unwrap();
        assert_eq!(
            body["Item"],
            json!({"id": {"S": "1"}, "Größe": {"N": "2"}, "b": {"S": "3"}})
        );
    }
}

#[test]
fn without_a_header_columns_are_the_fields_in_their_order() {
    let open = |fields_match: &str| {
        let package = load(
            &with(
                matching(fields_match),
                "dialect",
                json!({"header": false, "delimiter": ","}),
            ),
            &by_id(),
        );
        package.resources()[0].bind(None, &OBJECT, WriteMode::Replace).unwrap()
    };
    let body = convert(&mut open("exact"), &["1", "2", "3"]).unwrap();
    assert_eq!(
        body["Item"],
        json!({"id": {"S": "1"}, "Größe": {"N": "2"}, "b": {"S": "3"}})
    );
    assert_eq!(
        convert(&mut open("exact"), &["1", "2", "3", "x"])
            .unwrap_err()
            .to_string(),
        "the row has 4 fields where the schema has 3"
    );
    for (fields_match, less, more) in [
        ("exact", false, false),
        ("subset", false, true),
        ("superset", true, false),
        ("partial", true, true),
    ] {
        assert_eq!(
            convert(&mut open(fields_match), &["1", "2"]).is_ok(),
            less,
            "{fields_match}"
        );
        assert_eq!(
            convert(&mut open(fields_match), &["1", "2", "3", "x"]).is_ok(),
            more,
            "{fields_match}"
        );
    }
}

#[test]
fn the_first_resource_that_matches_counts() {
    let fields = json!({"fields": [{"name": "id", "type": "string"}]});
    let descriptor = json!({"resources": [
        {"name": "a", "schema": fields, "s3:keys": ["a/*.csv", "b/**"]},
        {"name": "c", "schema": fields, "s3:keys": ["**/*.csv"]},
    ]});
    let package = load(&descriptor, &by_id());
    let name = |key: &str| package.resource_for(key).map(schema::Resource::name);
    assert_eq!(name("a/x.csv"), Some("a"));
    assert_eq!(name("a/b/x.csv"), Some("c"));
    assert_eq!(name("b/x/y.tsv"), Some("a"));
    assert_eq!(name("x.tsv"), None);
}

#[test]
fn an_object_has_one_ingest() {
    let package = load(
        &with(with_fields(&json!([])), "dynamodb:item", json!({"f": "${$file}"})),
        &by_id(),
    );
    let (bytes, ends) = record(&["id"]);
    let object = Object {
        key: "a/b",
        ingest_id: 1,
        uploaded: i128::MAX,
    };
    let mut converter = package.resources()[0]
        .bind(Some(Record::new(&bytes, &ends)), &object, WriteMode::Create)
        .unwrap();
    let body = convert(&mut converter, &["1"]).unwrap();
    assert_eq!(body["Item"]["f"], json!({"S": "b"}));
}

#[test]
fn partial_needs_a_column_of_a_field() {
    let key = json!({"id": "${$ingest}#${$line}"});
    let package = load(&with(matching("partial"), "dynamodb:item", key), &by_id());
    assert!(bind(&package, &["x", "b"]).is_ok());
    let error = bind(&package, &["x", "y"]).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "the header names none of the fields");
}
