//! A cell: missing, default, type, constraints.

use serde_json::{Value, json};

use crate::support::{by_id, faults, item, value, with, with_fields};

fn field(type_name: &str, more: &Value) -> Value {
    let mut field = json!({"name": "x", "type": type_name});
    for (name, value) in more.as_object().unwrap() {
        field[name] = value.clone();
    }
    field
}

/// The attribute value that each cell makes.
#[track_caller]
fn reads(type_name: &str, more: &Value, cells: &[(&str, Value)]) {
    for (cell, wanted) in cells {
        assert_eq!(
            value(&field(type_name, more), cell).as_ref(),
            Ok(wanted),
            "{type_name} {cell:?}"
        );
    }
}

#[track_caller]
fn rejects(type_name: &str, more: &Value, cells: &[(&str, &str)]) {
    for (cell, reason) in cells {
        let found = value(&field(type_name, more), cell);
        assert_eq!(found, Err(format!("x {reason}")), "{type_name} {cell:?}");
    }
}

fn s(text: &str) -> Value {
    json!({"S": text})
}

fn n(text: &str) -> Value {
    json!({"N": text})
}

#[test]
fn strings_are_kept_as_they_are() {
    reads(
        "string",
        &json!({}),
        &[
            (" a\t", s(" a\t")),
            ("\"\\\u{FFFF}é", s("\"\\\u{FFFF}é")),
            ("", Value::Null),
            (" \u{a0}", Value::Null),
        ],
    );
    reads(
        "string",
        &json!({"format": "binary"}),
        &[(" AQI= ", json!({"B": "AQI="}))],
    );
    rejects(
        "string",
        &json!({"format": "binary"}),
        &[
            ("AQI", "must be base64 with padding, such as AQI="),
            ("AQJ=", "must be base64 with padding, such as AQI="),
        ],
    );
}

#[test]
fn numbers_are_exact() {
    let digits = "12345678901234567890123456789012345678";
    reads(
        "number",
        &json!({}),
        &[
            ("10.10", n("10.10")),
            (digits, n(digits)),
            ("\u{a0}-1.5e3 ", n("-1.5e3")),
            ("+.5", n("0.5")),
        ],
    );
    reads("number", &json!({"dynamodb:type": "S"}), &[("007.10", s("7.10"))]);
    reads(
        "number",
        &json!({"bareNumber": false}),
        &[("95 %", n("95")), ("€ 1.50", n("1.50"))],
    );
    reads("integer", &json!({}), &[("0042", n("42")), ("-7", n("-7"))]);
    reads("integer", &json!({"groupChar": ","}), &[("1,234", n("1234"))]);
    rejects(
        "number",
        &json!({}),
        &[
            (
                "x",
                "must be a number such as 4.39 or -1.5e3, without separators or units",
            ),
            (
                "NaN",
                "must be a number such as 4.39 or -1.5e3, without separators or units",
            ),
            (
                "\u{2212}5",
                "must be a number such as 4.39 or -1.5e3, without separators or units; it has U+2212, which looks like a minus sign and is none: write `-`",
            ),
            ("1e126", "is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude"),
        ],
    );
    rejects("integer", &json!({}), &[("1.0", "must be an integer such as 1234")]);
    rejects(
        "number",
        &json!({"groupChar": "."  , "decimalChar": ","}),
        &[(
            "1.5",
            "has the group character `.` where there is no group of three digits; a number that has it must be grouped rightly",
        )],
    );
}

#[test]
fn booleans_have_words() {
    let (yes, no) = (json!({"BOOL": true}), json!({"BOOL": false}));
    reads(
        "boolean",
        &json!({}),
        &[
            ("true", yes.clone()),
            (" 1 ", yes.clone()),
            ("FALSE", no.clone()),
            ("0", no.clone()),
        ],
    );
    reads("boolean", &json!({"trueValues": ["ja"]}), &[("ja", yes), ("false", no)]);
    rejects(
        "boolean",
        &json!({"trueValues": ["ja"], "falseValues": ["nein"]}),
        &[("true", "must be one of `ja`, `nein`")],
    );
}

