//! `GET /message`: a page of messages.

use std::time::{Duration, Instant};

use attributes::{Attributes, plain_json};
use aws_sdk_dynamodb::Error as SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use message::names;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::event::Request;
use crate::next_token::{List, NextToken};
use crate::{Api, Error, Response};

/// A page ends before its text takes more bytes: Lambda refuses to return more than 6 MB, headers and all.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// A page ends after this time, so that the last call, which may take as long as its timeout, ends within the
/// function's.
const MAX_PAGE_TIME: Duration = Duration::from_secs(3);

/// The answer. Its items are text already, because their size decides where the page ends.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    items: Vec<Box<RawValue>>,
    count: usize,
    /// The same as `count`: nothing is filtered out after DynamoDB read it.
    scanned_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// What one call of DynamoDB returned.
struct Batch {
    items: Vec<Attributes>,
    last_evaluated_key: Option<Attributes>,
}

impl Api {
    /// Reads the table, or one date of it, up to the limit that the client gave: one call of DynamoDB returns at most
    /// 1 MB, so there may be several.
    pub(crate) async fn list(&self, request: &Request) -> Result<Response, Error> {
        let list = request.query_date()?.map_or(List::All, List::OfDate);
        let limit = request.limit()?;
        let mut start_key = request.next_token(list)?.map(NextToken::into_start_key);

        let start = Instant::now();
        let mut items = Vec::new();
        let mut bytes = 0;
        let mut left = limit;
        'page: loop {
            let batch = self.read(list, start_key.clone(), left).await?;
            for item in batch.items {
                let json = plain_json::from_attributes(&item).map_err(Error::Unreadable)?;
                let json = to_raw_value(&json).map_err(Error::Unwritable)?;
                bytes += escaped_bytes(json.get());
                // The first item always fits: an item has at most 400 KB. The page goes on after the last that did, which
                // may be the last of the batch before.
                if bytes > MAX_PAGE_BYTES && !items.is_empty() {
                    break 'page;
                }
                items.push(json);
                left -= 1;
                start_key = Some(item);
            }
            // The key of the last item, and there without items too.
            start_key = batch.last_evaluated_key;
            if start_key.is_none() || left <= 0 || start.elapsed() > MAX_PAGE_TIME {
                break;
            }
        }
        let next_token = match start_key {
            Some(key) => Some(NextToken::after(list, &key).ok_or(Error::NoKey)?.encode()),
            None => None,
        };
        let page = Page {
            count: items.len(),
            scanned_count: items.len(),
            items,
            next_token,
        };
        Response::json(200, &page)
    }

    /// At most `limit` items of `list` behind `start_key`.
    async fn read(&self, list: List, start_key: Option<Attributes>, limit: i32) -> Result<Batch, Error> {
        let (items, last_evaluated_key) = match list {
            List::All => {
                let call = self.dynamodb.scan().table_name(&self.table).limit(limit);
                let output = call.set_exclusive_start_key(start_key).send().await;
                let output = output.map_err(SdkError::from)?;
                (output.items, output.last_evaluated_key)
            }
            List::OfDate(date) => {
                let call = self.dynamodb.query().table_name(&self.table).limit(limit);
                let output = call
                    .set_exclusive_start_key(start_key)
                    // A reserved word.
                    .key_condition_expression("#date = :date")
                    .expression_attribute_names("#date", names::DATE)
                    .expression_attribute_values(":date", AttributeValue::S(date.to_string()))
                    .send()
                    .await;
                let output = output.map_err(SdkError::from)?;
                (output.items, output.last_evaluated_key)
            }
        };
        Ok(Batch {
            items: items.unwrap_or_default(),
            last_evaluated_key,
        })
    }
}

