//! Messages that anyone puts on the queue, and what the writer makes of them.

use end_to_end::queue::DeadLetter;
use end_to_end::table::{item, with_number};
use end_to_end::{Stack, unique, wait};
use serde_json::{Value, json};

const TIME: &str = "09:01:05";

fn key(date: &str) -> Value {
    json!({"date": {"S": date}, "time": {"S": TIME}})
}

/// Waits for a line of the writer's log that names a message.
async fn log_line(stack: &Stack, message_id: &str, text: &str) -> Value {
    let writer = stack.function("SqsToDynamoDbFunction").await;
    let what = format!("a line of the writer's log with \"{text}\" and {message_id}");
    wait::until(&what, async || {
        let lines = stack.log_lines(&writer, text).await;
        let line = lines.iter().find(|line| line.to_string().contains(message_id));
        line.cloned().ok_or(lines.len())
    })
    .await
}

#[tokio::test]
async fn post_writes_an_item_digit_for_digit() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let digits = "-1234567890.1234567890123456789012345678";
    let body = json!({
        "TableName": stack.outputs.table_name,
        "Item": {"date": {"S": date}, "time": {"S": TIME}, "note": {"S": "ü \"測定\"\n"}, "local_avg": {"N": digits}},
    });

    stack.send("POST", &body.to_string()).await;

    let expected = with_number(item(&date, TIME, &[("note", "ü \"測定\"\n")]), "local_avg", digits);
    stack.wait_for_items(&vec![expected]).await;
}

#[tokio::test]
async fn put_updates_an_item() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack
        .put(&item(
            &date,
            TIME,
            &[("location", "location-03"), ("source", "wireless")],
        ))
        .await;
    let body = json!({
        "Key": key(&date),
        "UpdateExpression": "SET #l = :l REMOVE #s",
        "ConditionExpression": "attribute_exists(#d)",
        "ExpressionAttributeNames": {"#l": "location", "#s": "source", "#d": "date"},
        "ExpressionAttributeValues": {":l": {"S": "location-04"}},
    });

    stack.send("PUT", &body.to_string()).await;

    stack
        .wait_for_items(&vec![item(&date, TIME, &[("location", "location-04")])])
        .await;
}

#[tokio::test]
async fn delete_deletes_an_item() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, TIME, &[])).await;
    stack.put(&item(&date, "23:59:59", &[])).await;

    stack.send("DELETE", &json!({"Key": key(&date)}).to_string()).await;

    stack.wait_for_items(&vec![item(&date, "23:59:59", &[])]).await;
}

#[tokio::test]
async fn get_logs_whether_the_item_is_there() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, TIME, &[("location", "location-03")])).await;

    let present = stack.send("GET", &json!({"Key": key(&date)}).to_string()).await;
    let absent = stack
        .send("GET", &json!({"Key": key(&unique::date())}).to_string())
        .await;

    let line = log_line(&stack, &present, "item read").await;
    assert_eq!((&line["found"], &line["attributes"]), (&json!(true), &json!(3)));
    // What is in messages is in no line.
    assert_eq!((&line["date"], &line["time"]), (&Value::Null, &Value::Null));
    assert_eq!(log_line(&stack, &absent, "item read").await["found"], false);
}

#[tokio::test]
async fn get_all_logs_the_count() {
    let stack = Stack::connect().await;
    stack.put(&item(&unique::date(), TIME, &[])).await;

    let message = stack.send("GET_ALL", "{}").await;

    let count = log_line(&stack, &message, "items counted").await["count"].as_u64();
    assert!(count >= Some(1), "{count:?}");
}

#[tokio::test]
async fn batch_write_writes_and_deletes() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, TIME, &[])).await;
    // More than DynamoDB takes in one call.
    let times: Vec<_> = (0..30).map(|second| format!("10:00:{second:02}")).collect();
    let mut requests: Vec<_> = times
        .iter()
        .map(|time| json!({"PutRequest": {"Item": {"date": {"S": date}, "time": {"S": time}}}}))
        .collect();
    requests.push(json!({"DeleteRequest": {"Key": key(&date)}}));
    let body = json!({"RequestItems": {&stack.outputs.table_name: requests}});

    stack.send("BATCH_WRITE", &body.to_string()).await;

    stack
        .wait_for_items(&times.iter().map(|time| item(&date, time, &[])).collect())
        .await;
}

#[tokio::test]
async fn a_bad_row_of_a_batch_write_is_a_dead_letter_of_its_own() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let table = &stack.outputs.table_name;
    let put = |time: &str| json!({"PutRequest": {"Item": {"date": {"S": date}, "time": {"S": time}}}});
    let bad = [
        (json!({"PutRequest": {"Item": {"date": {"S": date}}}}), "MissingKey"),
        (json!({"PutRequest": {"Key": key(&date)}}), "InvalidField"),
        (
            json!({"PutRequest": {"Item": {"date": {"S": date}, "time": {"S": TIME}, "n": {"N": "nine"}}}}),
            "InvalidItem",
        ),
    ];
    let rows = [put("10:00:00")].into_iter();
    let rows = rows
        .chain(bad.iter().map(|(row, _)| row.clone()))
        .chain([put("10:00:01")]);
    let body = json!({"RequestItems": {table: rows.collect::<Vec<_>>()}});

    let message = stack.send("BATCH_WRITE", &body.to_string()).await;

    let written = ["10:00:00", "10:00:01"].map(|time| item(&date, time, &[]));
    stack.wait_for_items(&written.into()).await;
    let dead_letters = stack
        .take_dead_letters(3, |dead_letter| dead_letter.attribute("OriginalMessageId") == message)
        .await;
    for (row, code) in bad {
        let alone = json!({"RequestItems": {table: [row]}});
        let is_alone = |found: &&DeadLetter| serde_json::from_str::<Value>(&found.body).is_ok_and(|body| body == alone);
        let found = dead_letters.iter().find(is_alone);
        let found = found.unwrap_or_else(|| panic!("no dead letter of {row}: {dead_letters:#?}"));
        assert_eq!(
            (found.attribute("Method"), found.attribute("ReasonCode")),
            ("BATCH_WRITE", code)
        );
        let reason = found.attribute("Reason");
        assert!(reason.starts_with(&format!("/RequestItems/{table}/0")), "{reason}");
    }
}

