use proptest::prelude::*;

use super::*;

fn text_of(value: AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_time_covers_all_finer_and_coarser_keys_of_its_instant() {
    for (time, first, last) in [
        ("10:00:00", "10:00:00", "10:00:00.999999999"),
        ("10:00:00.000", "10:00:00", "10:00:00.000999999"),
        ("10:00:00.385", "10:00:00.385", "10:00:00.385999999"),
        ("10:00:00.385000", "10:00:00.385", "10:00:00.385000999"),
        ("10:00:00.000000000", "10:00:00", "10:00:00.000000000"),
        ("00:00:00.500000", "00:00:00.500", "00:00:00.500000999"),
    ] {
        let value = KeyForm::Time.parse(time).unwrap();
        assert_eq!(
            (text_of(value.first()), text_of(value.last())),
            (first.to_owned(), last.to_owned())
        );
    }
}

#[test]
fn a_text_covers_itself_only() {
    let value = KeyForm::Text(8).parse("1.000").unwrap();
    assert_eq!(text_of(value.first()), "1.000");
    assert_eq!(text_of(value.last()), "1.000");
}

#[test]
fn values_have_their_form() {
    for (form, taken, refused) in [
        (
            KeyForm::Date,
            &["2001-01-01"][..],
            &["", "2001-02-29", "2001-01-01 "][..],
        ),
        (KeyForm::Time, &["09:01:05", "09:01:05.250"], &["9:01:05", "24:00:00"]),
        (KeyForm::Text(4), &["a", " ", "ä/#", "\n%2F"], &["", "abcde", "äää"]),
        (
            KeyForm::Number,
            &["7", "-0.50", "1e3"],
            &["", "seven", "7 ", "0x7", "1e126", "NaN"],
        ),
    ] {
        for text in taken {
            assert!(form.parse(text).is_some(), "{form:?} {text:?}");
        }
        for text in refused {
            assert_eq!(form.parse(text), None, "{form:?} {text:?}");
        }
    }
}

#[test]
fn a_body_has_the_type_of_the_key() {
    assert!(KeyForm::Number.parse_json(&"7".into()).is_none());
    assert!(KeyForm::Number.parse_json(&7.into()).is_some());
    assert!(KeyForm::Text(9).parse_json(&7.into()).is_none());
    assert!(KeyForm::Date.parse_json(&"2001-01-01".into()).is_some());
}

proptest! {
    /// DynamoDB orders numbers by their value and texts by their bytes.
    #[test]
    fn ranges_are_ordered_as_dynamodb_orders_keys(a in -1_000_000..1_000_000_i64, b in -1_000_000..1_000_000_i64, x: String, y: String) {
        let number = |value: i64| KeyForm::Number.parse(&format!("{value}.0")).unwrap();
        prop_assert_eq!(number(a).is_behind(&number(b)), a > b);
        prop_assert_eq!(number(a).as_str().to_owned(), a.to_string());
        let (x, y) = (format!("x{x}"), format!("x{y}"));
        let text = |text: &str| KeyForm::Text(2048).parse(text).unwrap();
        prop_assert_eq!(text(&x).is_behind(&text(&y)), x.as_bytes() > y.as_bytes());
    }
}
