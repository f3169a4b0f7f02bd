use lambda_http::http::Method;
use serde_json::{Value, json};

use super::*;
use crate::request::headers;
use crate::request::limits::MAX_URL_BYTES;
use crate::response::error::Error;

fn read(event: &Value) -> Result<Request, Error> {
    Ok(Event::parse(&event.to_string(), true).unwrap().into_request()?)
}

fn request(event: &Value) -> Request {
    read(event).unwrap()
}

fn query<'r>(request: &'r Request, name: &str) -> Vec<&'r str> {
    let parameters = request.query_string_parameters_ref();
    parameters
        .and_then(|parameters| parameters.all(name))
        .unwrap_or_default()
}

fn header<'r>(request: &'r Request, name: &str) -> Vec<&'r str> {
    headers::values(request, name).collect()
}

#[test]
fn what_is_missing_or_null_is_empty() {
    for event in [
        json!({"path": ""}),
        json!({"httpMethod": "GET", "headers": null, "multiValueHeaders": null, "queryStringParameters": null,
            "multiValueQueryStringParameters": null, "pathParameters": null, "requestContext": null, "body": null,
            "isBase64Encoded": null}),
        json!({"headers": {}, "queryStringParameters": {"time": null}, "requestContext": {}, "body": ""}),
        json!({"multiValueQueryStringParameters": {"time": []}, "multiValueHeaders": {"Accept": []}}),
    ] {
        let read = request(&event);
        assert!(read.query_string_parameters_ref().is_none(), "{event}");
        assert!(read.path_parameters_ref().is_none(), "{event}");
        assert!(read.body().is_empty() && read.headers().is_empty(), "{event}");
        assert_eq!((read.method(), read.uri().path()), (&Method::GET, "/"));
        assert_eq!(Event::parse(&event.to_string(), true).unwrap().request_id(), None);
    }
}

#[test]
fn values_of_both_maps_count_once() {
    let read = request(&json!({
        "queryStringParameters": {"time": "b", "limit": "1"},
        "multiValueQueryStringParameters": {"time": ["a", "b"], "date": ["x", "x"]},
        "headers": {"If-Match": "\"b\"", "Accept": "text/html"},
        "multiValueHeaders": {"if-match": ["\"a\"", "\"b\""], "X": ["1", "1"]},
    }));
    assert_eq!(query(&read, "time"), ["a", "b"]);
    assert_eq!(query(&read, "date"), ["x"]);
    assert_eq!(query(&read, "limit"), ["1"]);
    assert_eq!(header(&read, "if-match"), ["\"a\"", "\"b\""]);
    assert_eq!(header(&read, "accept"), ["text/html"]);
    assert_eq!(header(&read, "x"), ["1"]);
}

#[test]
fn a_header_is_found_in_any_letter_case_and_map() {
    for headers in [
        json!({"path": "/", "headers": {"content-TYPE": "text/csv", "Host": "x"}}),
        json!({"path": "/", "multiValueHeaders": {"Content-Type": ["text/csv"]}}),
    ] {
        assert_eq!(header(&request(&headers), "content-type"), ["text/csv"]);
    }
}

#[test]
fn headers_that_http_could_not_send_do_no_harm() {
    let read = request(&json!({"path": "/", "headers": {
        "": "x", "a b": "x", "é": "x", "If-Match": "\"é\"\n", "X-Forwarded-Proto": "https, http", "Host": "a b:99999",
    }}));
    assert_eq!(header(&read, "if-match"), ["\"é\" "]);
    assert_eq!(header(&read, "x-forwarded-proto"), ["https, http"]);
    assert_eq!(read.headers().len(), 3);
}

#[test]
fn a_base64_body_is_decoded() {
    let read_body = request(&json!({"body": "w6k=", "isBase64Encoded": true}));
    assert_eq!(read_body.body().as_ref(), "é".as_bytes());
    for text in ["{}", " {\"a\":", "\u{feff}[1]", "\"x\""] {
        let read_body = request(&json!({"body": text, "isBase64Encoded": true}));
        assert_eq!(read_body.body().as_ref(), text.as_bytes(), "JSON is no base64");
    }
    let error = read(&json!({"body": "a,b", "isBase64Encoded": true})).unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(
        error
            .to_string()
            .starts_with("the body is flagged as base64 and is not")
    );
}

