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
    let token = NextToken::decode(page["NextToken"].as_str().unwrap(), &List::default(), TABLE).unwrap();
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

#[tokio::test]
async fn a_part_of_a_date_is_queried_in_either_order() {
    for (parameters, condition, forward, from, to) in [
        (json!({"order": "desc"}), "#date = :date", false, None, None),
        (
            json!({"from": "09:00:00", "order": "asc"}),
            "#date = :date AND #time >= :from",
            true,
            Some("09:00:00"),
            None,
        ),
        (
            json!({"to": "10:00:00"}),
            "#date = :date AND #time <= :to",
            true,
            None,
            Some("10:00:00.999999999"),
        ),
        (
            json!({"from": "09:00:00.385", "to": "10:00:00.385"}),
            "#date = :date AND #time BETWEEN :from AND :to",
            true,
            Some("09:00:00.385"),
            Some("10:00:00.385999999"),
        ),
    ] {
        let query = mock!(Client::query)
            .match_requests(move |input| {
                let values = input.expression_attribute_values().unwrap();
                let text = |name| {
                    values
                        .get(name)
                        .map(|value: &AttributeValue| value.as_s().unwrap().as_str())
                };
                let names = input.expression_attribute_names().unwrap();
                let timed = from.is_some() || to.is_some();
                input.key_condition_expression() == Some(condition)
                    && input.scan_index_forward() == Some(forward)
                    && (text(":from"), text(":to")) == (from, to)
                    && names.get("#time").map(String::as_str) == timed.then_some("time")
            })
            .then_output(|| QueryOutput::builder().build());
        let mut asked = parameters;
        asked["date"] = json!("2001-01-01");
        list(&api(&[&query]), asked).await;
    }
}

#[tokio::test]
async fn only_the_fields_that_are_asked_for_are_read_and_answered() {
    let scan = mock!(Client::scan)
        .match_requests(|input| {
            let names = input.expression_attribute_names().unwrap();
            let placeholders = input.projection_expression().unwrap().split(',');
            let mut read: Vec<_> = placeholders.map(|placeholder| names[placeholder].as_str()).collect();
            read.sort_unstable();
            read == ["date", "note", "te", "time"] && names.len() == 4
        })
        .then_output(|| {
            ScanOutput::builder()
                .items(item(5, "x"))
                .set_last_evaluated_key(Some(key(5)))
                .build()
        });
    let api = api(&[&scan]);
    let page = list(&api, json!({"fields": "note,te,time", "limit": "1"})).await;
    assert_eq!(page["Items"], json!([{"note": "x", "time": "09:01:05"}]));
    let other = json!({"queryStringParameters": {"NextToken": page["NextToken"], "fields": "note"}});
    assert_eq!(send(&api, Route::ListMessages, &other).await.status(), 400);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let event = json!({"queryStringParameters": {"date": "today", "from": "9", "limit": "0", "order": "up"}});
    let response = send(&api(&[]), Route::ListMessages, &event).await;
    crate::testing::problem(&response, 400, "invocation-1");
    let places = crate::testing::errors(&response)
        .into_iter()
        .map(|[part, pointer, _]| part + &pointer);
    let places: Vec<_> = places.collect();
    assert_eq!(places, ["query/date", "query/from", "query/order", "query/limit"]);
}
