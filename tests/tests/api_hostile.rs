//! Hostile input through every parameter: only the addressed message can change, and no response discloses anything internal.

use end_to_end::api::Call;
use end_to_end::http_client::Response;
use end_to_end::table::{Item, item};
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

const TIME: &str = "09:01:05";

/// Creates the addressed message, one before it and one after it.
async fn three_messages(stack: &Stack) -> (String, [Item; 3]) {
    let date = unique::date();
    let items =
        ["09:01:04", TIME, "09:01:06"].map(|time| item(&date, time, &[("source", "wireless"), ("note", "keep")]));
    for item in &items {
        stack.put(item).await;
    }
    (date, items)
}

async fn assert_neighbours_are_as_before(stack: &Stack, date: &str, before: &[Item; 3], after: &str) {
    let items = stack.items(date).await;
    let others: Vec<_> = items.iter().filter(|item| item["time"] != before[1]["time"]).collect();
    assert_eq!(others, [&before[0], &before[2]], "after {after}");
}

/// Checks that a response is a success or a client error, and discloses nothing about the implementation.
fn assert_discreet(stack: &Stack, response: &Response, sent: &str) {
    assert!(response.status < 500, "{sent}: {response:?}");
    for secret in [
        stack.outputs.table_name.as_str(),
        "Exception",
        "arn:aws",
        "dynamodb",
        "panicked",
        "src/",
    ] {
        assert!(!response.body.contains(secret), "{secret}: {sent}: {response:?}");
    }
}

async fn put(stack: &Stack, date: &str, body: &str) -> Response {
    let path = format!("/message/{date}");
    let call = Call {
        query: &[("time", TIME)],
        body,
        ..Call::new("PUT", &path)
    };
    stack.call(call).await
}

#[tokio::test]
async fn an_update_reaches_its_own_message_only() {
    let stack = Stack::connect().await;
    let (date, before) = three_messages(&stack).await;
    let values = json!({":v": "changed"});
    let names = json!({"#n": "note"});
    for body in [
        json!({"UpdateExpression": "SET note = :v", "ExpressionAttributeValues": values, "Key": {"date": date, "time": "09:01:04"}}),
        json!({"UpdateExpression": "SET note = :v", "ExpressionAttributeValues": values, "ConditionExpression": "attribute_exists(note)"}),
        json!({"UpdateExpression": "SET note = :v; DELETE FROM messages", "ExpressionAttributeValues": values}),
        json!({"UpdateExpression": "SET note = :v SET source = :v", "ExpressionAttributeValues": values}),
        json!({"UpdateExpression": "SET #n = :v, #n = :v", "ExpressionAttributeNames": names, "ExpressionAttributeValues": values}),
        json!({"UpdateExpression": "SET #d = :v", "ExpressionAttributeNames": {"#d": "time"}, "ExpressionAttributeValues": {":v": "09:01:04"}}),
        json!({"UpdateExpression": "REMOVE #d", "ExpressionAttributeNames": {"#d": "date"}}),
        json!({"UpdateExpression": "SET #c0 = :c1", "ExpressionAttributeNames": {"#c0": "date"}, "ExpressionAttributeValues": {":c1": "x"}}),
        json!({"UpdateExpression": "SET note = :v REMOVE source) OR (attribute_exists(x)", "ExpressionAttributeValues": values}),
        json!({"UpdateExpression": "SET name = :v", "ExpressionAttributeValues": values}),
        json!({"Item": {"SET note = :v REMOVE source": "x", "#s0": "y", ":s0": "z", "name": 1, "table": 2}}),
        json!({"Remove": ["note, source", "#r0", "source REMOVE note"]}),
        json!({"Item": {"time": "09:01:04", "note": "changed"}}),
        json!({"TableName": "other", "Remove": ["note"]}),
    ] {
        let body = body.to_string();
        stack.put(&before[1]).await;
        let response = put(&stack, &date, &body).await;
        assert_discreet(&stack, &response, &body);
        assert_neighbours_are_as_before(&stack, &date, &before, &body).await;
        let addressed = stack.item(&date, TIME).await.expect("it is still there");
        // In the plain form, a name is the name of an attribute, whatever it looks like.
        if response.status >= 400 || !body.contains("UpdateExpression") {
            for kept in ["note", "source"] {
                assert_eq!(addressed[kept], before[1][kept], "{body}: {response:?}");
            }
        }
    }
}

