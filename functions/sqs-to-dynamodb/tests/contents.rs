//! No log line contains anything of a message, whatever fails. Runs the writer with all its clients against a service of the
//! tests, whose answers quote the requests.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use aws::Variables;
use backoff::Deadline;
use serde_json::{Value, json};
use sqs_to_dynamodb::{Writer, invoke};
use telemetry::Metrics;
use telemetry::testing::lines_of;

/// A text in the data that no log line may contain.
const MARKER: &str = "s3cr3t-mark3r";

/// Starts a service that makes the status and body of each answer from the call's target and body. Returns its URL.
fn service(answer: impl Fn(&str, &str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.unwrap();
            let (target, body) = request(&connection);
            let (status, text) = answer(&target, &body);
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                text.len()
            );
            _ = (&connection).write_all((head + &text).as_bytes());
        }
    });
    url
}

fn request(connection: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(connection);
    let (mut target, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name.to_lowercase().as_str() {
            "x-amz-target" => value.trim().clone_into(&mut target),
            "content-length" => length = value.trim().parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (target, String::from_utf8(body).unwrap())
}

/// Returns the log lines of the writer for an event, with a second to handle it.
async fn lines(endpoint: &str, region: &str, mode: &str, event: &Value) -> String {
    lines_for(&[], endpoint, region, mode, event).await
}

/// The same for a table with the key that these variables declare.
async fn lines_for(key: &[(&str, &str)], endpoint: &str, region: &str, mode: &str, event: &Value) -> String {
    let variables = Variables::new(|name| {
        let value = match name {
            "TABLE_NAME" => "messages",
            "SQS_QUEUE_URL" => "https://sqs.example/queue",
            "DEAD_LETTER_QUEUE_URL" => "https://sqs.example/dead-letters",
            "MAX_RECEIVE_COUNT" => "15",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "x",
            "AWS_REGION" => region,
            "WRITE_MODE" => mode,
            "INGEST_TABLE" => "ingests",
            "AWS_ENDPOINT_URL" => endpoint,
            name => key.iter().find(|(of_key, _)| *of_key == name)?.1,
        };
        Some(value.to_owned())
    });
    let work = async {
        match Writer::new(&variables, Metrics::none()) {
            Ok(writer) => match invoke(
                &writer,
                event.to_string().as_bytes(),
                Deadline::after(Duration::from_secs(1)),
            )
            .await
            {
                Ok(_) => {}
                Err(error) => tracing::error!(%error, reason = ?error, "failed"),
            },
            Err(error) => tracing::error!(%error, reason = ?error, "the function cannot start"),
        }
    };
    lines_of(work).await
}

fn record(method: &str, body: &str) -> Value {
    json!({
        "messageId": format!("{}-{}", method.len(), body.len()), "receiptHandle": MARKER, "body": body,
        "messageAttributes": {
            "Method": {"stringValue": method, "dataType": "String"},
            "IngestId": {"stringValue": MARKER, "dataType": "String"},
        },
    })
}

/// Messages of every method and with every kind of fault, with the marker wherever a message may have any text.
fn event() -> Value {
    let key = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}});
    let item = |more: Value| {
        let mut item = key.clone();
        item["note"] = more;
        json!({ "Item": item }).to_string()
    };
    let marked = json!({ "S": MARKER });
    let update = json!({
        "Key": key, "UpdateExpression": format!("SET a = :{MARKER}"), "ConditionExpression": MARKER,
        "ExpressionAttributeValues": {":a": marked},
    });
    let records = [
        ("POST", item(marked.clone())),
        ("POST", item(json!({ MARKER: MARKER }))),
        ("POST", item(json!({ "N": MARKER }))),
        ("POST", item(json!({ "B": MARKER }))),
        ("POST", item(json!({ "S": [MARKER] }))),
        ("POST", item(json!({"NS": [MARKER, MARKER]}))),
        ("POST", item(json!({"M": {MARKER: {"M": {MARKER: {"N": "x"}}}}}))),
        ("POST", item(json!({"M": {MARKER: {MARKER: 1}}}))),
        ("POST", item(json!({"L": [{"M": {MARKER: marked}}]}))),
        ("POST", json!({"Item": {"date": key["date"], "time": {"S": "09:01:06"}, MARKER: {"N": "x"}}}).to_string()),
        ("POST", json!({"Item": {"date": key["date"], "time": {"S": "09:01:07"}, MARKER: marked}}).to_string()),
        ("POST", json!({"Item": {"date": {MARKER: 1}, "time": marked}}).to_string()),
        ("POST", json!({"Item": {}, "Mode": MARKER}).to_string()),
        ("POST", json!({"Item": {}, "Order": MARKER}).to_string()),
        ("POST", json!({"Item": {"date": marked, "time": marked}}).to_string()),
        ("POST", json!({"Item": {}, MARKER: MARKER}).to_string()),
        ("POST", json!({"Item": MARKER}).to_string()),
        ("POST", json!({"TableName": MARKER, "Item": {}}).to_string()),
        ("POST", format!("{{\"{MARKER}\": 1, \"{MARKER}\": 2}}")),
        ("POST", MARKER.to_owned()),
        ("POST", format!("{{\"Item\": {{\"{MARKER}\": nul}}}}")),
        ("DELETE", json!({"Key": {"date": marked, MARKER: marked}}).to_string()),
        ("DELETE", json!({ "Key": key }).to_string()),
        ("PUT", update.to_string()),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {format!(":{MARKER}"): {"N": "x"}}})
                .to_string(),
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "SET a = :a", "ExpressionAttributeNames": {format!("#{MARKER}"): "$order"}})
                .to_string(),
        ),
        ("PUT", json!({"Key": key, "UpdateExpression": "SET a = :a", "ExpressionAttributeNames": {"#a": [MARKER]}}).to_string()),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {"messages": [{"PutRequest": {"Item": {MARKER: {"M": {MARKER: 1}}}}}]}}).to_string(),
        ),
        ("GET", json!({ "Key": key }).to_string()),
        ("GET_ALL", "{}".to_owned()),
        ("BATCH_WRITE", json!({"RequestItems": {MARKER: []}}).to_string()),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {"messages": [{ MARKER: MARKER }]}}).to_string(),
        ),
        (MARKER, MARKER.to_owned()),
    ];
    let mut records: Vec<_> = records.iter().map(|(method, body)| record(method, body)).collect();
    // The books count these messages.
    for record in records.iter_mut().step_by(2) {
        record["messageAttributes"]["IngestId"]["stringValue"] = json!("0195d0c2-6a40-7000-8000-000000000001/1");
    }
    records.push(json!({"messageId": "odd", "body": [MARKER], "messageAttributes": MARKER}));
    records.push(json!({"messageId": "large", "body": MARKER.repeat(80_000)}));
    json!({ "Records": records })
}

