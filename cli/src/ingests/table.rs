//! The calls that read the table of ingests and its index.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use backoff::{Backoff, Deadline};
use ledger::Record;
use uuid::Uuid;

use super::error::IngestsError;
use super::item;
use super::span::Span;
use crate::aws_call::failed;
use crate::stack::Stack;

/// The name of the index of ingests, by the day of the upload and then by the ingest id, which is the order of uploads.
const INDEX: &str = "by_day";
/// The most items of one `BatchGetItem`.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>
const MAX_KEYS: usize = 100;
/// How often keys that DynamoDB left out are asked for again. The longest pauses sum to 6.35 s, so [`PATIENCE`] ends only slow
/// calls.
const PAUSES: u32 = 7;
/// How long keys that DynamoDB left out are asked for again. A user is waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// An ingest in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The ingest id.
    pub id: Uuid,
    /// The bucket of its object.
    pub bucket: String,
    /// The key of its object.
    pub object: String,
}

/// Which ingests of a day to read.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// At most this many, the latest first.
    Latest(usize),
    /// Those of a span of time, the earliest first.
    Of(Span),
}

/// Reads ingests of a day, `YYYY-MM-DD`, from the index.
///
/// # Errors
/// When there is no table or the index cannot be read.
pub async fn of_day(stack: &Stack, day: &str, which: Which) -> Result<Vec<Entry>, IngestsError> {
    let table = table(stack)?;
    let query = stack.dynamodb.query().table_name(table).index_name(INDEX);
    let query = query
        .projection_expression("ingest_id, #bucket, #object")
        .expression_attribute_names("#bucket", "bucket")
        .expression_attribute_names("#object", "object")
        .expression_attribute_names("#day", "day")
        .expression_attribute_values(":day", AttributeValue::S(day.to_owned()));
    let (query, most) = match which {
        Which::Latest(most) => {
            let query = query.key_condition_expression("#day = :day").scan_index_forward(false);
            (query.limit(i32::try_from(most).unwrap_or(i32::MAX)), most)
        }
        Which::Of(span) => {
            let [lowest, highest] = span.ids();
            let query = query
                .key_condition_expression("#day = :day AND ingest_id BETWEEN :lowest AND :highest")
                .expression_attribute_values(":lowest", AttributeValue::S(lowest))
                .expression_attribute_values(":highest", AttributeValue::S(highest));
            (query, usize::MAX)
        }
    };
    let mut pages = query.into_paginator().send();
    let mut entries = Vec::new();
    while entries.len() < most
        && let Some(page) = pages.next().await
    {
        let page = page.map_err(failed(format!("reading {table}/index/{INDEX} (dynamodb:Query)")))?;
        let items = page.items.unwrap_or_default();
        entries.extend(items.iter().filter_map(Entry::of));
    }
    entries.truncate(most);
    Ok(entries)
}

/// Reads the records of ingests. Ingests that the table does not have are left out.
///
/// # Errors
/// When there is no table, or a record cannot be read.
pub async fn records(stack: &Stack, ids: &[Uuid]) -> Result<HashMap<Uuid, Record>, IngestsError> {
    let table = table(stack)?;
    let mut records = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(MAX_KEYS) {
        let key = |id: &Uuid| HashMap::from([("ingest_id".to_owned(), AttributeValue::S(id.to_string()))]);
        let mut keys: Vec<_> = ids.iter().map(key).collect();
        let mut backoff = Backoff::of_pauses(PAUSES, Deadline::after(PATIENCE));
        while !keys.is_empty() {
            let (found, unprocessed) = get(stack, table, keys).await?;
            records.extend(found.into_iter().map(|record| (record.ingest_id, record)));
            keys = unprocessed;
            if !keys.is_empty() && !backoff.pause().await {
                let (table, count) = (table.to_owned(), keys.len());
                return Err(IngestsError::Unread { table, count });
            }
        }
    }
    Ok(records)
}

/// The key of an item, as the SDK takes it.
type Key = HashMap<String, AttributeValue>;

/// Reads the records of these keys in one call. Returns the records, and the keys that DynamoDB left out.
async fn get(stack: &Stack, table: &str, keys: Vec<Key>) -> Result<(Vec<Record>, Vec<Key>), IngestsError> {
    let doing = format!("reading records of {table} (dynamodb:BatchGetItem)");
    // Consistent, so that the counts that the writer wrote a moment ago are in it.
    let request = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true);
    let get = match request.build() {
        Ok(request) => {
            stack
                .dynamodb
                .batch_get_item()
                .request_items(table, request)
                .send()
                .await
        }
        Err(error) => Err(SdkError::construction_failure(error)),
    };
    let reply = get.map_err(failed(doing))?;
    let items = reply.responses.and_then(|mut tables| tables.remove(table));
    let records = items
        .unwrap_or_default()
        .iter()
        .map(|item| item::record(table, item))
        .collect::<Result<_, _>>()?;
    let unprocessed = reply.unprocessed_keys.and_then(|mut tables| tables.remove(table));
    Ok((records, unprocessed.map(|request| request.keys).unwrap_or_default()))
}

