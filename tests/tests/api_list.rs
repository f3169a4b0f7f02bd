//! `GET /message`: all messages, or those of a date, page by page.

use std::collections::BTreeMap;

use end_to_end::api::Call;
use end_to_end::table::item;
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

async fn page(stack: &Stack, query: &[(&str, &str)]) -> Value {
    let call = Call {
        query,
        ..Call::new("GET", "/message")
    };
    let response = stack.call(call).await;
    assert_eq!(response.status, 200, "{response:?}");
    let page = response.json();
    let items = page["Items"].as_array().map(Vec::len);
    assert_eq!(
        (page["Count"].as_u64(), &page["Count"]),
        (items.map(|items| items as u64), &page["ScannedCount"])
    );
    page
}

/// The items of all pages, and how many pages there were. The first page has a limit of its own.
async fn all_pages(stack: &Stack, query: &[(&str, &str)], first: &str, others: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    let mut token: Option<String> = None;
    loop {
        let next = token.as_deref().map(|token| ("NextToken", token));
        let limit = ("limit", if pages == 0 { first } else { others });
        let query: Vec<_> = query.iter().copied().chain([limit]).chain(next).collect();
        let mut page = page(stack, &query).await;
        pages += 1;
        if let Value::Array(found) = page["Items"].take() {
            items.extend(found);
        }
        match page["NextToken"].as_str() {
            Some(next) => token = Some(next.to_owned()),
            None => return (items, pages),
        }
    }
}

/// Puts seven items on a date of their own, and returns them as the API gives them.
async fn put_items(stack: &Stack) -> (String, Vec<Value>) {
    let date = unique::date();
    let times: Vec<_> = (0..7).map(|second| format!("10:00:{second:02}")).collect();
    for time in &times {
        stack.put(&item(&date, time, &[("location", "location-03")])).await;
    }
    let items = times
        .iter()
        .map(|time| json!({"date": date, "time": time, "location": "location-03"}));
    (date.clone(), items.collect())
}

#[tokio::test]
async fn the_pages_of_a_date_hold_each_message_once_and_in_order() {
    let stack = Stack::connect().await;
    let (date, expected) = put_items(&stack).await;

    let one_page = page(&stack, &[("date", &date)]).await;
    assert_eq!(one_page, json!({"Items": expected, "Count": 7, "ScannedCount": 7}));

    let (items, pages) = all_pages(&stack, &[("date", &date)], "3", "3").await;
    assert_eq!((items, pages), (expected, 3));
}

#[tokio::test]
async fn the_pages_of_the_table_hold_each_message_once() {
    let stack = Stack::connect().await;
    let (date, expected) = put_items(&stack).await;

    let (items, pages) = all_pages(&stack, &[], "5", "1000").await;

    assert!(pages > 1, "{pages}");
    let mut seen = BTreeMap::new();
    for item in items.iter().filter(|item| item["date"] == date) {
        *seen.entry(item["time"].to_string()).or_insert(0) += 1;
    }
    let once = expected.iter().map(|item| (item["time"].to_string(), 1)).collect();
    assert_eq!(seen, once);
}

#[tokio::test]
async fn a_date_without_messages_is_an_empty_page() {
    let stack = Stack::connect().await;
    let page = page(&stack, &[("date", &unique::date())]).await;
    assert_eq!(page, json!({"Items": [], "Count": 0, "ScannedCount": 0}));
}

#[tokio::test]
async fn a_query_that_is_wrong_is_told_which_part() {
    let stack = Stack::connect().await;
    let (date, _) = put_items(&stack).await;
    let first = page(&stack, &[("date", &date), ("limit", "1")]).await;
    let token = first["NextToken"].as_str().expect("a token");
    let other_date = unique::date();
    for (query, detail) in [
        (
            [("limit", "0")].as_slice(),
            "`limit` must be a whole number from 1 to 1000",
        ),
        (&[("limit", "1001")], "`limit` must be a whole number from 1 to 1000"),
        (&[("limit", "many")], "`limit` must be a whole number from 1 to 1000"),
        (
            &[("date", "28.05.2019")],
            "`date` must be a date of the form YYYY-MM-DD",
        ),
        (
            &[("NextToken", "made up")],
            "`NextToken` is not one that this API gave out",
        ),
        (
            &[("NextToken", token)],
            "`NextToken` belongs to a list with another `date`",
        ),
        (
            &[("NextToken", token), ("date", &other_date)],
            "`NextToken` belongs to a list with another `date`",
        ),
    ] {
        let call = Call {
            query,
            ..Call::new("GET", "/message")
        };
        let response = stack.call(call).await;
        assert_eq!(
            (response.status, response.header("content-type")),
            (400, "application/problem+json"),
            "{response:?}"
        );
        assert!(
            response.json()["detail"]
                .as_str()
                .is_some_and(|text| text.contains(detail)),
            "{response:?}"
        );
    }
}