fn error(code: &str, words: &str) -> String {
    json!({"__type": format!("x#{code}"), "message": words}).to_string()
}

#[test]
fn no_line_has_anything_of_a_message() {
    // How the services answer each call.
    type Service = fn(&str, &str) -> (u16, String);
    let services: [(&str, Service); 11] = [
        ("is willing", |_, _| (200, "{}".to_owned())),
        ("finds all invalid", |_, body| (400, error("ValidationException", body))),
        ("refuses each statement", |target, body| {
            if target.ends_with("BatchExecuteStatement") {
                let statements = body.matches("\"Statement\"").count();
                let refusal = json!({"Error": {"Code": "DuplicateItem", "Message": body}});
                return (200, json!({"Responses": vec![refusal; statements]}).to_string());
            }
            (400, error("ConditionalCheckFailedException", body))
        }),
        ("carries no statement out", |target, body| {
            let unknown = json!({"Error": {"Code": "Unheard", "Message": body}});
            let statements = body.matches("\"Statement\"").count();
            if target.ends_with("BatchExecuteStatement") {
                return (200, json!({"Responses": vec![unknown; statements]}).to_string());
            }
            (400, error("Unheard", body))
        }),
        ("does not say why", |_, body| {
            (400, error("SerializationException", body))
        }),
        ("sends the request back", |_, body| (400, body.to_owned())),
        ("sends the request back as an answer", |_, body| (200, body.to_owned())),
        ("answers with something else", |_, _| {
            (
                200,
                json!({"Item": MARKER, "UnprocessedItems": MARKER, "Count": MARKER}).to_string(),
            )
        }),
        ("shows a page", |_, body| {
            (502, format!("<html><title>502 Bad Gateway</title>{body}</html>"))
        }),
        ("redirects", |_, _| (301, String::new())),
        ("is asked too often", |_, body| (429, format!("too many: {body}"))),
    ];
    // Side by side, because with many of these services the writer tries again until its time is over.
    std::thread::scope(|scope| {
        for (name, answer) in services {
            scope.spawn(move || {
                let url = service(answer);
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.unwrap();
                for mode in ["replace", "latest", "create"] {
                    let lines = runtime.block_on(lines(&url, "eu-west-1", mode, &event()));
                    assert!(lines.lines().count() > 10, "{name}, {mode}: {lines}");
                    assert!(!lines.contains(MARKER), "{name}, {mode}: {lines}");
                }
            });
        }
    });
}

