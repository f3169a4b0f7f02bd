use message::{Order, WriteMode};
use serde_json::{Value, json};

use crate::Route;
use crate::testing::{Received, Rule, api, api_of, event, sample, send};

/// Whether a text is the order of a write in the last minute.
fn is_now(order: &Value) -> bool {
    let order: Order = order.as_str().unwrap().parse().unwrap();
    let millis = u64::from_str_radix(&order.ingest_id().replace('-', "")[..12], 16).unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
    order == Order::at_millis(millis) && (now - 60_000..=now).contains(&u128::from(millis))
}

#[tokio::test]
async fn a_write_has_its_time_as_order_where_the_latest_wins() {
    let put = Rule::on("PutItem").when(|request| is_now(&request["Item"]["$order"]["S"]));
    let update = Rule::on("UpdateItem").when(|request| {
        request["ExpressionAttributeNames"]["#co"] == "$order"
            && is_now(&request["ExpressionAttributeValues"][":co"]["S"])
            && request["UpdateExpression"].as_str().unwrap().contains("SET #co=:co, ")
    });
    for (route, rule) in [(Route::PostMessage, put), (Route::PutMessage, update)] {
        let plain = if route == Route::PostMessage {
            "PutItem"
        } else {
            "UpdateItem"
        };
        let ordered = send(&api_of(WriteMode::Latest, [rule]), route, &sample(route)).await;
        assert!(ordered.status().is_success(), "{route:?}: {}", ordered.text());
        assert!(!ordered.text().contains("$order"), "{}", ordered.text());
        for mode in [WriteMode::Replace, WriteMode::Create] {
            let rule = Rule::on(plain).when(|request| !request.to_string().contains("$order"));
            let response = send(&api_of(mode, [rule]), route, &sample(route)).await;
            assert_eq!(response.text(), ordered.text());
            assert_eq!(response.header("ETag"), ordered.header("ETag"));
        }
    }
}

#[tokio::test]
async fn what_an_item_is_stamped_with_counts_towards_its_size() {
    let key = "date2001-01-01time09:01:05".len();
    let post = async |mode, name: &str, bytes: usize| {
        let item = json!({"date": "2001-01-01", "time": "09:01:05", name: "x".repeat(bytes - name.len())});
        let event = event(&json!({ "Item": item }));
        let response = send(&api_of(mode, [Rule::on("PutItem")]), Route::PostMessage, &event).await;
        response.status().as_u16()
    };
    let most = message::MAX_ITEM_BYTES - key;
    assert_eq!(post(WriteMode::Replace, "location", most).await, 201);
    assert_eq!(post(WriteMode::Latest, "location", most - Order::BYTES).await, 201);
    assert_eq!(post(WriteMode::Latest, "location", most - Order::BYTES + 1).await, 400);
    assert_eq!(post(WriteMode::Replace, "note", most).await, 400, "a revision");
}

#[tokio::test]
async fn an_order_is_in_no_answer() {
    let item = |hidden: Value| {
        let mut item = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "note": {"S": "x"}});
        item.as_object_mut()
            .unwrap()
            .extend(hidden.as_object().unwrap().clone());
        item
    };
    let answers = async |hidden: Value| {
        let (one, page) = (item(hidden.clone()), item(hidden));
        let get = Rule::on("GetItem").then(move |_| json!({"Item": one}));
        let list = Rule::on("Query").then(move |_| json!({"Items": [page]}));
        let api = api([get, list]);
        let get = send(&api, Route::GetMessage, &sample(Route::GetMessage)).await;
        let list = send(&api, Route::ListMessages, &sample(Route::ListMessages)).await;
        (
            get.text().to_owned(),
            get.header("ETag").map(str::to_owned),
            list.text().to_owned(),
        )
    };
    let order = Order::at_millis(7).to_string();
    assert_eq!(
        answers(json!({"$order": {"S": order}, "$revision": {"N": "1"}})).await,
        answers(json!({})).await
    );
}

#[tokio::test]
async fn a_change_under_if_match_sees_an_order_that_comes_meanwhile() {
    let stored = || Rule::on("GetItem").then(|_| json!({"Item": {"date": {"S": "2001-01-01"}}}));
    let read = send(&api([stored()]), Route::GetMessage, &sample(Route::GetMessage)).await;
    let mut event = event(&json!({"Item": {"date": "2001-01-01", "time": "09:01:05"}}));
    event["headers"] = json!({"If-Match": read.header("ETag").unwrap()});
    let put = Rule::on("PutItem").when(|request| {
        let names = request["ExpressionAttributeNames"].as_object().unwrap();
        let (placeholder, _) = names.iter().find(|(_, name)| *name == "$order").unwrap();
        let condition = request["ConditionExpression"].as_str().unwrap();
        condition.contains(&format!("attribute_not_exists({placeholder})"))
    });
    let response = send(&api_of(WriteMode::Latest, [stored(), put]), Route::PostMessage, &event).await;
    assert_eq!(response.status(), 201, "{}", response.text());
}
