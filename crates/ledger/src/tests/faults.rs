//! What the ledger does when calls to AWS fail.

use std::collections::BTreeMap;
use std::time::Duration;

use backoff::Deadline;
use futures::future::join_all;

use super::world::{Fault, ID, World, failure, of_attempt, opening, soon, written};
use crate::{Added, LedgerError, Opened, State};

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
    let meanwhile = [None, Some(Fault::AfterCount(0)), Some(Fault::AfterCount(7))];
    for fault in meanwhile {
        let world = World::new();
        world.fail_with(&[Fault::AnswerLost]);
        world.fail_with(fault.as_slice());
        let opened = Opened {
            attempt: Some(1),
            tries: 1,
        };
        assert_eq!(world.open("A").await, opened, "{fault:?}");
        assert_eq!(world.record().attempts, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_retry_by_lambda_draws_an_attempt_of_its_own_also_after_a_count_in_the_same_millisecond() {
    let world = World::new();
    world.open("A").await;
    world.fail_with(&[Fault::AfterCount(0)]);
    let retry = |number| Opened {
        attempt: Some(number),
        tries: number,
    };
    assert_eq!(world.open("A").await, retry(2));

    let mut item = world.item();
    item.as_object_mut().unwrap().remove("opening");
    world.put(&item);
    assert_eq!(world.open("A").await, retry(3), "of a version without the attribute");
}

/// Faults of a count whose answer does not say whether it is in the record.
fn unclear() -> impl Iterator<Item = Fault> {
    let odd = ["[]", "7", "null", "{}", r#"{"Attributes":[]}"#].map(Fault::AnswerOf);
    let lost = [
        Fault::AnswerLost,
        Fault::Refused(500, "InternalServerError"),
        Fault::Silence,
    ];
    lost.into_iter().chain(odd)
}

#[tokio::test(start_paused = true)]
async fn rows_that_may_be_counted_are_counted_once() {
    for fault in unclear() {
        let world = World::new();
        world.open("A").await;
        world.take_calls();
        world.fail_with(&[fault, THROTTLED]);
        world.add(1, written(5)).await;
        assert_eq!((world.record().rows().written, world.take_calls()), (5, 3), "{fault:?}");
        world.add(1, written(5)).await;
        assert_eq!(world.record().rows().written, 10, "{fault:?}: the next count counts");
    }
}

#[tokio::test(start_paused = true)]
async fn a_count_whose_answer_is_lost_is_counted_once_among_those_of_other_writers() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1, 2], 60).await;
    let writers: Vec<_> = (0..5).map(|_| world.other_ledger()).collect();
    for _ in 0..3 {
        world.fail_with(&[Fault::AnswerLost; 5]);
        let attempts = BTreeMap::from([(1, written(3)), (2, written(1))]);
        let counts = writers.iter().map(|writer| writer.add(ID, &attempts, soon()));
        for added in join_all(counts).await.into_iter().flatten() {
            world.ledger().conclude(added.unwrap(), soon()).await.unwrap();
        }
    }
    let record = world.record();
    let rows = |attempt| record.effects[&attempt].written;
    assert_eq!((rows(1), rows(2)), (45, 15));
    assert!(!world.told().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_end_is_told_when_the_answer_to_the_last_count_is_lost() {
    for fault in unclear() {
        let world = World::new();
        world.open("A").await;
        world.complete(&[1], 10).await;
        world.add(1, written(5)).await;
        world.fail_with(&[fault]);
        world.add(1, written(5)).await;
        let record = world.record();
        assert_eq!((record.rows().written, record.told_dead), (10, Some(0)), "{fault:?}");
        assert_eq!(world.told().len(), 1, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_try_that_arrives_after_the_next_count_is_not_counted() {
    let world = World::new();
    world.open("A").await;
    world.fail_with(&[Fault::Late]);
    world.add(1, written(5)).await;
    world.add(1, written(5)).await;
    world.carry_out_late_calls();
    assert_eq!(world.record().rows().written, 10);
}

#[tokio::test(start_paused = true)]
async fn a_count_that_another_one_overtakes_is_an_error() {
    let world = World::new();
    world.open("A").await;
    world.fail_with(&[Fault::Refused(500, "InternalServerError")]);
    let (ledger, attempts) = (world.ledger(), of_attempt(1, written(5)));
    let overlapping = [ledger.add(ID, &attempts, soon()), ledger.add(ID, &attempts, soon())];
    let added: Vec<_> = join_all(overlapping).await.into_iter().flatten().collect();
    assert!(
        matches!(added[..], [Err(LedgerError::Overtaken), Ok(Added::Counted)]),
        "{added:?}"
    );
    assert_eq!(world.record().rows().written, 5);
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_given_up_is_an_error() {
    for fault in [Fault::Silence, THROTTLED] {
        let world = World::new();
        world.open("A").await;
        world.fail_with(&[fault; 100]);
        let until = Deadline::after(Duration::from_secs(2));
        let [added] = &world.ledger().add(ID, &of_attempt(1, written(5)), until).await[..] else {
            panic!("one write")
        };
        assert_eq!(added.as_ref().unwrap_err().code(), "LedgerNotWritten");
    }
}

#[tokio::test(start_paused = true)]
async fn each_write_of_many_attempts_has_its_own_result() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 5).await;
    world.take_calls();
    world.fail_with(&[Fault::AnswerLost]);
    let attempts: BTreeMap<_, _> = (1..=20).map(|attempt| (attempt, written(5))).collect();
    let added = world.ledger().add(ID, &attempts, soon()).await;
    assert!(
        matches!(added[..], [Ok(Added::Last(_)), Ok(Added::Last(_))]),
        "{added:?}"
    );
    assert_eq!(world.take_calls(), 3);
    let effects = world.record().effects;
    assert!(effects.values().all(|effects| effects.written == 5), "{effects:?}");
}

#[tokio::test(start_paused = true)]
async fn the_count_of_an_environment_is_no_effect_of_an_attempt() {
    let world = World::new();
    world.open("A").await;
    let mut item = world.item();
    item["n_65391125"] = serde_json::json!({"N": "3"});
    item["written_1"] = serde_json::json!({"N": "5"});
    world.put(&item);
    assert_eq!(world.record().effects, [(1, written(5))].into());
}

#[tokio::test(start_paused = true)]
async fn telling_has_the_time_that_the_count_does_not_leave() {
    let world = World::new();
    world.open("A").await;
    world.complete(&[1], 5).await;
    let begun = tokio::time::Instant::now();
    let until = Deadline::after(Duration::from_secs(3));
    let mut added = world.ledger().add(ID, &of_attempt(1, written(5)), until).await;
    world.fail_to_tell_with(&[Fault::Silence; 2]);
    world.ledger().conclude(added.remove(0).unwrap(), soon()).await.unwrap();
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
    for passing in ["ThrottlingException", "InternalFailure"] {
        let world = World::new();
        world.open("A").await;
        world.fail_to_tell_with(&[Fault::EventRefused(passing)]);
        world.complete(&[1], 0).await;
        assert_eq!(world.told().len(), 1, "{passing}");
    }

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
async fn a_ledger_that_is_silent_for_a_while_is_waited_for() {
    let world = World::new();
    world.fail_with(&[Fault::Silence; 8]);
    assert_eq!(world.open("A").await.attempt, Some(1));
    world.fail_with(&[Fault::Silence; 8]);
    world.complete(&[1], 5).await;
    world.fail_with(&[Fault::Silence; 8]);
    world.add(1, written(5)).await;
    assert_eq!((world.told().len(), world.record().told_dead), (1, Some(0)));

    let world = World::new();
    world.open("A").await;
    world.fail_with(&[Fault::Silence; 8]);
    world.ledger().fail(&failure(3), soon()).await.unwrap();
    assert_eq!(world.told().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_does_not_answer_holds_up_an_extraction_for_some_seconds() {
    for (fault, reason) in [
        (Fault::Silence, "request has timed out: no answer within 5 s"),
        (THROTTLED, "ThrottlingException: no"),
    ] {
        let world = World::new();
        world.fail_with(&[fault; 100]);
        let begun = tokio::time::Instant::now();
        let error = world.ledger().open(&opening("A"), soon()).await.unwrap_err();
        assert_eq!(error.to_string(), format!("the ledger cannot be written: {reason}"));
        assert!(begun.elapsed() < Duration::from_secs(57), "{:?}", begun.elapsed());
    }
    let world = World::new();
    let past = Deadline::after(Duration::ZERO);
    let added = world.ledger().add(ID, &of_attempt(1, written(1)), past).await;
    assert!(matches!(added[..], [Err(LedgerError::Write(_))]), "{added:?}");
    assert_eq!(world.take_calls(), 0, "nothing is begun after the deadline");
}
