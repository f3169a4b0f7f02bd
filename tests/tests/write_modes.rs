//! Messages of the modes `latest` and `create`, which do not depend on the stack's mode.

use end_to_end::table::{Item, item};
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

const OLD: &str = "0195d0c2-6a40-7000-8000-000000000000";
const NEW: &str = "0195d0c2-6a41-7000-8000-000000000000";

/// The times of the items of a date.
const TIMES: [&str; 3] = ["09:01:05", "09:01:06", "09:01:07"];

/// The message of an upload's row.
fn row(mode: &str, ingest: &str, line: u64, date: &str, time: &str, location: &str) -> Value {
    json!({
        "Item": {"date": {"S": date}, "time": {"S": time}, "location": {"S": location}},
        "Mode": mode,
        "Order": format!("{ingest}-{line:012}"),
    })
}

/// Invokes the writer with a batch, so that the test chooses the order, which the queue would not allow.
async fn deliver(stack: &Stack, bodies: impl IntoIterator<Item = Value>) {
    let writer = stack.function("SqsToDynamoDbFunction").await;
    let records = bodies.into_iter().map(|body| {
        json!({
            "messageId": unique::name(),
            "receiptHandle": "none",
            "body": body.to_string(),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {"Method": {"dataType": "String", "stringValue": "POST"}},
            "eventSource": "aws:sqs",
        })
    });
    let records: Vec<_> = records.collect();
    let outcome = stack.invoke(&writer, &json!({ "Records": records })).await;
    assert!(!outcome.failed, "{outcome:?}");
    assert_eq!(outcome.payload["batchItemFailures"], json!([]), "{outcome:?}");
}

/// The locations and orders of the items of a date.
async fn stored(stack: &Stack, date: &str) -> Vec<(String, String)> {
    let items = stack.items(date).await.into_iter();
    let text = |item: &Item, name: &str| {
        let text = item.get(name).and_then(|value| value.as_s().ok());
        text.cloned().unwrap_or_default()
    };
    items
        .map(|item| (text(&item, "location"), text(&item, "$order")))
        .collect()
}

#[tokio::test]
async fn the_later_upload_wins_though_it_is_delivered_first() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let file = |ingest, location| TIMES.map(|time| row("latest", ingest, 2, &date, time, location));

    deliver(&stack, file(NEW, "new")).await;
    deliver(&stack, file(OLD, "old")).await;
    let new = ("new".to_owned(), format!("{NEW}-000000000002"));
    assert_eq!(stored(&stack, &date).await, [new.clone(), new.clone(), new]);
}

#[tokio::test]
async fn the_later_upload_wins_over_rows_with_and_without_an_order() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, TIMES[0], &[("location", "of the API")])).await;
    deliver(&stack, [row("latest", OLD, 9, &date, TIMES[1], "old")]).await;

    let rows = TIMES.map(|time| row("latest", NEW, 2, &date, time, "new"));
    let later_row = row("latest", NEW, 3, &date, TIMES[2], "later row");
    deliver(&stack, [later_row].into_iter().chain(rows)).await;
    let locations: Vec<_> = stored(&stack, &date)
        .await
        .into_iter()
        .map(|(location, _)| location)
        .collect();
    assert_eq!(locations, ["new", "new", "later row"]);
}

#[tokio::test]
async fn what_is_there_stays_when_items_are_created() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, TIMES[0], &[("location", "there")])).await;
    let rows = || TIMES.map(|time| row("create", OLD, 2, &date, time, "created"));

    deliver(&stack, rows()).await;
    deliver(&stack, rows()).await;
    deliver(&stack, [row("create", NEW, 2, &date, TIMES[1], "too late")]).await;
    let locations: Vec<_> = stored(&stack, &date)
        .await
        .into_iter()
        .map(|(location, _)| location)
        .collect();
    assert_eq!(locations, ["there", "created", "created"]);
}

#[tokio::test]
async fn a_message_on_the_queue_keeps_its_mode_and_order_as_a_dead_letter() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let wrong = row("newest", OLD, 2, &date, TIMES[0], "x").to_string();
    stack.send("POST", &wrong).await;
    let dead_letters = stack
        .take_dead_letters(1, |dead_letter| dead_letter.body == wrong)
        .await;
    assert_eq!(dead_letters.len(), 1);
    assert_eq!(dead_letters[0].attribute("ReasonCode"), "InvalidField");
    let reason = dead_letters[0].attribute("Reason");
    assert!(reason.starts_with("/Mode must be"), "{reason}");

    let right = row("latest", OLD, 2, &date, TIMES[0], "x").to_string();
    stack.send("POST", &right).await;
    let order = format!("{OLD}-000000000002");
    let expected = item(&date, TIMES[0], &[("location", "x"), ("$order", &order)]);
    stack.wait_for_items(&vec![expected]).await;
}
