use serde_json::{Value, json};

use crate::Route;
use crate::testing::{
    Received, Rule, SAMPLES, TABLE, api, detail, errors, event, invocation, log, problem, sample, send, send_text,
    willing,
};

#[tokio::test]
async fn every_route_answers_its_sample_event() {
    let api = api(willing());
    for (route, payload) in SAMPLES {
        let expected = match route {
            Route::PostMessage => 201,
            Route::PutMessage => 204,
            _ => 200,
        };
        let response = send_text(&api, route, payload).await;
        assert_eq!(response.status(), expected, "{route:?}: {}", response.text());
        let event = sample(route);
        assert_eq!(event["httpMethod"], route.method());
        assert_eq!(event["resource"], route.path());
    }
}

#[tokio::test]
async fn events_written_by_hand_are_understood() {
    let api = api(willing());
    let sloppy = r#"{"httpMethod":"GET","path":"/message","resource":"/","queryStringParameters":{"time":"06:45:43"},"pathParameters":{"date":"2000-01-01"},"body":"","isBase64Encoded":false,"stageVariables":{}}"#;
    for route in [Route::ListMessages, Route::GetMessage, Route::DeleteMessage] {
        assert_eq!(send_text(&api, route, sloppy).await.status(), 200, "{route:?}");
    }
    for (route, missing, body, status) in [
        (
            Route::PostMessage,
            "The body is missing; it must be a JSON object such as {\"Item\":",
            r#"{"Item":{"date":"2000-01-01","time":"06:45:43"}}"#,
            201,
        ),
        (
            Route::PutMessage,
            "The body is missing; it must be a JSON object such as {\"UpdateEx",
            r#"{"UpdateExpression":"REMOVE note"}"#,
            204,
        ),
    ] {
        let response = send_text(&api, route, sloppy).await;
        let text = detail(&response, 400, "invocation-1");
        assert!(text.starts_with(missing), "{text}");
        let mut event: Value = serde_json::from_str(sloppy).unwrap();
        event["body"] = json!(body);
        assert_eq!(send(&api, route, &event).await.status(), status);
    }
}

#[tokio::test]
async fn events_of_the_wrong_form_are_a_problem_on_every_route() {
    for (route, _) in SAMPLES {
        for (payload, expected) in [
            (
                "",
                "The event is not JSON: EOF while parsing a value at line 1 column 0.",
            ),
            (
                r#"{"Records":[{"eventSource":"aws:s3"}]}"#,
                "The event is an event of S3; it must be a request of API Gateway, of a function URL or of an Application \
                 Load Balancer, or have the form of one, such as {\"httpMethod\":\"GET\",\"path\":\"/message\"}.",
            ),
            (
                r#"{"queryStringParameters":{"limit":5}}"#,
                "The event is no API Gateway proxy event: `/queryStringParameters/limit` must be a string.",
            ),
            (
                r#"{"path":"/message","body":"%%%","isBase64Encoded":true}"#,
                "The body is flagged as base64 and is not; send it as plain text, or encode it.",
            ),
        ] {
            let response = send_text(&api([]), route, payload).await;
            assert_eq!(detail(&response, 400, "invocation-1"), expected);
        }
    }
}

#[tokio::test]
async fn a_problem_has_all_its_members() {
    let mut event = sample(Route::GetMessage);
    event["multiValueQueryStringParameters"]["time"] = json!([""]);
    event["queryStringParameters"]["time"] = json!("");
    let response = send(&api([]), Route::GetMessage, &event).await;
    assert_eq!(
        problem(&response, 400, "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302"),
        json!({
            "type": "urn:problem-type:messages:invalid-request",
            "title": "Invalid request",
            "status": 400,
            "detail": "The query parameter `time` is empty; it must be a UTC time of day of the form HH:MM:SS, \
                       such as 10:55:09 or, to the millisecond, 10:55:09.385.",
            "instance": "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302",
            "errors": [{
                "in": "query",
                "pointer": "/time",
                "detail": "is empty; it must be a UTC time of day of the form HH:MM:SS, such as 10:55:09 or, to the \
                           millisecond, 10:55:09.385",
            }],
        })
    );
}

#[tokio::test]
async fn media_types_and_sizes_have_their_status() {
    let with = |route, content_type: &str, body: String| {
        let mut event = event(&json!({}));
        event["headers"] = json!({"content-type": content_type});
        event["body"] = json!(body);
        async move { send(&api([]), route, &event).await }
    };
    for route in [Route::PostMessage, Route::PutMessage] {
        let response = with(route, "text/csv", "a,b".to_owned()).await;
        problem(&response, 415, "invocation-1");
        let response = with(route, "application/json", " ".repeat(1024 * 1024 + 1)).await;
        problem(&response, 413, "invocation-1");
    }
}

