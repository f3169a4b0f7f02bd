//! SQS batch -> message table: calls of 25 items, sixteen at once. Unprocessed items are sent again, and a message that cannot be
//! parsed is in the partial batch response.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemError;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures::stream::{self, StreamExt, TryStreamExt};
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde::Deserialize;

const ITEMS_PER_CALL: usize = 25;
const CALLS_AT_ONCE: usize = 16;
const ATTEMPTS: u32 = 8;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    item: HashMap<String, Attribute>,
}

#[derive(Deserialize)]
enum Attribute {
    S(String),
    N(String),
}

impl From<Attribute> for AttributeValue {
    fn from(attribute: Attribute) -> Self {
        match attribute {
            Attribute::S(text) => Self::S(text),
            Attribute::N(number) => Self::N(number),
        }
    }
}

type Item = HashMap<String, AttributeValue>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let table = std::env::var("TABLE_NAME")?;
    run(service_fn(|event| handle(&client, &table, event))).await
}

async fn handle(client: &Client, table: &str, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
    // Keyed, so that the later write of a key wins: DynamoDB refuses two writes of one key in a call.
    let mut items = HashMap::new();
    let mut response = SqsBatchResponse::default();
    for record in event.payload.records {
        match read(&record) {
            Ok((key, item)) => _ = items.insert(key, item),
            Err(error) => {
                let message_id = record.message_id.unwrap_or_default();
                tracing::error!(message_id, %error, "the message cannot be read");
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = message_id;
                response.batch_item_failures.push(failure);
            }
        }
    }
    let written = items.len();
    stream::iter(items.into_values())
        .chunks(ITEMS_PER_CALL)
        .map(|items| write(client, table, items))
        .buffer_unordered(CALLS_AT_ONCE)
        .try_collect::<()>()
        .await?;
    tracing::info!(written, failed = response.batch_item_failures.len(), "batch handled");
    Ok(response)
}

fn read(record: &SqsMessage) -> Result<((String, String), Item), Error> {
    let method = record.message_attributes.get("Method");
    let method = method.and_then(|method| method.string_value.as_deref());
    if method != Some("POST") {
        return Err(format!("this function writes messages of method POST only, not {method:?}").into());
    }
    let body: Body = serde_json::from_str(record.body.as_deref().unwrap_or_default())?;
    let item: Item = body
        .item
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    let key = |name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text.clone()),
        _ => Err(format!("the item has no {name}")),
    };
    Ok(((key("date")?, key("time")?), item))
}

async fn write(client: &Client, table: &str, items: Vec<Item>) -> Result<(), Error> {
    let requests = items.into_iter().map(|item| {
        let put = PutRequest::builder().set_item(Some(item)).build()?;
        Ok(WriteRequest::builder().put_request(put).build())
    });
    let requests = requests.collect::<Result<Vec<_>, Error>>()?;
    let mut unprocessed = HashMap::from([(table.to_owned(), requests)]);
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(25 << attempt)).await;
        }
        let request = client.batch_write_item().set_request_items(Some(unprocessed.clone()));
        match request.send().await {
            Ok(output) => unprocessed = output.unprocessed_items.unwrap_or_default(),
            // The table took nothing, and the SDK's own attempts are used up.
            Err(error) if is_throttled(&error) => {}
            Err(error) => return Err(error.into()),
        }
        if unprocessed.is_empty() {
            return Ok(());
        }
    }
    Err(format!("the table did not take all items in {ATTEMPTS} attempts").into())
}

fn is_throttled(error: &SdkError<BatchWriteItemError>) -> bool {
    error
        .as_service_error()
        .is_some_and(|error| error.is_throttling_exception() || error.is_provisioned_throughput_exceeded_exception())
}
