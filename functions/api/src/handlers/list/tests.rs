use attributes::dynamodb_json;
use serde_json::{Value, json};

use super::*;
use crate::testing::{Received, Rule, TABLE, api, errors, invocation, problem, sample, send};
use crate::{Api, Route};

/// The item of a minute at this second, with a note.
fn item(second: usize, note: &str) -> Value {
    let mut item = key(second);
    item["note"] = json!({"S": note});
    item
}

fn key(second: usize) -> Value {
    json!({"date": {"S": "2001-01-01"}, "time": {"S": format!("09:01:{second:02}")}})
}

async fn list(api: &Api, query: Value) -> Value {
    let response = send(api, Route::ListMessages, &json!({"queryStringParameters": query})).await;
    assert_eq!(response.status(), 200, "{}", response.text());
    serde_json::from_str(response.text()).unwrap()
}

#[tokio::test]
async fn without_a_date_the_table_is_scanned() {
    let scan = Rule::on("Scan")
        .when(|request| *request == json!({"TableName": TABLE, "Limit": 100}))
        .then(|_| json!({"Items": [item(5, "x")]}));
    let response = send(&api([scan]), Route::ListMessages, &json!({"path": "/message"})).await;
    assert_eq!(
        response.text(),
        r#"{"Items":[{"date":"2001-01-01","note":"x","time":"09:01:05"}],"Count":1,"ScannedCount":1}"#
    );
}

