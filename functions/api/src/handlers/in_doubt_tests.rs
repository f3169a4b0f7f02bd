//! Writes whose first try may have been carried out, because its answer was lost. No answer may then say that nothing was written.

use serde_json::{Value, json};

use crate::testing::{Rule, api, event, log, problem, send};
use crate::{Response, Route};

const ID: &str = "invocation-1";
const FAILED_CHECK: &str = "ConditionalCheckFailedException";
const THROTTLED: &str = "ThrottlingException";

/// The writes, each with its operation and a precondition that DynamoDB checks.
const WRITES: [(Route, &str, &str); 4] = [
    (Route::PostMessage, "PutItem", "If-None-Match"),
    (Route::PostMessage, "PutItem", "If-Match"),
    (Route::PutMessage, "UpdateItem", "If-Match"),
    (Route::DeleteMessage, "DeleteItem", "If-Match"),
];

/// Tries after which nobody knows whether the write was carried out.
fn lost(operation: &'static str) -> [Rule; 2] {
    [
        Rule::on(operation).say(200, "no JSON".to_owned()),
        Rule::on(operation).fail(500, "InternalServerError"),
    ]
    .map(|rule| rule.times(1))
}

/// Writes the documented message, under a precondition if there is one.
async fn write(route: Route, precondition: Option<&str>, rules: [Rule; 2]) -> Response {
    let body = match route {
        Route::PostMessage => json!({"Item": {"date": "2001-01-01", "time": "09:01:05"}}),
        Route::PutMessage => json!({"Item": {"source": "wired"}}),
        _ => Value::Null,
    };
    let mut event = event(&body);
    if body.is_null() {
        event["body"] = Value::Null;
    }
    if let Some(header) = precondition {
        event["headers"] = json!({header: "*"});
    }
    send(&api(rules), route, &event).await
}

/// Checks that a response does not say whether anything was written.
fn is_open(response: &Response) {
    let problem = problem(response, 500, ID);
    assert_eq!(problem["type"], "urn:problem-type:messages:internal-error");
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_fails_after_a_lost_answer_may_have_met_the_write_itself() {
    for (route, operation, header) in WRITES {
        for lost in lost(operation) {
            let failed = Rule::on(operation).fail(400, FAILED_CHECK);
            is_open(&write(route, Some(header), [lost, failed]).await);
        }
    }
    let [lost, _] = lost("UpdateItem");
    let gone = Rule::on("UpdateItem").fail(400, FAILED_CHECK);
    is_open(&write(Route::PutMessage, None, [lost, gone]).await);
}

#[tokio::test(start_paused = true)]
async fn throttling_or_a_refusal_after_a_lost_answer_does_not_undo_the_write() {
    for (route, operation, _) in WRITES {
        for code in [THROTTLED, "ValidationException"] {
            for lost in lost(operation) {
                let refused = Rule::on(operation).fail(400, code);
                is_open(&write(route, None, [lost, refused]).await);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_before_it_leaves_no_doubt() {
    for (route, operation, header) in WRITES {
        let throttled = Rule::on(operation).fail(400, THROTTLED).times(2);
        let failed = Rule::on(operation).fail(400, FAILED_CHECK);
        let response = write(route, Some(header), [throttled, failed]).await;
        problem(&response, 412, ID);
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_is_never_in_doubt() {
    let lost = Rule::on("GetItem").fail(500, "InternalServerError").times(1);
    let throttled = Rule::on("GetItem").fail(400, THROTTLED);
    let response = send(&api([lost, throttled]), Route::GetMessage, &event(&Value::Null)).await;
    problem(&response, 503, ID);
}

#[tokio::test(start_paused = true)]
async fn the_log_says_that_the_write_may_have_been_carried_out() {
    let [lost, _] = lost("PutItem");
    let failed = Rule::on("PutItem").fail(400, FAILED_CHECK);
    let lines = log::of(write(Route::PostMessage, Some("If-None-Match"), [lost, failed])).await;
    let error = lines.iter().find(|line| line["level"] == "ERROR").unwrap();
    let reason = error["fields"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("a try of the write may have been carried out; the last one failed: "),
        "{reason}"
    );
    assert!(reason.contains(FAILED_CHECK), "{reason}");
}
