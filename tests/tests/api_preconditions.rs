//! `ETag`, `If-Match` and `If-None-Match`, as a client sees them.

use end_to_end::api::{Call, assert_problem};
use end_to_end::http_client::Response;
use end_to_end::table::{Item, item, with_number};
use end_to_end::{Stack, unique};
use serde_json::json;

const TIME: [(&str, &str); 1] = [("time", "09:01:05")];

async fn call(stack: &Stack, method: &str, date: &str, header: (&str, &str), body: &str) -> Response {
    let path = format!("/message/{date}");
    let headers = [header];
    let call = match method {
        "POST" => Call::new("POST", "/message"),
        _ => Call {
            query: &TIME,
            ..Call::new(method, &path)
        },
    };
    stack
        .call(Call {
            headers: &headers,
            body,
            ..call
        })
        .await
}

async fn tag_of(stack: &Stack, date: &str) -> String {
    let response = call(stack, "GET", date, ("accept", "*/*"), "").await;
    assert_eq!(response.status, 200, "{response:?}");
    response.header("etag").to_owned()
}

fn stored(date: &str) -> Item {
    with_number(item(date, "09:01:05", &[("source", "wireless")]), "local_avg", "5.55")
}

fn body_of(date: &str, source: &str) -> String {
    json!({"Item": {"date": date, "time": "09:01:05", "source": source}}).to_string()
}

#[tokio::test]
async fn a_message_that_has_not_changed_is_not_sent_again() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&stored(&date)).await;

    let tag = tag_of(&stack, &date).await;
    assert!(
        tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2,
        "strong: {tag}"
    );
    let again = call(&stack, "GET", &date, ("if-none-match", &tag), "").await;
    assert_eq!((again.status, again.body.as_str()), (304, ""), "{again:?}");
    assert_eq!(again.header("etag"), tag);

    stack.put(&with_number(stored(&date), "local_avg", "5.56")).await;
    let changed = call(&stack, "GET", &date, ("if-none-match", &tag), "").await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_ne!(changed.header("etag"), tag);
    // The same content has the same tag, whoever wrote it.
    stack.put(&stored(&date)).await;
    assert_eq!(tag_of(&stack, &date).await, tag);
}

#[tokio::test]
async fn the_tag_of_what_was_written_is_that_of_what_is_read() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let item = format!(
        r#"{{"Item":{{"date":"{date}","time":"09:01:05","local_avg":10.10,"remote_avg":-1.5e-7,"note":{{"a":[1.0,null,true,"ä"]}}}}}}"#
    );
    let posted = call(&stack, "POST", &date, ("accept", "*/*"), &item).await;
    assert_eq!(posted.status, 201, "{posted:?}");
    assert_eq!(posted.header("etag"), tag_of(&stack, &date).await);

    let put = call(&stack, "PUT", &date, ("accept", "*/*"), r#"{"Item":{"local_avg":1e2}}"#).await;
    assert_eq!(put.status, 204, "{put:?}");
    assert_ne!(put.header("etag"), posted.header("etag"));
    assert_eq!(put.header("etag"), tag_of(&stack, &date).await);
}

#[tokio::test]
async fn create_only_creates_once_however_many_try() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let create = async |source: usize| {
        let body = body_of(&date, &source.to_string());
        call(&stack, "POST", &date, ("if-none-match", "*"), &body).await
    };
    let responses = tokio::join!(create(0), create(1), create(2), create(3), create(4), create(5));
    let responses: [Response; 6] = responses.into();

    let created: Vec<_> = (0..6).filter(|number| responses[*number].status == 201).collect();
    assert_eq!(created.len(), 1, "{responses:?}");
    for response in responses.iter().filter(|response| response.status != 201) {
        assert_problem(
            response,
            412,
            "precondition-failed",
            "leave the header If-None-Match out to replace it",
        );
    }
    let expected = item(&date, "09:01:05", &[("source", &created[0].to_string())]);
    assert_eq!(stack.items(&date).await, [expected]);
    // Without the header the later write wins, also when it is repeated.
    for _ in 0..2 {
        let response = call(&stack, "POST", &date, ("accept", "*/*"), &body_of(&date, "last")).await;
        assert_eq!(response.status, 201);
    }
    assert_eq!(
        stack.items(&date).await,
        [item(&date, "09:01:05", &[("source", "last")])]
    );
}