impl Entry {
    /// Reads an item of the index; `None` when the item has no ingest id.
    fn of(item: &HashMap<String, AttributeValue>) -> Option<Self> {
        let text = |name: &str| item.get(name)?.as_s().ok().cloned();
        Some(Self {
            id: text("ingest_id")?.parse().ok()?,
            bucket: text("bucket").unwrap_or_default(),
            object: text("object").unwrap_or_default(),
        })
    }
}

fn table(stack: &Stack) -> Result<&str, IngestsError> {
    stack.ingest_table.as_deref().ok_or(IngestsError::NoTable)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::error::ErrorMetadata;
    use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
    use aws_sdk_dynamodb::operation::query::{QueryError, QueryOutput};
    use aws_smithy_mocks::{RuleMode, mock, mock_client};

    use super::*;
    use crate::stack::testing;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn item(number: u128) -> Key {
        HashMap::from([("ingest_id".to_owned(), AttributeValue::S(id(number).to_string()))])
    }

    fn request(keys: Vec<Key>) -> KeysAndAttributes {
        KeysAndAttributes::builder().set_keys(Some(keys)).build().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn records_that_dynamodb_leaves_out_are_asked_for_again() {
        let first = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(|| {
            let output = BatchGetItemOutput::builder().responses("ingests", vec![item(1)]);
            output.unprocessed_keys("ingests", request(vec![item(2)])).build()
        });
        let second = mock!(aws_sdk_dynamodb::Client::batch_get_item)
            .match_requests(|asked| asked.request_items().unwrap()["ingests"].keys() == [item(2)])
            .then_output(|| {
                BatchGetItemOutput::builder()
                    .responses("ingests", vec![item(2)])
                    .build()
            });
        let mut stack = testing::stack_with_books();
        stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&first, &second]);
        let records = records(&stack, &[id(1), id(2)]).await.unwrap();
        assert_eq!((records.len(), records[&id(2)].ingest_id), (2, id(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn records_that_dynamodb_leaves_out_again_and_again_are_an_error_that_passes() {
        let none = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(|| {
            BatchGetItemOutput::builder()
                .unprocessed_keys("ingests", request(vec![item(1)]))
                .build()
        });
        let mut stack = testing::stack_with_books();
        stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&none]);
        let error = records(&stack, &[id(1)]).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert_eq!(none.num_calls(), 8);
    }

    #[tokio::test]
    async fn a_day_is_read_to_its_end_or_to_the_limit() {
        let pages = || {
            let rule = mock!(aws_sdk_dynamodb::Client::query).then_output(|| {
                let output = QueryOutput::builder().items(item(1)).items(item(2));
                output
                    .last_evaluated_key("ingest_id", AttributeValue::S("2".into()))
                    .build()
            });
            let last = mock!(aws_sdk_dynamodb::Client::query)
                .match_requests(|query| query.exclusive_start_key().is_some())
                .then_output(|| QueryOutput::builder().items(item(3)).build());
            let mut stack = testing::stack_with_books();
            stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&rule, &last]);
            stack
        };
        let count = async |stack: Stack, which| of_day(&stack, "2026-01-01", which).await.unwrap().len();
        assert_eq!(count(pages(), Which::Of(Span { from: 0, to: 1 })).await, 3);
        assert_eq!(count(pages(), Which::Latest(2)).await, 2);
    }

    #[tokio::test]
    async fn a_missing_right_is_named_and_so_is_a_missing_table() {
        let denied = mock!(aws_sdk_dynamodb::Client::query)
            .then_error(|| QueryError::generic(ErrorMetadata::builder().code("AccessDeniedException").build()));
        let mut stack = testing::stack_with_books();
        stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&denied]);
        let error = of_day(&stack, "2026-01-01", Which::Latest(1)).await.unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("reading ingests/index/by_day (dynamodb:Query): "),
            "{error}"
        );
        assert!(error.remedy().contains("docs/messages-command.md"));
        let error = records(&testing::stack(None), &[id(1)]).await.unwrap_err();
        assert!(error.to_string().contains("IngestTableName"), "{error}");
    }
}
