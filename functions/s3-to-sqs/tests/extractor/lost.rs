//! An object that is lost before a try reads it: its record, and its report.

use std::time::SystemTime;

use ledger::State;
use serde_json::Value;

use crate::books::{event, state, with_ledger};
use crate::files::good_rows;
use crate::world::ingests::Ingests;
use crate::world::{ETAG, Reply, World, s3_over_http};

#[tokio::test]
async fn an_object_that_was_never_read_is_done_without_rows() {
    let (world, ingests) = with_ledger(World::of(&good_rows(3)));
    world.delete_file();
    world.invoke_as("A", &event()).await.unwrap();
    assert_eq!(
        (state(&ingests), ingests.told()),
        (State::Done, vec!["Ingest Completed".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn a_report_whose_answer_was_lost_is_not_taken_for_an_earlier_one() {
    let (mut world, ingests) = with_ledger(World::of(&good_rows(3)));
    world.extractor.s3 = s3_over_http::client(|method, earlier| match (method, earlier) {
        ("PUT", 0) => None,
        ("PUT", _) => Some((412, "PreconditionFailed")),
        _ => Some((404, "NoSuchKey")),
    });
    world.invoke_as("A", &event()).await.unwrap();
    assert_eq!((state(&ingests), ingests.record().error), (State::Done, None));

    let (mut world, ingests) = with_ledger(World::of(&good_rows(3)));
    world.extractor.s3 = s3_over_http::client(|method, earlier| {
        Some(match (method, earlier) {
            ("PUT", 0) => (503, "SlowDown"),
            ("PUT", _) => (412, "PreconditionFailed"),
            _ => (404, "NoSuchKey"),
        })
    });
    world.invoke_as("A", &event()).await.unwrap();
    assert_eq!(
        ingests.record().error.as_deref(),
        Some("ObjectLost"),
        "S3 refused the first try"
    );
}

/// The world after a try that has sent rows of the object and then failed.
async fn after_a_failed_try(event: &Value) -> (World, Ingests) {
    let refuse_the_last = |body: &str, _| {
        if body.contains("1.20") {
            Reply::Fail("ServiceUnavailable", false)
        } else {
            Reply::Take
        }
    };
    let (world, ingests) = with_ledger(World::with_queue(&good_rows(21), refuse_the_last));
    world.invoke_as("A", event).await.unwrap_err();
    assert!(world.taken().len() >= 10, "messages of attempt 1 are on the queue");
    (world, ingests)
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_lost_after_a_try_that_sent_rows_is_not_done_without_rows() {
    let (world, ingests) = after_a_failed_try(&event()).await;
    world.delete_file();
    world.invoke_as("A", &event()).await.unwrap();
    let record = ingests.record();
    assert_eq!(
        (record.extracted, record.rows().sent, record.error.as_deref()),
        (None, None, Some("ObjectLost"))
    );
    let reason = "the object was deleted before it was read; earlier tries may have sent rows that are not counted: 1";
    assert_eq!(record.reason.as_deref(), Some(reason));
    assert_eq!(
        (state(&ingests), ingests.told()),
        (State::Failed, vec!["Ingest Failed".to_owned()])
    );
    let report = world.report(&format!("data.csv/{ETAG}/report.json"));
    assert_eq!(report["problem"], reason);
}

#[tokio::test(start_paused = true)]
async fn a_report_without_rows_says_that_earlier_tries_may_have_sent_some() {
    for (lose, loss) in [
        (
            World::delete_file as fn(&World),
            "the object was deleted before it was read; ",
        ),
        (
            World::replace_file_while_it_is_read,
            "the object was replaced before it was read; ",
        ),
    ] {
        for (is_silent, note) in [
            (false, "; earlier tries may have sent rows that are not counted: 1"),
            (true, "; earlier tries may have sent rows that are not counted"),
        ] {
            let (world, ingests) = after_a_failed_try(&event()).await;
            lose(&world);
            if is_silent {
                ingests.fall_silent();
            }
            world.invoke_as("A", &event()).await.unwrap();
            let report = world.report(&format!("data.csv/{ETAG}/report.json"));
            let problem = report["problem"].as_str().unwrap();
            assert!(problem.starts_with(loss) && problem.ends_with(note), "{problem}");
        }
    }
}

/// The ingest id contains the time of the upload, which S3 no longer gives.
#[tokio::test(start_paused = true)]
async fn an_object_of_an_event_without_a_time_that_is_lost_after_a_try_is_not_done_without_rows() {
    let mut event = event();
    event["Records"][0]["eventTime"] = Value::Null;
    for lose in [World::delete_file, World::replace_file_while_it_is_read] {
        let (world, ingests) = after_a_failed_try(&event).await;
        let of_first_try = ingests.record().ingest_id;
        lose(&world);
        world.invoke_as("A", &event).await.unwrap();
        let mut records = ingests.records();
        records.retain(|record| record.ingest_id != of_first_try);
        let [record] = records.try_into().unwrap();
        assert_eq!(
            (record.extracted, record.rows().sent, record.error.as_deref()),
            (None, None, Some("ObjectLost"))
        );
        let reason = record.reason.as_deref().unwrap();
        assert!(
            reason.ends_with("; earlier tries may have sent rows that are not counted"),
            "{reason}"
        );
        assert_eq!(
            (record.state(SystemTime::now()), ingests.told()),
            (State::Failed, vec!["Ingest Failed".to_owned()])
        );
    }
}

#[tokio::test]
async fn an_object_that_is_lost_after_its_report_is_not_done_without_rows() {
    let (world, ingests) = with_ledger(World::of(&good_rows(3)));
    world.extract_and_die("A").await;
    world.delete_file();
    for _ in 0..2 {
        world.invoke_as("A", &event()).await.unwrap();
        let record = ingests.record();
        assert_eq!((record.extracted, record.rows().sent), (None, None));
        let reason = record.reason.unwrap();
        assert!(reason.contains("an earlier report of the object stays"), "{reason}");
        assert_eq!((state(&ingests), ingests.told()), (State::Extracting, Vec::new()));
    }
    let report = world.report(&format!("data.csv/{ETAG}/report.json"));
    assert_eq!(report["rows_sent"], 3, "the report of the first try");
}

#[tokio::test]
async fn an_object_that_is_lost_while_its_extraction_is_repeated_keeps_its_report() {
    let (world, ingests) = with_ledger(World::of(&good_rows(30)));
    world.extract_in_steps().await.unwrap();
    let (report, extracted) = (world.written("report.json"), ingests.record().extracted);
    assert!(extracted.is_some());
    world.extract_until(World::delete_file).await.unwrap();
    assert_eq!(world.written("report.json"), report, "the report of all rows");
    assert_eq!(ingests.record().extracted, extracted);
}

#[tokio::test(start_paused = true)]
async fn a_report_stays_when_a_silent_ledger_cannot_say_what_a_lost_object_has_sent() {
    let (world, ingests) = with_ledger(World::of(&good_rows(30)));
    ingests.fall_silent();
    let key = format!("data.csv/{ETAG}/report.json");
    world.write_report(&key, r#"{"rows_sent": 30}"#);
    world.extract_until(World::delete_file).await.unwrap();
    assert_eq!(world.report(&key)["rows_sent"], 30);
}
