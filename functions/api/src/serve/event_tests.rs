//! Sends events of each source through a whole function, from the payload to the response in the source's form.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Route;
use crate::testing::{Rule, SAMPLES, api, invocation, log, send};

/// The payload that `route` returns to the source of `event`.
async fn payload(route: Route, event: &Value, rule: Rule) -> Value {
    let answer = api([rule]).answer_for(route, &event.to_string(), invocation()).await;
    serde_json::to_value(answer.into_payload().await).unwrap()
}

/// A rule for a stored message that is found by its key only.
fn stored() -> Rule {
    let key = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}});
    Rule::on("GetItem")
        .when(move |request| request["Key"] == key)
        .then(|request| json!({"Item": request["Key"]}))
}

/// A rule for a page of the date, between the two times.
fn page() -> Rule {
    let values =
        json!({":partition": {"S": "2001-01-01"}, ":from": {"S": "09:01:05"}, ":to": {"S": "09:01:06.999999999"}});
    Rule::on("Query").when(move |request| request["ExpressionAttributeValues"] == values)
}

const ITEM: &str = r#"{"Item":{"date":"2001-01-01","time":"09:01:05"}}"#;

/// An event of a function URL. Only its stage and route differ from an event of an HTTP API.
fn function_url(method: &str, path: &str, query: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": ["session=1", "theme=dark"],
        "headers": {"host": "abc.lambda-url.us-east-1.on.aws", "x-forwarded-proto": "https", "accept": "*/*"},
        "requestContext": {
            "accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.us-east-1.on.aws",
            "domainPrefix": "abc", "requestId": "url-1", "routeKey": "$default", "stage": "$default",
            "time": "01/Jan/2001:09:01:05 +0000", "timeEpoch": 978_339_665_000_u64,
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.12", "userAgent": "curl"},
        },
        "isBase64Encoded": false,
    })
}

/// An event of a load balancer. With `many`, its target group has multi-value headers enabled.
fn balanced(method: &str, path: &str, query: &[(&str, &str)], many: bool) -> Value {
    let mut event = json!({
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/1"}},
        "httpMethod": method,
        "path": path,
        "body": "",
        "isBase64Encoded": false,
    });
    let [headers, parameters] = if many {
        ["multiValueHeaders", "multiValueQueryStringParameters"]
    } else {
        ["headers", "queryStringParameters"]
    };
    let value = |text: &str| if many { json!([text]) } else { json!(text) };
    event[headers] = json!({"host": value("lb-1.us-east-1.elb.amazonaws.com"), "x-forwarded-proto": value("https")});
    event[parameters] = json!({});
    for (name, text) in query {
        event[parameters][name] = value(text);
    }
    event
}

#[tokio::test]
async fn a_rest_api_is_answered_with_lists_of_headers() {
    let event = json!({
        "path": "/message/2001-01-01", "resource": "/message/{date}", "httpMethod": "GET",
        "pathParameters": {"date": "2001-01-01"}, "multiValueQueryStringParameters": {"time": ["09:01:05"]},
        "requestContext": {"requestId": "rest-1"},
    });
    let answer = payload(Route::GetMessage, &event, stored()).await;
    assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!(ITEM)));
    assert_eq!(answer["multiValueHeaders"]["content-type"], json!(["application/json"]));
    assert_eq!(answer["headers"], json!({}));
}

#[tokio::test]
async fn an_http_api_is_answered_with_single_headers() {
    let mut event = function_url(
        "GET",
        "/prod/message/2001-01-01",
        "time=09%3A01%3A05&time=09:01:05&other=a,b",
    );
    event["queryStringParameters"] = json!({"time": "09:01:05,09:01:05", "other": "a,b"});
    event["routeKey"] = json!("GET /message/{date}");
    event["pathParameters"] = json!({"date": "2001-01-01"});
    event["requestContext"]["stage"] = json!("prod");
    let answer = payload(Route::GetMessage, &event, stored()).await;
    assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!(ITEM)));
    assert_eq!(answer["headers"]["content-type"], "application/json");
    assert_eq!(answer["headers"]["cache-control"], "no-store");
    assert_eq!(answer["isBase64Encoded"], false);

    // Without the raw query string, which only an event written by hand lacks.
    event["rawQueryString"] = Value::Null;
    event["queryStringParameters"] = json!({"time": "09:01:05"});
    let answer = payload(Route::GetMessage, &event, stored()).await;
    assert_eq!(answer["statusCode"], 200);
}

