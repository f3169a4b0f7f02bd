//! The books of an ingest as its users find them: the record in the table of ingests, and the event of its end.

use std::collections::BTreeMap;

use end_to_end::books::assert_sound;
use end_to_end::bucket::counts;
use end_to_end::case::Day;
use end_to_end::queue::dlq;
use end_to_end::sample::{HEADER, event_file};
use end_to_end::table::item;
use end_to_end::{Stack, unique, wait};
use serde_json::{Value, json};

const COMPLETED: &str = "Ingest Completed";
/// Rows of an event, in the order of [`rows`].
const ROWS: [&str; 5] = ["read", "sent", "rejected", "written", "dead"];

fn rows(detail: &Value) -> [u64; 5] {
    ROWS.map(|name| detail["rows"][name].as_u64().expect("a count"))
}

/// A file of some good rows of a day, and some bad ones.
fn file(day: Day, good: u32, bad: u32) -> String {
    let good = (0..good).map(|second| day.row(second));
    let bad = (0..bad).map(|_| "never,location-03,wireless,router-1,1,device-1,1".to_owned());
    let lines = std::iter::once(HEADER.to_owned()).chain(good).chain(bad);
    lines.map(|line| line + "\n").collect()
}

fn id(report: &Value) -> &str {
    report["ingest_id"].as_str().expect("a text")
}

/// The body of a message for a second of a date.
fn body(date: &str, second: usize) -> String {
    json!({"Item": {"date": {"S": date}, "time": {"S": format!("10:00:{second:02}")}}}).to_string()
}

#[tokio::test]
async fn an_upload_sends_one_event_and_its_rows_add_up() {
    let stack = Stack::connect().await;
    let folder = unique::name();
    let listener = stack.listen(&folder).await;

    let upload = stack
        .upload(&format!("{folder}/data.csv"), file(Day::unique(), 20, 3))
        .await;

    let report = stack.report(&upload).await;
    let events = listener.wait_for(&stack, 1).await;
    let record = stack.wait_until_told(id(&report)).await;
    assert!(listener.take(&stack).await.is_empty(), "one event for one end");
    let [(kind, detail)] = &events[..] else {
        panic!("not one event: {events:#?}");
    };
    assert_sound([detail]);
    assert_eq!(kind, COMPLETED);
    assert_eq!(rows(detail), [23, 20, 3, 20, 0]);
    let expected = json!({
        "stack": stack.outputs.stack_name,
        "ingest_id": report["ingest_id"],
        "state": "done",
        "bucket": upload.bucket,
        "object": upload.key,
        "etag": upload.etag,
        "size": upload.size,
        "write_mode": "replace",
        "report": upload.report_key(),
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&detail[name], value, "{name}: {detail:#}");
    }
    assert_eq!((record.number("rows_sent"), record.outcome("written")), (20, 20));
    assert!(record.number("expires") > 0, "{record:?}");
    listener.end(&stack).await;
}

#[tokio::test]
async fn files_without_good_rows_are_done_as_soon_as_they_are_read() {
    let stack = Stack::connect().await;
    let folder = unique::name();
    let listener = stack.listen(&folder).await;
    let day = Day::unique();

    for (name, content) in [
        ("nothing", String::new()),
        ("header", file(day, 0, 0)),
        ("rejected", file(day, 0, 2)),
    ] {
        stack.upload(&format!("{folder}/{name}.csv"), content).await;
    }

    let events = listener.wait_for(&stack, 3).await;
    assert_sound(events.iter().map(|(_, detail)| detail));
    let mut found: Vec<_> = events
        .iter()
        .map(|(kind, detail)| (kind.as_str(), rows(detail)))
        .collect();
    found.sort_unstable();
    let expected = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [2, 0, 2, 0, 0]];
    assert_eq!(found, expected.map(|rows| (COMPLETED, rows)));
    listener.end(&stack).await;
}

#[tokio::test]
async fn a_hundred_files_at_once_each_have_their_event() {
    const FILES: u32 = 100;
    let stack = Stack::connect().await;
    let folder = unique::name();
    let listener = stack.listen(&folder).await;

    // By key: rows read, sent, rejected, written and dead.
    let mut expected = BTreeMap::new();
    let uploads = (0..FILES).map(|number| {
        let (good, bad) = (30 + number, number % 4);
        let key = format!("{folder}/{number:03}.csv");
        let [good_rows, bad_rows] = [good, bad].map(u64::from);
        expected.insert(key.clone(), [good_rows + bad_rows, good_rows, bad_rows, good_rows, 0]);
        let (stack, content) = (stack.clone(), file(Day::unique(), good, bad));
        tokio::spawn(async move { stack.upload(&key, content).await })
    });
    for upload in uploads.collect::<Vec<_>>() {
        upload.await.expect("every file is uploaded");
    }

    let events = listener.wait_for(&stack, FILES as usize).await;
    assert_sound(events.iter().map(|(_, detail)| detail));
    let told = events
        .iter()
        .map(|(_, detail)| (detail["object"].as_str().expect("a text").to_owned(), rows(detail)));
    assert_eq!(told.collect::<BTreeMap<_, _>>(), expected);
    listener.end(&stack).await;
}

#[tokio::test]
async fn an_event_that_comes_again_does_not_open_what_is_done() {
    let stack = Stack::connect().await;
    let folder = unique::name();
    let extractor = stack.function("S3ToSqsFunction").await;
    let (upload, items) = stack.upload_untouched(&format!("{folder}/data.csv")).await;
    let listener = stack.listen(&folder).await;
    let event = upload.created();
    assert!(!stack.invoke(&extractor, &event).await.failed);
    let ingest_id = id(&stack.report(&upload).await).to_owned();
    let done = stack.wait_until_told(&ingest_id).await;
    // The upload's own event may still be told of.
    let told = async || {
        let events = listener.take(&stack).await.into_iter();
        events.filter(|(_, detail)| detail["ingest_id"] == ingest_id).count()
    };
    assert_eq!(told().await, 1);

    stack.delete(&items).await;
    assert!(!stack.invoke(&extractor, &event).await.failed);

    stack.wait_for_items(&items).await;
    assert_eq!(stack.record(&ingest_id).await, Some(done), "the record is as it was");
    assert_eq!(told().await, 0, "nothing is told again");
    listener.end(&stack).await;
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

    // As a message that SQS delivered twice, and that failed the second time.
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

    // The same dead letter with its row mended.
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
    // Of another attempt than those that count.
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

#[tokio::test]
async fn uploads_of_a_day_are_listed_in_their_order() {
    let stack = Stack::connect().await;
    let folder = unique::name();
    let mut ids = Vec::new();
    for number in 0..3 {
        let upload = stack
            .upload(&format!("{folder}/{number}.csv"), file(Day::unique(), 1, 0))
            .await;
        let report = stack.report(&upload).await;
        assert_eq!(counts(&report), [1, 1, 0]);
        stack.wait_until_told(id(&report)).await;
        ids.push(id(&report).to_owned());
    }
    let days = [stack.record(&ids[0]).await, stack.record(&ids[2]).await];
    let [first, last] = days.map(|record| record.expect("a record").text("day").to_owned());
    let mut listed = Vec::new();
    let between = if first == last { vec![first] } else { vec![first, last] };
    for day in between {
        listed.extend(stack.ids_of_day(&day).await.into_iter().filter(|id| ids.contains(id)));
    }
    assert_eq!(listed, ids);
}
