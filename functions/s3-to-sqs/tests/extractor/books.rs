//! The record of an ingest while its object is extracted.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use ledger::State;
use serde_json::{Value, json};
use telemetry::testing::lines_of;

use crate::files::{HEADER, good_rows};
use crate::world::ingests::Ingests;
use crate::world::{ETAG, Reply, World};

pub fn with_ledger(mut world: World) -> (World, Ingests) {
    let ingests = Ingests::new();
    world.extractor.ledger = Some(ingests.ledger());
    (world, ingests)
}

pub fn record_of(key: &str) -> Value {
    json!({
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2019-05-28T10:55:09.385Z",
        "userIdentity": {"principalId": "AWS:AIDA"},
        "s3": {"bucket": {"name": "data"}, "object": {"key": key, "eTag": ETAG}},
    })
}

pub fn event() -> Value {
    json!({"Records": [record_of("data.csv")]})
}

pub fn state(ingests: &Ingests) -> State {
    ingests.record().state(SystemTime::now())
}

#[tokio::test]
async fn an_object_has_a_record_and_its_messages_the_attempt() {
    let (world, ingests) = with_ledger(World::of(&good_rows(25)));
    world.invoke_as("A", &event()).await.unwrap();
    let record = ingests.record();
    let rows = record.rows();
    assert_eq!((rows.read, rows.sent, rows.rejected), (Some(25), Some(25), Some(0)));
    assert_eq!((&record.counted[..], record.invocations), (&[1][..], Some(1)));
    assert_eq!(
        [
            &record.bucket,
            &record.object,
            &record.etag,
            &record.uploader,
            &record.write_mode,
            &record.report
        ]
        .map(|text| text.as_deref().unwrap()),
        [
            "data",
            "data.csv",
            ETAG,
            "AWS:AIDA",
            "replace",
            &format!("data.csv/{ETAG}/report.json")
        ]
    );
    assert_eq!((state(&ingests), ingests.told().len()), (State::Writing, 0));
    assert_eq!(world.ingest_ids(), [format!("{}/1", record.ingest_id)]);
}

#[tokio::test]
async fn without_a_ledger_messages_carry_the_plain_id() {
    let world = World::of(&good_rows(3));
    world.invoke_as("A", &event()).await.unwrap();
    let [id] = world.ingest_ids().try_into().unwrap();
    assert_eq!(id.len(), 36, "{id}");
}

#[tokio::test]
async fn a_repeated_event_changes_nothing_and_its_messages_are_not_counted() {
    let (world, ingests) = with_ledger(World::of(&good_rows(3)));
    world.invoke_as("A", &event()).await.unwrap();
    let record = ingests.record();
    world.invoke_as("B", &event()).await.unwrap();
    assert_eq!(ingests.record(), record);
    let id = record.ingest_id.to_string();
    assert_eq!(world.ingest_ids(), [id.clone(), format!("{id}/1")]);
}

#[tokio::test]
async fn an_object_without_rows_is_told_to_be_done() {
    let (world, ingests) = with_ledger(World::of(b""));
    world.invoke_as("A", &event()).await.unwrap();
    assert_eq!(
        (state(&ingests), ingests.told()),
        (State::Done, vec!["Ingest Completed".to_owned()])
    );
}

#[tokio::test]
async fn every_part_of_a_chain_draws_an_attempt_and_all_of_them_count() {
    let (world, ingests) = with_ledger(World::of(&good_rows(60)));
    let report = world.extract_in_steps().await.unwrap();
    let record = ingests.record();
    assert!(report.invocations > 3);
    assert_eq!(record.counted, (1..=report.invocations).collect::<Vec<_>>());
    assert_eq!(
        (record.rows().sent, record.invocations),
        (Some(60), Some(report.invocations))
    );
}