#[test]
fn times_are_iso_8601() {
    reads("date", &json!({}), &[("2024-02-29", s("2024-02-29"))]);
    reads("date", &json!({"format": "%d.%m.%Y"}), &[("1.3.2024", s("2024-03-01"))]);
    reads(
        "time",
        &json!({}),
        &[("10:55:09.50", s("10:55:09.5")), ("10:55:00", s("10:55:00"))],
    );
    reads("time", &json!({"format": "%I:%M %p"}), &[("12:05 AM", s("00:05:00"))]);
    reads(
        "datetime",
        &json!({}),
        &[
            ("2024-03-31T01:30:00", s("2024-03-31T01:30:00")),
            ("2024-03-31 01:30:00.250", s("2024-03-31T01:30:00.25")),
            ("2024-03-31T01:30:00+02:00", s("2024-03-30T23:30:00Z")),
        ],
    );
    reads(
        "datetime",
        &json!({"format": "%d/%b/%Y:%H:%M:%S %z"}),
        &[("31/Mar/2024:01:30:00 +0200", s("2024-03-30T23:30:00Z"))],
    );
    reads("year", &json!({}), &[("2024", n("2024")), ("0987", n("987"))]);
    reads("year", &json!({"dynamodb:type": "S"}), &[("0987", s("0987"))]);
    reads("yearmonth", &json!({}), &[("2024-03", s("2024-03"))]);
    rejects(
        "date",
        &json!({}),
        &[
            ("2023-02-29", "names no day of the calendar or no time of day"),
            (
                "31.03.2024",
                "must be a date of the form YYYY-MM-DD, such as 2024-03-31",
            ),
            ("0000-01-01", "must lie in the years 0001 to 9999"),
        ],
    );
    rejects(
        "date",
        &json!({"format": "%d.%m.%Y"}),
        &[("2024-03-31", "must be a date of the form %d.%m.%Y")],
    );
    rejects(
        "time",
        &json!({}),
        &[
            ("24:00:00", "names no day of the calendar or no time of day"),
            (
                "10:55:09Z",
                "must be a time of day of the form HH:MM:SS, such as 10:55:09 or 10:55:09.385, without an offset",
            ),
        ],
    );
    rejects(
        "datetime",
        &json!({}),
        &[
            ("0001-01-01T00:00:00+02:00", "must lie in the years 0001 to 9999"),
            (
                "2024-03-31T01:30:00.1234567891",
                "has more than nine digits of a second",
            ),
        ],
    );
    rejects(
        "year",
        &json!({}),
        &[("24", "must be a year of four digits, such as 2024")],
    );
}

#[test]
fn local_times_have_a_zone() {
    let berlin = |ambiguous: &str| json!({"dynamodb:timeZone": "Europe/Berlin", "dynamodb:ambiguous": ambiguous});
    let twice = "2024-10-27T02:30:00";
    reads("datetime", &berlin("earlier"), &[(twice, s("2024-10-27T00:30:00Z"))]);
    reads(
        "datetime",
        &berlin("later"),
        &[
            (twice, s("2024-10-27T01:30:00Z")),
            ("2024-10-27T02:30:00Z", s("2024-10-27T02:30:00Z")),
        ],
    );
    rejects(
        "datetime",
        &berlin("reject"),
        &[
            (
                twice,
                "exists twice in Europe/Berlin, when the clocks were put back; say which with `dynamodb:ambiguous`, or write the offset",
            ),
            (
                "2024-03-31T02:30:00",
                "does not exist in Europe/Berlin: the clocks were put forward over it",
            ),
        ],
    );
    rejects(
        "datetime",
        &berlin("later"),
        &[(
            "2024-03-31T02:30:00",
            "does not exist in Europe/Berlin: the clocks were put forward over it",
        )],
    );
}

#[test]
fn numbers_can_be_times() {
    reads(
        "number",
        &json!({"dynamodb:epoch": "s"}),
        &[("1559040909.3853335", n("1559040909.3853335")), ("1e9", n("1e9"))],
    );
    reads(
        "integer",
        &json!({"dynamodb:epoch": "ms", "dynamodb:type": "S"}),
        &[("1559040909385", s("2019-05-28T10:55:09.385Z"))],
    );
    rejects(
        "number",
        &json!({"dynamodb:epoch": "s"}),
        &[(
            "1559040909385",
            "must lie in the years 0001 to 9999; is the unit of `dynamodb:epoch` right?",
        )],
    );
}

#[test]
fn lists_and_documents() {
    reads("list", &json!({}), &[("a,b", json!({"L": [{"S": "a"}, {"S": "b"}]}))]);
    reads(
        "list",
        &json!({"delimiter": "; ", "itemType": "integer"}),
        &[("1; 02", json!({"L": [{"N": "1"}, {"N": "2"}]}))],
    );
    reads(
        "list",
        &json!({"dynamodb:type": "NS", "itemType": "number"}),
        &[("1.5,2", json!({"NS": ["1.5", "2"]}))],
    );
    reads(
        "object",
        &json!({}),
        &[(
            r#" {"a":[1.10,"\""]}"#,
            json!({"M": {"a": {"L": [{"N": "1.10"}, {"S": "\""}]}}}),
        )],
    );
    reads("array", &json!({}), &[("[]", json!({"L": []}))]);
    rejects(
        "list",
        &json!({"dynamodb:type": "NS", "itemType": "number"}),
        &[("7,7.0", "has `7.0` twice; a set has each element once")],
    );
    rejects(
        "array",
        &json!({}),
        &[
            ("{}", "must be a JSON array: it is an object"),
            (r#"[{"a":1,"a":2}]"#, "must be a JSON array: it names `a` twice"),
        ],
    );
    let list = field("list", &json!({"itemType": "boolean"}));
    assert!(value(&list, "true,x").unwrap_err().starts_with("x[1] must be one of"));
}

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
