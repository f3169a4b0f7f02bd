use std::time::Duration;

use aws_lambda_events::sqs::SqsEvent;
use serde_json::{Value, json};

use super::*;
use crate::testing::{Answer, Aws, Rule, delete, event, key, key_json, post, update};

const SAMPLE: &str = include_str!("../../../../events/sqs-to-dynamodb.json");

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(58))
}

pub(super) async fn failures(writer: &Writer, event: Vec<Record<'_>>) -> Vec<String> {
    let response = handle(writer, &event, deadline()).await.unwrap();
    let failures = response.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier).collect()
}

/// Processes all writes.
pub(super) fn all(_: usize, _: &[Value]) -> Answer {
    Answer::Unprocessed(vec![])
}

pub(super) fn is_bad(request: &Value) -> bool {
    let location = request.pointer("/PutRequest/Item/location/S");
    location.is_some_and(|location| location == "bad")
}

/// Refuses each call that contains a bad item.
pub(super) fn no_bad_one(_: usize, requests: &[Value]) -> Answer {
    if requests.iter().any(is_bad) {
        Answer::Error(400, "ValidationException")
    } else {
        Answer::Unprocessed(vec![])
    }
}

#[tokio::test]
async fn the_sample_event_is_carried_out() {
    let aws = Aws::default();
    let update = Rule::on("UpdateItem").when(|request| {
        request["TableName"] == "messages"
            && request["UpdateExpression"] == "SET #l = :l"
            && request["ConditionExpression"] == "attribute_exists(#d)"
            && request["ReturnValues"] == "NONE"
            && request["ExpressionAttributeNames"].as_object().unwrap().len() == 2
            && request["ExpressionAttributeValues"] == json!({":l": {"S": "location-04"}})
    });
    let get = Rule::on("GetItem").when(|request| request["Key"]["time"] == json!({"S": "09:01:05"}));
    let rules = [aws.batches(all), update.clone(), get.clone()];
    let event: SqsEvent = serde_json::from_str(SAMPLE).unwrap();
    let event = event.records.into_iter().map(Record::from).collect();
    assert_eq!(failures(&aws.writer(&rules), event).await, [""; 0]);
    assert_eq!((update.calls(), get.calls()), (1, 1));
    assert_eq!(aws.location(5).as_deref(), Some("location-03"));
    assert!(aws.dead.lock().unwrap().is_empty());
}

#[tokio::test]
async fn of_one_key_only_the_last_write_is_sent() {
    let aws = Aws::default();
    let event = event([post(1, "a"), post(2, "x"), delete(1), post(1, "b"), delete(2)]);
    assert_eq!(failures(&aws.writer(&[aws.batches(all)]), event).await, [""; 0]);
    assert_eq!(*aws.calls.lock().unwrap(), [[key(1), key(2)]]);
    assert_eq!((aws.location(1).as_deref(), aws.location(2)), (Some("b"), None));
}

#[tokio::test]
async fn a_batch_is_divided_into_calls_of_25() {
    let aws = Aws::default();
    let event = event((0..60).map(|second| post(second, "a")));
    assert_eq!(failures(&aws.writer(&[aws.batches(all)]), event).await, [""; 0]);
    let mut calls: Vec<_> = aws.calls.lock().unwrap().iter().map(Vec::len).collect();
    calls.sort_unstable();
    assert_eq!(calls, [10, 25, 25]);
    assert_eq!(aws.items.lock().unwrap().len(), 60);
}

