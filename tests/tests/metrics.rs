//! The metrics that the seven functions write for known input.

use std::time::{Duration, SystemTime};

use end_to_end::emf::{self, count, sum, values};
use end_to_end::rie::{Emulator, variables};
use end_to_end::sample::{HEADER, event_file};
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

const STACK: (&str, &str) = ("Stack", "metrics-test");

/// Starts a function that writes metrics, with these values for its variables.
async fn function(stack: &Stack, logical_id: &str, others: &[(&str, &str)]) -> Emulator {
    let mut variables = variables(logical_id);
    let ours = [("STACK_NAME", STACK.1), ("METRICS_NAMESPACE", "Messages")];
    for (name, value) in ours.into_iter().chain(others.iter().copied()) {
        variables.retain(|(given, _)| given != name);
        variables.push((name.to_owned(), value.to_owned()));
    }
    Emulator::start(stack, logical_id, &variables).await
}

/// The function's metrics. Checks that all name the stack, and that the initialisation is measured once.
fn metrics(function: &Emulator, service: &str) -> Vec<Value> {
    let lines = emf::lines(&function.log());
    assert!(lines.iter().all(|line| line[STACK.0] == STACK.1), "{lines:#?}");
    let of_function = [("Function", service)];
    assert_eq!(count(&lines, "ColdStarts", &of_function), 1);
    let init = sum(&lines, "InitDuration", &of_function);
    assert!(init > 0.0 && init < 10_000.0, "{init}");
    lines
}

#[tokio::test]
async fn every_row_that_was_read_was_sent_or_rejected() {
    let stack = Stack::connect().await;
    let function = function(&stack, "S3ToSqsFunction", &[]).await;
    let (midnight, _) = unique::midnight();
    // 23 good rows, two of which have the key of the first, and two bad rows.
    let seconds = (midnight..midnight + 21).chain([midnight, midnight]);
    let good: Vec<_> = seconds.map(|second| format!("{second},a,b,c,4.39,d,9.09\n")).collect();
    let good = good.concat();
    let file = format!("{HEADER}\n{good}yesterday,a,b,c,1,d,2\n{midnight},a,b,c,much,d,2\n");
    let bytes = file.len() as u64;
    let bucket = &stack.outputs.report_bucket_name;
    let upload = stack.upload_as(bucket, "counted.csv", file, "text/csv").await;
    let mut event: Value = serde_json::from_str(&event_file("s3-to-sqs.json")).unwrap_or_default();
    event["Records"][0]["s3"]["bucket"]["name"] = bucket.as_str().into();
    event["Records"][0]["s3"]["object"] = json!({"key": upload.key});
    for _ in 0..2 {
        assert_eq!(function.invoke(&event).await.json(), Value::Null);
    }
    event["Records"][0]["s3"]["bucket"]["name"] = "no-such-bucket-of-anybody".into();
    assert!(function.invoke(&event).await.body.contains("errorType"));

    let lines = metrics(&function, "s3-to-sqs");
    let of = |metric| count(&lines, metric, &[("Function", "s3-to-sqs")]);
    let twice = [25, 23, 2, 2, bytes].map(|count| 2 * count);
    let counted = ["RowsRead", "RowsSent", "RowsRejected", "RowsColliding", "BytesRead"].map(of);
    assert_eq!(counted, twice);
    assert_eq!(of("RowsRead"), of("RowsSent") + of("RowsRejected"));
    // The rows are dated more than a year after the upload, so all are suspicious.
    assert_eq!(of("RowsSuspicious"), of("RowsSent"));
    assert_eq!((of("ObjectsExtracted"), of("ObjectsFailed")), (2, 1));
    for line in lines.iter().filter(|line| line["RowsRead"] == 25) {
        assert_eq!(line["RejectedShare"], 8);
        assert_eq!(line["BatchSize"], json!({"Values": [3, 10], "Counts": [1, 2]}));
        let (duration, speed) = (values(&line["ExtractDuration"])[0], values(&line["RowsPerSecond"])[0]);
        assert!((speed * duration / 25_000.0 - 1.0).abs() < 0.01, "{line}");
    }
}

/// A message of an event, with its number, `Method`, body and ingest.
fn record(number: usize, method: &str, body: &str, ingest_id: &str) -> Value {
    let text = |value: &str| json!({"stringValue": value, "dataType": "String"});
    json!({
        "messageId": format!("{}-{number}", unique::name()), "receiptHandle": "handle", "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {"Method": text(method), "IngestId": text(ingest_id)},
    })
}

