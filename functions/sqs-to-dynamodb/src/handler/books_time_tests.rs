//! The time that the books of an ingest have.

use std::future::pending;
use std::time::Duration;

use aws_sdk_sqs::config::http::HttpRequest;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use serde_json::json;
use tokio::time::Instant;

use super::books_tests::{batch_of_first, counts, keeping};
use super::tests::{all, failures};
use super::*;
use crate::testing::{Aws, Books, Fault, Rule, post, update};

/// A connection that never answers.
#[derive(Debug)]
struct Silent;

impl HttpConnector for Silent {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(pending())
    }
}

/// Queues that never answer.
fn silent_queues() -> aws_sdk_sqs::Client {
    let config = aws_sdk_sqs::Config::builder()
        .with_test_defaults_v2()
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Silent)));
    aws_sdk_sqs::Client::from_conf(config.build())
}

#[tokio::test(start_paused = true)]
async fn books_take_no_more_than_the_time_that_is_left() {
    let (aws, books) = (Aws::default(), Books::with(Fault::Silence));
    let writer = keeping(aws.writer(&[]), &books);
    let event = batch_of_first([post(1, "a"), ("SMASH", json!({}))]);
    let start = Instant::now();
    let response = handle(&writer, &event, Deadline::after(Duration::ZERO)).await.unwrap();
    assert_eq!(
        response.batch_item_failures.len(),
        1,
        "the row comes back, the dead letter does not"
    );
    assert!(start.elapsed() <= Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(books.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_queue_that_does_not_answer_costs_no_count() {
    let (aws, books) = (Aws::default(), Books::new());
    let mut writer = keeping(aws.writer(&[aws.batches(all)]), &books);
    writer.sqs = silent_queues();
    let event = batch_of_first([post(1, "a"), ("SMASH", json!({}))]);
    assert_eq!(failures(&writer, event).await, ["m1"]);
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_sets_no_pause_costs_no_count() {
    let (aws, books) = (Aws::default(), Books::new());
    let throttled = Rule::on("UpdateItem").fail(400, "ThrottlingException");
    let mut writer = keeping(aws.writer(&[aws.batches(all), throttled]), &books);
    writer.sqs = silent_queues();
    let event = batch_of_first([post(1, "a"), update(2)]);
    let soon = Deadline::after(Duration::from_secs(1));
    let response = handle(&writer, &event, soon).await.unwrap();
    assert_eq!(response.batch_item_failures.len(), 1);
    assert_eq!(counts(&books), [1, 0, 0, 0, 0, 0]);
}
