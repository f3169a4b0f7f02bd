//! DynamoDB's answers to writes of a record.

use aws::CallError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The answer to a write that was carried out.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "Attributes")]
    attributes: Map<String, Value>,
}

/// The answer to a write whose condition does not hold.
#[derive(Deserialize)]
struct Refused {
    #[serde(rename = "Item")]
    item: Map<String, Value>,
}

/// Reads the record in the reply to a write.
pub(crate) fn record_in(reply: &[u8]) -> serde_json::Result<Map<String, Value>> {
    serde_json::from_slice(reply).map(|Written { attributes }| attributes)
}

/// The unchanged record, when the condition of a write does not hold.
pub(crate) fn refused_record(error: &CallError) -> Option<Map<String, Value>> {
    if error.code() != Some("ConditionalCheckFailedException") {
        return None;
    }
    let body = error.raw_response()?.body().bytes()?;
    let Refused { item } = serde_json::from_slice(body).ok()?;
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_form_is_an_error() {
        for answer in [
            "[]",
            "7",
            "null",
            r#""text""#,
            "{}",
            r#"{"Attributes":7}"#,
            "",
            "<html>",
        ] {
            assert!(record_in(answer.as_bytes()).is_err(), "{answer}");
        }
        let record = record_in(br#"{"Attributes":{"day":{"S":"2025-07-10"}},"Other":7}"#).unwrap();
        assert_eq!(record["day"]["S"], "2025-07-10");
    }
}
