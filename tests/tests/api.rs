//! The API's calls for one message, as a client sees them.

use end_to_end::api::{self, Call};
use end_to_end::http_client::Response;
use end_to_end::table::item;
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

const TIME: [(&str, &str); 1] = [("time", "09:01:05")];

fn path(date: &str) -> String {
    format!("/message/{date}")
}

fn get(path: &str) -> Call<'_> {
    Call {
        query: &TIME,
        ..Call::new("GET", path)
    }
}

fn post(body: &str) -> Call<'_> {
    Call {
        body,
        ..Call::new("POST", "/message")
    }
}

fn put<'a>(path: &'a str, body: &'a str) -> Call<'a> {
    Call {
        query: &TIME,
        body,
        ..Call::new("PUT", path)
    }
}

/// Checks that a response is a problem of the status's own kind.
fn assert_problem(response: &Response, status: u16, detail: &str) {
    let kind = match status {
        404 => "message-not-found",
        413 => "content-too-large",
        415 => "unsupported-media-type",
        _ => "invalid-request",
    };
    api::assert_problem(response, status, kind, detail);
}

#[tokio::test]
async fn a_time_of_any_precision_names_an_item_of_its_own() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let times = ["09:01:05", "09:01:05.385", "09:01:05.385333", "09:01:05.385333500"];
    for time in times {
        let body = json!({"Item": {"date": date, "time": time, "source": time}}).to_string();
        assert_eq!(stack.call(post(&body)).await.status, 201);
    }
    let path = path(&date);
    let get = async |time| {
        let query = [("time", time)];
        let call = Call {
            query: &query,
            ..Call::new("GET", &path)
        };
        stack.call(call).await
    };
    for time in times {
        let response = get(time).await;
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(response.json()["Item"]["source"], time);
    }
    assert_problem(&get("09:01:05.3").await, 400, "must be a UTC time of day");
}

#[tokio::test]
async fn a_posted_message_comes_back_digit_for_digit() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let item = format!(
        r#"{{"date":"{date}","time":"09:01:05","location":"Zürich \"測定\"\n","source":"wireless","local_dest":"router-1",
            "local_avg":12345678901234567890.123456789012345678,"remote_dest":"device-1","remote_avg":-1.5e-7,
            "note":{{"list":[1,"two",null,true],"empty":""}}}}"#
    );
    let item: Value = serde_json::from_str(&item).expect("valid JSON");

    let posted = stack
        .call(post(
            &json!({"TableName": stack.outputs.table_name, "Item": item}).to_string(),
        ))
        .await;

    assert_eq!(posted.status, 201, "{posted:?}");
    assert_eq!(posted.header("location"), format!("message/{date}?time=09%3A01%3A05"));
    let got = stack.call(get(&path(&date))).await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "application/json"),
        "{got:?}"
    );
    let mut found = got.json();
    assert_eq!(
        found["Item"]["local_avg"].to_string(),
        "12345678901234567890.123456789012345678"
    );
    // Compared as a number, since DynamoDB chooses its spelling.
    let small = found["Item"]["remote_avg"].take().to_string();
    assert_eq!(small.parse::<f64>(), Ok(-1.5e-7), "{small}");
    let mut expected = json!({"Item": item});
    expected["Item"]["remote_avg"].take();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_deleted_message_is_gone_and_deleting_it_again_is_no_error() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, "09:01:05", &[])).await;
    let path = path(&date);
    let delete = Call {
        query: &TIME,
        ..Call::new("DELETE", &path)
    };

    for _ in 0..2 {
        let response = stack.call(delete).await;
        assert_eq!(response.status, 200, "{response:?}");
    }

    assert_eq!(stack.items(&date).await, []);
    assert_problem(&stack.call(get(&path)).await, 404, "no message with this date and time");
}

#[tokio::test]
async fn a_key_that_is_missing_or_malformed_is_named() {
    let stack = Stack::connect().await;
    let body = r#"{"UpdateExpression":"REMOVE note"}"#;
    let date = "/message/2001-01-01";
    for method in ["GET", "PUT", "DELETE"] {
        let body = if method == "PUT" { body } else { "" };
        for (path, query, detail) in [
            (date, [].as_slice(), "query parameter `time` is missing"),
            (date, &[("time", "")], "query parameter `time` is empty"),
            (
                date,
                &[("time", "9:01")],
                "query parameter `time` must be a UTC time of day of the form HH:MM:SS",
            ),
            (
                date,
                &[("time", "09:01:05"), ("time", "09:01:06")],
                "query parameter `time` has different values",
            ),
            (
                "/message/2001-13-01",
                &TIME,
                "path parameter `date` must be a date of the form YYYY-MM-DD",
            ),
            (
                "/message/yesterday",
                &TIME,
                "path parameter `date` must be a date of the form YYYY-MM-DD",
            ),
        ] {
            let call = Call {
                query,
                body,
                ..Call::new(method, path)
            };
            assert_problem(&stack.call(call).await, 400, detail);
        }
    }
}