#[test]
fn other_types_are_named_with_their_place() {
    for (event, message) in [
        (
            json!({"queryStringParameters": {"limit": 5}}),
            "`/queryStringParameters/limit` must be a string",
        ),
        (
            json!({"queryStringParameters": []}),
            "`/queryStringParameters` must be an object",
        ),
        (json!({"path": "/", "headers": 5}), "`/headers` must be an object"),
        (
            json!({"multiValueQueryStringParameters": {"time": "x"}}),
            "`/multiValueQueryStringParameters/time` must be an array of strings",
        ),
        (
            json!({"path": "/", "multiValueHeaders": {"A": [1]}}),
            "`/multiValueHeaders/A` must be an array of strings",
        ),
        (
            json!({"path": "/", "headers": {"A": {}}}),
            "`/headers/A` must be a string",
        ),
        (
            json!({"pathParameters": {"date": false}}),
            "`/pathParameters/date` must be a string",
        ),
        (
            json!({"body": {"Item": {}}}),
            "`/body` must be a string, which may contain JSON",
        ),
        (
            json!({"body": "x", "isBase64Encoded": "true"}),
            "`/isBase64Encoded` must be true or false",
        ),
        (
            json!({"httpMethod": "GET /", "path": "/", "requestContext": {"elb": {}}}),
            "`/httpMethod` must be the name of an HTTP method",
        ),
    ] {
        let error = read(&event).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the event is no API Gateway proxy event: {message}")
        );
        assert_eq!(error.status(), 400);
    }
    let error = Event::parse("{", true).unwrap_err().to_string();
    assert!(error.starts_with("the event is not JSON: "), "{error}");
}