#[tokio::test]
async fn with_a_date_it_is_queried() {
    let query = Rule::on("Query").when(|request| {
        *request
            == json!({
                "TableName": TABLE,
                "Limit": 20,
                "KeyConditionExpression": "#partition = :partition",
                "ExpressionAttributeNames": {"#partition": "date"},
                "ExpressionAttributeValues": {":partition": {"S": "2001-01-01"}},
                "ScanIndexForward": true,
            })
    });
    let response = send(&api([query]), Route::ListMessages, &sample(Route::ListMessages)).await;
    assert_eq!(response.text(), r#"{"Items":[],"Count":0,"ScannedCount":0}"#);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let first = Rule::on("Query")
        .when(|request| request.get("ExclusiveStartKey").is_none())
        .then(|_| json!({"Items": [item(1, "x"), item(2, "x")], "LastEvaluatedKey": key(2)}));
    let second = Rule::on("Query")
        .when(|request| request["ExclusiveStartKey"] == key(2))
        .then(|_| json!({"Items": [item(3, "x")]}));
    let api = api([first, second]);
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
    // DynamoDB may return fewer items than requested, or none, while more follow: at its limit of 1 MB, or in an empty part of
    // the table.
    let call = |start: Option<usize>, limit: i32, items: &'static [usize], last| {
        Rule::on("Scan")
            .when(move |request| {
                request.get("ExclusiveStartKey") == start.map(key).as_ref() && request["Limit"] == limit
            })
            .then(move |_| {
                let items: Vec<_> = items.iter().map(|second| item(*second, "x")).collect();
                json!({"Items": items, "LastEvaluatedKey": key(last)})
            })
    };
    let rules = [
        call(None, 4, &[1, 2], 2),
        call(Some(2), 2, &[], 3),
        call(Some(3), 2, &[4, 5], 5),
    ];
    let page = list(&api(rules), json!({"limit": "4"})).await;
    let times: Vec<_> = page["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["time"])
        .collect();
    assert_eq!(times, ["09:01:01", "09:01:02", "09:01:04", "09:01:05"]);
    let token = NextToken::decode(
        page["NextToken"].as_str().unwrap(),
        &List::default(),
        TABLE,
        &KeySchema::Messages,
    )
    .unwrap();
    assert_eq!(
        dynamodb_json::to_value(&token.into_start_key(&KeySchema::Messages)),
        key(5)
    );
}

#[tokio::test]
async fn a_page_ends_before_lambda_would_refuse_it() {
    // Each item takes 400,000 bytes in the table, and four times that in the response.
    let note = "\"".repeat(400_000);
    let scan = Rule::on("Scan").then(move |request| {
        let from = request.get("ExclusiveStartKey").map_or(0, |start| {
            start["time"]["S"].as_str().unwrap()[6..].parse::<usize>().unwrap() + 1
        });
        let items: Vec<_> = (from..20).take(2).map(|second| item(second, &note)).collect();
        let mut page = json!({"Items": items});
        if from + 2 < 20 {
            page["LastEvaluatedKey"] = key(from + 1);
        }
        page
    });
    let api = api([scan]);
    let mut times = Vec::new();
    let mut query = json!({});
    loop {
        let event = json!({"queryStringParameters": query}).to_string();
        let answer = api.answer_for(Route::ListMessages, &event, invocation()).await;
        let response = answer.response.clone();
        let size = serde_json::to_string(&answer.into_payload().await).unwrap().len();
        assert!(size < 6_000_000, "{size}");
        let page: Value = serde_json::from_str(response.text()).unwrap();
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
    let scan = Rule::on("Scan").then(|_| {
        let key = json!({"id": {"N": "1"}});
        json!({"Items": [key], "LastEvaluatedKey": key})
    });
    let response = send(
        &api([scan]),
        Route::ListMessages,
        &json!({"queryStringParameters": {"limit": "1"}}),
    )
    .await;
    problem(&response, 500, "invocation-1");
}

#[tokio::test]
async fn a_part_of_a_date_is_queried_in_either_order() {
    for (parameters, condition, forward, from, to) in [
        (json!({"order": "desc"}), "#partition = :partition", false, None, None),
        (
            json!({"from": "09:00:00", "order": "asc"}),
            "#partition = :partition AND #sort >= :from",
            true,
            Some("09:00:00"),
            None,
        ),
        (
            json!({"to": "10:00:00"}),
            "#partition = :partition AND #sort <= :to",
            true,
            None,
            Some("10:00:00.999999999"),
        ),
        (
            json!({"from": "09:00:00.385", "to": "10:00:00.385"}),
            "#partition = :partition AND #sort BETWEEN :from AND :to",
            true,
            Some("09:00:00.385"),
            Some("10:00:00.385999999"),
        ),
    ] {
        let mut names = json!({"#partition": "date"});
        let mut values = json!({":partition": {"S": "2001-01-01"}});
        for (placeholder, time) in [(":from", from), (":to", to)] {
            if let Some(time) = time {
                names["#sort"] = json!("time");
                values[placeholder] = json!({"S": time});
            }
        }
        let query = Rule::on("Query").when(move |request| {
            request["KeyConditionExpression"] == condition
                && request["ScanIndexForward"] == forward
                && request["ExpressionAttributeNames"] == names
                && request["ExpressionAttributeValues"] == values
        });
        let mut asked = parameters;
        asked["date"] = json!("2001-01-01");
        list(&api([query]), asked).await;
    }
}

#[tokio::test]
async fn only_the_fields_that_are_asked_for_are_read_and_answered() {
    let scan = Rule::on("Scan")
        .when(|request| {
            let names = request["ExpressionAttributeNames"].as_object().unwrap();
            let placeholders = request["ProjectionExpression"].as_str().unwrap().split(',');
            let mut read: Vec<_> = placeholders.map(|placeholder| &names[placeholder]).collect();
            read.sort_unstable_by_key(|name| name.as_str());
            read == ["date", "note", "te", "time"] && names.len() == 4
        })
        .then(|_| json!({"Items": [item(5, "x")], "LastEvaluatedKey": key(5)}));
    let api = api([scan]);
    let page = list(&api, json!({"fields": "note,te,time", "limit": "1"})).await;
    assert_eq!(page["Items"], json!([{"note": "x", "time": "09:01:05"}]));
    let other = json!({"queryStringParameters": {"NextToken": page["NextToken"], "fields": "note"}});
    assert_eq!(send(&api, Route::ListMessages, &other).await.status(), 400);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let event = json!({"queryStringParameters": {"date": "today", "from": "9", "limit": "0", "order": "up"}});
    let response = send(&api([]), Route::ListMessages, &event).await;
    problem(&response, 400, "invocation-1");
    let places = errors(&response).into_iter().map(|[part, pointer, _]| part + &pointer);
    let places: Vec<_> = places.collect();
    assert_eq!(places, ["query/date", "query/from", "query/order", "query/limit"]);
}

#[tokio::test]
async fn no_name_of_an_attribute_breaks_the_list() {
    // Text, because `Value` would take the name for its internal mark.
    let item = r#"{"$serde_json::private::Number":{"S":"x"},"date":{"S":"2001-01-01"},"time":{"S":"09:01:05"}}"#;
    let scan = Rule::on("Scan").say(200, format!(r#"{{"Items":[{item}]}}"#));
    let response = send(&api([scan]), Route::ListMessages, &json!({"path": "/message"})).await;
    assert_eq!(response.status(), 200, "{}", response.text());
    assert!(response.text().contains(r#""$serde_json::private::Number":"x""#));
}