#[tokio::test(start_paused = true)]
async fn only_what_is_unprocessed_is_sent_again() {
    let aws = Aws::default();
    let rule = aws.batches(|call, requests| Answer::Unprocessed(requests[..2_usize.saturating_sub(call)].to_vec()));
    let event = event((0..4).map(|second| post(second, "a")));
    assert_eq!(failures(&aws.writer(&[rule]), event).await, [""; 0]);
    let calls = aws.calls.lock().unwrap().clone();
    let all: Vec<_> = (0..4).map(key).collect();
    assert_eq!(calls, [&all[..], &all[..2], &all[..1]]);
    assert_eq!(aws.items.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn one_bad_item_does_not_spoil_its_call() {
    let aws = Aws::default();
    let event = event((0..25).map(|second| post(second, if second == 17 { "bad" } else { "good" })));
    assert_eq!(failures(&aws.writer(&[aws.batches(no_bad_one)]), event).await, [""; 0]);
    assert_eq!(aws.items.lock().unwrap().len(), 24);
    assert_eq!(aws.reasons(), [("m17".to_owned(), "InvalidItem".to_owned())].into());
    let calls = aws.calls.lock().unwrap().len();
    assert!(calls <= 11, "25 items are halved five times: {calls} calls");
}

#[tokio::test]
async fn what_a_bad_write_superseded_is_written_after_all() {
    let aws = Aws::default();
    let event = event([post(1, "a"), post(1, "bad")]);
    assert_eq!(failures(&aws.writer(&[aws.batches(no_bad_one)]), event).await, [""; 0]);
    assert_eq!(aws.location(1).as_deref(), Some("a"));
    assert_eq!(aws.reasons(), [("m1".to_owned(), "InvalidItem".to_owned())].into());
}

#[tokio::test]
async fn updates_that_can_never_succeed_are_dead() {
    for (code, reason) in [
        ("ValidationException", "InvalidExpression"),
        ("ConditionalCheckFailedException", "ConditionFailed"),
    ] {
        let aws = Aws::default();
        let rule = Rule::on("UpdateItem").fail(400, code);
        let event = event([update(1), post(1, "after")]);
        assert_eq!(failures(&aws.writer(&[rule, aws.batches(all)]), event).await, [""; 0]);
        assert_eq!(aws.reasons(), [("m0".to_owned(), reason.to_owned())].into());
        assert_eq!(
            aws.location(1).as_deref(),
            Some("after"),
            "a dead message blocks nothing"
        );
    }
}

#[tokio::test]
async fn a_message_that_is_not_understood_is_dead_beside_good_ones() {
    let aws = Aws::default();
    let event = event([post(1, "a"), ("SMASH", json!({})), ("POST", json!([])), post(2, "b")]);
    assert_eq!(failures(&aws.writer(&[aws.batches(all)]), event).await, [""; 0]);
    assert_eq!(aws.items.lock().unwrap().len(), 2);
    let reasons = [("m1", "UnknownMethod"), ("m2", "NotJson")].map(|(id, code)| (id.to_owned(), code.to_owned()));
    assert_eq!(aws.reasons(), reasons.into());
}

#[tokio::test]
async fn reads_see_the_writes_before_them() {
    let aws = Aws::default();
    let table = aws.clone();
    let get = Rule::on("GetItem").when(move |request| {
        assert_eq!(table.location(1).as_deref(), Some("a"), "read after `a` and before `b`");
        *request == json!({"TableName": "messages", "Key": key_json(1), "ConsistentRead": true})
    });
    let event = event([post(1, "a"), ("GET", json!({"Key": key_json(1)})), post(1, "b")]);
    assert_eq!(
        failures(&aws.writer(&[aws.batches(all), get.clone()]), event).await,
        [""; 0]
    );
    assert_eq!(get.calls(), 1);
    assert_eq!(aws.location(1).as_deref(), Some("b"));
}

pub(super) fn scan_of_pages(count: usize, aws: &Aws) -> Rule {
    let (table, page) = (aws.clone(), std::sync::atomic::AtomicUsize::new(0));
    Rule::on("Scan").reply(move |request| {
        assert!(table.location(1).is_some(), "scanned after everything else");
        let page = page.fetch_add(1, Ordering::Relaxed);
        let mut expected = json!({"TableName": "messages", "Select": "COUNT", "ConsistentRead": true});
        if page > 0 {
            expected["ExclusiveStartKey"] = key_json(2);
        }
        assert_eq!(*request, expected);
        let next = (page + 1 < count).then(|| key_json(2));
        (200, json!({"Count": 10, "ScannedCount": 10, "LastEvaluatedKey": next}))
    })
}

#[tokio::test]
async fn one_scan_of_all_pages_serves_all_that_ask_for_it() {
    let aws = Aws::default();
    let scan = scan_of_pages(3, &aws);
    let event = event([
        ("GET_ALL", json!({})),
        post(1, "a"),
        ("GET_ALL", json!({"TableName": "messages"})),
    ]);
    assert_eq!(
        failures(&aws.writer(&[aws.batches(all), scan.clone()]), event).await,
        [""; 0]
    );
    assert_eq!(scan.calls(), 3);
}

#[tokio::test]
async fn a_record_without_an_id_stops_the_batch_before_it_begins() {
    let aws = Aws::default();
    for id in [None, Some("".into())] {
        let mut event = event([post(1, "a"), post(2, "b")]);
        event[1].message_id = id;
        let error = handle(&aws.writer(&[aws.batches(all)]), &event, deadline())
            .await
            .unwrap_err();
        assert_eq!(error, HandleError::NoMessageId(1));
    }
    assert!(aws.calls.lock().unwrap().is_empty());
}