#[test]
fn events_of_other_kinds_are_named() {
    let kind = |event: &str, takes_body| match Event::parse(event, takes_body) {
        Ok(_) => "a request",
        Err(EventError::Foreign(foreign)) => foreign.name(),
        Err(other) => panic!("{event}: {other}"),
    };
    for (event, expected) in [
        (
            r#"{"path":"/message","httpMethod":"SCAN","source":"by hand"}"#,
            "a request",
        ),
        (
            r#"{"path":"/message","requestContext":{"authorizer":{"connectionId":"x"}}}"#,
            "a request",
        ),
        (
            r#"{"requestContext":{"requestId":"id"}}"#,
            "an event of an unknown kind",
        ),
        (r#"{"headers":{},"body":"x"}"#, "an event of an unknown kind"),
        (
            r#"{"Records":[{"eventSource":"aws:sqs","body":"x"}],"path":"/message"}"#,
            "an event of SQS",
        ),
        (
            r#"{"type":"REQUEST","methodArn":"arn","path":"/message","httpMethod":"GET"}"#,
            "an event for a Lambda authorizer",
        ),
        (
            r#"{"requestContext":{"connectionId":"x"},"body":"{}"}"#,
            "an event of a WebSocket API",
        ),
        ("[]", "an event without records"),
        ("5", "an event of an unknown kind"),
    ] {
        assert_eq!(kind(event, false), expected, "{event}");
    }
    assert_eq!(kind(r#"{"body":"{}"}"#, true), "a request");
    let error = Event::parse(r#"{"a":1}"#, true).unwrap_err().to_string();
    assert!(
        error.starts_with("the event is an event of an unknown kind; it must be a request of API Gateway, of a"),
        "{error}"
    );
}

#[test]
fn a_word_that_is_no_method_is_none() {
    for (name, method) in [
        ("SCAN", Method::GET),
        ("GET /", Method::GET),
        ("delete", Method::DELETE),
        ("PUT", Method::PUT),
    ] {
        let read = request(&json!({"path": "/message", "httpMethod": name}));
        assert_eq!(read.method(), method, "{name}");
    }
    let balanced = json!({"path": "/message", "httpMethod": "SCAN", "requestContext": {"elb": {}}});
    assert_eq!(request(&balanced).method(), "SCAN", "a client's own words");
    let broken =
        json!({"version": "2.0", "rawPath": "/message", "requestContext": {"stage": 5, "http": {"method": "DELETE"}}});
    assert_eq!(
        request(&broken).method(),
        Method::DELETE,
        "of a context that no source writes"
    );
}

#[test]
fn a_url_longer_than_any_source_sends_is_refused() {
    let long = "x".repeat(MAX_URL_BYTES);
    for event in [
        json!({"path": format!("/{long}")}),
        json!({"queryStringParameters": {"time": long}}),
        json!({"path": "/", "requestContext": {"httpMethod": "GET", "stage": long}}),
        json!({"version": "2.0", "rawPath": "/", "rawQueryString": format!("time={long}")}),
        json!({"path": format!("/{long}"), "requestContext": {"elb": {}}}),
    ] {
        let error = read(&event).unwrap_err();
        assert!(error.to_string().contains("more than 20000 bytes"), "{error}");
    }
    let fits = json!({"queryStringParameters": {"time": "ä".repeat(MAX_URL_BYTES / 2 - 20)}});
    assert!(read(&fits).is_ok(), "each of its bytes becomes three");
}

#[test]
fn the_context_is_kept_and_its_id_found() {
    let context = json!({"requestId": "id", "stage": "Prod", "httpMethod": "GET", "accountId": "123456789012",
        "domainName": "abc.execute-api.us-east-1.amazonaws.com", "identity": {"sourceIp": "203.0.113.12"}});
    let event = json!({"path": "/message", "resource": "/message", "requestContext": context});
    let text = event.to_string();
    let parsed = Event::parse(&text, true).unwrap();
    assert_eq!(parsed.request_id().as_deref(), Some("id"));
    let read = parsed.into_request().unwrap();
    let Some(RequestContext::ApiGatewayV1(context)) = read.request_context_ref() else {
        panic!("{read:?}")
    };
    assert_eq!(context.identity.source_ip.as_deref(), Some("203.0.113.12"));
    assert_eq!(context.resource_path.as_deref(), Some("/message"));
    assert_eq!(
        read.uri(),
        "https://abc.execute-api.us-east-1.amazonaws.com/Prod/message"
    );

    for (context, id) in [
        (json!({"requestId": "id"}), Some("id")),
        (json!({"requestId": "id", "identity": 5}), Some("id")),
        (json!({"requestId": 5}), None),
        (json!({"requestId": ""}), None),
        (json!("id"), None),
    ] {
        for version in ["1.0", "2.0"] {
            let event = json!({"version": version, "path": "/", "requestContext": context}).to_string();
            assert_eq!(
                Event::parse(&event, true).unwrap().request_id().as_deref(),
                id,
                "{event}"
            );
        }
    }
}

#[test]
fn a_domain_that_is_none_is_dropped() {
    for domain in [
        "",
        "a b",
        "1.2.3.999",
        "[::1",
        "a..b",
        "xn--a",
        "localhost:99999",
        "a@b",
        "é.com",
    ] {
        for version in ["1.0", "2.0"] {
            let context = json!({"httpMethod": "GET", "domainName": domain, "http": {"method": "GET"}});
            let event =
                json!({"version": version, "path": "/message", "rawPath": "/message", "requestContext": context});
            assert_eq!(request(&event).uri(), "/message", "{domain}");
        }
    }
}

#[test]
fn a_path_is_any_text() {
    for path in ["", "message", "//", "/a b#c?d", "/\\é\u{0}\u{7f}", ":80", "@", "/%zz"] {
        for event in [
            json!({"path": path}),
            json!({"path": path, "requestContext": {"httpMethod": "GET", "stage": "a?b#c", "domainName": "example.com"}}),
            json!({"version": "2.0", "rawPath": path, "rawQueryString": "a b\"#<>\u{7f}é%&=?"}),
            json!({"path": path, "requestContext": {"elb": {}}}),
        ] {
            request(&event);
        }
    }
}

#[test]
fn each_source_is_known() {
    for (event, origin) in [
        (json!({"path": "/"}), "ApiGatewayV1"),
        (
            json!({"version": "1.0", "path": "/", "requestContext": {"requestId": "id"}}),
            "ApiGatewayV1",
        ),
        (json!({"version": "2.0", "rawPath": "/"}), "ApiGatewayV2"),
        (
            json!({"path": "/", "requestContext": {"elb": {"targetGroupArn": "arn"}}}),
            "Alb",
        ),
    ] {
        let event = event.to_string();
        assert_eq!(format!("{:?}", Event::parse(&event, true).unwrap().origin()), origin);
    }
}
