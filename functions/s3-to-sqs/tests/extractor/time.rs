//! The time of an invocation.

use std::time::Duration;

use s3_to_sqs::time_limit::now_millis;
use serde_json::json;
use tokio::time::Instant;

use crate::books::{event, record_of, with_ledger};
use crate::files::good_rows;
use crate::world::{World, s3_over_http};

#[tokio::test(start_paused = true)]
async fn an_invocation_ends_in_time_when_s3_does_not_answer() {
    let (mut world, ingests) = with_ledger(World::of(&good_rows(3)));
    world.extractor.s3 = s3_over_http::client(|_, _| None);
    let begun = Instant::now();
    let failed = world
        .invoke_until("A", &event(), now_millis() + 60_000)
        .await
        .unwrap_err();
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    assert_eq!(ingests.record().error.as_deref(), Some("TimeIsUp"), "{failed}");

    let mut without_time = record_of("data.csv");
    without_time.as_object_mut().unwrap().remove("eventTime");
    let begun = Instant::now();
    let event = json!({"Records": [without_time]});
    let failed = world
        .invoke_until("A", &event, now_millis() + 60_000)
        .await
        .unwrap_err();
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    assert!(failed.to_string().contains("time was up"), "{failed}");
}

#[tokio::test(start_paused = true)]
async fn an_object_for_which_little_time_is_left_goes_to_another_invocation() {
    let world = World::of(&good_rows(3));
    let event = json!({"Records": [record_of("data.csv"), record_of("gone.csv")]});
    let left = async |ms| {
        world.invoke_until("A", &event, now_millis() + ms).await.unwrap();
        world.invocations().len()
    };
    assert_eq!(left(60_000).await, 0);
    assert_eq!(left(15_000).await, 1);
}