#[tokio::test]
async fn no_line_has_anything_of_a_declared_key() {
    let marked = json!({ "S": MARKER });
    let key = json!({"pk": marked, "n": {"N": "1"}});
    let long = json!({"S": MARKER.repeat(200)});
    let records = [
        ("POST", json!({ "Item": key })),
        (
            "POST",
            json!({"Item": {"pk": marked, "n": {"N": "2"}, "note": {"M": {MARKER: marked}}}}),
        ),
        ("POST", json!({"Item": {"pk": marked, "n": marked}})),
        ("POST", json!({"Item": {"pk": long, "n": {"N": "1"}}})),
        ("POST", json!({"Item": {"pk": marked, "n": {"N": MARKER}}})),
        ("DELETE", json!({ "Key": key })),
        (
            "DELETE",
            json!({"Key": {"pk": marked, "n": {"N": "1"}, MARKER: marked}}),
        ),
        ("GET", json!({ "Key": key })),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": format!("REMOVE {MARKER}")}),
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {"messages": [{"DeleteRequest": {"Key": key}}]}}),
        ),
    ];
    let records = records.map(|(method, body)| record(method, &body.to_string()));
    let event = json!({ "Records": records });
    let declared = [("PARTITION_KEY", "pk"), ("SORT_KEY", "n"), ("SORT_KEY_TYPE", "N")];
    let willing = service(|_, _| (200, "{}".to_owned()));
    let refusing = service(|_, body| (400, error("ValidationException", body)));
    for url in [&willing, &refusing] {
        for mode in ["replace", "latest", "create"] {
            let lines = lines_for(&declared, url, "eu-west-1", mode, &event).await;
            assert!(lines.lines().count() > 5, "{mode}: {lines}");
            assert!(!lines.contains(MARKER), "{mode}: {lines}");
        }
    }
}

#[tokio::test]
async fn a_malformed_endpoint_or_region_is_named_at_the_start() {
    for (endpoint, region, name) in [
        ("http://local host", "eu-west-1", "AWS_ENDPOINT_URL"),
        ("localhost:4566", "eu-west-1", "AWS_ENDPOINT_URL"),
        ("", "eu west 1", "AWS_REGION"),
    ] {
        let lines = lines(endpoint, region, "replace", &event()).await;
        assert!(
            lines.contains(&format!("the environment variable {name} is malformed")),
            "{lines}"
        );
        assert!(!lines.contains(MARKER), "{lines}");
    }
}

#[tokio::test]
async fn a_refused_event_is_not_shown() {
    let url = service(|_, _| (200, "{}".to_owned()));
    for event in [
        json!({ MARKER: MARKER }),
        json!({"Records": [{"eventSource": "aws:s3", "s3": MARKER}]}),
        json!({"Records": [{"body": MARKER}]}),
        json!({"Records": MARKER}),
        json!(MARKER),
    ] {
        let lines = lines(&url, "eu-west-1", "latest", &event).await;
        assert!(!lines.is_empty() && !lines.contains(MARKER), "{lines}");
    }
}