#[tokio::test]
async fn a_posted_body_that_is_wrong_is_told_where_and_writes_nothing() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let item = |more: &str| format!(r#"{{"Item":{{"date":"{date}","time":"09:01:05"{more}}}}}"#);
    let fat = "x".repeat(400 * 1024);
    for (body, detail) in [
        (String::new(), "The body is missing"),
        (
            "{".to_owned(),
            "The body is not JSON: EOF while parsing an object at line 1 column 1",
        ),
        ("[]".to_owned(), "The body must be a JSON object"),
        ("{}".to_owned(), "`/Item` is missing"),
        (r#"{"Item":"text"}"#.to_owned(), "`/Item` must be an object"),
        (r#"{"Item":{"time":"09:01:05"}}"#.to_owned(), "`/Item/date` is missing"),
        (format!(r#"{{"Item":{{"date":"{date}"}}}}"#), "`/Item/time` is missing"),
        (
            format!(r#"{{"Item":{{"date":"{date}","time":"9"}}}}"#),
            "`/Item/time` must be a UTC time",
        ),
        (item(r#","location":3"#), "`/Item/location` must be a string"),
        (
            item(r#","local_avg":"5.55""#),
            "`/Item/local_avg` must be a number, without quotation marks",
        ),
        (
            item(r#","local_avg":1e200"#),
            "`/Item/local_avg` is outside DynamoDB's range",
        ),
        (
            item(r#","local_avg":123456789012345678901234567890123456789"#),
            "`/Item/local_avg` has 39 significant digits",
        ),
        (item(&format!(r#","note":"{fat}""#)), "`/Item` has 4096"),
        (
            format!(r#"{{"item":{{}},{}"#, &item("")[1..]),
            "`/item` is not known here",
        ),
        (
            format!(r#"{{"TableName":"other",{}"#, &item("")[1..]),
            "`/TableName` names another table",
        ),
    ] {
        assert_problem(&stack.call(post(&body)).await, 400, detail);
    }
    assert_eq!(stack.items(&date).await, []);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let stack = Stack::connect().await;
    let body = r#"{"Item":{"date":"today","source":1,"local_avg":1e999},"more":1}"#;
    let response = stack.call(post(body)).await;
    assert_problem(&response, 400, "more in `errors`");
    let problem = response.json();
    let errors = problem["errors"].as_array().expect("errors").iter();
    let mut places: Vec<_> = errors
        .map(|error| error["pointer"].as_str().unwrap_or_default())
        .collect();
    places.sort_unstable();
    assert_eq!(
        places,
        ["/Item/date", "/Item/local_avg", "/Item/source", "/Item/time", "/more"]
    );

    let response = stack.call(put("/message/yesterday", "[]")).await;
    let problem = response.json();
    let errors = problem["errors"].as_array().expect("errors").iter();
    let parts: Vec<_> = errors.map(|error| &error["in"]).collect();
    assert_eq!(parts, ["path", "body"], "{problem}");
}

#[tokio::test]
async fn other_methods_and_paths_are_named() {
    let stack = Stack::connect().await;
    for (method, path, allowed) in [
        ("PATCH", "/message", "GET, POST"),
        ("DELETE", "/message", "GET, POST"),
        ("PUT", "/message", "GET, POST"),
        ("POST", "/message/2001-01-01", "DELETE, GET, PUT"),
        ("OPTIONS", "/message/2001-01-01", "DELETE, GET, PUT"),
    ] {
        let response = stack.call(Call::new(method, path)).await;
        api::assert_problem(&response, 405, "method-not-allowed", "There is no such method");
        assert_eq!(response.header("allow"), allowed, "{method} {path}");
    }
    for path in ["/", "/messages", "/message/2001-01-01/more", "/MESSAGE"] {
        let response = stack.call(Call::new("GET", path)).await;
        api::assert_problem(
            &response,
            404,
            "route-not-found",
            "the API has /message and /message/{date}",
        );
    }
}

#[tokio::test]
async fn a_body_of_another_type_or_size_is_refused() {
    let stack = Stack::connect().await;
    let csv = Call {
        content_type: "text/csv",
        ..post("{}")
    };
    assert_problem(&stack.call(csv).await, 415, "Content-Type must be application/json");
    let large = format!(r#"{{"Item":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_problem(&stack.call(post(&large)).await, 413, "send at most 1048576");
}
