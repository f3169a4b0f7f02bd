//! No log line contains anything of a request or an item, whatever fails.

use serde_json::{Value, json};

use crate::Route;
use crate::testing::{Rule, SAMPLES, api, event, log, send, send_text};

/// A text in the data that no log line may contain.
const MARKER: &str = "s3cr3t-mark3r";

const OPERATIONS: [&str; 6] = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Scan", "Query"];

/// An event with the marker in every text of the client.
fn marked(route: Route) -> Value {
    let body = match route {
        Route::PutMessage => json!({"Item": {"note": MARKER}, "Remove": ["other"]}),
        _ => json!({"Item": {"date": "2001-01-01", "time": "09:01:05", "note": MARKER}}),
    };
    let mut event = event(&body);
    event["path"] = json!("/message");
    event["headers"] = json!({"X-Note": MARKER});
    event
}

#[tokio::test(start_paused = true)]
async fn no_line_has_anything_of_an_item() {
    let page = format!("<html><title>502 Bad Gateway</title>{MARKER}</html>");
    let refusal = |code: &str| json!({"__type": code, "message": format!("no {MARKER}")}).to_string();
    for (status, answer) in [
        (
            200,
            json!({"Item": MARKER, "Items": [MARKER], "Attributes": MARKER}).to_string(),
        ),
        (
            200,
            json!({"Item": {"a": {MARKER: 1}}, "Items": [{"a": {MARKER: 1}}], "Attributes": {"a": {MARKER: 1}}})
                .to_string(),
        ),
        (200, json!([MARKER]).to_string()),
        (200, page.clone()),
        (400, refusal("ValidationException")),
        (400, json!({"TableName": MARKER}).to_string()),
        (429, String::new()),
        (502, page),
    ] {
        for (route, _) in SAMPLES {
            let api = api(OPERATIONS.map(|operation| Rule::on(operation).say(status, answer.clone())));
            let lines = log::at_debug(send(&api, route, &marked(route))).await;
            assert!(!lines.is_empty());
            for line in lines {
                assert!(!line.to_string().contains(MARKER), "{status} {answer}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn no_line_has_anything_of_what_is_refused() {
    for (route, _) in SAMPLES {
        let mut wrong = event(&json!({MARKER: MARKER, "Item": MARKER}));
        wrong["queryStringParameters"] = json!({"time": MARKER, "limit": MARKER, "NextToken": MARKER});
        let nested = json!({"Item": {MARKER: {MARKER: [1e200]}, "date": MARKER}, "Remove": [MARKER, MARKER, "$order"]});
        let expression = json!({
            "UpdateExpression": MARKER, "ExpressionAttributeNames": {format!("#{MARKER}"): "$order", MARKER: MARKER},
            "ExpressionAttributeValues": {format!(":{MARKER}"): {MARKER: 1e200}},
        });
        for payload in [
            wrong.to_string(),
            event(&nested).to_string(),
            event(&expression).to_string(),
            json!({MARKER: MARKER}).to_string(),
            format!("{{\"path\":\"/message\",\"body\":\"{MARKER}\",\"isBase64Encoded\":true}}"),
            format!("{{\"{MARKER}\""),
            MARKER.to_owned(),
        ] {
            for line in log::at_debug(send_text(&api(OPERATIONS.map(Rule::on)), route, &payload)).await {
                assert!(!line.to_string().contains(MARKER), "{payload}: {line}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_json_is_described() {
    for (status, answer, expected, problem) in [
        (
            502,
            "<html><title>502 Bad Gateway</title>",
            "status 502 with HTML, `502 Bad Gateway`, where",
            500,
        ),
        (301, "", "status 301 with no body where", 500),
        (200, "<html>", "status 200 with HTML where", 500),
        (429, "", "status 429 with no body where", 503),
    ] {
        let api = api([Rule::on("GetItem").say(status, answer.to_owned())]);
        let mut response = None;
        let lines = log::of(async {
            let event = event(&Value::Null);
            response = Some(send(&api, Route::GetMessage, &event).await);
        });
        let lines = lines.await;
        let reason = lines[0]["fields"]["reason"].as_str().unwrap();
        assert!(reason.contains(expected), "{reason}");
        let response = response.unwrap();
        assert_eq!(response.status(), problem);
        assert_eq!(response.headers().contains_key("retry-after"), problem == 503);
    }
}
