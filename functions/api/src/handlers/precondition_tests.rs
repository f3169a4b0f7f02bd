//! `ETag`, `If-Match` and `If-None-Match` on the four calls for one message.

use attributes::dynamodb_json;
use serde_json::{Value, json};

use crate::table::etag::ETag;
use crate::testing::{Received, Rule, api, errors, event, problem, send};
use crate::{Response, Route};

const ID: &str = "invocation-1";
const FAILED_CHECK: &str = "ConditionalCheckFailedException";

/// The item with the documented key and this average.
fn item(average: &str) -> Value {
    json!({
        "date": {"S": "2001-01-01"},
        "time": {"S": "09:01:05"},
        "source": {"S": "wireless"},
        "local_avg": {"N": average},
    })
}

fn tag_of(item: Value) -> String {
    ETag::of(&dynamodb_json::attributes(item).unwrap()).to_string()
}

fn tag(average: &str) -> String {
    tag_of(item(average))
}

fn stored(average: &'static str) -> Rule {
    Rule::on("GetItem").then(|_| json!({"Item": item(average)}))
}

fn nothing_stored() -> Rule {
    Rule::on("GetItem")
}

/// Sends a call for the item, with a header.
async fn call(route: Route, rules: impl IntoIterator<Item = Rule>, header: (&str, &str)) -> Response {
    let body = match route {
        Route::PostMessage => json!({"Item": {"date": "2001-01-01", "time": "09:01:05", "claimed": "me"}}),
        Route::PutMessage => json!({"UpdateExpression": "SET claimed = :c", "ExpressionAttributeValues": {":c": "me"}}),
        _ => Value::Null,
    };
    let mut event = event(&body);
    if body.is_null() {
        event["body"] = Value::Null;
    }
    event["headers"] = json!({header.0: header.1});
    send(&api(rules), route, &event).await
}

/// Whether the condition of a request, with its placeholders resolved, has exactly these parts.
fn demands(request: &Value, expected: &[&str]) -> bool {
    let name = |placeholder: &str| request["ExpressionAttributeNames"][placeholder].as_str().unwrap();
    let condition = request["ConditionExpression"].as_str().unwrap_or_default();
    let parts = condition.split(" AND ").map(|part| {
        if let Some((left, right)) = part.split_once('=') {
            return format!("{}={}", name(left), request["ExpressionAttributeValues"][right]);
        }
        let (function, argument) = part.split_once('(').unwrap();
        format!("{function}({})", name(argument.trim_end_matches(')')))
    });
    let mut parts: Vec<_> = parts.collect();
    parts.sort_unstable();
    parts == expected
}

#[tokio::test]
async fn a_tag_stands_for_the_content() {
    let got = call(Route::GetMessage, [stored("5.6")], ("Accept", "*/*")).await;
    assert_eq!(got.header("ETag"), Some(tag("5.60").as_str()), "by value");
    let other = call(Route::GetMessage, [stored("5.7")], ("Accept", "*/*")).await;
    assert_ne!(got.header("ETag"), other.header("ETag"));
}

#[tokio::test]
async fn what_the_client_has_already_is_304_without_a_body() {
    for given in [
        tag("5.6"),
        format!("W/{}", tag("5.6")),
        format!("\"x\", {}", tag("5.6")),
        "*".to_owned(),
    ] {
        let response = call(Route::GetMessage, [stored("5.6")], ("if-none-match", &given)).await;
        assert_eq!((response.status().as_u16(), response.text()), (304, ""), "{given}");
        assert_eq!(response.header("ETag"), Some(tag("5.6").as_str()));
        assert_eq!(response.header("Content-Type"), None);
    }
    let response = call(Route::GetMessage, [stored("5.6")], ("If-None-Match", &tag("5.7"))).await;
    assert_eq!(response.status(), 200);
    let response = call(Route::GetMessage, [nothing_stored()], ("If-None-Match", "*")).await;
    problem(&response, 404, ID);
}