#[tokio::test]
async fn a_function_url_needs_no_path_parameters() {
    let event = function_url("GET", "/message/2001-01-01", "time=09:01:05");
    let answer = payload(Route::GetMessage, &event, stored()).await;
    assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!(ITEM)));

    let event = function_url(
        "GET",
        "/message",
        "date=2001-01-01&from=09%3A01%3A05&to=09:01:06&fields=date%2Ctime",
    );
    let answer = payload(Route::ListMessages, &event, page()).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");

    let mut event = function_url("POST", "/message", "");
    event["body"] = json!("eyJJdGVtIjp7ImRhdGUiOiIyMDAxLTAxLTAxIiwidGltZSI6IjA5OjAxOjA1In19");
    event["isBase64Encoded"] = json!(true);
    let answer = payload(Route::PostMessage, &event, Rule::on("PutItem")).await;
    assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(201), &json!(ITEM)));

    let event = function_url("PATCH", "/message", "");
    let answer = payload(Route::ListMessages, &event, stored()).await;
    assert_eq!(
        (&answer["statusCode"], &answer["headers"]["allow"]),
        (&json!(405), &json!("GET, POST"))
    );
    let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(problem["instance"], "url-1");
}

#[tokio::test]
async fn a_load_balancer_leaves_parameters_encoded() {
    for many in [false, true] {
        let event = balanced("GET", "/message/2001-01-01", &[("time", "09%3A01%3A05")], many);
        let answer = payload(Route::GetMessage, &event, stored()).await;
        assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!(ITEM)));
        assert_eq!(answer["statusDescription"], "200 OK");
        assert_eq!(answer["headers"]["content-type"], "application/json");
        assert_eq!(answer["multiValueHeaders"]["content-type"], json!(["application/json"]));

        let query = [("date", "2001-01-01"), ("from", "09:01:05"), ("to", "09%3a01%3a06")];
        let answer = payload(Route::ListMessages, &balanced("GET", "/message", &query, many), page()).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");

        let answer = payload(
            Route::GetMessage,
            &balanced("GET", "/message/today", &[], many),
            stored(),
        )
        .await;
        assert_eq!(answer["statusDescription"], "400 Bad Request");
        let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "both faults: {problem}");
        assert_eq!(problem["instance"], "invocation-1", "a load balancer gives no id");
    }
}

#[tokio::test]
async fn both_values_of_a_header_in_both_maps_count() {
    let tagged = |headers: Value, many: Value| {
        json!({
            "pathParameters": {"date": "2001-01-01"}, "queryStringParameters": {"time": "09:01:05"},
            "headers": headers, "multiValueHeaders": many,
        })
    };
    let answer = payload(Route::GetMessage, &tagged(json!({}), json!({})), stored()).await;
    let tag = &answer["multiValueHeaders"]["etag"][0];
    for (single, many, status) in [
        (tag, json!(["\"x\""]), 200),
        (&json!("\"x\""), json!([tag]), 200),
        (&json!("\"x\""), json!(["\"x\"", tag]), 200),
        (&json!("\"x\""), json!(["\"y\""]), 412),
    ] {
        let event = tagged(json!({"If-Match": single}), json!({"If-Match": many}));
        let answer = payload(Route::GetMessage, &event, stored()).await;
        assert_eq!(answer["statusCode"], status, "{event}");
    }
}

