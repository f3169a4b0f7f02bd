//! A row keeps every digit and character through all its forms: CSV row, SQS body, item of the table, JSON of the API, and
//! item again.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use attributes::{Attributes, dynamodb_json, plain_json};
use aws_sdk_dynamodb::types::AttributeValue;
use message::{Header, Message, Precision, Record, invisible, names};
use proptest::prelude::*;
use serde_json::Value;

/// The cells of a row, in the order of [`COLUMNS`].
type Cells = [String; 7];

const COLUMNS: [&str; 7] = [
    names::TIMESTAMP,
    names::LOCATION,
    names::LOCAL_AVG,
    names::SOURCE,
    names::REMOTE_AVG,
    names::LOCAL_DEST,
    names::REMOTE_DEST,
];

/// Texts that are not blank: any characters, and those that CSV, JSON and SQS treat specially.
fn text() -> impl Strategy<Value = String> {
    let special = "[\",;'\\\\/\r\n\t \u{0}\u{1f}\u{7f}\u{85}\u{2028}\u{feff}\u{fffe}\u{ffff}éß漢😀a]{1,12}";
    prop_oneof![any::<String>(), special].prop_filter("no text is empty", |text| !invisible::is_blank(text))
}

/// Numbers as JSON writes them, up to the 38 digits and the exponents that DynamoDB holds.
fn number() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        "-?(0|[1-9][0-9]{0,37})",
        "-?[1-9][0-9]{0,18}\\.[0-9]{1,19}",
        "-?0\\.[0-9]{1,38}"
    ];
    let scientific = (
        "-?[1-9](\\.[0-9]{1,37})?",
        prop::sample::select(vec!["e", "E"]),
        -130..=125_i32,
    )
        .prop_map(|(mantissa, e, exponent)| format!("{mantissa}{e}{exponent}"));
    prop_oneof![plain, scientific]
}

/// Unix seconds of the years 0001 to 9999, with and without a fraction.
fn timestamp() -> impl Strategy<Value = String> {
    (-62_135_596_800_i64..=253_402_300_799, "(\\.[0-9]{1,9})?")
        .prop_map(|(seconds, fraction)| format!("{seconds}{fraction}"))
        .prop_filter("the fraction is dropped towards the past", |text| {
            !text.starts_with("-62135596800.")
        })
}

fn cells() -> impl Strategy<Value = Cells> {
    (timestamp(), text(), number(), text(), number(), text(), text()).prop_map(Into::into)
}

/// Writes a CSV file of the header and one row, reads it, and hands the message to `use_message`.
fn with_message<T>(cells: &Cells, use_message: impl FnOnce(&Message<'_>) -> T) -> T {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    writer.write_record(cells).unwrap();
    let file = writer.into_inner().unwrap();

    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.as_slice());
    let records: Vec<_> = reader.byte_records().map(Result::unwrap).collect();
    let ends = |record: &csv::ByteRecord| -> Vec<usize> {
        (0..record.len())
            .map(|index| record.range(index).unwrap().end)
            .collect()
    };
    let [first, second] = records.as_slice() else {
        panic!("two records: {records:?}")
    };
    let header = Header::parse(Record::new(first.as_slice(), &ends(first))).unwrap();
    use_message(
        &header
            .message(Record::new(second.as_slice(), &ends(second)), Precision::Seconds)
            .unwrap(),
    )
}

/// The item that the writer makes of a body.
fn item_of(body: &str) -> Attributes {
    let mut body: Value = serde_json::from_str(body).unwrap();
    dynamodb_json::attributes(body["Item"].take()).unwrap()
}

/// The number as `serde_json` writes it: the same digits, `e` for `E`, and an exponent with a sign.
fn spelled_by_json(number: &str) -> String {
    match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if exponent.starts_with('-') => format!("{mantissa}e{exponent}"),
        Some((mantissa, exponent)) => format!("{mantissa}e+{exponent}"),
        None => number.to_owned(),
    }
}

proptest! {
    // Failures are printed in full; none are kept in a file.
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_digit_and_character_survives(cells in cells()) {
        let (key, body) = with_message(&cells, |message| {
            let mut body = String::from("\"");
            message.write_body("messages", &mut body);
            body.push('"');
            (message.key, serde_json::from_str::<String>(&body).unwrap())
        });
        let item = item_of(&body);
        let json = Value::Object(plain_json::from_attributes(&item).unwrap()).to_string();
        let Value::Object(members) = serde_json::from_str(&json).unwrap() else { panic!("an object: {json}") };
        let again = plain_json::to_attributes(members).unwrap();

        prop_assert_eq!(again.len(), 8);
        for (item, number) in [(item, str::to_owned as fn(&str) -> String), (again, spelled_by_json)] {
            prop_assert_eq!(&item["date"], &AttributeValue::S(key.date.to_string()));
            prop_assert_eq!(&item["time"], &AttributeValue::S(key.time.to_string()));
            for (column, cell) in COLUMNS.iter().zip(&cells).skip(1) {
                let expected = if names::NUMBERS.contains(column) {
                    AttributeValue::N(number(cell))
                } else {
                    AttributeValue::S(cell.clone())
                };
                prop_assert_eq!(&item[*column], &expected, "{}", column);
            }
        }
    }
}
