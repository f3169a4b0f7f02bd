//! The outcomes of messages when calls fail.

use std::time::Duration;

use aws_smithy_mocks::mock;
use serde_json::{Value, json};

use super::tests::{all, failures, is_bad, no_bad_one, scan_of_pages};
use super::*;
use crate::testing::{self, Answer, Aws, Rule, event, http_error, post, update, updates};

#[tokio::test(start_paused = true)]
async fn what_stays_unprocessed_comes_back() {
    let aws = Aws::default();
    let stubborn = |_, requests: &[Value]| {
        Answer::Unprocessed(requests.iter().filter(|request| is_bad(request)).cloned().collect())
    };
    let event = event([post(1, "a"), post(2, "bad"), post(3, "c")]);
    assert_eq!(failures(&aws.writer(&[aws.batches(stubborn)]), event).await, ["m1"]);
    let calls = aws.calls.lock().unwrap().len();
    assert!(
        (10..=41).contains(&calls),
        "tried again until the deadline: {calls} calls"
    );
    assert_eq!(aws.items.lock().unwrap().len(), 2);
    assert!(aws.dead.lock().unwrap().is_empty());
}

/// A rule that answers every `BatchWriteItem` call with this error.
fn failing(status: u16, code: &'static str) -> Rule {
    Rule::on("BatchWriteItem").fail(status, code)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_brings_its_messages_back_and_what_depends_on_them() {
    for (status, code, tries) in [
        (400, "ProvisionedThroughputExceededException", 10..=41),
        (500, "InternalServerError", 10..=41),
        (400, "ResourceNotFoundException", 1..=1),
        (400, "AccessDeniedException", 1..=1),
    ] {
        let aws = Aws::default();
        let updates = updates();
        let batches = failing(status, code);
        let rules = [batches.clone(), updates.clone()];
        let event = event([post(1, "a"), post(2, "b"), update(1), update(3)]);
        assert_eq!(failures(&aws.writer(&rules), event).await, ["m0", "m1", "m2"], "{code}");
        assert_eq!(updates.calls(), 1, "{code}: only the one of another key");
        let calls = batches.calls();
        assert!(tries.contains(&calls), "{code}: {calls}");
        assert!(aws.dead.lock().unwrap().is_empty(), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_passes_within_the_invocation_is_not_noticed() {
    let aws = Aws::default();
    let rule = aws.batches(|call, requests| match call {
        0 => Answer::Error(400, "ExpiredTokenException"),
        1 => Answer::Error(503, "ServiceUnavailable"),
        2 => Answer::Unprocessed(requests[..1].to_vec()),
        3 => Answer::Error(400, "ThrottlingException"),
        _ => Answer::Unprocessed(vec![]),
    });
    let event = event([post(1, "a"), post(2, "b")]);
    assert_eq!(failures(&aws.writer(&[rule]), event).await, [""; 0]);
    assert_eq!(aws.items.lock().unwrap().len(), 2);
    let calls: Vec<_> = aws.calls.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(calls, [2, 2, 2, 1, 1], "only what is left is sent again");
}

/// Ten calls with pauses of their own would be tried some 160 times.
#[tokio::test(start_paused = true)]
async fn calls_that_are_throttled_take_turns() {
    let aws = Aws::default();
    let start = tokio::time::Instant::now();
    let rule = aws.batches(move |call, requests| match start.elapsed().as_secs() {
        ..30 if call % 2 == 0 => Answer::Error(400, "ThrottlingException"),
        ..30 => Answer::Unprocessed(requests.to_vec()),
        _ => Answer::Unprocessed(vec![]),
    });
    let event = event((0..250).map(|row| {
        let (method, mut body) = post(0, "a");
        body["Item"]["time"]["S"] = format!("09:{:02}:{:02}", row / 60, row % 60).into();
        (method, body)
    }));
    assert_eq!(failures(&aws.writer(&[rule]), event).await, [""; 0]);
    assert_eq!(aws.items.lock().unwrap().len(), 250);
    let calls = aws.calls.lock().unwrap().len();
    assert!((20..90).contains(&calls), "{calls}");
}

#[tokio::test(start_paused = true)]
async fn failed_calls_and_unprocessed_items_share_one_budget() {
    let aws = Aws::default();
    let rule = aws.batches(|call, requests| match call % 2 {
        0 => Answer::Error(400, "ThrottlingException"),
        _ => Answer::Unprocessed(requests.to_vec()),
    });
    let event = event([post(1, "a")]);
    let late = Deadline::after(Duration::from_hours(1));
    let response = handle(&aws.writer(&[rule]), &event, late).await.unwrap();
    assert_eq!(response.batch_item_failures.len(), 1);
    assert_eq!(aws.calls.lock().unwrap().len(), 41);
}

/// The event with these numbers of deliveries.
pub(super) fn delivered(mut event: Vec<Record<'static>>, receives: &[u32]) -> Vec<Record<'static>> {
    for (record, receives) in event.iter_mut().zip(receives) {
        record.attributes.receive_count = Some(receives.to_string().into());
    }
    event
}

#[tokio::test]
async fn failed_messages_come_back_together_and_the_later_the_more_often_they_came() {
    for (receives, bounds) in [([1, 1, 1], 5..=10), ([1, 1, 2], 10..=20)] {
        let aws = Aws::default();
        let writer = aws.writer(&[failing(400, "AccessDeniedException"), updates()]);
        let event = delivered(event([post(1, "a"), update(2), post(3, "c")]), &receives);
        assert_eq!(failures(&writer, event).await, ["m0", "m2"]);
        let pauses = aws.pauses.lock().unwrap().clone();
        assert_eq!(pauses.keys().collect::<Vec<_>>(), ["0", "2"]);
        assert_eq!(pauses["0"], pauses["2"]);
        assert!(bounds.contains(&pauses["0"]), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failed_messages_come_back_even_if_when_cannot_be_said() {
    let aws = Aws::default();
    let rule = mock!(aws_sdk_sqs::Client::change_message_visibility_batch)
        .then_http_response(|| http_error(403, "AccessDenied"));
    let writer = testing::writer(&[failing(400, "AccessDeniedException")], std::slice::from_ref(&rule));
    assert_eq!(failures(&writer, event([post(1, "a")])).await, ["m0"]);
    assert_eq!((rule.num_calls(), aws.pauses.lock().unwrap().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn on_its_last_delivery_a_failed_message_is_given_up_with_its_reason() {
    for (status, code, reason) in [
        (400, "ThrottlingException", "Throttled"),
        (500, "InternalServerError", "Unavailable"),
        (400, "ResourceNotFoundException", "TableNotFound"),
        (400, "AccessDeniedException", "AccessDenied"),
        (400, "Unheard", "CallFailed"),
    ] {
        let aws = Aws::default();
        let writer = aws.writer(&[failing(status, code), updates()]);
        // The last message depends on the first, which has one delivery left.
        let event = event([post(1, "a"), post(2, "b"), update(3), update(1)]);
        let event = delivered(event, &[2, 3, 3, 4]);
        assert_eq!(failures(&writer, event).await, ["m0"], "{code}");
        let given_up = ["m1", "m3"].map(|id| (id.to_owned(), reason.to_owned()));
        assert_eq!(aws.reasons(), given_up.into());
        let text = &aws.dead_letters("Reason")["m1"];
        assert!(
            text.contains(code) && text.contains("given up after 3 deliveries"),
            "{text}"
        );
        assert_eq!(aws.dead_letters("ReceiveCount")["m3"], "4");
        assert_eq!(aws.pauses.lock().unwrap().keys().collect::<Vec<_>>(), ["0"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_unprocessed_is_given_up_as_throttled() {
    let aws = Aws::default();
    let writer = aws.writer(&[aws.batches(|_, requests| Answer::Unprocessed(requests.to_vec()))]);
    let event = delivered(event([post(1, "a")]), &[3]);
    assert_eq!(failures(&writer, event).await, [""; 0]);
    assert_eq!(aws.reasons()["m0"], "Throttled");
}

#[tokio::test(start_paused = true)]
async fn a_scan_that_fails_for_the_last_time_is_given_up() {
    let aws = Aws::default();
    let scan = Rule::on("Scan").fail(400, "AccessDeniedException");
    let event = delivered(event([("GET_ALL", json!({})), ("GET_ALL", json!({}))]), &[1, 3]);
    assert_eq!(failures(&aws.writer(&[scan]), event).await, ["m0"]);
    assert_eq!(aws.reasons(), [("m1".to_owned(), "AccessDenied".to_owned())].into());
}

#[tokio::test(start_paused = true)]
async fn a_dead_message_that_its_queue_does_not_take_comes_back() {
    let aws = Aws::default();
    let queues = [aws.queue_without(Some(1)), aws.redelivery()];
    let writer = testing::writer(&[aws.batches(no_bad_one)], &queues);
    let event = event([("SMASH", json!({})), ("SMASH", json!({})), post(1, "a"), post(2, "bad")]);
    assert_eq!(failures(&writer, event).await, ["m1"]);
    let mut dead: Vec<_> = aws.reasons().into_keys().collect();
    dead.sort_unstable();
    assert_eq!(dead, ["m0", "m3"]);
    let sent = aws.dead.lock().unwrap().len();
    assert_eq!(sent, 2, "what the queue has is not sent again");
    assert!(queues[0].num_calls() > 10, "and the other is");
}

#[tokio::test(start_paused = true)]
async fn without_the_dead_letter_queue_dead_messages_come_back() {
    let aws = Aws::default();
    let rule = mock!(aws_sdk_sqs::Client::send_message_batch).then_http_response(|| http_error(403, "AccessDenied"));
    let writer = testing::writer(&[aws.batches(no_bad_one)], &[rule, aws.redelivery()]);
    let event = event([post(1, "bad"), post(2, "b"), ("SMASH", json!({}))]);
    assert_eq!(failures(&writer, event).await, ["m0", "m2"]);
    assert_eq!(aws.location(2).as_deref(), Some("b"));
}

#[tokio::test]
async fn a_scan_that_does_not_end_in_time_comes_back() {
    let aws = Aws::default();
    let rules = [aws.batches(all), scan_of_pages(usize::MAX, &aws)];
    let event = event([("GET_ALL", json!({})), post(1, "a")]);
    let soon = Deadline::after(Duration::from_secs(2));
    let response = handle(&aws.writer(&rules), &event, soon).await.unwrap();
    assert_eq!(response.batch_item_failures[0].item_identifier, "m0");
    assert_eq!(response.batch_item_failures.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_after_the_deadline_but_dead_letters() {
    let aws = Aws::default();
    let writer = aws.writer(&[aws.batches(all), updates()]);
    let event = event([post(1, "a"), update(2), ("SMASH", json!({}))]);
    let response = handle(&writer, &event, Deadline::after(Duration::ZERO)).await.unwrap();
    let json = serde_json::to_value(response).unwrap();
    assert_eq!(
        json,
        json!({"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]})
    );
    assert!(aws.calls.lock().unwrap().is_empty());
    assert_eq!(aws.reasons().len(), 1);
}
