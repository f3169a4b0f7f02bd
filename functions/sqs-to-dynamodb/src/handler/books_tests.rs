//! The books of an ingest, for every outcome of its messages.

use std::time::Duration;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use message::WriteMode;
use serde_json::{Value, json};
use telemetry::testing::lines_of;
use tokio::time::Instant;

use super::mode_tests::row;
use super::tests::{all, failures, no_bad_one};
use super::*;
use crate::record::MessageAttribute;
use crate::testing::{
    self, Answer, Aws, Books, Fault, RealTable, TABLE, delete, event, item_json, key_json, metrics_to, post, record,
    text_attribute, update, updates,
};

/// An ingest, and its first attempt.
const INGEST: &str = "0195d0c2-6a40-7000-8000-000000000001";
const FIRST: &str = "0195d0c2-6a40-7000-8000-000000000001/1";
const OTHER: &str = "0195d0c2-6a40-7000-8000-000000000002";

/// A batch of messages, each with an `IngestId`.
pub(super) fn batch<'a>(records: impl IntoIterator<Item = (&'a str, (&'a str, Value))>) -> Vec<Record<'static>> {
    let (ids, messages): (Vec<_>, Vec<_>) = records.into_iter().unzip();
    let mut event = event(messages);
    for (record, id) in event.iter_mut().zip(ids) {
        record.message_attributes.push(("IngestId".into(), text_attribute(id)));
    }
    event
}

/// A batch of the first attempt.
pub(super) fn batch_of_first<'a>(messages: impl IntoIterator<Item = (&'a str, Value)>) -> Vec<Record<'static>> {
    batch(messages.into_iter().map(|message| (FIRST, message)))
}

pub(super) fn keeping(mut writer: Writer, books: &Books) -> Writer {
    writer.ledger = Some(books.ledger());
    writer
}

/// The counts of the first attempt: written, replaced, superseded, outdated, existing, dead.
pub(super) fn counts(books: &Books) -> [i64; 6] {
    counts_of(books, INGEST, 1)
}

fn counts_of(books: &Books, ingest_id: &str, attempt: u32) -> [i64; 6] {
    let names = ["written", "replaced", "superseded", "outdated", "existing", "dead"];
    names.map(|name| books.count(ingest_id, &format!("{name}_{attempt}")))
}

/// The message that SQS makes of a dead letter when it moves it back.
pub(super) fn moved_back(dead_letter: &SendMessageBatchRequestEntry) -> Record<'static> {
    let mut message = record("moved back", None, dead_letter.message_body());
    for (name, value) in dead_letter.message_attributes().unwrap() {
        let attribute = MessageAttribute {
            data_type: Some(value.data_type().to_owned().into()),
            string_value: value.string_value().map(|text| text.to_owned().into()),
            binary_value: None,
        };
        message.message_attributes.push((name.clone().into(), attribute));
    }
    message
}

#[tokio::test]
async fn each_row_is_in_the_books_of_its_ingest_and_attempt() {
    let (table, books) = (RealTable::new(), Books::new());
    let writer = keeping(table.writer(WriteMode::Latest), &books);
    table.call("PutItem", &json!({"TableName": TABLE, "Item": item_json(1, "there")}));
    assert_eq!(failures(&writer, event([row(2, "newer", 9, 2)])).await, [""; 0]);
    let second = format!("{INGEST}/2");
    let of_other = format!("{OTHER}/1");
    let write = json!({"RequestItems": {TABLE: [
        {"PutRequest": {"Item": item_json(8, "a")}}, {"PutRequest": {"Item": item_json(8, "b")}},
        {"DeleteRequest": {"Key": key_json(9)}},
    ]}});
    let mut create = row(1, "is there", 3, 9);
    create.1["Mode"] = json!("create");
    let event = batch([
        (FIRST, row(1, "replaces", 2, 2)),
        (FIRST, row(2, "is outdated", 2, 3)),
        (FIRST, row(3, "is superseded", 2, 4)),
        (FIRST, row(3, "is written", 2, 5)),
        (
            FIRST,
            ("PUT", json!({"Key": key_json(4), "UpdateExpression": "REMOVE extra"})),
        ),
        (FIRST, delete(5)),
        (FIRST, ("SMASH", json!({}))),
        (FIRST, ("BATCH_WRITE", write)),
        (&second, row(6, "of the second attempt", 2, 2)),
        (&of_other, create),
        (&of_other, row(7, "of another upload", 3, 2)),
        (INGEST, row(10, "without an attempt", 2, 6)),
        ("secret/1", row(11, "of nobody", 2, 7)),
    ]);
    assert_eq!(failures(&writer, event).await, [""; 0]);
    assert_eq!(counts(&books), [6, 1, 2, 1, 0, 1]);
    assert_eq!(counts_of(&books, INGEST, 2), [1, 0, 0, 0, 0, 0]);
    assert_eq!(counts_of(&books, OTHER, 1), [1, 0, 0, 0, 1, 0]);
    assert_eq!(books.calls(), 2, "one for each ingest");
}