#[tokio::test]
async fn a_get_can_demand_a_state() {
    let response = call(Route::GetMessage, [stored("5.6")], ("If-Match", &tag("5.6"))).await;
    assert_eq!(response.status(), 200);
    for (rule, given) in [
        (stored("5.6"), tag("5.7")),
        (stored("5.6"), format!("W/{}", tag("5.6"))),
        (nothing_stored(), "*".to_owned()),
    ] {
        let response = call(Route::GetMessage, [rule], ("If-Match", &given)).await;
        problem(&response, 412, ID);
    }
}

#[tokio::test]
async fn create_only_is_checked_by_dynamodb() {
    let create = Rule::on("PutItem").when(|request| {
        demands(request, &["attribute_not_exists(date)"]) && request.get("ExpressionAttributeValues").is_none()
    });
    let response = call(Route::PostMessage, [create.clone()], ("If-None-Match", "*")).await;
    assert_eq!(response.status(), 201, "{}", response.text());
    assert!(response.header("ETag").is_some());

    let taken = create.fail(400, FAILED_CHECK);
    let response = call(Route::PostMessage, [taken], ("If-None-Match", "*")).await;
    problem(&response, 412, ID);
}

/// Whether the condition compares every attribute of the item, and requires that others are absent: the documented ones that the
/// item lacks, the revision, and the one that the call writes.
fn unchanged(request: &Value, written: Option<&str>) -> bool {
    let written = written.map(|name| format!("attribute_not_exists({name})"));
    let mut parts = vec![
        "attribute_exists(date)",
        "attribute_not_exists($revision)",
        "attribute_not_exists(local_dest)",
        "attribute_not_exists(location)",
        "attribute_not_exists(remote_avg)",
        "attribute_not_exists(remote_dest)",
        r#"local_avg={"N":"5.6"}"#,
        r#"source={"S":"wireless"}"#,
    ];
    parts.extend(written.as_deref());
    parts.sort_unstable();
    demands(request, &parts)
}

#[tokio::test]
async fn a_change_is_written_on_the_condition_that_nothing_changed_meanwhile() {
    let update = Rule::on("UpdateItem").when(|request| {
        unchanged(request, Some("claimed")) && request["ExpressionAttributeValues"][":c"] == json!({"S": "me"})
    });
    let put = Rule::on("PutItem").when(|request| unchanged(request, Some("claimed")));
    let delete = Rule::on("DeleteItem").when(|request| unchanged(request, None));
    for (route, done) in [
        (Route::PutMessage, update.then(|_| json!({"Attributes": item("5.8")}))),
        (Route::PostMessage, put),
        (Route::DeleteMessage, delete),
    ] {
        let changed = done.clone().fail(400, FAILED_CHECK);
        let header = ("If-Match", tag("5.6"));
        let header = (header.0, header.1.as_str());
        let response = call(route, [stored("5.6"), done], header).await;
        assert!(response.status().is_success(), "{route:?}: {}", response.text());
        if route == Route::PutMessage {
            assert_eq!(response.header("ETag"), Some(tag("5.8").as_str()), "of the new state");
        }
        let response = call(route, [stored("5.6"), changed], header).await;
        problem(&response, 412, ID);
        // Nothing is written: there is no rule for a write.
        for (rule, given) in [(stored("5.7"), tag("5.6")), (nothing_stored(), tag("5.6"))] {
            let response = call(route, [rule], ("If-Match", &given)).await;
            problem(&response, 412, ID);
        }
    }
}

#[tokio::test]
async fn any_state_may_be_demanded() {
    let exists = |request: &Value| demands(request, &["attribute_exists(date)"]);
    let update = Rule::on("UpdateItem").when(exists).fail(400, FAILED_CHECK);
    let response = call(Route::PutMessage, [update], ("If-Match", "*")).await;
    problem(&response, 412, ID);
    let delete = Rule::on("DeleteItem").when(exists);
    let response = call(Route::DeleteMessage, [delete], ("If-Match", "*")).await;
    assert_eq!(response.status(), 200, "without reading it first");
}

