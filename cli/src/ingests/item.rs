//! The conversion of items of the table of ingests, as the SDK returns them, to records.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ledger::Record;
use serde_json::{Map, Value, json};

use super::error::IngestsError;

/// Converts an item of a table to a record.
///
/// # Errors
/// When the item is no record.
pub fn record(table: &str, item: &HashMap<String, AttributeValue>) -> Result<Record, IngestsError> {
    let attributes: Map<_, _> = item
        .iter()
        .map(|(name, value)| (name.clone(), dynamodb_json(value)))
        .collect();
    Record::from_item(&attributes).map_err(|source| IngestsError::NoRecord {
        table: table.to_owned(),
        id: text(item, "ingest_id"),
        source,
    })
}

/// A string attribute of an item; empty when the item does not have it.
fn text(item: &HashMap<String, AttributeValue>, name: &str) -> String {
    let text = item.get(name).and_then(|value| value.as_s().ok());
    text.cloned().unwrap_or_default()
}

/// The DynamoDB JSON of a value. Records hold strings, numbers and lists of these; other types become null.
fn dynamodb_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({"S": text}),
        AttributeValue::N(number) => json!({"N": number}),
        AttributeValue::L(values) => json!({"L": values.iter().map(dynamodb_json).collect::<Vec<_>>()}),
        _ => json!({"NULL": true}),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use ledger::Timestamp;

    use super::*;

    const SAMPLES: &str = include_str!("../../../tests/samples/ingests.json");
    const ID: &str = "019b76da-a800-7000-8000-0123456789ab";

    /// `tools/lib/observe/status_ingests.py` reads the same samples.
    #[test]
    fn records_mean_what_the_samples_say() {
        let samples: Vec<Value> = serde_json::from_str(SAMPLES).unwrap();
        assert!(!samples.is_empty());
        for sample in samples {
            let record = Record::from_item(sample["item"].as_object().unwrap()).unwrap();
            let at: Timestamp = sample["at"].as_str().unwrap().parse().unwrap();
            let state = record.state(UNIX_EPOCH + Duration::from_millis(at.millis()));
            let rows = record.rows();
            let rows = json!({"read": rows.read, "sent": rows.sent, "rejected": rows.rejected, "written": rows.written,
                "replaced": rows.replaced, "superseded": rows.superseded, "outdated": rows.outdated,
                "existing": rows.existing, "dead": rows.dead});
            assert_eq!(
                (state.as_str(), &rows),
                (sample["state"].as_str().unwrap(), &sample["rows"]),
                "{sample}"
            );
        }
    }

    #[test]
    fn an_item_is_a_record_or_is_named() {
        let number = |number: &str| AttributeValue::N(number.into());
        let attributes = [
            ("ingest_id", AttributeValue::S(ID.into())),
            ("bucket", AttributeValue::S("data".into())),
            ("rows_sent", number("5")),
            ("counted", AttributeValue::L(vec![number("1")])),
            ("written_1", number("4")),
            ("of_tomorrow", AttributeValue::Bool(true)),
        ];
        let mut item: HashMap<_, _> = attributes.map(|(name, value)| (name.to_owned(), value)).into();
        let read = record("ingests", &item).unwrap();
        assert_eq!(read.bucket.as_deref(), Some("data"));
        assert_eq!((read.rows().sent, read.ingest_id.to_string().as_str()), (Some(5), ID));

        item.insert("rows_sent".into(), AttributeValue::S("five".into()));
        let said = record("ingests", &item).unwrap_err().to_string();
        assert!(
            said.starts_with(&format!("the item {ID} of ingests is no record of an ingest: ")),
            "{said}"
        );
        assert!(said.contains("`rows_sent`"), "{said}");
        assert!(record("ingests", &HashMap::new()).is_err());
    }
}