#[tokio::test]
async fn poison_goes_to_the_dead_letter_queue_with_its_reason_and_spares_its_neighbours() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let table = &stack.outputs.table_name;
    let good = |time: &str| json!({"Item": {"date": {"S": date}, "time": {"S": time}}}).to_string();
    let poison = [
        (
            "POST",
            "{\"Item\":{\"date\"".to_owned(),
            "NotJson",
            "the body is not JSON: EOF",
        ),
        ("", good(TIME), "NoMethod", "set it to POST, PUT, DELETE"),
        ("PATCH", good(TIME), "UnknownMethod", "Method is `PATCH`"),
        (
            "POST",
            json!({"TableName": "other", "Item": key(&date)}).to_string(),
            "WrongTable",
            table,
        ),
        (
            "DELETE",
            json!({"Key": {"date": {"S": date}}}).to_string(),
            "MissingKey",
            "`time`",
        ),
        (
            "POST",
            json!({"Items": [], "Item": key(&date)}).to_string(),
            "UnknownField",
            "`Items`",
        ),
        (
            "PUT",
            json!({"Key": key(&date), "UpdateExpression": "SET a = :a"}).to_string(),
            "InvalidExpression",
            "refuses the update",
        ),
        (
            "PUT",
            json!({
                "Key": key(&date), "UpdateExpression": "SET a = :a", "ConditionExpression": "attribute_exists(a)",
                "ExpressionAttributeValues": {":a": {"N": "1"}},
            })
            .to_string(),
            "ConditionFailed",
            "/ConditionExpression",
        ),
    ];
    let (first, last) = (good("00:00:00"), good("23:59:59"));
    let mut batch = vec![("POST", first.as_str())];
    batch.extend(poison.iter().map(|(method, body, ..)| (*method, body.as_str())));
    batch.push(("POST", &last));

    let ids = stack.send_batch(&batch).await;

    stack
        .wait_for_items(&vec![item(&date, "00:00:00", &[]), item(&date, "23:59:59", &[])])
        .await;
    let is_ours = |dead_letter: &DeadLetter| ids.iter().any(|id| id == dead_letter.attribute("OriginalMessageId"));
    let dead_letters = stack.take_dead_letters(poison.len(), is_ours).await;
    assert_eq!(dead_letters.len(), poison.len(), "{dead_letters:#?}");
    for ((method, body, code, reason), id) in poison.iter().zip(&ids[1..]) {
        let dead_letter = dead_letters
            .iter()
            .find(|dead_letter| dead_letter.attribute("OriginalMessageId") == id);
        let dead_letter = dead_letter.unwrap_or_else(|| panic!("{code} is missing: {dead_letters:#?}"));
        assert_eq!(
            (dead_letter.body.as_str(), dead_letter.attribute("Method")),
            (body.as_str(), *method)
        );
        assert_eq!(dead_letter.attribute("ReasonCode"), *code);
        assert!(dead_letter.attribute("Reason").contains(reason), "{dead_letter:?}");
        assert_eq!(
            (dead_letter.attribute("Attempts"), dead_letter.attribute("ReceiveCount")),
            ("1", "1")
        );
        let (received, failed) = (
            dead_letter.attribute("FirstReceivedAt"),
            dead_letter.attribute("FailedAt"),
        );
        assert!(received.ends_with('Z') && received <= failed, "{received} {failed}");
        let queue = format!(":{}", stack.outputs.queue_url.rsplit('/').next().unwrap_or_default());
        assert!(
            dead_letter.attribute("SourceQueueArn").ends_with(&queue),
            "{dead_letter:?}"
        );
    }
    stack
        .wait_for_items(&vec![item(&date, "00:00:00", &[]), item(&date, "23:59:59", &[])])
        .await;
}

#[tokio::test]
async fn an_item_over_the_limit_of_the_table_is_on_the_dead_letter_queue_as_it_came() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let fat =
        json!({"Item": {"date": {"S": date}, "time": {"S": TIME}, "note": {"S": "x".repeat(400 * 1024)}}}).to_string();
    let thin = json!({"Item": key(&date)}).to_string();

    let ids = stack.send_batch(&[("POST", &fat), ("POST", &thin)]).await;

    stack.wait_for_items(&vec![item(&date, TIME, &[])]).await;
    let dead_letters = stack
        .take_dead_letters(1, |dead_letter| dead_letter.attribute("OriginalMessageId") == ids[0])
        .await;
    assert_eq!(dead_letters[0].attribute("ReasonCode"), "ItemTooLarge");
    assert!(
        dead_letters[0].body == fat,
        "the body is {} bytes long",
        dead_letters[0].body.len()
    );
}
