use std::time::Duration;

use backoff::Deadline;
use s3_to_sqs::event::Entry;
use s3_to_sqs::event::classify::classify;
use s3_to_sqs::hand_on::{HandOnError, hand_on};
use s3_to_sqs::time_limit::TimeLimit;

use crate::world::{World, job};

/// Hands a job on while Lambda answers with these errors, the last one first.
async fn handed_on(world: &World, errors: &[(u16, &'static str)]) -> Result<(), HandOnError> {
    world.refuse_invocations(errors);
    let time = TimeLimit::new(Deadline::after(Duration::from_mins(15)));
    hand_on(&world.extractor, job("data.csv"), time).await
}

#[tokio::test]
async fn the_function_invokes_itself_with_the_job() {
    let world = World::of(b"");
    handed_on(&world, &[]).await.unwrap();
    let [invocation] = &world.invocations()[..] else {
        panic!("{:?}", world.invocations());
    };
    assert!(
        invocation.url.ends_with("/2015-03-31/functions/s3-to-sqs/invocations"),
        "{}",
        invocation.url
    );
    assert_eq!(invocation.kind, "Event", "nobody waits for it");
    match &classify(&invocation.event)[..] {
        [Entry::Upload(next)] => assert_eq!(next.object, job("data.csv").object),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn it_asks_again_while_lambda_is_busy_or_fails() {
    let world = World::of(b"");
    let busy = [(500, "ServiceException"), (429, "TooManyRequestsException")];
    handed_on(&world, &busy).await.unwrap();
    assert_eq!(world.invocations().len(), 3);
    assert_eq!(world.extractor.lambda_retries.take(), 2);
}

#[tokio::test(start_paused = true)]
async fn it_fails_at_once_without_the_right_and_after_eight_tries_in_all() {
    let world = World::of(b"");
    let error = handed_on(&world, &[(403, "AccessDeniedException")]).await.unwrap_err();
    assert_eq!(error.code(), "ContinuationNotStarted");
    assert_eq!(world.invocations().len(), 1);

    let world = World::of(b"");
    handed_on(&world, &[(503, "ServiceUnavailable"); 8]).await.unwrap_err();
    assert_eq!(world.invocations().len(), 8);
}
