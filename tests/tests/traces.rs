//! Traces from the S3 event across the queue to the item, and from the API's client to DynamoDB.

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use end_to_end::otlp::{Receiver, Span};
use end_to_end::rie::{Emulator, variables};
use end_to_end::sample::{HEADER, event_file};
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

const SERVER: i32 = 2;
const CLIENT: i32 = 3;
const PRODUCER: i32 = 4;
const CONSUMER: i32 = 5;

/// Starts a function that sends its spans to `receiver` and its messages to `queue`.
async fn function(stack: &Stack, logical_id: &str, receiver: &Receiver, queue: &str) -> Emulator {
    let mut variables = variables(logical_id);
    variables.retain(|(name, _)| name != "SQS_QUEUE_URL");
    variables.push(("SQS_QUEUE_URL".to_owned(), queue.to_owned()));
    variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), receiver.endpoint.clone()));
    Emulator::start(stack, logical_id, &variables).await
}

/// Uploads `rows` rows of one day and extracts them. Returns the spans, the sent messages and the day.
async fn extract(stack: &Stack, receiver: &Receiver, rows: usize) -> (Vec<Span>, Vec<Message>, String) {
    let queue = stack.queue_without_reader().await;
    let function = function(stack, "S3ToSqsFunction", receiver, &queue).await;
    let (midnight, date) = unique::midnight();
    let lines = (midnight..)
        .take(rows)
        .map(|second| format!("{second},location-03,wireless,router-1,4.39,device-1,9.09\n"));
    let file = format!("{HEADER}\n{}", lines.collect::<String>());
    // The report bucket notifies no function.
    let bucket = &stack.outputs.report_bucket_name;
    let key = format!("{}/traced.csv", unique::name());
    let upload = stack.upload_as(bucket, &key, file, "text/csv").await;
    let mut event: Value = serde_json::from_str(&event_file("s3-to-sqs.json")).unwrap_or_default();
    event["Records"][0]["s3"]["bucket"]["name"] = bucket.as_str().into();
    event["Records"][0]["s3"]["object"]["key"] = upload.key.as_str().into();
    event["Records"][0]["s3"]["object"]["size"] = Value::Null;
    let response = function.invoke(&event).await;
    assert_eq!((response.status, response.json()), (200, Value::Null), "{response:?}");

    let messages = stack.receive(&queue, rows).await;
    (receiver.take(), messages, date)
}

/// The event with which Lambda delivers messages.
fn event(messages: &[Message]) -> Value {
    let records: Vec<_> = messages
        .iter()
        .map(|message| {
            let system = message.attributes.clone().unwrap_or_default().into_iter();
            let system: serde_json::Map<_, _> = system
                .map(|(name, value)| (name.as_str().to_owned(), value.into()))
                .collect();
            let attributes = message.message_attributes.clone().unwrap_or_default().into_iter();
            let attributes: serde_json::Map<_, _> = attributes
                .map(|(name, value)| (name, json!({"stringValue": value.string_value, "dataType": "String"})))
                .collect();
            json!({
                "messageId": message.message_id, "receiptHandle": message.receipt_handle, "body": message.body,
                "attributes": system, "messageAttributes": attributes, "eventSource": "aws:sqs",
            })
        })
        .collect();
    json!({ "Records": records })
}

fn header(message: &Message) -> &str {
    let attributes = message.attributes.as_ref();
    let header = attributes.and_then(|attributes| attributes.get(&MessageSystemAttributeName::AwsTraceHeader));
    header.map_or("", String::as_str)
}

fn one<'s>(spans: &'s [Span], kind: i32, start: &str) -> &'s Span {
    let mut found = spans
        .iter()
        .filter(|span| span.kind == kind && span.name.starts_with(start));
    match (found.next(), found.next()) {
        (Some(span), None) => span,
        _ => panic!("not one {start} of kind {kind} in {spans:#?}"),
    }
}