/// The id of an ingest that was uploaded this many seconds ago.
fn uploaded_before(seconds: u64) -> String {
    let then = SystemTime::now() - Duration::from_secs(seconds);
    let millis = then
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |time| time.as_millis());
    let hex = format!("{millis:012x}");
    format!(
        "{}-{}-7000-8000-{:012x}",
        &hex[..8],
        &hex[8..],
        fastrand::u64(..1 << 48)
    )
}

#[tokio::test]
async fn every_message_was_written_retried_or_died() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let post =
        |second: usize| json!({"Item": {"date": {"S": date}, "time": {"S": format!("09:01:{second:02}")}}}).to_string();
    let (lately, long_ago) = (uploaded_before(3), uploaded_before(3600));
    let mut records: Vec<_> = (0..30)
        .map(|second| record(second, "POST", &post(second), &lately))
        .collect();
    // A message with the key of the first: one of the two rows is superseded, and its message counts as written. Then a message
    // of another ingest, and two that must die.
    records.push(record(30, "POST", &post(0), &lately));
    records.push(record(31, "POST", &post(31), &long_ago));
    records.push(record(32, "POST", "{}", &lately));
    records.push(record(33, "PATCH", "{}", &lately));
    let event = json!({ "Records": records });
    let function = function(&stack, "SqsToDynamoDbFunction", &[]).await;
    assert_eq!(function.invoke(&event).await.json(), json!({"batchItemFailures": []}));

    let lines = metrics(&function, "sqs-to-dynamodb");
    let of = |metric| count(&lines, metric, &[("Function", "sqs-to-dynamodb")]);
    let counted = [
        "MessagesReceived",
        "MessagesWritten",
        "MessagesRetried",
        "MessagesDead",
        "BatchSize",
    ]
    .map(of);
    assert_eq!(counted, [34, 32, 0, 2, 34]);
    assert_eq!(["RowsWritten", "RowsSuperseded", "RowsDead"].map(of), [31, 1, 2]);
    let line = lines
        .iter()
        .find(|line| line["QueueLag"] != Value::Null)
        .unwrap_or_else(|| panic!("no lag: {lines:#?}"));
    let mut lags = values(&line["QueueLag"]);
    lags.sort_by(f64::total_cmp);
    assert_eq!(lags.len(), 32);
    assert!(
        (3_000.0..60_000.0).contains(&lags[0]) && (lags[0] - lags[30]).abs() < 1.0,
        "{lags:?}"
    );
    assert!((3_600_000.0..3_660_000.0).contains(&lags[31]), "{lags:?}");
    stack
        .take_dead_letters(2, |dead_letter| dead_letter.attribute("IngestId") == lately)
        .await;
}

#[tokio::test]
async fn rows_of_many_in_a_message_are_counted_beside_messages() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let put = |second: usize| {
        let item = json!({"date": {"S": date}, "time": {"S": format!("09:01:{second:02}")}});
        json!({"PutRequest": {"Item": item}})
    };
    let body = |rows: Vec<Value>| json!({"RequestItems": {&stack.outputs.table_name: rows}}).to_string();
    let lately = uploaded_before(3);
    let bad = json!({"PutRequest": {"Item": {"date": {"S": date}}}});
    let records = [
        record(0, "BATCH_WRITE", &body((0..50).map(put).collect()), &lately),
        record(
            1,
            "BATCH_WRITE",
            &body(vec![put(50), bad.clone(), put(50), bad]),
            &lately,
        ),
    ];
    let function = function(&stack, "SqsToDynamoDbFunction", &[]).await;
    let event = json!({ "Records": records });
    assert_eq!(function.invoke(&event).await.json(), json!({"batchItemFailures": []}));

    let lines = metrics(&function, "sqs-to-dynamodb");
    let of = |metric| count(&lines, metric, &[("Function", "sqs-to-dynamodb")]);
    let messages = ["MessagesReceived", "MessagesWritten", "MessagesRetried", "MessagesDead"].map(of);
    assert_eq!(messages, [2, 1, 0, 1]);
    assert_eq!(["RowsWritten", "RowsSuperseded", "RowsDead"].map(of), [51, 1, 2]);
    stack
        .take_dead_letters(2, |dead_letter| dead_letter.attribute("IngestId") == lately)
        .await;
}