#[tokio::test]
async fn what_names_no_attempt_costs_no_call() {
    let (aws, books) = (Aws::default(), Books::new());
    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    assert_eq!(failures(&writer, batch([(INGEST, post(1, "a"))])).await, [""; 0]);
    assert_eq!(failures(&writer, event([post(1, "a")])).await, [""; 0]);
    assert_eq!(books.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_comes_back_counts_when_it_is_done() {
    let (aws, books) = (Aws::default(), Books::new());
    let closed = aws.batches(|_, _| Answer::Error(400, "AccessDeniedException"));
    let writer = keeping(aws.writer(&[closed, updates()]), &books);
    let event = || batch_of_first([post(1, "a"), post(2, "b"), update(3)]);
    assert_eq!(failures(&writer, event()).await, ["m0", "m1"]);
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 0]);
    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    let mut again = event();
    again.pop();
    assert_eq!(failures(&writer, again).await, [""; 0]);
    assert_eq!(counts(&books), [3, 0, 0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn only_what_is_on_the_dead_letter_queue_is_dead() {
    let (aws, books) = (Aws::default(), Books::new());
    let queues = [aws.queue_without(Some(1)), aws.redelivery()];
    let writer = keeping(testing::writer(&[aws.batches(no_bad_one)], &queues), &books);
    let event = batch_of_first([("SMASH", json!({})), ("SMASH", json!({})), post(1, "a"), post(2, "bad")]);
    assert_eq!(failures(&writer, event).await, ["m1"]);
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 2]);
}

#[tokio::test]
async fn a_dead_letter_that_is_moved_back_is_what_becomes_of_it_then() {
    let (aws, books) = (Aws::default(), Books::new());
    let refusing = keeping(aws.writer(&[aws.batches(no_bad_one)]), &books);
    assert_eq!(
        failures(&refusing, batch_of_first([post(1, "a"), post(2, "bad")])).await,
        [""; 0]
    );
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 1]);
    // Twice the cause persists, and the counts stay; then it is removed.
    for deaths in 2..=3 {
        let dead_letter = aws.dead.lock().unwrap().pop().unwrap();
        let event = vec![moved_back(&dead_letter)];
        assert_eq!(failures(&refusing, event).await, [""; 0]);
        assert_eq!(counts(&books), [1, 0, 0, 0, 0, 1]);
        assert_eq!(aws.dead_letters("Attempts")["moved back"], deaths.to_string());
    }
    let mended = keeping(aws.writer(&[aws.batches(all)]), &books);
    let dead_letter = aws.dead.lock().unwrap().pop().unwrap();
    assert_eq!(failures(&mended, vec![moved_back(&dead_letter)]).await, [""; 0]);
    assert_eq!(counts(&books), [2, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn what_sqs_gave_up_by_itself_was_never_counted_as_dead() {
    let (aws, books) = (Aws::default(), Books::new());
    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    let mut event = batch_of_first([post(1, "a")]);
    // In the form in which `tools/dlq` moves it back.
    let attributes = &mut event[0].message_attributes;
    attributes.push(("Attempts".into(), text_attribute("1")));
    assert_eq!(failures(&writer, event).await, [""; 0]);
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_writer_that_was_killed_before_the_books_leaves_no_row_uncounted() {
    for mode in [WriteMode::Replace, WriteMode::Latest, WriteMode::Create] {
        let (table, books) = (RealTable::new(), Books::new());
        let rows = || batch_of_first((1..=30).map(|second| row(second, "a", 2, second.into())));
        let killed = table.writer(mode);
        assert_eq!(failures(&killed, rows()).await, [""; 0]);
        let writer = keeping(killed, &books);
        assert_eq!(failures(&writer, rows()).await, [""; 0], "the batch is delivered again");
        assert_eq!(counts(&books), [30, 0, 0, 0, 0, 0], "{mode}");
    }
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_counted_twice_but_replaces_once() {
    for mode in [WriteMode::Replace, WriteMode::Latest, WriteMode::Create] {
        let (table, books) = (RealTable::new(), Books::new());
        table.call("PutItem", &json!({"TableName": TABLE, "Item": item_json(1, "there")}));
        let writer = keeping(table.writer(mode), &books);
        let rows = || batch_of_first((1..=3).map(|second| row(second, "a", 2, second.into())));
        for _ in 0..2 {
            assert_eq!(failures(&writer, rows()).await, [""; 0]);
        }
        let expected = match mode {
            WriteMode::Replace => [6, 0, 0, 0, 0, 0],
            WriteMode::Latest => [6, 1, 0, 0, 0, 0],
            WriteMode::Create => [4, 0, 0, 0, 2, 0],
        };
        assert_eq!(counts(&books), expected, "{mode}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_message_fails_for_books_that_cannot_be_kept() {
    for (fault, reason) in [
        (Fault::Error(400, "AccessDeniedException"), "AccessDeniedException"),
        (
            Fault::Error(400, "ResourceNotFoundException"),
            "ResourceNotFoundException",
        ),
        (
            Fault::Error(400, "ProvisionedThroughputExceededException"),
            "ProvisionedThroughputExceededException",
        ),
        (Fault::Error(503, "ServiceUnavailable"), "ServiceUnavailable"),
        (Fault::Silence, "no answer within 5 s"),
    ] {
        let (aws, books) = (Aws::default(), Books::with(fault));
        let mut writer = keeping(aws.writer(&[aws.batches(all)]), &books);
        let (metrics, written) = metrics_to();
        writer.metrics = metrics;
        let of_other = format!("{OTHER}/1");
        let event = batch([(FIRST, post(1, "a")), (FIRST, post(2, "b")), (&of_other, post(3, "c"))]);
        let start = Instant::now();
        let lines = lines_of(async { assert_eq!(failures(&writer, event).await, [""; 0], "{reason}") }).await;
        assert!(
            start.elapsed() < Duration::from_secs(57),
            "{reason}: {:?}",
            start.elapsed()
        );
        assert_eq!(aws.items.lock().unwrap().len(), 3, "{reason}");
        let told: Vec<_> = lines
            .lines()
            .filter(|line| line.contains("the ledger could not be updated"))
            .collect();
        let [line] = told[..] else { panic!("{reason}: {lines}") };
        assert!(
            line.contains("count=2 ") && line.contains("code=\"LedgerNotWritten\""),
            "{line}"
        );
        assert!(line.contains(reason), "{reason}: {line}");
        assert!(written().contains(r#""LedgerFailures":2"#), "{reason}: {}", written());
    }
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_is_silent_for_a_while_costs_no_count_and_no_event() {
    let (aws, books) = (Aws::default(), Books::with(Fault::SilentBus(40)));
    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    let ids: Vec<_> = (0..20)
        .map(|upload| format!("0195d0c2-6a40-7000-8000-{upload:012}/1"))
        .collect();
    for id in &ids {
        books.complete(&id[..36], 1);
    }
    let rows = (1..).zip(&ids).map(|(second, id)| (id.as_str(), post(second, "a")));
    assert_eq!(failures(&writer, batch(rows)).await, [""; 0]);
    for id in &ids {
        assert_eq!(
            (books.count(&id[..36], "written_1"), books.count(&id[..36], "told_dead")),
            (1, 0)
        );
    }
    assert_eq!(books.events.lock().unwrap().len(), 20);
}

#[tokio::test]
async fn a_hundred_uploads_in_one_batch_have_their_own_books() {
    let (aws, books) = (Aws::default(), Books::new());
    let writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    let ids: Vec<_> = (0..100)
        .map(|upload| format!("0195d0c2-6a40-7000-8000-{upload:012}/3"))
        .collect();
    let messages = (0..400_usize).map(|message| {
        let item =
            json!({"date": {"S": "2001-01-01"}, "time": {"S": format!("09:{:02}:{:02}", message / 60, message % 60)}});
        (ids[message % 100].as_str(), ("POST", json!({ "Item": item })))
    });
    assert_eq!(failures(&writer, batch(messages)).await, [""; 0]);
    for id in &ids {
        assert_eq!(counts_of(&books, &id[..36], 3), [4, 0, 0, 0, 0, 0]);
    }
    assert_eq!(books.calls(), 100);
}

#[tokio::test]
async fn attempts_of_one_upload_have_one_lag() {
    let aws = Aws::default();
    let mut writer = aws.writer(&[aws.batches(all)]);
    let (metrics, written) = metrics_to();
    writer.metrics = metrics;
    let second = format!("{INGEST}/2");
    let event = batch([
        (INGEST, post(1, "a")),
        (FIRST, post(2, "a")),
        (&second, post(3, "a")),
        ("secret/1", post(4, "a")),
    ]);
    assert_eq!(failures(&writer, event).await, [""; 0]);
    let lines = written();
    let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(line["QueueLag"]["Counts"], json!([3]), "{line}");
}
