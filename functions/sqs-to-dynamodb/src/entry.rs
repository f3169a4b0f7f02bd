//! The entry point of the function: reads the event, hands a batch to the handler, and answers events that are not a batch.

use aws_lambda_events::sqs::SqsBatchResponse;
use backoff::Deadline;

use crate::config::Writer;
use crate::event::{self, Event, EventError};
use crate::handler::{HandleError, handle};

/// The reason why an event is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// The event is no batch.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The batch cannot be handled.
    #[error(transparent)]
    Batch(#[from] HandleError),
}

/// Handles an event, given as JSON text. A record that cannot be read is reported as failed by its id: SQS delivers it again, and
/// moves it to the dead-letter queue after the last delivery.
///
/// # Errors
/// [`InvokeError`], before anything is done.
pub async fn invoke(writer: &Writer, payload: &[u8], deadline: Deadline) -> Result<SqsBatchResponse, InvokeError> {
    let event = event::read(payload).inspect_err(|error| {
        tracing::warn!(reason = %error, "event refused");
    })?;
    let batch = match event {
        Event::Batch(batch) => batch,
        Event::Harmless(kind) => {
            tracing::info!(event = kind.name(), "nothing to do");
            return Ok(SqsBatchResponse::default());
        }
    };
    for harmless in &batch.harmless {
        tracing::info!(
            message_id = harmless.message_id,
            event = harmless.kind.name(),
            "nothing to do"
        );
    }
    if batch.is_harmless() {
        return Ok(SqsBatchResponse::default());
    }
    let mut response = handle(writer, &batch.messages, deadline).await?;
    for unreadable in batch.unreadable {
        tracing::error!(
            message_id = unreadable.message_id,
            reason = unreadable.fault,
            "a record cannot be read: the queue delivers the message again"
        );
        response.add_failure(unreadable.message_id);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{Answer, Aws, item_json};

    async fn answer(aws: &Aws, event: &Value) -> Result<Value, InvokeError> {
        let all = |_, _: &[Value]| Answer::Unprocessed(vec![]);
        let writer = aws.writer(&[aws.batches(all)]);
        let response = invoke(
            &writer,
            event.to_string().as_bytes(),
            Deadline::after(Duration::from_secs(58)),
        )
        .await?;
        Ok(serde_json::to_value(response).unwrap())
    }

    fn record(id: &str, second: u8) -> Value {
        json!({
            "messageId": id, "receiptHandle": "receipt", "body": json!({"Item": item_json(second, id)}).to_string(),
            "messageAttributes": {"Method": {"stringValue": "POST", "dataType": "String"}}, "eventSource": "aws:sqs",
        })
    }

    #[tokio::test]
    async fn an_odd_record_fails_alone_by_its_id() {
        let aws = Aws::default();
        let [mut nulls, mut odd] = [record("m1", 1), record("m2", 2)];
        nulls["messageAttributes"]["Method"]["stringListValues"] = Value::Null;
        nulls["attributes"] = json!({"AWSTraceHeader": null});
        odd["body"] = json!(5);
        let event = json!({"Records": [record("m0", 0), nulls, odd, record("m3", 3)]});
        assert_eq!(
            answer(&aws, &event).await,
            Ok(json!({"batchItemFailures": [{"itemIdentifier": "m2"}]}))
        );
        let written = [0, 1, 2, 3].map(|second| aws.location(second));
        assert_eq!(
            written,
            [Some("m0"), Some("m1"), None, Some("m3")].map(|id| id.map(str::to_owned))
        );
        assert!(aws.dead.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_number_without_quotation_marks_is_written_digit_for_digit() {
        let aws = Aws::default();
        let mut number = record("m0", 0);
        number["body"] = json!(
            "\u{feff}{\"Item\":{\"date\":{\"S\":\"2001-01-01\"},\"time\":{\"S\":\"09:01:00\"},\"location\":{\"S\":\"m0\"},\
             \"local_avg\":{\"N\":5.320}}}\u{200b}"
        );
        assert_eq!(
            answer(&aws, &json!({"Records": [number]})).await,
            Ok(json!({"batchItemFailures": []}))
        );
        let items = aws.items.lock().unwrap();
        let item = items.values().next().unwrap();
        assert_eq!(item["local_avg"].as_n().unwrap(), "5.320");
    }

    #[tokio::test]
    async fn what_asks_for_nothing_is_a_success() {
        let aws = Aws::default();
        let table: BTreeMap<String, Vec<Value>> =
            serde_json::from_str(include_str!("../../../crates/foreign_events/tests/harmless.json")).unwrap();
        for event in table.values().flatten() {
            assert_eq!(
                answer(&aws, event).await,
                Ok(json!({"batchItemFailures": []})),
                "{event}"
            );
        }
        for event in [
            json!({"Records": [{"eventSource": "aws:s3", "s3": {}}]}),
            json!({"a": 1}),
        ] {
            let error = answer(&aws, &event).await.unwrap_err();
            assert!(matches!(error, InvokeError::Event(EventError::Foreign(_))), "{event}");
        }
        let error = answer(&aws, &json!({"Records": [record("m0", 0), {"body": "{}"}]}))
            .await
            .unwrap_err();
        assert_eq!(error, InvokeError::Batch(HandleError::NoMessageId(1)));
        assert!(aws.dead.lock().unwrap().is_empty() && aws.items.lock().unwrap().is_empty());
    }
}
