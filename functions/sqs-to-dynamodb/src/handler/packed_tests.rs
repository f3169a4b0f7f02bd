//! Messages of many rows: the outcome of each row, and of its message.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde_json::{Value, json};
use telemetry::testing::lines_of;

use super::books_tests::{batch_of_first, counts, keeping, moved_back};
use super::failure_tests::delivered;
use super::tests::{all, failures, is_bad, no_bad_one};
use crate::testing::{
    self, Answer, Aws, Books, TABLE, event, item_json, key, key_json, metrics_to, packed, post, put_row,
};

/// The bodies of the dead letters, by reason code.
fn dead_bodies(aws: &Aws) -> BTreeMap<String, Value> {
    let dead = aws.dead.lock().unwrap();
    let code = |entry: &SendMessageBatchRequestEntry| attribute(entry, "ReasonCode");
    let body = |entry: &SendMessageBatchRequestEntry| serde_json::from_str(entry.message_body()).unwrap();
    dead.iter().map(|entry| (code(entry), body(entry))).collect()
}

fn attribute(entry: &SendMessageBatchRequestEntry, name: &str) -> String {
    let attributes = entry.message_attributes().unwrap();
    attributes[name].string_value().unwrap().to_owned()
}

/// Leaves every write of a bad item unprocessed.
fn bad_ones_wait(_: usize, requests: &[Value]) -> Answer {
    Answer::Unprocessed(requests.iter().filter(|request| is_bad(request)).cloned().collect())
}

#[tokio::test]
async fn a_bad_row_is_a_dead_letter_of_its_own_and_the_others_are_written() {
    let (aws, books) = (Aws::default(), Books::new());
    let writer = keeping(aws.writer(&[aws.batches(no_bad_one)]), &books);
    let large = json!({"PutRequest": {"Item": item_json(6, &"x".repeat(400 * 1024))}});
    let rows = [
        put_row(1, "a"),
        json!({"PutRequest": {"Item": {"date": {"S": "2001-01-01"}}}}),
        put_row(2, "bad"),
        json!({"DeleteRequest": {"Key": key_json(3)}}),
        json!({"Smash": {}}),
        large.clone(),
        put_row(4, "d"),
    ];
    let event = batch_of_first([packed(rows.clone()), post(5, "e")]);
    assert_eq!(failures(&writer, event).await, [""; 0]);
    let locations = [1, 2, 4, 5].map(|second| aws.location(second));
    assert_eq!(
        locations,
        [Some("a"), None, Some("d"), Some("e")].map(|location| location.map(str::to_owned))
    );
    let alone = |row: &Value| packed([row.clone()]).1;
    let expected = [
        ("InvalidField", alone(&rows[4])),
        ("InvalidItem", alone(&rows[2])),
        ("ItemTooLarge", alone(&large)),
        ("MissingKey", alone(&rows[1])),
    ];
    assert_eq!(
        dead_bodies(&aws),
        expected.map(|(code, body)| (code.to_owned(), body)).into()
    );
    for entry in aws.dead.lock().unwrap().iter() {
        assert_eq!(attribute(entry, "Method"), "BATCH_WRITE");
        assert_eq!(attribute(entry, "OriginalMessageId"), "m0");
        assert!(attribute(entry, "IngestId").ends_with("/1"));
        let reason = attribute(entry, "Reason");
        assert!(
            reason.contains("/0") || reason.starts_with("DynamoDB refuses"),
            "a place in its own body: {reason}"
        );
    }
    // The four written rows include the deletion.
    assert_eq!(counts(&books), [4, 0, 0, 0, 0, 4]);
}

