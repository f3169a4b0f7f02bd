//! Messages whose body or method cannot be read.

use message::WriteMode;

use super::MESSAGES;
use crate::operation::parse;
use crate::record::METHOD;
use crate::testing::record;

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
            "the body has the field `Key` more than once; remove one of them"
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
    assert_eq!(message.message_attributes[0].0, METHOD);
    message.message_attributes[0].1.string_value = None;
    assert_eq!(
        parse(&message, MESSAGES, WriteMode::Replace).unwrap_err().code(),
        "NoMethod",
        "a binary Method is none"
    );
}