#[tokio::test]
async fn a_quiet_function_writes_its_metrics_all_the_same() {
    let stack = Stack::connect().await;
    // As in the template. The second variable sets Lambda's own filter, which treats a line of metrics as INFO.
    let levels = [("LOG_LEVEL", "WARN"), ("AWS_LAMBDA_LOG_LEVEL", "TRACE")];
    let function = function(&stack, "SqsToDynamoDbFunction", &levels).await;
    let body = json!({"Item": {"date": {"S": unique::date()}, "time": {"S": "09:01:05"}}}).to_string();
    let event = json!({"Records": [record(0, "POST", &body, &uploaded_before(1))]});
    assert_eq!(function.invoke(&event).await.json(), json!({"batchItemFailures": []}));

    let lines = metrics(&function, "sqs-to-dynamodb");
    assert_eq!(count(&lines, "MessagesWritten", &[("Function", "sqs-to-dynamodb")]), 1);
    let log = function.log();
    assert!(!log.contains(r#""service":"sqs-to-dynamodb""#), "{log}");
}

#[tokio::test]
async fn what_cannot_be_written_now_is_counted_as_retried() {
    let stack = Stack::connect().await;
    let function = function(&stack, "SqsToDynamoDbFunction", &[("TABLE_NAME", "no-such-table")]).await;
    let body = json!({"Item": {"date": {"S": unique::date()}, "time": {"S": "09:01:05"}}}).to_string();
    let records = [
        record(0, "POST", &body, ""),
        record(1, "PATCH", "{}", &uploaded_before(1)),
    ];
    let response = function.invoke(&json!({ "Records": records })).await.json();
    assert_eq!(
        response["batchItemFailures"].as_array().map(Vec::len),
        Some(1),
        "{response}"
    );

    let lines = metrics(&function, "sqs-to-dynamodb");
    let of = |metric| count(&lines, metric, &[]);
    let counted = ["MessagesReceived", "MessagesWritten", "MessagesRetried", "MessagesDead"].map(of);
    assert_eq!(counted, [2, 0, 1, 1]);
    let of_this = records[1]["messageId"].as_str().unwrap_or_default();
    stack
        .take_dead_letters(1, |dead_letter| dead_letter.attribute("OriginalMessageId") == of_this)
        .await;
}

#[tokio::test]
async fn requests_are_counted_by_route_and_class_of_status() {
    let stack = Stack::connect().await;
    let date = unique::date();
    for (logical_id, event, service, route, class) in [
        (
            "GetMessagesFunction",
            "get-messages.json",
            "get-messages",
            "GET /message",
            "2xx",
        ),
        (
            "PostMessageFunction",
            "post-message.json",
            "post-message",
            "POST /message",
            "2xx",
        ),
        (
            "GetMessageFunction",
            "get-message.json",
            "get-message",
            "GET /message/{date}",
            "2xx",
        ),
        (
            "PutMessageFunction",
            "put-message.json",
            "put-message",
            "PUT /message/{date}",
            "2xx",
        ),
        (
            "DeleteMessageFunction",
            "delete-message.json",
            "delete-message",
            "DELETE /message/{date}",
            "2xx",
        ),
        (
            "GetMessageFunction",
            "get-message.json",
            "get-message",
            "GET /message/{date}",
            "4xx",
        ),
    ] {
        let function = function(&stack, logical_id, &[]).await;
        let event: Value = serde_json::from_str(&event_file(event).replace("2001-01-01", &date)).unwrap_or_default();
        for _ in 0..2 {
            assert_eq!(function.invoke(&event).await.status, 200);
        }
        let lines = metrics(&function, service);
        let by = [("Route", route), ("StatusClass", class)];
        assert_eq!(count(&lines, "Requests", &by), 2, "{route}: {lines:#?}");
        assert_eq!(count(&lines, "Requests", &[]), 2);
        let latency = sum(&lines, "Latency", &by);
        assert!(latency > 0.0 && latency < 20_000.0, "{latency}");
    }
}

#[tokio::test]
async fn a_table_that_cannot_be_reached_is_5xx_and_its_tries_are_counted() {
    let stack = Stack::connect().await;
    // Nothing listens on this address.
    let endpoint = ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9");
    let function = function(&stack, "GetMessageFunction", &[endpoint]).await;
    let event: Value = serde_json::from_str(&event_file("get-message.json")).unwrap_or_default();
    assert_eq!(function.invoke(&event).await.json()["statusCode"], 500);
    let lines = metrics(&function, "get-message");
    assert_eq!(count(&lines, "Requests", &[("StatusClass", "5xx")]), 1);
    let retries = [("Function", "get-message"), ("Service", "DynamoDB")];
    assert_eq!(count(&lines, "Retries", &retries), 3);
}