#[tokio::test]
async fn a_precondition_that_would_be_ignored_is_refused() {
    let unquoted = "must be * or ETags with their quotation marks, such as \"bDdfiCuzbcXKJp4eE4q3Og\", with commas \
                    between them";
    for (route, name, value, detail) in [
        (
            Route::PutMessage,
            "If-None-Match",
            "*",
            "is not known to this call; use If-Match, or leave it out",
        ),
        (
            Route::DeleteMessage,
            "If-None-Match",
            "\"x\"",
            "is not known to this call; use If-Match, or leave it out",
        ),
        (
            Route::PostMessage,
            "If-None-Match",
            "\"x\"",
            "must be *, which creates the message only if there is none",
        ),
        (Route::PostMessage, "If-Match", "x", unquoted),
        (Route::PutMessage, "If-Match", "", unquoted),
        (Route::GetMessage, "If-None-Match", "x", unquoted),
    ] {
        let response = call(route, [], (name, value)).await;
        problem(&response, 400, ID);
        assert_eq!(
            errors(&response),
            [["header", &format!("/{name}"), detail]],
            "{route:?}"
        );
    }
    let mut contradictory = event(&json!({"Item": {"date": "2001-01-01", "time": "09:01:05"}}));
    contradictory["headers"] = json!({"If-Match": "*", "If-None-Match": "*"});
    problem(&send(&api([]), Route::PostMessage, &contradictory).await, 400, ID);
}

#[tokio::test]
async fn an_item_of_too_many_attributes_to_compare_is_left_alone() {
    let mut huge = item("5.6");
    for number in 0..200 {
        huge[format!("a{number}")] = json!({"BOOL": true});
    }
    let tag = tag_of(huge.clone());
    let stored = Rule::on("GetItem").then(move |_| json!({"Item": huge}));
    let response = call(Route::DeleteMessage, [stored], ("If-Match", &tag)).await;
    problem(&response, 400, ID);
    assert_eq!(errors(&response)[0][1], "/If-Match");
}

#[tokio::test]
async fn weak_tags_are_named_since_they_never_match() {
    let weak = format!("W/{}, W/\"x\"", tag("5.6"));
    for route in [
        Route::GetMessage,
        Route::PostMessage,
        Route::PutMessage,
        Route::DeleteMessage,
    ] {
        let response = call(route, [stored("5.6")], ("If-Match", &weak)).await;
        let detail = problem(&response, 412, ID)["detail"].as_str().unwrap().to_owned();
        assert!(
            detail
                .starts_with("The header If-Match has weak entity tags (W/) only, which never match it; send the ETag"),
            "{detail}"
        );
    }
    let mixed = format!("W/\"x\", {}", tag("5.6"));
    let response = call(Route::GetMessage, [stored("5.6")], ("If-Match", &mixed)).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn an_update_of_the_key_alone_changes_nothing() {
    let put = |rule: Rule, if_match: Option<String>| {
        let mut event = event(&json!({"Item": {"date": "2001-01-01", "time": "09:01:05"}}));
        event["headers"] = json!({"If-Match": if_match});
        async move { send(&api([rule]), Route::PutMessage, &event).await }
    };
    for tags in [None, Some("*".to_owned()), Some(tag("5.6"))] {
        let response = put(stored("5.6"), tags).await;
        assert_eq!(response.status(), 204);
        assert_eq!(response.header("ETag"), Some(tag("5.6").as_str()));
    }
    problem(&put(nothing_stored(), None).await, 404, ID);
    problem(&put(nothing_stored(), Some(tag("5.6"))).await, 412, ID);
    problem(&put(stored("5.6"), Some(tag("5.7"))).await, 412, ID);
}
