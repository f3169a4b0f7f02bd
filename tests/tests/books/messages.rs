//! The counts of messages with various outcomes, for an ingest whose extraction is complete.

use end_to_end::books::{assert_sound, rows};
use end_to_end::queue::dlq;
use end_to_end::sample::event_file;
use end_to_end::table::item;
use end_to_end::{Stack, unique, wait};
use serde_json::{Value, json};

/// The body of a message for a second of a date.
fn body(date: &str, second: usize) -> String {
    json!({"Item": {"date": {"S": date}, "time": {"S": format!("10:00:{second:02}")}}}).to_string()
}

#[tokio::test]
async fn what_dies_is_counted_and_a_death_after_the_end_is_told_again() {
    let stack = Stack::connect().await;
    let (folder, date) = (unique::name(), unique::date());
    let listener = stack.listen(&folder).await;
    let ingest_id = stack.put_extracted(&format!("{folder}/data.csv"), 3).await;
    let bad = |number: usize| json!({"marker": format!("{ingest_id} {number}")}).to_string();

    stack
        .send_of(&ingest_id, &[body(&date, 0), body(&date, 1), bad(1)])
        .await;

    let events = listener.wait_for(&stack, 1).await;
    assert_eq!(rows(&events[0].1), [3, 3, 0, 2, 1]);
    let record = stack.wait_until_told(&ingest_id).await;
    assert_eq!(
        (record.outcome("written"), record.outcome("dead"), record.outcomes()),
        (2, 1, 3)
    );

    // Acts as a message that SQS delivered twice and that failed the second time.
    stack.send_of(&ingest_id, &[bad(2)]).await;

    let again = listener.wait_for(&stack, 1).await;
    assert_eq!(rows(&again[0].1), [3, 3, 0, 2, 2]);
    assert_sound(events.iter().chain(&again).map(|(_, detail)| detail));
    let ours = stack
        .take_dead_letters(2, |dead_letter| dead_letter.body.contains(&ingest_id))
        .await;
    assert!(
        ours.iter()
            .all(|dead_letter| dead_letter.attribute("IngestId") == format!("{ingest_id}/1")),
        "dead letters name the attempt: {ours:#?}"
    );
    listener.end(&stack).await;
}

#[tokio::test]
async fn a_dead_letter_that_is_moved_back_moves_from_dead_to_written() {
    let stack = Stack::connect().await;
    let (date, reason) = (unique::date(), unique::name());
    let ingest_id = stack.put_extracted(&unique::name(), 2).await;
    let bad = json!({"marker": ingest_id}).to_string();
    stack.send_of(&ingest_id, &[body(&date, 0), bad]).await;
    let record = stack.wait_until_told(&ingest_id).await;
    assert_eq!((record.outcome("written"), record.outcome("dead")), (1, 1));
    stack
        .take_dead_letters(1, |dead_letter| dead_letter.body.contains(&ingest_id))
        .await;

    // The same dead letter with a corrected row.
    let attempt = format!("{ingest_id}/1");
    let attributes = [
        ("Method", "POST"),
        ("IngestId", attempt.as_str()),
        ("ReasonCode", &reason),
        ("Reason", "it was closed"),
        ("Attempts", "1"),
    ];
    stack.put_dead_letter(&body(&date, 1), &attributes).await;
    wait::until("the dead letter moved back", async || {
        let said = dlq(&["move", "--reason", &reason]);
        let left = dlq(&["show", "--reason", &reason]);
        let is_written = stack.item(&date, "10:00:01").await.is_some();
        if left.is_empty() && is_written {
            Ok(())
        } else {
            Err((said, left))
        }
    })
    .await;

    let moved = stack
        .wait_for_record(&ingest_id, "the row that is not dead any more", |record| {
            record.outcome("dead") == 0
        })
        .await;
    assert_eq!((moved.outcome("written"), moved.outcomes()), (2, 2));
    assert_eq!(moved.text("state"), "done");
    stack
        .wait_for_items(&vec![item(&date, "10:00:00", &[]), item(&date, "10:00:01", &[])])
        .await;
}

#[tokio::test]
async fn messages_without_an_attempt_are_written_and_counted_nowhere() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let ingest_id = stack.put_extracted(&unique::name(), 1).await;
    let attributes = [("Method", "POST"), ("IngestId", ingest_id.as_str())];

    stack
        .send_with(&stack.outputs.queue_url, &body(&date, 0), &attributes)
        .await;
    stack.wait_for_items(&vec![item(&date, "10:00:00", &[])]).await;
    // A message of an attempt that does not count.
    let other = format!("{ingest_id}/2");
    let attributes = [("Method", "POST"), ("IngestId", other.as_str())];
    stack
        .send_with(&stack.outputs.queue_url, &body(&date, 1), &attributes)
        .await;

    let record = stack
        .wait_for_record(&ingest_id, "a count of attempt 2", |record| {
            record.number("written_2") == 1
        })
        .await;
    assert_eq!(
        (record.outcomes(), record.text("state")),
        (0, "writing"),
        "the row that counts has not come"
    );
}

#[tokio::test]
async fn a_batch_that_is_handled_twice_counts_twice_and_is_in_the_table_once() {
    let stack = Stack::connect().await;
    let writer = stack.function("SqsToDynamoDbFunction").await;
    let (folder, date) = (unique::name(), unique::date());
    let listener = stack.listen(&folder).await;
    let ingest_id = stack.put_extracted(&format!("{folder}/data.csv"), 3).await;
    let sample: Value = serde_json::from_str(&event_file("sqs-to-dynamodb.json")).expect("an event is JSON");
    let messages = (0..2).map(|second| {
        let mut message = sample["Records"][0].clone();
        let mut attempt = message["messageAttributes"]["Method"].clone();
        attempt["stringValue"] = format!("{ingest_id}/1").into();
        message["messageAttributes"]["IngestId"] = attempt;
        message["messageId"] = unique::name().into();
        message["body"] = body(&date, second).into();
        message
    });
    let batch = json!({"Records": messages.collect::<Vec<_>>()});

    for (written, state) in [(2, "writing"), (4, "done")] {
        assert!(!stack.invoke(&writer, &batch).await.failed);
        let record = stack.record(&ingest_id).await.expect("a record");
        assert_eq!((record.outcome("written"), record.text("state")), (written, state));
    }

    assert_eq!(stack.items(&date).await.len(), 2);
    let events = listener.wait_for(&stack, 1).await;
    assert_eq!(
        rows(&events[0].1),
        [3, 3, 0, 4, 0],
        "as many too many as came twice, and so done too early"
    );
    listener.end(&stack).await;
}
