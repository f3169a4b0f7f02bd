//! The rules of the record and its events.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::world::{ID, World, dead, soon, written};
use crate::{EXTRACTION_STALLED_AFTER, Effects, Opened, Rows, State, Timestamp, WRITING_STALLED_AFTER, addition};

fn attempt(attempt: u32, tries: u32) -> Opened {
    Opened {
        attempt: Some(attempt),
        tries,
    }
}

fn state_now(world: &World) -> State {
    world.record().state(std::time::SystemTime::now())
}

#[tokio::test]
async fn an_open_record_says_who_what_and_when() {
    let world = World::new();
    assert_eq!(world.open("A").await, attempt(1, 1));
    let mut item = world.item();
    for unknown in ["updated", "expires", "opening"] {
        assert!(item.as_object_mut().unwrap().remove(unknown).is_some(), "{unknown}");
    }
    assert_eq!(
        item,
        json!({
            "ingest_id": {"S": ID.to_string()}, "day": {"S": "2025-07-10"}, "bucket": {"S": "data"},
            "object": {"S": "a b.csv"}, "etag": {"S": "ea49"},
            "sequencer": {"S": "0062E99A88DC407460"}, "size": {"N": "5"}, "uploader": {"S": "AWS:AIDA"},
            "uploaded": {"S": "2025-07-10T06:09:53.742Z"}, "started": {"S": "2025-07-10T08:02:26.000Z"},
            "write_mode": {"S": "replace"}, "state": {"S": "extracting"}, "attempts": {"N": "1"},
            "request_id": {"S": "A"}, "tries": {"N": "1"},
        })
    );
    assert_eq!(state_now(&world), State::Extracting);
}

#[tokio::test]
async fn a_record_is_kept_for_ninety_days_after_it_is_made() {
    let world = World::new();
    let expires = || world.item()["expires"]["N"].as_str().unwrap().parse::<u64>().unwrap();
    world.open("A").await;
    let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!(expires().abs_diff(now.as_secs() + 90 * 24 * 3600) < 60);
    world.put(&json!({"ingest_id": {"S": ID.to_string()}, "expires": {"N": "7"}}));
    world.open("A").await;
    world.add(1, written(1)).await;
    assert_eq!(expires(), 7, "later writes do not keep it for longer");
}

#[tokio::test]
async fn every_part_and_every_try_draws_an_attempt() {
    let world = World::new();
    assert_eq!(world.open("A").await, attempt(1, 1));
    assert_eq!(world.open("A").await, attempt(2, 2), "Lambda's retry");
    assert_eq!(world.open("B").await, attempt(3, 1), "the next part");
    assert_eq!(world.open("C").await, attempt(4, 1), "the same part, started twice");
}

#[tokio::test]
async fn rows_of_attempts_that_do_not_count_are_not_counted() {
    let world = World::new();
    world.open("A").await;
    world.add(1, written(7)).await;
    world.open("A").await;
    world.complete(&[2], 10).await;
    assert_eq!(state_now(&world), State::Writing);
    world.add(1, written(3)).await;
    assert_eq!(
        world.told(),
        [json!(null); 0],
        "of the try that failed, ten rows are written"
    );
    world.add(2, written(9)).await;
    world.add(2, dead(1)).await;
    let record = world.record();
    assert_eq!(
        record.rows(),
        Rows {
            read: Some(12),
            sent: Some(10),
            rejected: Some(2),
            written: 9,
            dead: 1,
            ..Rows::default()
        }
    );
    assert_eq!(state_now(&world), State::Done);
    assert_eq!(world.told().len(), 1);
}

#[tokio::test]
async fn all_parts_of_a_chain_count_and_a_second_chain_does_not() {
    let world = World::new();
    world.open("A").await;
    world.open("B").await;
    world.open("C").await;
    world.complete(&[1, 2], 10).await;
    world.complete(&[1, 3], 10).await;
    assert_eq!(world.record().counted, [1, 2]);
    for (attempt, rows) in [(1, 5), (3, 5), (2, 4)] {
        world.add(attempt, written(rows)).await;
        assert_eq!(world.told().len(), 0);
    }
    world.add(2, written(1)).await;
    assert_eq!(world.told().len(), 1);
}

#[tokio::test]
async fn every_outcome_of_a_row_accounts_for_it_and_replaced_is_a_part_of_written() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 15).await;
    let effects = Effects {
        written: 5,
        replaced: 5,
        superseded: 4,
        outdated: 3,
        existing: 2,
        dead: 0,
    };
    world.add(1, effects).await;
    assert_eq!(world.told().len(), 0);
    world.add(1, dead(1)).await;
    assert_eq!(
        world.told()[0]["rows"],
        json!({
            "read": 17, "sent": 15, "rejected": 2, "written": 5, "replaced": 5, "superseded": 4, "outdated": 3,
            "existing": 2, "dead": 1,
        })
    );
}

#[tokio::test]
async fn the_event_says_what_the_record_says() {
    let world = World::new();
    world.open("A").await;
    world.add(1, written(10)).await;
    world.complete(&[1], 10).await;
    let record = world.record();
    let entry = &world.events()[0];
    assert_eq!(
        [&entry["Source"], &entry["DetailType"], &entry["EventBusName"]],
        ["messages", "Ingest Completed", "bus"]
    );
    assert_eq!(
        world.told()[0],
        json!({
            "stack": "stack", "ingest_id": ID.to_string(), "state": "done", "bucket": "data", "object": "a b.csv",
            "etag": "ea49", "size": 5, "uploader": "AWS:AIDA", "write_mode": "replace",
            "uploaded": "2025-07-10T06:09:53.742Z", "started": "2025-07-10T08:02:26.000Z",
            "completed": record.completed.unwrap().to_string(),
            "rows": {
                "read": 12, "sent": 10, "rejected": 2, "written": 10, "replaced": 0, "superseded": 0, "outdated": 0,
                "existing": 0, "dead": 0,
            },
            "warnings": ["null_words"], "report": "a b.csv/ea49/report.json",
        })
    );
    let item = world.item();
    assert_eq!([&item["state"]["S"], &item["told_dead"]["N"]], ["done", "0"]);
}