#[tokio::test]
async fn of_many_changes_of_one_state_only_one_is_made() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&stored(&date)).await;
    let tag = tag_of(&stack, &date).await;
    let claim = async |worker: usize| {
        // Adds an attribute, in alternating forms of the body.
        let body = if worker.is_multiple_of(2) {
            json!({"Item": {"claimed_by": worker}})
        } else {
            json!({"UpdateExpression": "SET claimed_by = :w", "ExpressionAttributeValues": {":w": worker}})
        };
        call(&stack, "PUT", &date, ("if-match", &tag), &body.to_string()).await
    };
    let responses = tokio::join!(claim(0), claim(1), claim(2), claim(3), claim(4), claim(5));
    let responses: [Response; 6] = responses.into();

    let winners: Vec<_> = (0..6).filter(|number| responses[*number].status == 204).collect();
    assert_eq!(winners.len(), 1, "{responses:?}");
    for response in responses.iter().filter(|response| response.status != 204) {
        assert_problem(response, 412, "precondition-failed", "as the header If-Match demands");
    }
    let expected = with_number(stored(&date), "claimed_by", &winners[0].to_string());
    assert_eq!(stack.items(&date).await, [with_number(expected, "$revision", "1")]);
    assert_eq!(responses[winners[0]].header("etag"), tag_of(&stack, &date).await);
}

#[tokio::test]
async fn a_state_of_every_type_of_value_is_compared() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let item = json!({"Item": {"date": date, "time": "09:01:05", "list": [1, "two", {"three": null}], "map": {"a": {"b": []}},
        "yes": true, "none": null, "name": "a reserved word", "with space": -0.5, "ä": "ü"}});
    let posted = call(&stack, "POST", &date, ("accept", "*/*"), &item.to_string()).await;
    assert_eq!(posted.status, 201, "{posted:?}");
    let put = call(
        &stack,
        "PUT",
        &date,
        ("if-match", posted.header("etag")),
        r#"{"Item":{"yes":false}}"#,
    )
    .await;
    assert_eq!(put.status, 204, "{put:?}");
    let late = call(&stack, "DELETE", &date, ("if-match", posted.header("etag")), "").await;
    assert_problem(&late, 412, "precondition-failed", "read it again");
    let deleted = call(&stack, "DELETE", &date, ("if-match", put.header("etag")), "").await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
    assert_eq!(stack.items(&date).await, []);
}

#[tokio::test]
async fn a_message_that_is_not_there_is_in_no_state() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let body = body_of(&date, "wireless");
    for tag in ["*", "\"any\""] {
        for (method, body) in [
            ("GET", ""),
            ("POST", &body),
            ("PUT", r#"{"Remove":["note"]}"#),
            ("DELETE", ""),
        ] {
            let response = call(&stack, method, &date, ("if-match", tag), body).await;
            assert_problem(&response, 412, "precondition-failed", "as the header If-Match demands");
        }
    }
    assert_eq!(stack.items(&date).await, []);
}

#[tokio::test]
async fn a_post_under_if_match_replaces_just_that_state() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&stored(&date)).await;
    let tag = tag_of(&stack, &date).await;
    let replaced = call(&stack, "POST", &date, ("if-match", &tag), &body_of(&date, "first")).await;
    assert_eq!(replaced.status, 201, "{replaced:?}");
    let late = call(&stack, "POST", &date, ("if-match", &tag), &body_of(&date, "second")).await;
    assert_problem(&late, 412, "precondition-failed", "as the header If-Match demands");
    assert_eq!(
        stack.items(&date).await,
        [item(&date, "09:01:05", &[("source", "first")])]
    );
}

