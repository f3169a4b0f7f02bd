//! The books of files, from the upload to the event.

use std::collections::BTreeMap;

use end_to_end::books::{assert_sound, ingest_id_of, rows};
use end_to_end::bucket::counts;
use end_to_end::case::Day;
use end_to_end::sample::HEADER;
use end_to_end::{Stack, unique};
use serde_json::json;

const COMPLETED: &str = "Ingest Completed";

/// A file of good rows of a day, followed by bad rows.
fn file(day: Day, good: u32, bad: u32) -> String {
    let good = (0..good).map(|second| day.row(second));
    let bad = (0..bad).map(|_| "never,location-03,wireless,router-1,1,device-1,1".to_owned());
    let lines = std::iter::once(HEADER.to_owned()).chain(good).chain(bad);
    lines.map(|line| line + "\n").collect()
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
    let record = stack.wait_until_told(ingest_id_of(&report)).await;
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

    // The rows read, sent, rejected, written and dead, by key.
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
    let ingest_id = ingest_id_of(&stack.report(&upload).await).to_owned();
    let done = stack.wait_until_told(&ingest_id).await;
    // The end of the upload's own ingest may still be announced.
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
        stack.wait_until_told(ingest_id_of(&report)).await;
        ids.push(ingest_id_of(&report).to_owned());
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
