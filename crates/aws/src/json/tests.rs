use std::error::Error as _;
use std::fmt;
use std::io::{Read, Write};
use std::net::TcpListener;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::region::Region;

use super::*;
use crate::connector;

const TARGET: &str = "AmazonSQS.SendMessageBatch";

/// A service that answers every request with this function.
struct Service<F>(F);

impl<F> fmt::Debug for Service<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl<F: Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync> HttpConnector for Service<F> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.0(request)
    }
}

fn client(service: impl Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync + 'static) -> JsonClient {
    JsonClient::for_tests(Service(service))
}

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: impl Into<SdkBody>) -> HttpConnectorFuture {
    let mut response = HttpResponse::new(status.try_into().unwrap(), body.into());
    for (name, value) in headers {
        response.headers_mut().insert(*name, *value);
    }
    HttpConnectorFuture::ready(Ok(response))
}

fn text(answer: &[u8]) -> serde_json::Result<String> {
    serde_json::from_slice(answer)
}

#[tokio::test]
async fn a_request_is_what_the_service_wants() {
    let client = client(|request| {
        let headers = request.headers();
        assert_eq!(
            (request.method(), request.uri()),
            ("POST", "https://sqs.eu-west-1.amazonaws.com/")
        );
        assert_eq!(headers.get("content-type"), Some("application/x-amz-json-1.0"));
        assert_eq!(headers.get("x-amz-target"), Some(TARGET));
        assert_eq!(headers.get("x-amz-security-token"), Some("token"));
        let date = &headers.get("x-amz-date").unwrap()[..8];
        let signature = headers.get("authorization").unwrap();
        let start = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/{date}/eu-west-1/sqs/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature="
        );
        assert!(signature.starts_with(&start), "{signature}");
        assert_eq!(request.body().bytes(), Some(&b"{}"[..]));
        answer(200, &[], r#""done""#)
    });
    assert_eq!(client.call(TARGET, "{}", text).await.unwrap(), "done");
}

#[tokio::test]
async fn one_host_goes_over_the_wire() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let received = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n{}") {
            let mut bytes = [0; 4096];
            let count = connection.read(&mut bytes).unwrap();
            request.extend_from_slice(&bytes[..count]);
        }
        connection
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\"done\"")
            .unwrap();
        String::from_utf8(request).unwrap()
    });
    let credentials = Credentials::new("AKID", "secret", None, None, "test");
    let environment = Environment::new(credentials, Region::from_static("eu-west-1"));
    let connector = connector("eu-west-1", Duration::from_secs(1));
    let client = JsonClient::new(
        &environment,
        connector,
        "sqs",
        format!("http://{host}"),
        Duration::from_secs(5),
    );
    assert_eq!(client.call(TARGET, "{}", text).await.unwrap(), "done");
    let received = received.join().unwrap().to_lowercase();
    let hosts: Vec<_> = received
        .lines()
        .filter_map(|line| line.strip_prefix("host: "))
        .collect();
    assert_eq!(hosts, [host], "{received}");
}

#[test]
fn a_trace_is_passed_on_when_it_can_be() {
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    assert_eq!(trace(Some(root.to_owned())).unwrap(), root);
    for none in [None, Some(String::new()), Some("a\nb".to_owned())] {
        assert_eq!(trace(none), None);
    }
}

/// The kind, code and message of a call's failure.
async fn failure(service: impl Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync + 'static) -> [String; 3] {
    let error = client(service).call(TARGET, "{}", text).await.unwrap_err();
    let kind = match &error {
        SdkError::ServiceError(error) => error.raw().status().as_u16().to_string(),
        SdkError::ResponseError(_) => "response".to_owned(),
        SdkError::DispatchFailure(_) => "dispatch".to_owned(),
        SdkError::TimeoutError(_) => error.source().unwrap().to_string(),
        other => panic!("{other:?}"),
    };
    let of = |text: Option<&str>| text.unwrap_or("none").to_owned();
    [kind, of(error.code()), of(error.message())]
}

#[tokio::test(start_paused = true)]
async fn failures_are_those_of_the_sdk() {
    let query: &[_] = &[("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")];
    for (status, headers, body, expected) in [
        (
            400,
            &[][..],
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}"#,
            ["400", "ThrottlingException", "slow down"],
        ),
        (
            403,
            &[],
            r#"{"__type":"AccessDenied","Message":"no right"}"#,
            ["403", "AccessDenied", "no right"],
        ),
        (
            400,
            query,
            r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"}"#,
            ["400", "AWS.SimpleQueueService.NonExistentQueue", "no queue"],
        ),
        (
            400,
            &[("x-amzn-errortype", "ValidationException:http://internal.amazon.com/")],
            r#"{"__type":null,"message":"no"}"#,
            ["400", "ValidationException", "no"],
        ),
        (
            400,
            &[],
            r#"{"__type":"a#Other","code":"b#ThrottlingException","message":"slow","Message":"down"}"#,
            ["400", "ThrottlingException", "slow"],
        ),
        (503, &[], "<html>", ["503", "none", "none"]),
        (200, &[], "half an ans", ["response", "none", "none"]),
    ] {
        let service = move |_| answer(status, headers, body);
        assert_eq!(failure(service).await, expected, "{status} {body}");
    }
    let other_form = client(|_| answer(200, &[], r#"{"secret":1}"#));
    let error = other_form.call(TARGET, "{}", text).await.unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(
        cause.starts_with("the answer has another form than expected at line 1") && !cause.contains("secret"),
        "{cause}"
    );
    let reset = |_| HttpConnectorFuture::ready(Err(ConnectorError::io("reset".into())));
    assert_eq!(failure(reset).await, ["dispatch", "none", "none"]);
    let silent = |_| HttpConnectorFuture::new(std::future::pending());
    assert_eq!(failure(silent).await, ["no answer within 5 s", "none", "none"]);
}
