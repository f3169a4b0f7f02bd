use serde_json::json;

use super::*;
use crate::dynamodb_json;

fn numbered() -> KeySchema {
    let attribute = |name: &str, key_type| KeyAttribute {
        name: name.to_owned(),
        key_type,
    };
    KeySchema::from(Some(TableKey {
        partition: attribute("p \"k\"", KeyType::S),
        sort: Some(attribute("n", KeyType::N)),
    }))
}

fn both_ways(schema: &KeySchema, attributes: &Value) -> Result<ItemKey, String> {
    let read = dynamodb_json::attributes(attributes.clone()).unwrap();
    let key = schema.key_in(&read).map_err(|fault| fault.to_string());
    assert_eq!(schema.key_in_json(attributes), key.as_ref().ok().cloned());
    key
}

#[test]
fn a_key_is_read_as_it_is_written() {
    for (schema, attributes) in [
        (
            KeySchema::Messages,
            json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05.250"}}),
        ),
        (numbered(), json!({"p \"k\"": {"S": "ä\n\""}, "n": {"N": "-7.5"}})),
    ] {
        let key = both_ways(&schema, &attributes).unwrap();
        assert_eq!(serde_json::to_value(&key).unwrap(), attributes);
        assert_eq!(serde_json::from_str::<Value>(&key.to_string()).unwrap(), attributes);
    }
}

#[test]
fn a_key_in_words_names_its_attributes_in_the_order_of_the_table() {
    let words = |schema: KeySchema, attributes| both_ways(&schema, &attributes).unwrap().in_words();
    let message = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}});
    assert_eq!(words(KeySchema::Messages, message), "date 2001-01-01, time 09:01:05");
    let key = |text: &str| json!({"n": {"N": "7.0"}, "p \"k\"": {"S": text}});
    assert_eq!(words(numbered(), key("ä\n\"")), "p \"k\" ä\n\", n 7");
    let long = words(numbered(), key(&"ä".repeat(200)));
    assert!(long.ends_with("ä…, n 7") && long.len() < 300, "{long}");
}

#[test]
fn equal_numbers_are_equal_keys() {
    let key = |number: &str| both_ways(&numbered(), &json!({"p \"k\"": {"S": "a"}, "n": {"N": number}})).unwrap();
    assert_eq!(key("7.0"), key("7"));
    assert_eq!(key("70e-1"), key("7"));
    assert_ne!(key("7.1"), key("7"));
}

#[test]
fn a_table_may_have_no_sort_key() {
    let partition = KeyAttribute {
        name: "id".to_owned(),
        key_type: KeyType::S,
    };
    let schema = KeySchema::from(Some(TableKey { partition, sort: None }));
    let key = both_ways(&schema, &json!({"id": {"S": "a"}, "n": {"N": "1"}})).unwrap();
    assert_eq!(key.to_string(), r#"{"id":{"S":"a"}}"#);
    assert!(schema.has("id") && !schema.has("n"));
}

#[test]
fn what_is_no_key_is_named() {
    let long = "x".repeat(MAX_PARTITION_BYTES + 1);
    for (schema, attributes, wanted) in [
        (
            KeySchema::Messages,
            json!({"date": {"S": "2001-01-01"}}),
            "time is missing",
        ),
        (
            KeySchema::Messages,
            json!({"date": {"S": "2001-01-01"}, "time": {"N": "9"}}),
            "time must be of the type S",
        ),
        (
            KeySchema::Messages,
            json!({"date": {"S": "01.01.2001"}, "time": {"S": "09:01:05"}}),
            "date must be a date",
        ),
        (
            numbered(),
            json!({"p \"k\"": {"S": "a"}, "n": {"S": "1"}}),
            "n must be of the type N",
        ),
        (
            numbered(),
            json!({"p \"k\"": {"S": ""}, "n": {"N": "1"}}),
            "p \"k\" must not be empty",
        ),
        (
            numbered(),
            json!({"p \"k\"": {"S": long}, "n": {"N": "1"}}),
            "p \"k\" has 2049 bytes",
        ),
    ] {
        let fault = both_ways(&schema, &attributes).unwrap_err();
        assert!(fault.starts_with(wanted), "{fault}");
    }
}
