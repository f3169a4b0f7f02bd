//! `ETag`, `If-Match` and `If-None-Match` on the four calls for one message.

use std::collections::HashMap;

use attributes::Attributes;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemError, DeleteItemOutput};
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, mock};
use serde_json::{Value, json};

use crate::etag::ETag;
use crate::testing::{api, errors, event, problem, send};
use crate::{Response, Route};

const ID: &str = "invocation-1";

/// The item that the documented key has, with this average.
fn item(average: &str) -> Attributes {
    [("date", "2001-01-01"), ("time", "09:01:05"), ("source", "wireless")]
        .map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())))
        .into_iter()
        .chain([("local_avg".to_owned(), AttributeValue::N(average.to_owned()))])
        .collect()
}

fn tag(average: &str) -> String {
    ETag::of(&item(average)).to_string()
}

fn stored(average: &'static str) -> Rule {
    mock!(Client::get_item).then_output(|| GetItemOutput::builder().set_item(Some(item(average))).build())
}

fn nothing_stored() -> Rule {
    mock!(Client::get_item).then_output(|| GetItemOutput::builder().build())
}

fn failed_check() -> ConditionalCheckFailedException {
    ConditionalCheckFailedException::builder().build()
}

/// Sends the call that changes, creates or deletes the item, with a header.
async fn call(route: Route, rules: &[&Rule], header: (&str, &str)) -> Response {
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

/// Whether an expression, its placeholders replaced by what they stand for, demands `part`.
fn demands(expression: Option<&str>, names: Option<&HashMap<String, String>>, part: &str) -> bool {
    let expression = expression.unwrap_or_default().to_owned();
    let replaced = names
        .into_iter()
        .flatten()
        .fold(expression, |text, (placeholder, name)| {
            text.replace(&format!("{placeholder}="), &format!("{name}="))
                .replace(&format!("({placeholder})"), &format!("({name})"))
        });
    replaced.split(" AND ").any(|found| found.starts_with(part))
}

#[tokio::test]
async fn a_tag_stands_for_the_content() {
    let got = call(Route::GetMessage, &[&stored("5.6")], ("Accept", "*/*")).await;
    assert_eq!(got.header("ETag"), Some(tag("5.60").as_str()), "by value");
    let other = call(Route::GetMessage, &[&stored("5.7")], ("Accept", "*/*")).await;
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
        let response = call(Route::GetMessage, &[&stored("5.6")], ("if-none-match", &given)).await;
        assert_eq!((response.status(), response.body()), (304, ""), "{given}");
        assert_eq!(response.header("ETag"), Some(tag("5.6").as_str()));
        assert_eq!(response.header("Content-Type"), None);
    }
    let response = call(Route::GetMessage, &[&stored("5.6")], ("If-None-Match", &tag("5.7"))).await;
    assert_eq!(response.status(), 200);
    let response = call(Route::GetMessage, &[&nothing_stored()], ("If-None-Match", "*")).await;
    problem(&response, 404, ID);
}

#[tokio::test]
async fn a_get_can_demand_a_state() {
    let response = call(Route::GetMessage, &[&stored("5.6")], ("If-Match", &tag("5.6"))).await;
    assert_eq!(response.status(), 200);
    for (rule, given) in [
        (stored("5.6"), tag("5.7")),
        (stored("5.6"), format!("W/{}", tag("5.6"))),
        (nothing_stored(), "*".to_owned()),
    ] {
        let response = call(Route::GetMessage, &[&rule], ("If-Match", &given)).await;
        problem(&response, 412, ID);
    }
}

#[tokio::test]
async fn create_only_is_checked_by_dynamodb() {
    let create = || {
        mock!(Client::put_item).match_requests(|input| {
            let (expression, names) = (input.condition_expression(), input.expression_attribute_names());
            demands(expression, names, "attribute_not_exists(date)") && input.expression_attribute_values().is_none()
        })
    };
    let free = create().then_output(|| PutItemOutput::builder().build());
    let response = call(Route::PostMessage, &[&free], ("If-None-Match", "*")).await;
    assert_eq!(response.status(), 201, "{}", response.body());
    assert!(response.header("ETag").is_some());

    let taken = create().then_error(|| PutItemError::ConditionalCheckFailedException(failed_check()));
    let response = call(Route::PostMessage, &[&taken], ("If-None-Match", "*")).await;
    problem(&response, 412, ID);
}

/// Whether every attribute of the item is compared, and a documented one that it lacks must not come.
fn unchanged(expression: Option<&str>, names: Option<&HashMap<String, String>>) -> bool {
    let parts = [
        "attribute_exists(date)",
        "source=",
        "local_avg=",
        "attribute_not_exists(location)",
    ];
    parts.iter().all(|part| demands(expression, names, part))
}

