//! Cells that are missing, defaults and constraints.

use serde_json::{Value, json};

use crate::fields::{field, n, reads, rejects, s};
use crate::support::{by_id, faults, item, with, with_fields};

#[test]
fn missing_values_come_before_types() {
    let own = json!({"missingValues": ["-", "NA"]});
    reads("number", &own, &[("-", Value::Null), ("NA", Value::Null)]);
    rejects(
        "number",
        &own,
        &[(
            "",
            "must be a number such as 4.39 or -1.5e3, without separators or units",
        )],
    );
    reads("string", &own, &[("", s("")), ("  ", s("")), (" -", s(" -"))]);
    reads(
        "string",
        &json!({"dynamodb:missing": "null"}),
        &[("", json!({"NULL": true})), ("x", s("x"))],
    );
    let mut descriptor =
        with_fields(&json!([{"name": "x", "type": "string"}, {"name": "y", "type": "string", "missingValues": [""]}]));
    descriptor["resources"][0]["schema"]["missingValues"] = json!(["-"]);
    descriptor = with(descriptor, "dialect", json!({"nullSequence": "\\N"}));
    let found = item(&descriptor, &by_id(), &["1", "-", "-"]).unwrap();
    assert_eq!(found, json!({"id": {"S": "1"}, "y": {"S": "-"}}));
    assert_eq!(
        item(&descriptor, &by_id(), &["1", "\\N", "\\N"]).unwrap(),
        json!({"id": {"S": "1"}})
    );
}

#[test]
fn defaults_are_cells() {
    reads(
        "string",
        &json!({"dynamodb:default": "unknown \"x\""}),
        &[("", s("unknown \"x\"")), ("a", s("a"))],
    );
    reads(
        "number",
        &json!({"dynamodb:default": 1.5, "decimalChar": ","}),
        &[("", n("1.5"))],
    );
    reads(
        "boolean",
        &json!({"dynamodb:default": true, "trueValues": ["ja"]}),
        &[("", json!({"BOOL": true}))],
    );
    reads(
        "list",
        &json!({"dynamodb:default": "a,b", "constraints": {"required": true}}),
        &[("", json!({"L": [{"S": "a"}, {"S": "b"}]}))],
    );
    let bad = with_fields(&json!([field(
        "integer",
        &json!({"dynamodb:default": "x", "constraints": {"minimum": 1}})
    )]));
    assert_eq!(
        faults(&bad, &by_id()),
        ["/resources/0/schema/fields/1/dynamodb:default: must be an integer such as 1234"]
    );
    let low = with_fields(&json!([field(
        "integer",
        &json!({"dynamodb:default": 0, "constraints": {"minimum": 1}})
    )]));
    assert_eq!(
        faults(&low, &by_id()),
        ["/resources/0/schema/fields/1/dynamodb:default: is less than the minimum 1"]
    );
}

#[test]
fn constraints_are_kept() {
    let with_constraints = |constraints: Value| json!({"constraints": constraints});
    rejects(
        "string",
        &with_constraints(json!({"required": true})),
        &[("", "is empty")],
    );
    rejects(
        "string",
        &with_constraints(json!({"enum": ["a", "b"]})),
        &[("c", "must be one of `a`, `b`")],
    );
    rejects(
        "number",
        &with_constraints(json!({"enum": [1, "2.50"]})),
        &[("3", "must be one of `1`, `2.50`")],
    );
    reads(
        "number",
        &with_constraints(json!({"enum": [1, "2.50"]})),
        &[("1.0", n("1.0")), ("2.5", n("2.5"))],
    );
    let lengths = with_constraints(json!({"minLength": 2, "maxLength": 3}));
    reads("string", &lengths, &[("äöü", s("äöü")), ("", Value::Null)]);
    rejects(
        "string",
        &lengths,
        &[
            ("a", "has a length of 1, the least is 2"),
            ("abcd", "has a length of 4, the most is 3"),
        ],
    );
    rejects("list", &lengths, &[("a", "has a length of 1, the least is 2")]);
    rejects(
        "object",
        &lengths,
        &[("{\"a\":1}", "has a length of 1, the least is 2")],
    );
    let range = with_constraints(json!({"minimum": "-0.5", "maximum": "1e2"}));
    reads("number", &range, &[("-0.50", n("-0.50")), ("100", n("100"))]);
    rejects(
        "number",
        &range,
        &[
            ("-0.51", "is less than the minimum -0.5"),
            ("100.01", "is greater than the maximum 1e2"),
        ],
    );
    let dates = with_constraints(json!({"minimum": "2024-01-01"}));
    rejects("date", &dates, &[("2023-12-31", "is less than the minimum 2024-01-01")]);
    let zoned = json!({"dynamodb:timeZone": "Europe/Berlin", "constraints": {"maximum": "2024-01-01T00:00:00"}});
    rejects(
        "datetime",
        &zoned,
        &[(
            "2023-12-31T23:30:00Z",
            "is greater than the maximum 2024-01-01T00:00:00",
        )],
    );
    reads(
        "datetime",
        &zoned,
        &[("2023-12-31T23:30:00", s("2023-12-31T22:30:00Z"))],
    );
    rejects(
        "year",
        &with_constraints(json!({"minimum": 2000})),
        &[("1999", "is less than the minimum 2000")],
    );
    rejects(
        "number",
        &json!({"dynamodb:epoch": "s", "constraints": {"minimum": "1e9"}}),
        &[("999999999", "is less than the minimum 1e9")],
    );
    let mut key = with_fields(&json!([field("string", &json!({}))]));
    key["resources"][0]["schema"]["primaryKey"] = json!(["x"]);
    assert_eq!(item(&key, &by_id(), &["1", ""]).unwrap_err(), "x is empty");
}

#[test]
fn cells_that_are_not_utf_8_are_named_with_all_others() {
    use crate::support::{bind, convert, load};
    let package = load(&with_fields(&json!([field("number", &json!({}))])), &by_id());
    let mut converter = bind(&package, &["id", "x"]).unwrap();
    let error = convert(&mut converter, &[&b"a\xff"[..], b"z"]).unwrap_err();
    assert!(error.is_encoding());
    assert_eq!(error.columns().collect::<Vec<_>>(), ["id", "x"]);
    // Two halves of a character, one in each cell.
    assert!(
        convert(&mut converter, &[&b"a\xc3"[..], b"\xa9"])
            .unwrap_err()
            .is_encoding()
    );
}
