//! What the ledger does when AWS does not.

use std::time::Duration;

use backoff::Deadline;

use super::world::{Fault, ID, World, failure, opening, soon, written};
use crate::{Opened, State};

const THROTTLED: Fault = Fault::Refused(400, "ThrottlingException");

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_tried_again() {
    let world = World::new();
    world.fail_with(&[THROTTLED, Fault::Refused(503, "ServiceUnavailable")]);
    assert_eq!(world.open("A").await.attempt, Some(1));
    world.fail_with(&[THROTTLED, THROTTLED]);
    world.add(1, written(5)).await;
    world.fail_with(&[Fault::Refused(500, "InternalServerError")]);
    world.complete(&[1], 5).await;
    assert_eq!(world.record().state(std::time::SystemTime::now()), State::Done);
}

#[tokio::test(start_paused = true)]
async fn an_opening_whose_answer_is_lost_draws_one_attempt() {
    let world = World::new();
    world.fail_with(&[Fault::AnswerLost]);
    let opened = Opened {
        attempt: Some(1),
        tries: 1,
    };
    assert_eq!(world.open("A").await, opened);
    assert_eq!(world.record().attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn rows_that_may_be_counted_are_not_counted_again() {
    for fault in [Fault::AnswerLost, Fault::Refused(500, "InternalServerError")] {
        let world = World::new();
        world.open("A").await;
        world.complete(&[1], 10).await;
        world.take_calls();
        world.fail_with(&[fault]);
        let error = world.ledger().add(ID, 1, &written(5), soon()).await.unwrap_err();
        assert_eq!((error.code(), world.take_calls()), ("LedgerNotWritten", 1), "{fault:?}");
        world.add(1, written(5)).await;
        assert!(world.record().rows().written <= 10);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_is_not_marked_and_the_next_one_tells_it() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 5).await;
    world.fail_to_tell_with(&[Fault::Refused(400, "AccessDeniedException")]);
    let error = world.ledger().add(ID, 1, &written(5), soon()).await.unwrap_err();
    assert_eq!(error.code(), "EventNotPut");
    let record = world.record();
    assert_eq!(record.told_dead, None);
    assert_eq!(
        record.state(std::time::SystemTime::now()),
        State::Done,
        "readers see that all rows are there"
    );
    assert_eq!(world.open("B").await.attempt, None);
    assert_eq!((world.told().len(), world.record().told_dead), (1, Some(0)));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_the_bus_does_not_take_is_put_again_when_that_may_help() {
    let world = World::new();
    world.open("A").await;
    world.fail_to_tell_with(&[Fault::EventRefused("ThrottlingException")]);
    world.complete(&[1], 0).await;
    assert_eq!(world.told().len(), 1);

    let world = World::new();
    world.fail_to_tell_with(&[Fault::EventRefused("NotAuthorizedForSourceException")]);
    world.open("A").await;
    let failed = world.ledger().fail(&failure(3), soon()).await.unwrap_err();
    assert_eq!(
        failed.to_string(),
        "EventBridge does not take the event of an ingest: NotAuthorizedForSourceException: no"
    );
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_does_not_answer_costs_some_seconds() {
    let world = World::new();
    world.fail_with(&[THROTTLED; 100]);
    let begun = tokio::time::Instant::now();
    let error = world.ledger().open(&opening("A"), soon()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ledger cannot be written: ThrottlingException: no"
    );
    assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
    let past = Deadline::after(Duration::ZERO);
    world.take_calls();
    world.ledger().add(ID, 1, &written(1), past).await.unwrap_err();
    assert_eq!(world.take_calls(), 0, "nothing is begun after the deadline");
}
