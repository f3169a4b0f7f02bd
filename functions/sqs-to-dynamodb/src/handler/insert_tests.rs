//! The outcomes of ordered puts when DynamoDB refuses or fails.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use message::WriteMode;
use serde_json::{Value, json};

use super::mode_tests::{row, write, written};
use super::tests::failures;
use super::*;
use crate::testing::{Aws, Rule, TABLE, event};

/// A reply with an answer to each statement: an error with this code, or success.
fn answers(codes: &[Option<&str>]) -> (u16, Value) {
    let answer = |code: Option<&str>| match code {
        Some(code) => json!({"Error": {"Code": code, "Message": "something is wrong"}}),
        None => json!({"TableName": TABLE}),
    };
    let answers: Vec<_> = codes.iter().copied().map(answer).collect();
    (200, json!({ "Responses": answers }))
}

fn rows(count: u8) -> Vec<Record<'static>> {
    event((0..count).map(|second| row(second, "a", 1, second.into())))
}

fn seconds(request: &Value) -> Vec<&str> {
    let statements = request["Statements"].as_array().unwrap().iter();
    let second = |statement: &Value| statement["Parameters"][1]["S"].as_str().unwrap()[6..].to_owned();
    statements.map(second).map(|second| &*second.leak()).collect()
}

#[tokio::test(start_paused = true)]
async fn only_statements_that_are_throttled_are_sent_again() {
    let aws = Aws::default();
    let (inserts, puts) = (Mutex::new(Vec::new()), Rule::on("PutItem"));
    let inserts = Arc::new(inserts);
    let seen = inserts.clone();
    let rule = Rule::on("BatchExecuteStatement").reply(move |request| {
        let mut seen = seen.lock().unwrap();
        seen.push(seconds(request).join(" "));
        match seen.len() {
            1 => answers(&[
                None,
                Some("ThrottlingError"),
                Some("ProvisionedThroughputExceeded"),
                Some("DuplicateItem"),
            ]),
            2 => (503, json!({})),
            3 => answers(&[Some("InternalServerError"), None]),
            _ => answers(&[None]),
        }
    });
    let mut writer = aws.writer(&[rule, puts.clone()]);
    writer.config.write_mode = WriteMode::Latest;
    assert_eq!(failures(&writer, rows(4)).await, [""; 0]);
    assert_eq!(*inserts.lock().unwrap(), ["00 01 02 03", "01 02", "01 02", "01"]);
    assert_eq!(puts.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_fails_fails_alone() {
    for (code, puts, failed) in [
        ("AccessDenied", 0, &["m1"][..]),
        ("ResourceNotFound", 0, &["m1"]),
        ("Unheard", 0, &["m1"]),
        ("ThrottlingError", 0, &["m1"]),
        ("ValidationError", 1, &[]),
        ("DuplicateItem", 1, &[]),
    ] {
        let aws = Aws::default();
        let rule = Rule::on("BatchExecuteStatement").reply(move |request| {
            let answer = |second: &&str| (*second == "01").then_some(code);
            answers(&seconds(request).iter().map(answer).collect::<Vec<_>>())
        });
        let put = Rule::on("PutItem");
        let mut writer = aws.writer(&[rule, put.clone()]);
        writer.config.write_mode = WriteMode::Latest;
        assert_eq!(failures(&writer, rows(3)).await, failed, "{code}");
        assert_eq!(put.calls(), puts, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_goes_item_by_item_and_names_the_bad_one() {
    let aws = Aws::default();
    let refuse = Rule::on("BatchExecuteStatement").fail(400, "ValidationException");
    let is_bad = |request: &Value| request["Item"]["time"]["S"] == "09:01:02";
    let bad = Rule::on("PutItem").when(is_bad).fail(400, "ValidationException");
    let mut writer = aws.writer(&[refuse.clone(), bad, Rule::on("PutItem")]);
    writer.config.write_mode = WriteMode::Create;
    assert_eq!(failures(&writer, rows(4)).await, [""; 0]);
    assert_eq!(refuse.calls(), 1);
    assert_eq!(aws.reasons(), [("m2".to_owned(), "InvalidItem".to_owned())].into());
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_bring_their_messages_back() {
    for (status, code) in [
        (400, "AccessDeniedException"),
        (500, "InternalServerError"),
        (200, "no answers"),
    ] {
        let aws = Aws::default();
        let insert = Rule::on("BatchExecuteStatement");
        let insert = if status == 200 {
            insert
        } else {
            insert.fail(status, code)
        };
        let mut writer = aws.writer(&[insert]);
        writer.config.write_mode = WriteMode::Latest;
        assert_eq!(failures(&writer, rows(2)).await, ["m0", "m1"], "{code}");
        assert!(aws.dead.lock().unwrap().is_empty(), "{code}");
    }
    let aws = Aws::default();
    let insert = Rule::on("BatchExecuteStatement").reply(|_| answers(&[Some("DuplicateItem"), None]));
    let put = Rule::on("PutItem").fail(400, "ThrottlingException");
    let mut writer = aws.writer(&[insert, put]);
    writer.config.write_mode = WriteMode::Latest;
    assert_eq!(failures(&writer, rows(2)).await, ["m0"]);
}

#[tokio::test(start_paused = true)]
async fn a_put_whose_answer_is_lost_finds_its_own_order() {
    let aws = Aws::default();
    let insert = Rule::on("BatchExecuteStatement").reply(|_| answers(&[Some("DuplicateItem")]));
    let tries = AtomicUsize::new(0);
    let put = Rule::on("PutItem").reply(move |request| {
        if tries.fetch_add(1, Ordering::Relaxed) == 0 {
            return (500, json!({}));
        }
        assert_eq!(request["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
        let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        (400, json!({"__type": kind, "Item": request["Item"]}))
    });
    let mut writer = aws.writer(&[insert, put]);
    writer.config.write_mode = WriteMode::Latest;
    assert_eq!(write(&writer, [row(1, "a", 1, 2)]).await, written(1));
}
