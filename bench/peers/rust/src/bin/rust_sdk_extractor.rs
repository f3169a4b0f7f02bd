//! CSV object -> one SQS message per row: the object is streamed, messages are sent ten to a call, 64 calls at once.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_lambda_events::event::s3::S3Event;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use chrono::DateTime;
use csv_async::{AsyncReaderBuilder, StringRecord};
use futures::stream::{self, Stream, TryStreamExt};
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::AsyncRead;

const ENTRIES_PER_CALL: usize = 10;
const CALLS_AT_ONCE: usize = 64;
const ATTEMPTS: u32 = 5;

struct Extractor {
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    queue_url: String,
    table_name: String,
    method: MessageAttributeValue,
}

#[derive(Deserialize)]
struct Row<'r> {
    timestamp: &'r str,
    location: &'r str,
    source: &'r str,
    local_dest: &'r str,
    local_avg: &'r str,
    remote_dest: &'r str,
    remote_avg: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'r> {
    table_name: &'r str,
    item: Item<'r>,
}

#[derive(Serialize)]
struct Item<'r> {
    date: Attribute<String>,
    time: Attribute<String>,
    location: Attribute<&'r str>,
    source: Attribute<&'r str>,
    local_dest: Attribute<&'r str>,
    local_avg: Attribute<&'r str>,
    remote_dest: Attribute<&'r str>,
    remote_avg: Attribute<&'r str>,
}

#[derive(Serialize)]
enum Attribute<T> {
    S(T),
    N(T),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let extractor = Extractor {
        s3: aws_sdk_s3::Client::new(&config),
        sqs: aws_sdk_sqs::Client::new(&config),
        queue_url: std::env::var("SQS_QUEUE_URL")?,
        table_name: std::env::var("TABLE_NAME")?,
        method: MessageAttributeValue::builder()
            .data_type("String")
            .string_value("POST")
            .build()?,
    };
    run(service_fn(|event| handle(&extractor, event))).await
}

async fn handle(extractor: &Extractor, event: LambdaEvent<S3Event>) -> Result<Value, Error> {
    let mut sent = 0;
    for record in event.payload.records {
        let bucket = record.s3.bucket.name.ok_or("the event names no bucket")?;
        // The keys of S3's notifications are form-encoded, and `url_decoded_key` is not in them.
        let encoded = record.s3.object.key.ok_or("the event names no key")?.replace('+', " ");
        let key = percent_decode_str(&encoded).decode_utf8()?.into_owned();
        let count = extract(extractor, &bucket, &key).await?;
        tracing::info!(bucket, key, count, "rows sent");
        sent += count;
    }
    Ok(json!({ "sent": sent }))
}

async fn extract(extractor: &Extractor, bucket: &str, key: &str) -> Result<usize, Error> {
    let object = extractor.s3.get_object().bucket(bucket).key(key).send().await?;
    bodies(object.body.into_async_read(), &extractor.table_name)
        .await?
        .try_chunks(ENTRIES_PER_CALL)
        .map_err(|error| error.1)
        .map_ok(|bodies| send(extractor, bodies))
        .try_buffer_unordered(CALLS_AT_ONCE)
        .try_fold(0, |sent, count| async move { Ok(sent + count) })
        .await
}

/// The body of each row's message.
async fn bodies<R: AsyncRead + Unpin + Send>(
    object: R,
    table_name: &str,
) -> Result<impl Stream<Item = Result<String, Error>>, Error> {
    let mut reader = AsyncReaderBuilder::new().create_reader(object);
    let headers = reader.headers().await?.clone();
    // All rows share one record, whose fields are borrowed: `into_deserialize` would allocate a record for each row.
    let state = (reader, headers, StringRecord::new());
    Ok(stream::try_unfold(
        state,
        async move |(mut reader, headers, mut record)| {
            if !reader.read_record(&mut record).await? {
                return Ok(None);
            }
            let body = body(record.deserialize(Some(&headers))?, table_name)?;
            Ok(Some((body, (reader, headers, record))))
        },
    ))
}

fn body(row: Row<'_>, table_name: &str) -> Result<String, Error> {
    let seconds = row.timestamp.split('.').next().unwrap_or_default();
    let moment = DateTime::from_timestamp(seconds.parse()?, 0).ok_or("the timestamp is out of range")?;
    let item = Item {
        date: Attribute::S(moment.date_naive().to_string()),
        time: Attribute::S(moment.time().to_string()),
        location: Attribute::S(row.location),
        source: Attribute::S(row.source),
        local_dest: Attribute::S(row.local_dest),
        local_avg: Attribute::N(row.local_avg),
        remote_dest: Attribute::S(row.remote_dest),
        remote_avg: Attribute::N(row.remote_avg),
    };
    Ok(serde_json::to_string(&Body { table_name, item })?)
}

/// Sends one batch. Messages that SQS did not accept, although it answered 200, are sent again.
async fn send(extractor: &Extractor, mut bodies: Vec<String>) -> Result<usize, Error> {
    let count = bodies.len();
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
        }
        let request = extractor.sqs.send_message_batch().queue_url(&extractor.queue_url);
        let request = request.set_entries(Some(entries(&bodies, &extractor.method)?));
        let failed = request.send().await?.failed;
        if failed.is_empty() {
            return Ok(count);
        }
        if let Some(refused) = failed.iter().find(|entry| entry.sender_fault) {
            return Err(format!("the queue refuses a message: {refused:?}").into());
        }
        let failed = failed
            .iter()
            .map(|entry| Ok(bodies[entry.id.parse::<usize>()?].clone()));
        bodies = failed.collect::<Result<_, Error>>()?;
    }
    Err(format!(
        "the queue did not take {} messages in {ATTEMPTS} attempts",
        bodies.len()
    )
    .into())
}

fn entries(bodies: &[String], method: &MessageAttributeValue) -> Result<Vec<SendMessageBatchRequestEntry>, BuildError> {
    let entries = bodies.iter().enumerate().map(|(index, body)| {
        SendMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .message_body(body)
            .message_attributes("Method", method.clone())
            .build()
    });
    entries.collect()
}
