//! What the ledger does when calls to AWS fail.

use std::time::Duration;

use backoff::Deadline;

use super::world::{Fault, ID, World, failure, opening, soon, written};
use crate::{Added, Opened, State};

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
        let error = world.try_to_add(1, written(5)).await.unwrap_err();
        let calls = world.take_calls();
        assert_eq!((error.code(), calls), ("LedgerNotWritten", 2), "{fault:?}: it looks");
        world.add(1, written(5)).await;
        assert!(world.record().rows().written <= 10);
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_is_told_when_the_answer_to_the_last_count_is_lost() {
    let odd = ["[]", "7", "null", "{}", r#"{"Attributes":[]}"#].map(Fault::AnswerOf);
    for fault in [Fault::AnswerLost].into_iter().chain(odd) {
        let world = World::new();
        world.open("A").await;
        world.complete(&[1], 10).await;
        world.add(1, written(5)).await;
        // The call that then reads the record is throttled once.
        world.fail_with(&[fault, THROTTLED]);
        let error = world.try_to_add(1, written(5)).await.unwrap_err();
        assert_eq!(error.code(), "LedgerNotWritten", "{fault:?}");
        let record = world.record();
        assert_eq!((record.rows().written, record.told_dead), (10, Some(0)), "{fault:?}");
        assert_eq!(world.told().len(), 1, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_count_that_the_deadline_cuts_off_may_be_there() {
    let world = World::new();
    world.open("A").await;
    for faults in [&[Fault::Silence][..], &[THROTTLED, Fault::Silence]] {
        world.fail_with(faults);
        let until = Deadline::after(Duration::from_secs(2));
        let added = world.ledger().add(ID, 1, &written(5), until).await;
        assert!(matches!(added, Ok(Added::Unknown(..))), "{added:?}");
    }
    world.fail_with(&[THROTTLED; 100]);
    world.ledger().add(ID, 1, &written(5), soon()).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn telling_has_the_time_that_the_count_does_not_leave() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 5).await;
    let begun = tokio::time::Instant::now();
    let until = Deadline::after(Duration::from_secs(3));
    let added = world.ledger().add(ID, 1, &written(5), until).await.unwrap();
    world.fail_to_tell_with(&[Fault::Silence; 2]);
    world.ledger().conclude(added, until, soon()).await.unwrap();
    assert!(begun.elapsed() > Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!((world.told().len(), world.record().told_dead), (1, Some(0)));

    let world = World::new();
    world.open("A").await;
    world.fail_to_tell_with(&[Fault::Silence; 4]);
    world.complete(&[1], 0).await;
    assert_eq!((world.told().len(), world.record().told_dead), (1, Some(0)));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_is_not_marked_and_the_next_one_tells_it() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 5).await;
    world.fail_to_tell_with(&[Fault::Refused(400, "AccessDeniedException")]);
    let error = world.try_to_add(1, written(5)).await.unwrap_err();
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