#[tokio::test]
async fn the_response_is_what_api_gateway_reads() {
    let answer = api([])
        .answer_for(Route::GetMessage, "{\"path\":\"/message\"}", invocation())
        .await;
    let json = serde_json::to_value(answer.into_payload().await).unwrap();
    assert_eq!(json["statusCode"], 400);
    assert_eq!(json["isBase64Encoded"], false);
    assert_eq!(json["multiValueHeaders"]["cache-control"], json!(["no-store"]));
    assert_eq!(
        json["multiValueHeaders"]["content-type"],
        json!(["application/problem+json"])
    );
    assert_eq!(json["headers"], json!({}), "API Gateway would send both");
    assert!(json["body"].is_string());
}

/// The log lines of `route` at the default level for its sample event.
async fn log_of(route: Route, rules: [Rule; 1]) -> Vec<Value> {
    let lines = log::of(send(&api(rules), route, &sample(route))).await;
    for line in &lines {
        assert!(!line.to_string().contains("09:01:05"), "no values: {line}");
    }
    let ours = |line: &Value| line["target"].as_str().unwrap().starts_with("api");
    lines.into_iter().filter(ours).collect()
}

#[tokio::test]
async fn a_request_is_one_line_in_the_log() {
    let lines = log_of(Route::GetMessage, [Rule::on("GetItem")]).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    let fields = &lines[0]["fields"];
    assert_eq!(fields["request_id"], "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
    assert_eq!(
        (&fields["method"], &fields["route"]),
        (&json!("GET"), &json!("/message/{date}"))
    );
    assert_eq!(fields["status"], 404);
    assert!(fields["duration_ms"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn our_failure_is_logged_once_with_its_causes() {
    let refused = Rule::on("GetItem").fail(400, "AccessDeniedException");
    let lines = log_of(Route::GetMessage, [refused]).await;
    let errors: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!((lines.len(), errors.len()), (2, 1), "{lines:?}");
    let fields = &errors[0]["fields"];
    assert_eq!(fields["request_id"], "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
    let chain = fields["reason"].as_str().unwrap();
    assert!(chain.starts_with("the DynamoDB call failed: "), "{chain}");
    assert!(
        chain.contains("AccessDeniedException") && chain.contains(TABLE),
        "{chain}"
    );
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_and_caches_off() {
    let api = api(willing());
    for (route, payload) in [
        (Route::GetMessage, SAMPLES[1].1),
        (Route::GetMessage, "{\"a\":1}"),
        (Route::GetMessage, "{}"),
    ] {
        let response = send_text(&api, route, payload).await;
        for (name, value) in [
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Strict-Transport-Security", "max-age=63072000"),
        ] {
            assert_eq!(response.header(name), Some(value));
        }
        assert_eq!(response.header("Access-Control-Allow-Origin"), None, "off by default");
    }
}

#[tokio::test]
async fn with_cors_on_a_script_may_read_answers_and_problems() {
    for (origin, vary) in [("https://example.com", Some("Origin")), ("*", None)] {
        let api = api(willing()).with_cors_origin(Some(origin.parse().unwrap()));
        for (route, payload) in [(Route::PostMessage, SAMPLES[2].1), (Route::PostMessage, "{\"a\":1}")] {
            let response = send_text(&api, route, payload).await;
            assert_eq!(response.header("Access-Control-Allow-Origin"), Some(origin));
            assert_eq!(
                response.header("Access-Control-Expose-Headers"),
                Some("ETag, Location, Retry-After")
            );
            assert_eq!(response.header("Vary"), vary);
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let post = |item: Value| {
        let mut event = event(&json!({"Item": item, "Itm": 1, "TableName": "other"}));
        event["headers"] = json!({"If-Match": "unquoted"});
        async move { send(&api([]), Route::PostMessage, &event).await }
    };
    let response = post(json!({"date": "today", "source": 1, "note": [1, {"a/b": "x"}], "local_avg": "5"})).await;
    let problem = problem(&response, 400, "invocation-1");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .ends_with("; and 6 more in `errors`."),
        "{problem}"
    );
    let mut places: Vec<_> = errors(&response)
        .into_iter()
        .map(|[part, pointer, _]| part + &pointer)
        .collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "body/Item/date",
            "body/Item/local_avg",
            "body/Item/source",
            "body/Item/time",
            "body/Itm",
            "body/TableName",
            "header/If-Match",
        ]
    );

    let many: serde_json::Map<_, _> = (0..1000).map(|number| (format!("a{number}"), json!(1e200))).collect();
    let response = post(Value::Object(many)).await;
    assert_eq!(errors(&response).len(), 100, "a bounded number of them");
}

#[tokio::test]
async fn what_has_no_route_is_answered_by_the_list() {
    let stray = json!({"resource": "/{proxy+}", "path": "/messages", "httpMethod": "GET"});
    let response = send(&api([]), Route::ListMessages, &stray).await;
    let problem = problem(&response, 404, "invocation-1");
    assert_eq!(problem["type"], "urn:problem-type:messages:route-not-found");

    let mut event = sample(Route::ListMessages);
    event["httpMethod"] = json!("PATCH");
    let response = send(&api([]), Route::ListMessages, &event).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.header("Allow"), Some("GET, POST"));
}