#[tokio::test]
async fn bodies_beyond_reason_are_refused_or_stored_whole() {
    let stack = Stack::connect().await;
    let (date, before) = three_messages(&stack).await;
    let post = |value: &str| format!(r#"{{"Item":{{"date":"{date}","time":"{TIME}","note":{value}}}}}"#);
    let many = |count: usize| {
        let members: Vec<_> = (0..count).map(|number| format!(r#""a{number}":{number}"#)).collect();
        format!("{{{}}}", members.join(","))
    };
    for (body, statuses) in [
        (post(&format!("{}{}", "[".repeat(30), "]".repeat(30))), [201].as_slice()),
        (post(&format!("{}{}", "[".repeat(100), "]".repeat(100))), &[400]),
        (post(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), &[400]),
        (post(&format!("{}1{}", r#"{"a":"#.repeat(120), "}".repeat(120))), &[400]),
        (post(&many(5_000)), &[201]),
        (post(&many(60_000)), &[400]),
        (post(&format!("{}.{}", "9".repeat(500_000), "9".repeat(100))), &[400]),
        (post("1e1000000000000000000000000"), &[400]),
        (post(r#"{"$serde_json::private::Number":"1"}"#), &[201]),
        (post(r#""\ud800""#), &[400]),
        (format!(r#"{{"Item":{}}}"#, many(20_000)), &[400]),
        (format!("{}{}", "\u{feff}", post("1")), &[201]),
        (
            format!(r#"{{"Item":{{"date":"{date}","time":"{TIME}","time":"09:01:04"}}}}"#),
            &[400],
        ),
        ("9".repeat(1_000_000), &[400]),
        // The error must not grow with its subject: here a name of 200 KB comes before each of many mistakes.
        (
            post(&format!(
                r#"{{"{}":[{}1]}}"#,
                "n".repeat(200_000),
                "1e999,".repeat(20_000)
            )),
            &[400],
        ),
        (format!(r#"{{"{0}":1,"{0}":2}}"#, "n".repeat(300_000)), &[400]),
        // The response must not write out these numbers, which would take 600 KB. The emulator takes time for each of them, and
        // answers nobody else meanwhile.
        (post(&format!("[{}1]", "1e125,".repeat(5_000))), &[201]),
    ] {
        let call = Call {
            body: &body,
            ..Call::new("POST", "/message")
        };
        let response = stack.call(call).await;
        let start: String = body.chars().take(80).collect();
        assert!(statuses.contains(&response.status), "{start}: {:.300}", response.body);
        assert_discreet(&stack, &response, &start);
        assert!(
            response.status < 300 || response.body.len() < 100_000,
            "{start}: {}",
            response.body.len()
        );
        assert_neighbours_are_as_before(&stack, &date, &before, &start).await;
    }
    let query = [("date", date.as_str())];
    let list = Call {
        query: &query,
        ..Call::new("GET", "/message")
    };
    let listed = stack.call(list).await;
    assert!(
        listed.status == 200 && listed.body.len() < 400_000,
        "{}",
        listed.body.len()
    );
}

#[tokio::test]
async fn headers_change_neither_route_nor_caller() {
    let stack = Stack::connect().await;
    let (date, before) = three_messages(&stack).await;
    let path = format!("/message/{date}");
    for headers in [
        [("x-http-method-override", "DELETE"), ("x-method-override", "DELETE")],
        [
            ("x-original-url", "/message/2001-01-01"),
            ("x-rewrite-url", "/message/2001-01-01"),
        ],
        [("x-forwarded-host", "example.com"), ("forwarded", "host=example.com")],
        [("content-type", "application/json"), ("content-encoding", "gzip")],
        [
            ("x-amz-target", "DynamoDB_20120810.DeleteTable"),
            ("x-amzn-apigateway-api-id", "other"),
        ],
        [("accept-encoding", "gzip, br"), ("accept", "text/html")],
        [("if-none-match", "\"x\""), ("if-none-match", "\"y\"")],
    ] {
        let call = Call {
            query: &[("time", TIME)],
            headers: &headers,
            ..Call::new("GET", &path)
        };
        let response = stack.call(call).await;
        assert_eq!(response.status, 200, "{headers:?}: {response:?}");
        assert_eq!(response.json()["Item"]["time"], TIME);
        assert_discreet(&stack, &response, &format!("{headers:?}"));
    }
    let items = stack.items(&date).await;
    assert_eq!(items, before);
}

#[tokio::test]
async fn every_parameter_takes_every_text() {
    let stack = Stack::connect().await;
    let (date, before) = three_messages(&stack).await;
    let long = "x".repeat(5_000);
    let texts = [
        "'; DROP TABLE messages; --",
        "\" OR \"1\"=\"1",
        ":date OR attribute_exists(#date)",
        "#date",
        "{\"S\":\"x\"}",
        "../../etc/passwd",
        "%00",
        "\u{0}",
        "\r\nSet-Cookie: a=b",
        "<script>alert(1)</script>",
        "${jndi:ldap://127.0.0.1/a}",
        "{{7*7}}",
        "9999999999999999999999",
        "NaN",
        "null",
        long.as_str(),
    ];
    for text in texts {
        for name in ["date", "from", "to", "order", "limit", "fields", "NextToken", "time"] {
            let query = match name {
                "date" => vec![("date", text)],
                name => vec![("date", date.as_str()), (name, text)],
            };
            let call = Call {
                query: &query,
                ..Call::new("GET", "/message")
            };
            let response = stack.call(call).await;
            let sent = format!("{name}={text:.80}");
            assert_discreet(&stack, &response, &sent);
            assert_eq!(response.header("set-cookie"), "");
            if response.status == 200 {
                let items = response.json()["Items"].take();
                let dates = items.as_array().into_iter().flatten().map(|item| &item["date"]);
                let own = Value::from(date.as_str());
                assert!(
                    dates.into_iter().all(|found| *found == own || found.is_null()),
                    "{sent}: {items}"
                );
            }
        }
        for method in ["PUT", "DELETE"] {
            let path = format!("/message/{date}");
            let call = Call {
                query: &[("time", text)],
                body: if method == "PUT" { r#"{"Remove":["note"]}"# } else { "" },
                ..Call::new(method, &path)
            };
            let response = stack.call(call).await;
            assert_eq!(response.status, 400, "{method} {text:.80}: {response:?}");
        }
    }
    assert_eq!(stack.items(&date).await, before);
}