#[tokio::test(start_paused = true)]
async fn the_third_failing_try_is_told() {
    let refuse = |_: &str, _| Reply::Fail("ServiceUnavailable", false);
    let (world, ingests) = with_ledger(World::with_queue(&good_rows(3), refuse));
    for tries in 1..=3 {
        world.invoke_as("A", &event()).await.unwrap_err();
        let record = ingests.record();
        assert_eq!(
            (record.attempts, record.tries, record.error.as_deref()),
            (tries, tries, Some("MessagesNotSent"))
        );
        assert!(record.reason.unwrap().contains("ServiceUnavailable"));
    }
    assert_eq!(
        (state(&ingests), ingests.told()),
        (State::Failed, vec!["Ingest Failed".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn a_silent_ledger_costs_some_seconds_and_nothing_else() {
    let (world, ingests) = with_ledger(World::of(&good_rows(3)));
    ingests.fall_silent();
    let begun = tokio::time::Instant::now();
    let records = json!({"Records": [record_of("data.csv"), record_of("data.csv"), record_of("data.csv")]});
    let lines = lines_of(async { world.invoke_as("A", &records).await.unwrap() }).await;
    assert!(begun.elapsed() < Duration::from_secs(57), "{:?}", begun.elapsed());
    assert!(ingests.calls() <= 9, "{}", ingests.calls());
    assert_eq!(world.taken().len(), 9, "every row is sent");
    assert_eq!(world.ingest_ids()[0].len(), 36);
    let told = lines
        .lines()
        .filter(|line| line.contains("the ledger could not be updated"));
    let codes: Vec<_> = told.map(|line| line.contains("LedgerNotWritten")).collect();
    assert_eq!(codes, [true, false, false], "{lines}");
}

#[tokio::test]
async fn a_bus_that_refuses_costs_no_other_object_its_books() {
    let (world, ingests) = with_ledger(World::of(&good_rows(3)));
    ingests.refuse_events(true);
    let records = json!({"Records": [record_of("gone.csv"), record_of("data.csv")]});
    let lines = lines_of(async { world.invoke_as("A", &records).await.unwrap() }).await;
    let mut sent: Vec<_> = ingests.records().iter().map(|record| record.rows().sent).collect();
    sent.sort_unstable();
    assert_eq!(sent, [Some(0), Some(3)], "both are complete: {lines}");
    assert_eq!(lines.matches("the ledger could not be updated").count(), 1, "{lines}");
    assert!(lines.contains("EventNotPut"), "{lines}");
    assert!(
        world.ingest_ids().iter().all(|id| id.ends_with("/1")),
        "rows are counted"
    );
}

/// The event is the one that the commands of `docs/events.md` build from the record.
#[tokio::test]
async fn an_end_that_was_not_told_is_told_when_the_event_comes_again() {
    let (world, ingests) = with_ledger(World::of(b""));
    let mut event = event();
    let object = &mut event["Records"][0]["s3"]["object"];
    object["sequencer"] = "0062E99A88DC407460".into();
    object["versionId"] = "096fKKXTRTtl3on89fVO.nfljtsv6qko".into();
    ingests.refuse_events(true);
    world.invoke_as("A", &event).await.unwrap();
    let record = ingests.record();
    assert_eq!(
        (state(&ingests), record.completed, ingests.told().len()),
        (State::Done, None, 0)
    );
    ingests.refuse_events(false);
    let item = ingests.items().remove(0);
    let text = |name: &str| item[name]["S"].clone();
    let of_record = json!({
        "source": "aws.s3", "detail-type": "Object Created", "time": text("uploaded"),
        "detail": {"bucket": {"name": text("bucket")}, "object": {
            "key": text("object"), "version-id": text("version_id"), "etag": text("etag"), "sequencer": text("sequencer"),
        }},
    });
    world.invoke_as("B", &of_record).await.unwrap();
    assert_eq!(ingests.told(), ["Ingest Completed"]);
    assert!(ingests.record().completed.is_some());
}

#[tokio::test]
async fn an_odd_record_costs_no_other_object_its_books() {
    for (odd, code) in [("rows_read", "LedgerNotReadable"), ("attempts", "LedgerNotWritten")] {
        let (world, ingests) = with_ledger(World::of(&good_rows(3)));
        world
            .invoke_as("A", &json!({"Records": [record_of("data.csv")]}))
            .await
            .unwrap();
        let ingest_id = ingests.record().ingest_id.to_string();
        ingests.put(&json!({"ingest_id": {"S": ingest_id}, odd: {"S": "odd"}}));
        let twice = json!({"Records": [record_of("data.csv"), record_of("gone.csv")]});
        let lines = lines_of(async { world.invoke_as("B", &twice).await.unwrap() }).await;
        assert_eq!(lines.matches("the ledger could not be updated").count(), 1, "{lines}");
        assert!(lines.contains(code), "{lines}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_written_before_a_silent_report_bucket_is_waited_for() {
    let bad = "never,l,s,d,1,d,2,surplus field\n".repeat(120_000);
    let file = format!("{HEADER}\n{bad}0,l,s,d,1,d,2\n");
    let (world, ingests) = with_ledger(World::with_queue(file.as_bytes(), |_, _| {
        Reply::Fail("ServiceUnavailable", false)
    }));
    let seen = Arc::new(Mutex::new(None));
    world.when_abandoned({
        let (seen, ingests) = (Arc::clone(&seen), ingests.clone());
        move || *seen.lock().unwrap() = ingests.record().error
    });
    world.invoke_as("A", &event()).await.unwrap_err();
    assert_eq!(seen.lock().unwrap().as_deref(), Some("MessagesNotSent"));
}

#[tokio::test]
async fn no_line_names_the_uploader() {
    let (world, _) = with_ledger(World::of(&good_rows(3)));
    let lines = lines_of(async { world.invoke_as("A", &event()).await.unwrap() }).await;
    assert!(lines.contains("object extracted") && !lines.contains("AIDA"), "{lines}");
}