#[tokio::test]
async fn an_object_without_rows_is_done_when_it_is_extracted() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 0).await;
    assert_eq!(world.told().len(), 1);
}

#[tokio::test]
async fn a_complete_extraction_is_not_opened_again() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 1).await;
    let again = world.open("B").await;
    assert_eq!(again.attempt, None);
    let retried = world.open("A").await;
    assert_eq!(retried.attempt, None, "Lambda's retry of the complete one");
    world.fail(3).await;
    world.complete(&[1], 7).await;
    let record = world.record();
    assert_eq!((record.attempts, record.rows().sent, record.error), (1, Some(1), None));
    assert_eq!(state_now(&world), State::Writing);
    assert_eq!(world.told().len(), 0);
}

#[tokio::test]
async fn the_third_failing_try_is_told() {
    let world = World::new();
    for tries in 1..=3 {
        assert_eq!(world.open("A").await, attempt(tries, tries));
        world.fail(tries).await;
        let expected = if tries == 3 { State::Failed } else { State::Extracting };
        assert_eq!(state_now(&world), expected, "{tries}");
    }
    let entry = &world.events()[0];
    assert_eq!(
        (world.events().len(), &entry["DetailType"]),
        (1, &json!("Ingest Failed"))
    );
    let detail = &world.told()[0];
    assert_eq!(
        [&detail["state"], &detail["error"], &detail["reason"]],
        ["failed", "ObjectNotReadable", "no right"]
    );
    assert_eq!(world.open("B").await, attempt(4, 1), "somebody sends the event again");
    world.complete(&[4], 0).await;
    assert_eq!(state_now(&world), State::Done);
    assert_eq!(world.record().error, None, "what failed before does not count any more");
}

#[tokio::test]
async fn a_problem_of_the_object_is_the_reason_of_its_record() {
    let world = World::new();
    world.open("A").await;
    let problem = "ü".repeat(300);
    let mut completion = super::world::completion(&[1], 0);
    completion.problem = Some(&problem);
    world.ledger().complete(&completion, soon()).await.unwrap();
    let reason = world.record().reason.unwrap();
    assert!(reason.ends_with("ü…") && reason.len() <= 300, "{reason}");
    assert_eq!(world.told()[0]["reason"], reason);
}

#[tokio::test]
async fn a_later_death_is_told_again_and_a_dead_letter_that_is_written_is_not() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 10).await;
    world.add(1, written(9)).await;
    world.add(1, dead(1)).await;
    let first = world.record().completed;
    world.add(1, Effects { dead: -1, ..written(1) }).await;
    assert_eq!((world.told().len(), world.record().rows().dead), (1, 0));
    world.add(1, dead(2)).await;
    let told: Vec<_> = world.told().iter().map(|told| told["rows"]["dead"].clone()).collect();
    assert_eq!(told, [1, 2]);
    let record = world.record();
    assert_eq!((record.told_dead, record.completed), (Some(2), first));
}

#[tokio::test]
async fn who_is_silent_for_long_is_stalled_and_who_is_done_is_not() {
    let world = World::new();
    world.open("A").await;
    let after = |time: Duration| {
        let record = world.record();
        let updated = UNIX_EPOCH + Duration::from_millis(record.updated.unwrap().millis());
        record.state(updated + time)
    };
    assert_eq!(after(EXTRACTION_STALLED_AFTER), State::Extracting);
    assert_eq!(
        after(EXTRACTION_STALLED_AFTER + Duration::from_millis(1)),
        State::Stalled
    );
    world.complete(&[1], 10).await;
    let late = WRITING_STALLED_AFTER + Duration::from_millis(1);
    assert_eq!(
        (after(WRITING_STALLED_AFTER), after(late)),
        (State::Writing, State::Stalled)
    );
    world.add(1, written(10)).await;
    assert_eq!(after(late), State::Done);
}

#[tokio::test]
async fn a_batch_may_have_rows_of_a_whole_chain() {
    let world = World::new();
    let effects = Effects {
        written: 999,
        replaced: 999,
        superseded: 999,
        outdated: 999,
        existing: 999,
        dead: 999,
    };
    let attempts: BTreeMap<_, _> = (0..100).map(|part| (u32::MAX - part, effects)).collect();
    let updates = addition::updates(ID, &attempts, Timestamp::from_millis(0));
    let longest = updates.into_iter().map(|update| {
        let request: Value = serde_json::from_str(&update.request("ingests")).unwrap();
        request["UpdateExpression"].as_str().unwrap().len()
    });
    // Each update gets one more clause, the number of the count.
    assert!(longest.max().unwrap() < 4096 - 64);
    let added = world.ledger().add(ID, &attempts, soon()).await;
    assert!(added.iter().all(Result::is_ok), "{added:?}");
    assert_eq!(world.take_calls(), 7);
    assert!(world.record().effects.values().all(|counted| *counted == effects));
    assert_eq!(world.record().effects.len(), 100);
}

#[tokio::test]
async fn nothing_to_add_is_no_call() {
    let world = World::new();
    world.add(1, Effects::default()).await;
    assert_eq!(world.take_calls(), 0);
}