/// The bytes that JSON text takes inside the response, where it is a string in JSON again. It has no control characters
/// any more that would be escaped.
fn escaped_bytes(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::Client;
    use aws_sdk_dynamodb::operation::query::QueryOutput;
    use aws_sdk_dynamodb::operation::scan::ScanOutput;
    use aws_smithy_mocks::mock;
    use serde_json::{Value, json};

    use super::*;
    use crate::Route;
    use crate::testing::{TABLE, api, sample, send};

    /// The item number `second` of a minute, with a note.
    fn item(second: usize, note: &str) -> Attributes {
        [
            ("date", "2001-01-01"),
            ("time", &format!("09:01:{second:02}")),
            ("note", note),
        ]
        .map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())))
        .into()
    }

    fn key(second: usize) -> Attributes {
        let mut key = item(second, "");
        key.remove("note");
        key
    }

    async fn list(api: &Api, query: Value) -> Value {
        let response = send(api, Route::ListMessages, &json!({"queryStringParameters": query})).await;
        assert_eq!(response.status(), 200, "{}", response.body());
        serde_json::from_str(response.body()).unwrap()
    }

    #[tokio::test]
    async fn without_a_date_the_table_is_scanned() {
        let scan = mock!(Client::scan)
            .match_requests(|input| {
                input.table_name() == Some(TABLE) && input.limit() == Some(100) && input.exclusive_start_key().is_none()
            })
            .then_output(|| ScanOutput::builder().items(item(5, "x")).build());
        let response = send(&api(&[&scan]), Route::ListMessages, &json!({})).await;
        assert_eq!(
            response.body(),
            r#"{"Items":[{"date":"2001-01-01","note":"x","time":"09:01:05"}],"Count":1,"ScannedCount":1}"#
        );
    }

    #[tokio::test]
    async fn with_a_date_it_is_queried() {
        let query = mock!(Client::query)
            .match_requests(|input| {
                input.table_name() == Some(TABLE)
                    && input.limit() == Some(20)
                    && input.key_condition_expression() == Some("#date = :date")
                    && input.expression_attribute_names().unwrap()["#date"] == "date"
                    && input.expression_attribute_values().unwrap()[":date"] == AttributeValue::S("2001-01-01".into())
            })
            .then_output(|| QueryOutput::builder().build());
        let response = send(&api(&[&query]), Route::ListMessages, &sample(Route::ListMessages)).await;
        assert_eq!(response.body(), r#"{"Items":[],"Count":0,"ScannedCount":0}"#);
    }

    #[tokio::test]
    async fn pages_follow_each_other() {
        let first = mock!(Client::query)
            .match_requests(|input| input.exclusive_start_key().is_none())
            .then_output(|| {
                let output = QueryOutput::builder().items(item(1, "x")).items(item(2, "x"));
                output.set_last_evaluated_key(Some(key(2))).build()
            });
        let second = mock!(Client::query)
            .match_requests(|input| input.exclusive_start_key() == Some(&key(2)))
            .then_output(|| QueryOutput::builder().items(item(3, "x")).build());
        let api = api(&[&first, &second]);
        let page = list(&api, json!({"date": "2001-01-01", "limit": "2"})).await;
        assert_eq!((&page["Count"], &page["ScannedCount"]), (&json!(2), &json!(2)));
        let rest = list(&api, json!({"date": "2001-01-01", "NextToken": page["NextToken"]})).await;
        assert_eq!(rest["Items"][0]["time"], "09:01:03");
        assert_eq!(rest.get("NextToken"), None);

        let other = json!({"queryStringParameters": {"NextToken": page["NextToken"]}});
        assert_eq!(send(&api, Route::ListMessages, &other).await.status(), 400);
    }

    #[tokio::test]
    async fn a_page_is_filled_from_several_calls() {
        // As DynamoDB does at its 1 MB, or in an empty part of the table: fewer items than asked for, or none, and yet
        // more to come.
        let call = |start: Option<usize>, limit, items: &'static [usize], last| {
            mock!(Client::scan)
                .match_requests(move |input| {
                    input.exclusive_start_key() == start.map(key).as_ref() && input.limit() == Some(limit)
                })
                .then_output(move || {
                    let items = items.iter().map(|second| item(*second, "x")).collect();
                    ScanOutput::builder()
                        .set_items(Some(items))
                        .set_last_evaluated_key(Some(key(last)))
                        .build()
                })
        };
        let rules = [
            call(None, 4, &[1, 2], 2),
            call(Some(2), 2, &[], 3),
            call(Some(3), 2, &[4, 5], 5),
        ];
        let page = list(&api(&rules.each_ref()), json!({"limit": "4"})).await;
        let times: Vec<_> = page["Items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["time"])
            .collect();
        assert_eq!(times, ["09:01:01", "09:01:02", "09:01:04", "09:01:05"]);
        let token = NextToken::decode(page["NextToken"].as_str().unwrap()).unwrap();
        assert_eq!(token.into_start_key(), key(5));
    }

    #[tokio::test]
    async fn a_page_ends_before_lambda_would_refuse_it() {
        // Each item takes 400,000 bytes in the table and four times that in the response.
        let note = "\"".repeat(400_000);
        let scan = mock!(Client::scan).then_compute_output(move |input| {
            let from = input.exclusive_start_key().map_or(0, |start| {
                start["time"].as_s().unwrap()[6..].parse::<usize>().unwrap() + 1
            });
            let items = (from..20).take(2).map(|second| item(second, &note)).collect::<Vec<_>>();
            let last = items.last().cloned().filter(|_| from + 2 < 20).map(|mut item| {
                item.remove("note");
                item
            });
            ScanOutput::builder()
                .set_items(Some(items))
                .set_last_evaluated_key(last)
                .build()
        });
        let api = api(&[&scan]);
        let mut times = Vec::new();
        let mut query = json!({});
        loop {
            let event = json!({"queryStringParameters": query});
            let response = send(&api, Route::ListMessages, &event).await;
            let size = serde_json::to_string(&response).unwrap().len();
            assert!(size < 6_000_000, "{size}");
            let page: Value = serde_json::from_str(response.body()).unwrap();
            let items = page["Items"].as_array().unwrap();
            assert!(!items.is_empty());
            times.extend(items.iter().map(|item| item["time"].as_str().unwrap().to_owned()));
            match page.get("NextToken") {
                Some(token) => query = json!({"NextToken": token}),
                None => break,
            }
        }
        let expected: Vec<_> = (0..20).map(|second| format!("09:01:{second:02}")).collect();
        assert_eq!(times, expected, "each item once");
    }

    #[tokio::test]
    async fn an_item_without_its_key_is_our_failure() {
        let scan = mock!(Client::scan).then_output(|| {
            let key = Attributes::from([("id".to_owned(), AttributeValue::N("1".to_owned()))]);
            ScanOutput::builder()
                .items(key.clone())
                .set_last_evaluated_key(Some(key))
                .build()
        });
        let response = send(
            &api(&[&scan]),
            Route::ListMessages,
            &json!({"queryStringParameters": {"limit": "1"}}),
        )
        .await;
        crate::testing::problem(&response, 500, "invocation-1");
    }
}