/// The log lines and the answer of the function of `route` for `event`. It may not call the table.
async fn idle(route: Route, event: &str) -> (Vec<Value>, Value) {
    let mut answered = Value::Null;
    let lines = log::of(async {
        let answer = api([]).answer_for(route, event, invocation()).await;
        answered = serde_json::to_value(answer.into_payload().await).unwrap();
    });
    (lines.await, answered)
}

#[tokio::test]
async fn pings_and_schedules_are_answered_with_success_and_one_line() {
    let table: BTreeMap<String, Vec<Value>> =
        serde_json::from_str(include_str!("../../../../crates/foreign_events/tests/harmless.json")).unwrap();
    for (name, events) in &table {
        for (event, (route, _)) in events.iter().flat_map(|event| SAMPLES.map(|sample| (event, sample))) {
            let (lines, answer) = idle(route, &event.to_string()).await;
            assert_eq!(answer["statusCode"], 204, "{route:?}: {event}");
            assert_eq!(lines.len(), 1, "{lines:?}");
            let fields = &lines[0]["fields"];
            assert_eq!(
                (&fields["message"], &fields["event"]),
                (&json!("nothing to do"), &json!(name)),
                "{event}"
            );
        }
    }
}

#[tokio::test]
async fn no_event_of_another_kind_reaches_the_table() {
    for (route, _) in SAMPLES {
        for event in [
            json!({"Records": [{"messageId": "1", "body": "{}", "eventSource": "aws:sqs"}]}),
            json!({"version": "0", "detail-type": "Object Created", "source": "aws.s3", "detail": {"path": "/message"}}),
            json!({"type": "REQUEST", "methodArn": "arn", "resource": "/message", "path": "/message", "httpMethod": "GET"}),
            json!({"version": "1.0", "requestContext": {"condition": "Success"}, "requestPayload": {}, "responsePayload": {}}),
            json!({"requestContext": {"connectionId": "c", "routeKey": "$default"}, "body": "{}"}),
            json!({"version": "2.0", "path": "/message", "method": "GET", "requestContext": {"serviceNetworkArn": "arn"}}),
            json!({"messageVersion": "1.0", "agent": {}, "apiPath": "/message", "httpMethod": "GET"}),
            json!({"date": "2001-01-01", "time": "09:01:05"}),
        ] {
            let (lines, answer) = idle(route, &event.to_string()).await;
            assert_eq!(answer["statusCode"], 400, "{route:?}: {event}");
            assert_eq!(
                (lines.len(), &lines[0]["fields"]["message"]),
                (2, &json!("event refused")),
                "{lines:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_with_its_place_in_the_log() {
    for (route, _) in SAMPLES {
        let (lines, answer) = idle(route, r#"{"path":"/message""#).await;
        assert_eq!(answer["statusCode"], 400, "{route:?}");
        let fields = &lines[0]["fields"];
        assert_eq!(
            (lines.len(), &fields["message"], &fields["reason"]),
            (
                2,
                &json!("event refused"),
                &json!("the event is not JSON: EOF while parsing an object at line 1 column 18")
            ),
        );
    }
}

#[tokio::test]
async fn requests_that_people_and_other_sources_send_are_understood() {
    for (route, event, status) in [
        (
            Route::PostMessage,
            json!({"body": ITEM, "resource": "/", "path": "/message", "httpMethod": "POST", "isBase64Encoded": true, "stageVariables": {}}),
            201,
        ),
        (
            Route::ListMessages,
            json!({"body": "", "resource": "/", "path": "/message", "httpMethod": "SCAN", "isBase64Encoded": false, "stageVariables": {}}),
            200,
        ),
        (Route::ListMessages, function_url("DELETE", "/message", ""), 405),
        (
            Route::PostMessage,
            json!({"body": format!("\u{feff}{ITEM}\u{200b}\n")}),
            201,
        ),
    ] {
        let api = api([Rule::on("PutItem"), Rule::on("Scan")]);
        let response = send(&api, route, &event).await;
        assert_eq!(response.status().as_u16(), status, "{event}");
    }
}
