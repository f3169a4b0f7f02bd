//! How cells of each type are read.

use serde_json::{Value, json};

use crate::fields::{field, n, reads, rejects, s};
use crate::support::value;

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
                "must be a number such as 4.39 or -1.5e3, without separators or units; it has U+2212, which looks like a minus sign but is not one: write `-`",
            ),
            ("1e126", "is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude"),
        ],
    );
    rejects(
        "number",
        &json!({"bareNumber": false}),
        &[
            (
                "\u{2013}5 °C",
                "must be a number such as 4.39 kg or EUR -4.39, with its sign directly before its digits; it has U+2013, which looks like a minus sign but is not one: write `-`",
            ),
            (
                "EUR\u{a0}\u{ff0d}5",
                "must be a number such as 4.39 kg or EUR -4.39, with its sign directly before its digits; it has U+FF0D, which looks like a minus sign but is not one: write `-`",
            ),
        ],
    );
    rejects(
        "number",
        &json!({"bareNumber": false, "decimalChar": ","}),
        &[(
            ".5 kg",
            "has `.` beside its digits, which may be a part of the number: write the number with a digit at both ends, and separate it from other text by a space",
        )],
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
