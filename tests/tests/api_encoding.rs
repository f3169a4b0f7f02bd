//! Different spellings of the same request: paths, query strings, bodies.

use end_to_end::api::{Call, assert_problem};
use end_to_end::table::item;
use end_to_end::{Stack, unique};
use serde_json::json;

#[tokio::test]
async fn a_path_may_be_percent_encoded() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, "09:01:05", &[])).await;
    let encoded = format!("/message/{}", date.replace('-', "%2D"));
    let call = Call {
        query: &[("time", "09:01:05")],
        ..Call::new("GET", &encoded)
    };
    let response = stack.call(call).await;
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.json()["Item"]["date"], date);
}

#[tokio::test]
async fn a_path_of_anything_else_is_no_date() {
    let stack = Stack::connect().await;
    for segment in [
        "2001%2F01%2F01",
        "%2001-01-01",
        "2001-01-01%00",
        "2001-01-01+",
        "%EF%BC%92001-01-01",
        "..%2Fmessage",
        "%25",
        "%22%3Bx",
    ] {
        let path = format!("/message/{segment}");
        let call = Call {
            query: &[("time", "09:01:05")],
            ..Call::new("GET", &path)
        };
        let response = stack.call(call).await;
        if segment.contains("%2F") && response.status == 404 {
            // API Gateway treats an encoded slash as part of the date. The emulator treats it as a slash.
            assert_problem(&response, 404, "route-not-found", "There is nothing at this path");
            continue;
        }
        assert_problem(
            &response,
            400,
            "invalid-request",
            "path parameter `date` must be a date",
        );
        assert_eq!(response.json()["errors"][0]["pointer"], "/date");
    }
}

#[tokio::test]
async fn query_parameters_are_decoded_once_and_given_once() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, "09:01:05", &[("a+b %41", "x")])).await;
    let list = async |query: &[(&str, &str)]| {
        let query: Vec<_> = [("date", date.as_str())]
            .into_iter()
            .chain(query.iter().copied())
            .collect();
        let call = Call {
            query: &query,
            ..Call::new("GET", "/message")
        };
        stack.call(call).await
    };
    let named = list(&[("fields", "a+b %41")]).await;
    assert_eq!(named.json()["Items"], json!([{"a+b %41": "x"}]), "{named:?}");
    for (query, detail) in [
        ([("limit", "")].as_slice(), "`limit` must be a whole number"),
        (&[("limit", "+5")], "`limit` must be a whole number"),
        (&[("limit", "٥")], "`limit` must be a whole number"),
        (&[("from", "")], "`from` is empty"),
        (&[("from", "09:01:05+")], "`from` must be a UTC time of day"),
        (
            &[("limit", "1"), ("limit", "2")],
            "`limit` has different values; give it once",
        ),
        (
            &[("fields", "a"), ("fields", "b")],
            "`fields` has different values; give it once",
        ),
        (&[("NextToken", "")], "`NextToken` is not one"),
    ] {
        assert_problem(&list(query).await, 400, "invalid-request", detail);
    }
    // A repeated value counts once, and unknown parameters are ignored.
    let harmless = list(&[
        ("limit", "1"),
        ("limit", "1"),
        ("", ""),
        ("unknown", "x"),
        ("LIMIT", "x"),
    ])
    .await;
    assert_eq!(harmless.status, 200, "{harmless:?}");
}

#[tokio::test]
async fn text_of_any_script_comes_back_as_it_was() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let text = "Zürich \u{1F9EA} \u{202E}مرحبا\u{0} \\u0000 \"{}\" 測定\u{FFFD}\u{10FFFF} e\u{301}";
    let item = json!({"date": date, "time": "09:01:05", "location": text, "名前": {"ключ": [text]}});
    let body = json!({"Item": item}).to_string();
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "application/merge-patch+json",
    ] {
        let call = Call {
            body: &body,
            content_type,
            ..Call::new("POST", "/message")
        };
        let posted = stack.call(call).await;
        assert_eq!(posted.status, 201, "{posted:?}");
        assert_eq!(posted.json()["Item"], item);
    }
    let path = format!("/message/{date}");
    let call = Call {
        query: &[("time", "09:01:05")],
        ..Call::new("GET", &path)
    };
    assert_eq!(stack.call(call).await.json()["Item"], item);
}

#[tokio::test]
async fn a_number_is_equal_to_what_was_sent() {
    let stack = Stack::connect().await;
    let date = unique::date();
    for (sent, expected) in [
        ("1.10", ["1.1", "1.10"].as_slice()),
        ("0.1", &["0.1"]),
        ("4.35", &["4.35"]),
        (
            "12345678901234567890123456789012345678",
            &["12345678901234567890123456789012345678"],
        ),
        (
            "0.12345678901234567890123456789012345678",
            &["0.12345678901234567890123456789012345678"],
        ),
        ("-0", &["0", "-0"]),
        ("9007199254740993", &["9007199254740993"]),
    ] {
        let body = format!(r#"{{"Item":{{"date":"{date}","time":"09:01:05","local_avg":{sent}}}}}"#);
        let call = Call {
            body: &body,
            ..Call::new("POST", "/message")
        };
        assert_eq!(stack.call(call).await.status, 201);
        let path = format!("/message/{date}");
        let call = Call {
            query: &[("time", "09:01:05")],
            ..Call::new("GET", &path)
        };
        let found = stack.call(call).await.json()["Item"]["local_avg"].to_string();
        assert!(expected.contains(&found.as_str()), "{sent} became {found}");
    }
}