/// The same, and that the attribute that the call writes must not come either.
fn guarded(expression: Option<&str>, names: Option<&HashMap<String, String>>) -> bool {
    unchanged(expression, names) && demands(expression, names, "attribute_not_exists(claimed)")
}

#[tokio::test]
async fn a_change_is_written_on_the_condition_that_nothing_changed_meanwhile() {
    let update = || {
        mock!(Client::update_item).match_requests(|input| {
            let values = input.expression_attribute_values().unwrap();
            guarded(input.condition_expression(), input.expression_attribute_names())
                && values
                    .values()
                    .any(|value| *value == AttributeValue::N("5.6".to_owned()))
                && values[":c"] == AttributeValue::S("me".to_owned())
        })
    };
    let put = || {
        mock!(Client::put_item)
            .match_requests(|input| guarded(input.condition_expression(), input.expression_attribute_names()))
    };
    let delete = || {
        mock!(Client::delete_item)
            .match_requests(|input| unchanged(input.condition_expression(), input.expression_attribute_names()))
    };
    let updated = || UpdateItemOutput::builder().set_attributes(Some(item("5.8"))).build();
    for (route, done, changed) in [
        (
            Route::PutMessage,
            update().then_output(updated),
            update().then_error(|| UpdateItemError::ConditionalCheckFailedException(failed_check())),
        ),
        (
            Route::PostMessage,
            put().then_output(|| PutItemOutput::builder().build()),
            put().then_error(|| PutItemError::ConditionalCheckFailedException(failed_check())),
        ),
        (
            Route::DeleteMessage,
            delete().then_output(|| DeleteItemOutput::builder().build()),
            delete().then_error(|| DeleteItemError::ConditionalCheckFailedException(failed_check())),
        ),
    ] {
        let header = ("If-Match", tag("5.6"));
        let header = (header.0, header.1.as_str());
        let response = call(route, &[&stored("5.6"), &done], header).await;
        assert!(response.status() < 300, "{route:?}: {}", response.body());
        if route == Route::PutMessage {
            assert_eq!(response.header("ETag"), Some(tag("5.8").as_str()), "of the new state");
        }
        let response = call(route, &[&stored("5.6"), &changed], header).await;
        problem(&response, 412, ID);
        // Nothing is written, as there is no rule for it.
        for (rule, given) in [(stored("5.7"), tag("5.6")), (nothing_stored(), tag("5.6"))] {
            let response = call(route, &[&rule], ("If-Match", &given)).await;
            problem(&response, 412, ID);
        }
    }
}

#[tokio::test]
async fn any_state_may_be_demanded() {
    let update =
        mock!(Client::update_item).then_error(|| UpdateItemError::ConditionalCheckFailedException(failed_check()));
    let response = call(Route::PutMessage, &[&update], ("If-Match", "*")).await;
    problem(&response, 412, ID);
    let delete = mock!(Client::delete_item)
        .match_requests(|input| {
            demands(
                input.condition_expression(),
                input.expression_attribute_names(),
                "attribute_exists(date)",
            )
        })
        .then_output(|| DeleteItemOutput::builder().build());
    let response = call(Route::DeleteMessage, &[&delete], ("If-Match", "*")).await;
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
        let response = call(route, &[], (name, value)).await;
        problem(&response, 400, ID);
        assert_eq!(
            errors(&response),
            [["header", &format!("/{name}"), detail]],
            "{route:?}"
        );
    }
    let mut contradictory = event(&json!({"Item": {"date": "2001-01-01", "time": "09:01:05"}}));
    contradictory["headers"] = json!({"If-Match": "*", "If-None-Match": "*"});
    problem(&send(&api(&[]), Route::PostMessage, &contradictory).await, 400, ID);
}

#[tokio::test]
async fn an_item_of_too_many_attributes_to_compare_is_left_alone() {
    let huge = || -> Attributes {
        let many = (0..200).map(|number| (format!("a{number}"), AttributeValue::Bool(true)));
        item("5.6").into_iter().chain(many).collect()
    };
    let tag = ETag::of(&huge()).to_string();
    let stored = mock!(Client::get_item).then_output(move || GetItemOutput::builder().set_item(Some(huge())).build());
    let response = call(Route::DeleteMessage, &[&stored], ("If-Match", &tag)).await;
    problem(&response, 400, ID);
    assert_eq!(errors(&response)[0][1], "/If-Match");
}