#[tokio::test]
async fn a_precondition_that_cannot_be_heeded_is_refused_and_nothing_changes() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&stored(&date)).await;
    let body = body_of(&date, "x");
    for (method, header, body) in [
        ("PUT", ("if-none-match", "*"), r#"{"Remove":["source"]}"#),
        ("DELETE", ("if-none-match", "*"), ""),
        ("POST", ("if-none-match", "\"x\""), &body),
        ("DELETE", ("if-match", "unquoted"), ""),
    ] {
        let response = call(&stack, method, &date, header, body).await;
        assert_problem(&response, 400, "invalid-request", "The header `If-");
        let errors = &response.json()["errors"];
        assert_eq!(
            (&errors[0]["in"], errors.as_array().map(Vec::len)),
            (&json!("header"), Some(1))
        );
    }
    assert_eq!(stack.items(&date).await, [stored(&date)]);
}

/// Makes two writes on the present state at the same time, and returns their statuses.
async fn race(stack: &Stack, date: &str, tag: &str, one: (&str, &str), other: (&str, &str)) -> [u16; 2] {
    stack.put(&stored(date)).await;
    let one = call(stack, one.0, date, ("if-match", tag), one.1);
    let other = call(stack, other.0, date, ("if-match", tag), other.1);
    let (one, other) = tokio::join!(one, other);
    [one.status, other.status]
}

#[tokio::test]
async fn of_two_writes_that_touch_nothing_in_common_only_one_is_made_too() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&stored(&date)).await;
    let tag = tag_of(&stack, &date).await;
    let note = ("PUT", r#"{"Item":{"note":"mine"}}"#);
    let other_note = (
        "PUT",
        r#"{"UpdateExpression":"SET remark = :r","ExpressionAttributeValues":{":r":"mine"}}"#,
    );
    let replacement = json!({"Item": {"date": date, "time": "09:01:05", "source": "wired"}}).to_string();
    for round in 0..20 {
        for other in [("POST", replacement.as_str()), ("DELETE", ""), other_note] {
            let statuses = race(&stack, &date, &tag, note, other).await;
            let made = statuses.iter().filter(|status| **status < 300).count();
            assert_eq!(made, 1, "{} in round {round}: {statuses:?}", other.0);
            assert!(statuses.contains(&412), "{statuses:?}");
        }
    }
}

#[tokio::test]
async fn a_revision_is_no_part_of_a_message() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let message = json!({"date": date, "time": "09:01:05", "note": "x"});
    let body = json!({"Item": message}).to_string();
    let tags = [
        call(&stack, "POST", &date, ("accept", "*/*"), &body)
            .await
            .header("etag")
            .to_owned(),
        call(&stack, "POST", &date, ("accept", "*/*"), &body)
            .await
            .header("etag")
            .to_owned(),
        call(&stack, "PUT", &date, ("accept", "*/*"), r#"{"Item":{"note":"x"}}"#)
            .await
            .header("etag")
            .to_owned(),
    ];
    assert!(
        tags.iter().all(|tag| *tag == tags[0] && !tag.is_empty()),
        "one content: {tags:?}"
    );
    let items = stack.items(&date).await;
    assert!(items[0].contains_key("$revision"), "{items:?}");
    let got = call(&stack, "GET", &date, ("accept", "*/*"), "").await;
    assert_eq!(got.json()["Item"], message);
    for query in [
        [("date", date.as_str()), ("limit", "1")],
        [("date", &date), ("fields", "$revision,note,date,time")],
    ] {
        let list = Call {
            query: &query,
            ..Call::new("GET", "/message")
        };
        assert_eq!(stack.call(list).await.json()["Items"], json!([message]));
    }
    let named = json!({"Item": {"date": date, "time": "09:01:05", "$revision": 1}}).to_string();
    let refused = call(&stack, "POST", &date, ("accept", "*/*"), &named).await;
    assert_problem(
        &refused,
        400,
        "invalid-request",
        "`/Item/$revision` has a name that is kept for the API itself",
    );
}

#[tokio::test]
async fn a_weak_tag_is_named_since_it_never_matches() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&stored(&date)).await;
    let weak = format!("W/{}", tag_of(&stack, &date).await);
    let body = r#"{"Item":{"source":"wired"}}"#;
    let response = call(&stack, "PUT", &date, ("if-match", &weak), body).await;
    assert_problem(
        &response,
        412,
        "precondition-failed",
        "weak entity tags (W/) only, which never match",
    );
    assert_eq!(stack.items(&date).await, [stored(&date)]);
}
