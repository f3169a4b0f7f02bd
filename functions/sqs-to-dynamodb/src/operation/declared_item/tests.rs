use message::MAX_ITEM_BYTES;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::operation::item::{Post, usual};
use crate::operation::tests::{failure_of, parse_the_long_way};
use crate::operation::{Operation, Table, parse};
use crate::testing::{TABLE, record, table_key};

/// A key of a text and a number.
fn text_and_number() -> KeySchema {
    Some(table_key(&[("pk", KeyType::S), ("n", KeyType::N)])).into()
}

fn look(item: &str) -> Option<Post> {
    let keys = text_and_number();
    let (name, keys) = (TABLE, &keys);
    usual(
        &format!(r#"{{"TableName":"messages","Item":{item}}}"#),
        Table { name, keys },
    )
}

const KEY: &str = r#""pk":{"S":"a"},"n":{"N":"7"}"#;

#[test]
fn a_declared_row_takes_the_quick_way() {
    let item = r#"{"pk":{"S":"SENSOR#\"1\""},"n":{"N":"7.0"},"origin":{"M":{"file":{"S":"März.csv"},"line":{"N":"2"}}},"Aktiv":{"BOOL":true},"none":{"NULL":true},"Tags":{"SS":["a","b"]},"numbers":{"NS":["1","-2.5"]},"list":{"L":[{"S":""},{"L":[]}]},"bytes":{"B":"AQI="}}"#;
    let Post { key, item: kept, .. } = look(item).unwrap();
    assert_eq!(key.to_string(), r#"{"pk":{"S":"SENSOR#\"1\""},"n":{"N":"7"}}"#);
    assert_eq!(kept.as_json(), item, "as it came");
    let many: Vec<_> = (0..300).map(|name| format!(r#""{name}":{{"S":""}}"#)).collect();
    assert!(look(&format!("{{{KEY},{}}}", many.join(","))).is_some());
}

/// What `crates/schema` makes of the hard row of the contract.
#[test]
fn the_hard_row_takes_the_quick_way() {
    let body = r#"{"TableName":"messages","Item":{"pk":{"S":"SENSOR#DE-01#2024-03#3"},"sk":{"S":"READING#2024-03-31T00:30:00Z"},"kind":{"S":"reading"},"version":{"N":"1"},"origin":{"M":{"file":{"S":"readings/a.csv"},"line":{"N":"2"}}},"expires":{"N":"1774917000"},"at":{"S":"2024-03-31T00:30:00Z"},"Messstelle":{"S":"DE-01"},"value":{"N":"1234.5"},"Status":{"S":"ok"},"Aktiv":{"BOOL":true},"Tags":{"SS":["a","b"]}}}"#;
    let keys: KeySchema = Some(table_key(&[("pk", KeyType::S), ("sk", KeyType::S)])).into();
    let (name, keys) = (TABLE, &keys);
    assert!(usual(body, Table { name, keys }).is_some());
}

#[test]
fn what_is_wrong_or_kept_in_another_form_goes_the_long_way() {
    assert!(look(&format!("{{{KEY}}}")).is_some());
    for more in [
        r#""n":{"N":"7"}"#,
        r#""a":{"S":"x"},"a":{"S":"y"}"#,
        r#""a":{"S":"x","N":"1"}"#,
        r#""a":{}"#,
        r#""a":{"T":"x"}"#,
        r#""a":"x""#,
        r#""a":{"N":"+1"}"#,
        r#""a":{"N":1}"#,
        r#""a":{"N":"1,5"}"#,
        r#""a":{"BOOL":"true"}"#,
        r#""a":{"NULL":false}"#,
        r#""a":{"SS":[]}"#,
        r#""a":{"SS":["x","y","x"]}"#,
        r#""a":{"NS":["1","01"]}"#,
        r#""a":{"NS":["1","1"]}"#,
        r#""a":{"B":"*"}"#,
        r#""a":{"L":{}}"#,
        r#""a":{"L":[{"SS":[]}]}"#,
        r#""a":{"M":{"x":{"S":""},"x":{"S":""}}}"#,
        r#""$order":{"S":"x"}"#,
    ] {
        assert!(look(&format!("{{{KEY},{more}}}")).is_none(), "{more}");
    }
    for item in [
        r#"{"pk":{"S":"a"}}"#.to_owned(),
        r#"{"n":{"N":"7"}}"#.to_owned(),
        r#"{"pk":{"S":""},"n":{"N":"7"}}"#.to_owned(),
        r#"{"pk":{"N":"7"},"n":{"N":"7"}}"#.to_owned(),
        r#"{"pk":{"S":"a"},"n":{"S":"7"}}"#.to_owned(),
        format!(r#"{{{KEY},"a":{{"S":"{}"}}}}"#, "x".repeat(MAX_ITEM_BYTES)),
        "[]".to_owned(),
    ] {
        assert!(look(&item).is_none(), "{item:.200}");
    }
}

#[test]
fn what_is_wrong_with_a_key_is_named() {
    let long = |bytes: usize| "ä".repeat(bytes / 2) + &"x".repeat(bytes % 2);
    let (with_sort, without_sort) = (
        KeySchema::from(Some(table_key(&[("p/k", KeyType::S), ("n", KeyType::N)]))),
        KeySchema::from(Some(table_key(&[("date", KeyType::S)]))),
    );
    let sorted_by_text = KeySchema::from(Some(table_key(&[("n", KeyType::N), ("sk", KeyType::S)])));
    for (keys, method, body, code, text) in [
        (
            &with_sort,
            "POST",
            json!({"Item": {"p/k": {"S": "a"}}}),
            "MissingKey",
            "/Item lacks the key attribute `n`; add it, of type N",
        ),
        (
            &with_sort,
            "POST",
            json!({"Item": {"n": {"N": "1"}}}),
            "MissingKey",
            "/Item lacks the key attribute `p/k`; add it, of type S",
        ),
        (
            &with_sort,
            "POST",
            json!({"Item": {"p/k": {"S": "a"}, "n": {"S": "1"}}}),
            "InvalidKey",
            "/Item/n must be of type N",
        ),
        (
            &with_sort,
            "DELETE",
            json!({"Key": {"p/k": {"N": "1"}, "n": {"N": "1"}}}),
            "InvalidKey",
            "/Key/p~1k must be of type S",
        ),
        (
            &with_sort,
            "GET",
            json!({"Key": {"p/k": {"S": ""}, "n": {"N": "1"}}}),
            "InvalidKey",
            "/Key/p~1k/S must not be empty, as a part of the key",
        ),
        (
            &with_sort,
            "POST",
            json!({"Item": {"p/k": {"S": long(2049)}, "n": {"N": "1"}}}),
            "InvalidKey",
            "/Item/p~1k/S has 2049 bytes; DynamoDB takes 2048 of this part of a key",
        ),
        (
            &sorted_by_text,
            "PUT",
            json!({"Key": {"sk": {"S": long(1025)}, "n": {"N": "1"}}, "UpdateExpression": "REMOVE a"}),
            "InvalidKey",
            "/Key/sk/S has 1025 bytes; DynamoDB takes 1024 of this part of a key",
        ),
        (
            &with_sort,
            "BATCH_WRITE",
            json!({"RequestItems": {TABLE: [{"DeleteRequest": {"Key": {"p/k": {"S": "a"}, "n": {"N": "1"}, "x": {"S": "secret"}}}}]}}),
            "InvalidKey",
            "/RequestItems/messages/0/DeleteRequest/Key has the attribute `x` beside `p/k` and `n`; a key has these two only",
        ),
        (
            &without_sort,
            "DELETE",
            json!({"Key": {"date": {"S": "a"}, "time": {"S": "b"}}}),
            "InvalidKey",
            "/Key has the attribute `time` beside `date`; a key has this one only",
        ),
        (
            &with_sort,
            "GET",
            json!({"Key": {"p/k": {"S": "a"}, "n": {"N": "x"}}}),
            "InvalidKey",
            "/Key/n/N: must be a decimal number such as 4.39 or -1.5e3, without separators or units",
        ),
    ] {
        let (name, body) = (TABLE, body.to_string());
        let failure = failure_of(parse(
            &record("id", Some(method), &body),
            Table { name, keys },
            message::WriteMode::Replace,
        ));
        assert_eq!(
            (failure.code(), failure.to_string().as_str()),
            (code, text),
            "{body:.200}"
        );
        assert!(!failure.for_log().contains("secret"));
    }
}

#[test]
fn a_declared_key_may_be_called_as_that_of_messages_and_has_any_form() {
    let keys: KeySchema = Some(table_key(&[("date", KeyType::S), ("time", KeyType::S)])).into();
    let body = r#"{"Key":{"time":{"S":"noon"},"date":{"S":"28.5.2019"}}}"#;
    let (name, keys) = (TABLE, &keys);
    let operation = parse(
        &record("id", Some("GET"), body),
        Table { name, keys },
        message::WriteMode::Replace,
    )
    .unwrap();
    let Operation::Get(key) = operation else {
        panic!("{operation:?}");
    };
    assert_eq!(key.in_words(), "date 28.5.2019, time noon");
}

fn any_value() -> impl Strategy<Value = Value> {
    let number = || "[-+]?[0-9]{1,3}([.][0-9]{0,2})?(e[0-9])?";
    let leaf = prop_oneof![
        "[ -~é\n]{0,8}".prop_map(|text| json!({ "S": text })),
        number().prop_map(|number| json!({ "N": number })),
        any::<bool>().prop_map(|value| json!({ "BOOL": value })),
        any::<bool>().prop_map(|value| json!({ "NULL": value })),
        "[A-Za-z0-9+/]{4}|[A-Za-z]{0,3}=?".prop_map(|text| json!({ "B": text })),
        prop::collection::vec("[ab\"]{0,2}", 0..4).prop_map(|texts| json!({ "SS": texts })),
        prop::collection::vec(number(), 0..4).prop_map(|numbers| json!({ "NS": numbers })),
        Just(json!({"S": "a", "N": "1"})),
        Just(json!("text")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|elements| json!({ "L": elements })),
            prop::collection::btree_map("[a-cé\"]{0,2}", inner, 0..4).prop_map(|members| json!({ "M": members })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What is found usual, the long way finds the same in.
    #[test]
    fn both_ways_come_to_the_same(
        partition in "[a-c\"é]{0,2}",
        number in "-?[0-9]{1,2}([.][0-9]{1,2})?",
        others in prop::collection::btree_map("[a-cé\"]{0,2}", any_value(), 0..5),
    ) {
        let mut item = json!({"pk": {"S": partition}, "n": {"N": number}});
        item.as_object_mut().unwrap().extend(others);
        let keys = text_and_number();
        let (name, keys) = (TABLE, &keys);
        let body = json!({ "Item": item }).to_string();
        if let Some(found) = key_and_bytes(&item.to_string(), keys) {
            let long = parse_the_long_way(&body, Table { name, keys }).unwrap();
            prop_assert_eq!(&found, &(long.key, attributes::item_size(&long.item.attributes())));
            let short = usual(&body, Table { name, keys }).unwrap();
            prop_assert_eq!(short.item.attributes(), long.item.attributes());
        }
    }
}