#[tokio::test]
async fn a_row_that_is_no_json_that_can_be_kept_is_dead_alone() {
    let aws = Aws::default();
    let mut event = event([packed([put_row(1, "a"), json!("PLACE"), put_row(2, "b")])]);
    let body = event[0].body.as_ref().unwrap();
    let deep = format!(r#"{{"PutRequest":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let twice = r#"{"PutRequest":{"Item":{"date":{"S":"2001-01-01"},"date":{"S":"2001-01-02"}}}}"#;
    let surrogate = r#"{"PutRequest":{"Item":{"date":{"S":"\ud800"}}}}"#;
    let bodies: Vec<_> = [deep.as_str(), twice, surrogate]
        .map(|row| body.replace("\"PLACE\"", row))
        .into();
    for (body, code) in bodies.into_iter().zip(["NotJson", "DuplicateField", "NotJson"]) {
        event[0].body = Some(format!("\u{feff}{body}").into());
        assert_eq!(failures(&aws.writer(&[aws.batches(all)]), event.clone()).await, [""; 0]);
        assert_eq!(aws.reasons(), [("m0".to_owned(), code.to_owned())].into());
        assert_eq!(aws.dead.lock().unwrap().drain(..).count(), 1);
        let written = aws.items.lock().unwrap().drain().count();
        assert_eq!(written, 2, "{code}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_batch_write_is_dead_as_a_whole() {
    let (aws, books) = (Aws::default(), Books::new());
    let writer = keeping(aws.writer(&[]), &books);
    let bodies = [
        json!({"RequestItems": {"other": [put_row(1, "a"), put_row(2, "b")]}}),
        json!({"RequestItems": {TABLE: [put_row(1, "a")]}, "Mode": "latest"}),
        json!({"TableName": "other", "RequestItems": {TABLE: [put_row(1, "a"), put_row(2, "b")]}}),
        json!({"RequestItems": {TABLE: []}}),
    ];
    let event = batch_of_first(bodies.clone().map(|body| ("BATCH_WRITE", body)));
    assert_eq!(failures(&writer, event).await, [""; 0]);
    let dead = aws.dead.lock().unwrap().clone();
    let dead: Vec<Value> = dead
        .iter()
        .map(|entry| serde_json::from_str(entry.message_body()).unwrap())
        .collect();
    assert_eq!(dead, bodies);
    assert_eq!(counts(&books), [0, 0, 0, 0, 0, 2 + 1 + 2 + 1], "at least one row each");
}

#[tokio::test]
async fn a_body_for_another_table_has_its_rows_before_and_after_it_is_moved_back() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    for (third, expected) in [(put_row(3, "c").to_string(), [3, 0]), (deep, [2, 1])] {
        let (aws, books) = (Aws::default(), Books::new());
        let mut writer = keeping(aws.writer(&[aws.batches(all)]), &books);
        writer.config.table = "other".to_owned();
        let mut event = batch_of_first([packed([put_row(1, "a"), put_row(2, "b"), json!("PLACE")])]);
        let body = event[0].body.as_ref().unwrap().replace("\"PLACE\"", &third);
        event[0].body = Some(format!("\u{feff}{body}").into());
        assert_eq!(failures(&writer, event).await, [""; 0]);
        assert_eq!(counts(&books), [0, 0, 0, 0, 0, 3]);

        let dead_letter = aws.dead.lock().unwrap().pop().unwrap();
        assert_eq!(failures(&writer, vec![moved_back(&dead_letter)]).await, [""; 0]);
        assert_eq!(counts(&books), [0, 0, 0, 0, 0, 3], "the cause persists");

        let dead_letter = aws.dead.lock().unwrap().pop().unwrap();
        writer.config.table = TABLE.to_owned();
        assert_eq!(failures(&writer, vec![moved_back(&dead_letter)]).await, [""; 0]);
        let [written, .., dead] = counts(&books);
        assert_eq!([written, dead], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_which_a_row_fails_for_now_comes_back_whole_and_counts_then() {
    let (aws, books) = (Aws::default(), Books::new());
    let event = || {
        let unreadable = json!({"PutRequest": {"Item": {}}});
        batch_of_first([
            packed([put_row(1, "a"), unreadable, put_row(2, "bad")]),
            packed([put_row(3, "c")]),
        ])
    };
    let writer = keeping(aws.writer(&[aws.batches(bad_ones_wait)]), &books);
    assert_eq!(failures(&writer, event()).await, ["m0"]);
    assert!(aws.dead.lock().unwrap().is_empty(), "nothing of it is dead meanwhile");
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 0], "nor counted");
    assert_eq!(aws.pauses.lock().unwrap().keys().collect::<Vec<_>>(), ["0"]);

    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    let mut again = event();
    again.truncate(1);
    assert_eq!(failures(&writer, again).await, [""; 0]);
    assert_eq!(counts(&books), [3, 0, 0, 0, 0, 1]);
    assert_eq!(aws.reasons(), [("m0".to_owned(), "MissingKey".to_owned())].into());
}

#[tokio::test(start_paused = true)]
async fn on_its_last_delivery_it_is_given_up_whole_and_is_what_becomes_of_it_when_it_is_moved_back() {
    let (aws, books) = (Aws::default(), Books::new());
    let rows = packed([put_row(1, "a"), put_row(2, "bad"), json!({"PutRequest": {"Item": {}}})]);
    let event = delivered(batch_of_first([rows.clone()]), &[3]);
    let writer = keeping(aws.writer(&[aws.batches(bad_ones_wait)]), &books);
    assert_eq!(failures(&writer, event).await, [""; 0]);
    assert_eq!(
        dead_bodies(&aws),
        [("Throttled".to_owned(), rows.1)].into(),
        "all its rows"
    );
    assert_eq!(counts(&books), [0, 0, 0, 0, 0, 3]);

    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    let dead_letter = aws.dead.lock().unwrap().pop().unwrap();
    assert_eq!(failures(&writer, vec![moved_back(&dead_letter)]).await, [""; 0]);
    assert_eq!(counts(&books), [2, 0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn the_dead_letter_of_a_row_can_be_moved_back_as_it_is() {
    let (aws, books) = (Aws::default(), Books::new());
    let refusing = keeping(aws.writer(&[aws.batches(no_bad_one)]), &books);
    let event = batch_of_first([packed([put_row(1, "a"), put_row(2, "bad"), put_row(3, "c")])]);
    assert_eq!(failures(&refusing, event).await, [""; 0]);
    assert_eq!(counts(&books), [2, 0, 0, 0, 0, 1]);
    let dead_letter = aws.dead.lock().unwrap().pop().unwrap();
    let event = vec![moved_back(&dead_letter)];
    assert_eq!(failures(&refusing, event).await, [""; 0]);
    assert_eq!(counts(&books), [2, 0, 0, 0, 0, 1]);
    assert_eq!(aws.dead_letters("Attempts")["moved back"], "2");
    let again = aws.dead.lock().unwrap().pop().unwrap();
    assert_eq!(again.message_body(), dead_letter.message_body());

    let mended = keeping(aws.writer(&[aws.batches(all)]), &books);
    assert_eq!(failures(&mended, vec![moved_back(&again)]).await, [""; 0]);
    assert_eq!(counts(&books), [3, 0, 0, 0, 0, 0]);
    assert_eq!(aws.location(2).as_deref(), Some("bad"));
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_that_cannot_be_sent_leaves_its_whole_message_on_the_queue() {
    let (aws, books) = (Aws::default(), Books::new());
    // The queue refuses the second of three dead letters: the last row of the first message.
    let queues = [aws.queue_without(Some(1)), aws.redelivery()];
    let writer = keeping(testing::writer(&[aws.batches(no_bad_one)], &queues), &books);
    let first = packed([put_row(1, "a"), put_row(2, "bad"), put_row(3, "bad")]);
    let second = packed([put_row(4, "bad"), put_row(5, "e")]);
    assert_eq!(failures(&writer, batch_of_first([first, second])).await, ["m0"]);
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 1]);
    assert_eq!(
        aws.dead.lock().unwrap().len(),
        2,
        "the other row of the first message is there"
    );
}

#[tokio::test]
async fn rows_of_many_messages_fill_the_calls() {
    let aws = Aws::default();
    let messages = (0..6).map(|message| packed((0..10).map(|row| put_row(10 * message + row, "a"))));
    assert_eq!(
        failures(&aws.writer(&[aws.batches(all)]), event(messages)).await,
        [""; 0]
    );
    let mut calls: Vec<_> = aws.calls.lock().unwrap().iter().map(Vec::len).collect();
    calls.sort_unstable();
    assert_eq!(calls, [10, 25, 25]);
    assert_eq!(aws.items.lock().unwrap().len(), 60);
}

#[tokio::test]
async fn of_two_rows_with_one_key_the_later_one_counts_unless_it_is_bad() {
    let aws = Aws::default();
    let first = packed([put_row(1, "a"), put_row(1, "b"), put_row(2, "c"), put_row(2, "bad")]);
    let event = event([first, packed([put_row(1, "d")])]);
    assert_eq!(failures(&aws.writer(&[aws.batches(no_bad_one)]), event).await, [""; 0]);
    assert_eq!(
        (aws.location(1).as_deref(), aws.location(2).as_deref()),
        (Some("d"), Some("c"))
    );
    assert!(
        aws.calls
            .lock()
            .unwrap()
            .iter()
            .all(|keys| keys.iter().filter(|found| **found == key(1)).count() < 2)
    );
    let expected = [("InvalidItem".to_owned(), packed([put_row(2, "bad")]).1)];
    assert_eq!(dead_bodies(&aws), expected.into());
}

#[tokio::test]
async fn metrics_and_the_log_tell_messages_from_rows() {
    let aws = Aws::default();
    let mut writer = aws.writer(&[aws.batches(no_bad_one)]);
    let (metrics, written) = metrics_to();
    writer.metrics = metrics;
    let event = event([
        packed([put_row(1, "a"), put_row(2, "bad"), put_row(3, "bad")]),
        packed([
            put_row(4, "a"),
            put_row(4, "b"),
            json!({"DeleteRequest": {"Key": key_json(5)}}),
        ]),
        post(6, "f"),
    ]);
    let lines = lines_of(async { assert_eq!(failures(&writer, event).await, [""; 0]) }).await;
    let metrics = written();
    let metrics: Value = serde_json::from_str(metrics.lines().next().unwrap()).unwrap();
    let names = [
        "MessagesReceived",
        "MessagesWritten",
        "MessagesDead",
        "BatchSize",
        "RowsWritten",
        "RowsDead",
        "RowsSuperseded",
    ];
    assert_eq!(
        names.map(|name| metrics[name].as_u64()),
        [3, 2, 1, 3, 4, 2, 1].map(Some),
        "{metrics}"
    );
    let line = lines.lines().find(|line| line.contains("batch handled")).unwrap();
    assert!(
        line.contains("count=3 written=3 deleted=1 ") && line.contains("dead=1 dead_rows=2 "),
        "{line}"
    );
    let given_up: Vec<_> = lines.lines().filter(|line| line.contains("message given up")).collect();
    assert!(
        given_up[0].contains("row=1 ") && given_up[1].contains("row=2 "),
        "{given_up:?}"
    );
}