async fn write(stack: &Stack, receiver: &Receiver, messages: &[Message]) -> Vec<Span> {
    let function = function(stack, "SqsToDynamoDbFunction", receiver, &stack.outputs.queue_url).await;
    let response = function.invoke(&event(messages)).await;
    assert_eq!(response.json(), json!({"batchItemFailures": []}), "{response:?}");
    receiver.take()
}

#[tokio::test]
async fn an_upload_is_one_trace_to_the_table() {
    let stack = Stack::connect().await;
    let receiver = Receiver::start().await;

    let (spans, messages, date) = extract(&stack, &receiver, 12).await;
    let root = one(&spans, SERVER, "s3-to-sqs");
    let publish = one(&spans, PRODUCER, "publish ");
    assert_eq!(root.service, "s3-to-sqs");
    assert_eq!(
        root.attributes["faas.document.name"].rsplit('/').next(),
        Some("traced.csv")
    );
    assert_eq!(publish.attributes["messaging.batch.message_count"], "[12]");
    for inner in [
        publish,
        one(&spans, CLIENT, "GetObject "),
        one(&spans, CLIENT, "PutObject "),
    ] {
        assert_eq!((&inner.trace, &inner.parent), (&root.trace, &root.id), "{inner:#?}");
    }
    let (epoch, random) = publish.trace.split_at(8);
    let expected = format!("Root=1-{epoch}-{random};Parent={};Sampled=1", publish.id);
    assert!(messages.iter().all(|message| header(message) == expected), "{expected}");

    let spans = write(&stack, &receiver, &messages).await;
    let process = one(&spans, CONSUMER, "process ");
    assert_eq!((&process.trace, &process.parent), (&publish.trace, &publish.id));
    assert_eq!((&process.service[..], &process.links[..]), ("sqs-to-dynamodb", &[][..]));
    let call = one(&spans, CLIENT, "BatchWriteItem ");
    assert_eq!((&call.trace, &call.parent), (&process.trace, &process.id));
    assert_eq!(call.attributes["db.collection.name"], stack.outputs.table_name);
    assert_eq!(stack.items(&date).await.len(), 12);
}

#[tokio::test]
async fn a_batch_of_two_uploads_is_linked_to_both() {
    let stack = Stack::connect().await;
    let receiver = Receiver::start().await;
    let (first, mut messages, _) = extract(&stack, &receiver, 2).await;
    let (second, more, _) = extract(&stack, &receiver, 2).await;
    messages.extend(more);

    let spans = write(&stack, &receiver, &messages).await;

    let process = one(&spans, CONSUMER, "process ");
    let mut expected = [&first, &second].map(|spans| {
        let publish = one(spans, PRODUCER, "publish ");
        (publish.trace.clone(), publish.id.clone())
    });
    expected.sort();
    let mut links = process.links.clone();
    links.sort();
    assert_eq!(links, expected);
    assert!(expected.iter().all(|(trace, _)| *trace != process.trace));
}

#[tokio::test]
async fn a_call_goes_on_from_its_client_s_trace() {
    let stack = Stack::connect().await;
    let receiver = Receiver::start().await;
    let function = function(&stack, "GetMessageFunction", &receiver, "").await;
    let mut event: Value = serde_json::from_str(&event_file("get-message.json")).unwrap_or_default();
    event["headers"]["TraceParent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into();

    let response = function.invoke(&event).await;
    assert!(response.status == 200, "{response:?}");

    let spans = receiver.take();
    let request = one(&spans, SERVER, "GET /message/{date}");
    assert_eq!(
        (request.trace.as_str(), request.parent.as_str()),
        ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    );
    assert_eq!(
        request.attributes["http.response.status_code"],
        format!("[{}]", response.json()["statusCode"])
    );
    let call = one(&spans, CLIENT, "GetItem ");
    assert_eq!((&call.trace, &call.parent), (&request.trace, &request.id));
}
