//! `GET /message`: all messages, or those of a date, page by page.

use std::collections::BTreeMap;

use end_to_end::api::{Call, assert_problem};
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

/// The items of all pages, and the number of pages. The first page has its own limit.
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

/// Writes seven items with a new date, and returns them in the form of the API.
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
    // A token with another key and the same seal.
    let last = token.chars().next_back().expect("a token has a last character");
    let altered = format!("{}{}", &token[..token.len() - 1], if last == 'Q' { 'A' } else { 'Q' });
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
            "`NextToken` is not one that this API gave out for this list",
        ),
        (
            &[("NextToken", token), ("date", &other_date)],
            "`NextToken` is not one that this API gave out for this list",
        ),
        (
            &[("NextToken", token), ("date", &date), ("order", "desc")],
            "`NextToken` is not one that this API gave out for this list",
        ),
        (
            &[("NextToken", token), ("date", &date), ("fields", "time")],
            "`NextToken` is not one that this API gave out for this list",
        ),
        (
            &[("NextToken", &altered), ("date", &date)],
            "`NextToken` is not one that this API gave out for this list",
        ),
        (&[("from", "10:00:00")], "`from` goes with the query parameter `date`"),
        (&[("order", "asc")], "`order` goes with the query parameter `date`"),
        (&[("date", &date), ("order", "up")], "`order` must be asc or desc"),
        (
            &[("date", &date), ("from", "10:00:01"), ("to", "10:00:00")],
            "`from` is later than `to`",
        ),
        (&[("fields", "a,,b")], "`fields` must be 1 to 50 names of attributes"),
    ] {
        let call = Call {
            query,
            ..Call::new("GET", "/message")
        };
        assert_problem(&stack.call(call).await, 400, "invalid-request", detail);
    }
}

#[tokio::test]
async fn a_part_of_a_date_comes_in_either_order() {
    let stack = Stack::connect().await;
    let date = unique::date();
    for time in ["09:59:59", "10:00:00", "10:00:00.385", "10:00:01"] {
        stack.put(&item(&date, time, &[])).await;
    }
    for (from, to, expected) in [
        (
            Some("10:00:00"),
            None,
            ["10:00:00", "10:00:00.385", "10:00:01"].as_slice(),
        ),
        (None, Some("10:00:00"), &["09:59:59", "10:00:00", "10:00:00.385"]),
        (Some("10:00:00.000"), Some("10:00:00.000"), &["10:00:00"]),
        (Some("10:00:00.001"), Some("10:00:00"), &["10:00:00.385"]),
        (Some("09:59:59"), Some("09:59:59"), &["09:59:59"]),
        (Some("11:00:00"), Some("12:00:00"), &[]),
    ] {
        let range = [("from", from), ("to", to)].into_iter();
        let range = range.filter_map(|(name, time)| Some((name, time?)));
        let ascending: Vec<_> = [("date", date.as_str())].into_iter().chain(range).collect();
        let (items, _) = all_pages(&stack, &ascending, "2", "1").await;
        let found: Vec<_> = items
            .iter()
            .map(|item| item["time"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(found, expected, "{from:?} {to:?}");

        let descending: Vec<_> = ascending.iter().copied().chain([("order", "desc")]).collect();
        let (mut items, _) = all_pages(&stack, &descending, "1", "2").await;
        items.reverse();
        let found: Vec<_> = items
            .iter()
            .map(|item| item["time"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(found, expected, "{from:?} {to:?} desc");
    }
}

#[tokio::test]
async fn only_the_fields_that_are_asked_for_come() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let texts = [
        ("location", "here"),
        ("source", "wireless"),
        ("a.b", "a dot"),
        ("ä #:", "other signs"),
    ];
    stack.put(&item(&date, "10:00:00", &texts)).await;
    stack.put(&item(&date, "10:00:01", &[])).await;
    for (fields, expected) in [
        ("source,missing", json!([{"source": "wireless"}, {}])),
        (
            "time,a.b",
            json!([{"a.b": "a dot", "time": "10:00:00"}, {"time": "10:00:01"}]),
        ),
        ("ä #:", json!([{"ä #:": "other signs"}, {}])),
    ] {
        // With one item a page, the next page begins after its key, although the fields do not include the key.
        let (items, pages) = all_pages(&stack, &[("date", &date), ("fields", fields)], "1", "1").await;
        assert_eq!(Value::from(items), expected, "{fields}");
        assert!(pages >= 2, "{pages}");
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip_while_messages_are_added() {
    let stack = Stack::connect().await;
    let date = unique::date();
    for second in (0..40).step_by(2) {
        stack.put(&item(&date, &format!("10:00:{second:02}"), &[])).await;
    }
    let (mut found, mut token) = (Vec::new(), None::<String>);
    for added in 0.. {
        let next = token.as_deref().map(|token| ("NextToken", token));
        let query: Vec<_> = [("date", date.as_str()), ("limit", "3")]
            .into_iter()
            .chain(next)
            .collect();
        let page = page(&stack, &query).await;
        let items = page["Items"].as_array().expect("items").clone();
        found.extend(
            items
                .iter()
                .map(|item| item["time"].as_str().unwrap_or_default().to_owned()),
        );
        token = page["NextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
        // Adds one item before and one after the list's position.
        for second in [1 + 2 * (added % 3), 39 - 2 * (added % 3)] {
            stack.put(&item(&date, &format!("10:00:{second:02}"), &[])).await;
        }
    }
    let mut sorted = found.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(found, sorted, "in order, and each once");
    let missing: Vec<_> = (0..40).step_by(2).map(|second| format!("10:00:{second:02}")).collect();
    assert!(missing.iter().all(|time| found.contains(time)), "{found:?}");
}

#[tokio::test]
async fn large_messages_make_short_pages_and_never_an_error() {
    let stack = Stack::connect().await;
    let date = unique::date();
    // In JSON within JSON, as the function returns it, a quotation mark takes four bytes, which makes 25 MB in all.
    let note = "\"".repeat(300 * 1024);
    for second in 0..20 {
        stack
            .put(&item(&date, &format!("10:00:{second:02}"), &[("note", &note)]))
            .await;
    }
    let (items, pages) = all_pages(&stack, &[("date", &date)], "1000", "1000").await;
    assert_eq!(items.len(), 20);
    assert!(pages >= 5, "{pages}");
    assert!(items.iter().all(|item| item["note"] == note.as_str()));
}
