//! An operator's work on dead letters with `tools/dlq`, beside dead letters of other tests.

use end_to_end::bucket::{Upload, counts};
use end_to_end::queue::{dlq, dlq_json};
use end_to_end::table::item;
use end_to_end::{Stack, unique, wait};
use serde_json::{Value, json};

const TIME: &str = "09:01:05";

/// Waits for `count` dead letters with a reason that no other test causes, and returns their group.
async fn group(reason: &str, count: u64) -> Value {
    wait::until(&format!("{count} dead letters with {reason}"), async || {
        let groups = dlq_json(&["list", "--json"]);
        let group = groups
            .iter()
            .find(|group| group["reason"] == reason && group["count"] == count);
        group.cloned().ok_or(groups.clone())
    })
    .await
}

/// Moves dead letters with this reason back. Repeats it until one is moved, since another test may hold them meanwhile.
async fn move_back(reason: &str) {
    wait::until("a dead letter moved back", async || {
        let said = dlq(&["move", "--reason", reason]);
        if said.contains("Moved back: 0 messages to the queue, 0 events") {
            Err(said)
        } else {
            Ok(())
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_still_bad_ends_there_again_with_one_more_attempt() {
    const REASON: &str = "InvalidKey";
    let stack = Stack::connect().await;
    let body = json!({"Key": {"date": {"S": unique::name()}, "time": {"S": TIME}}}).to_string();
    stack.send("DELETE", &body).await;

    for attempts in 1..=3 {
        let found = wait::until(&format!("attempt {attempts}"), async || {
            let dead_letters = dlq_json(&["show", "--reason", REASON]);
            let after = |attempts: u64| {
                let ours = |dead_letter: &&Value| dead_letter["body"] == body && dead_letter["attempts"] == attempts;
                dead_letters.iter().find(ours).cloned()
            };
            // Another test may hold it while it is to be moved.
            if after(attempts - 1).is_some() {
                _ = dlq(&["move", "--reason", REASON]);
            }
            after(attempts).ok_or(dead_letters)
        })
        .await;
        assert_eq!(found["kind"], "message");
        let text = found["text"].as_str().unwrap_or_default();
        assert!(text.contains("/Key/date"), "{text}");
    }

    let dead_letters = stack.take_dead_letters(1, |dead_letter| dead_letter.body == body).await;
    assert_eq!(dead_letters.len(), 1);
    assert_eq!(
        (
            dead_letters[0].attribute("Attempts"),
            dead_letters[0].attribute("Method")
        ),
        ("3", "DELETE")
    );
}

#[tokio::test]
async fn what_failed_for_passing_reasons_is_carried_out_when_it_is_moved_back() {
    let stack = Stack::connect().await;
    let (date, reason) = (unique::date(), unique::name());
    let times: Vec<_> = (0..12).map(|second| format!("10:00:{second:02}")).collect();
    for time in &times {
        let body = json!({"Item": {"date": {"S": date}, "time": {"S": time}}}).to_string();
        let attributes = [
            ("Method", "POST"),
            ("ReasonCode", &reason),
            ("Reason", "it was closed"),
            ("Attempts", "1"),
        ];
        stack.put_dead_letter(&body, &attributes).await;
    }
    let found = group(&reason, 12).await;
    assert_eq!(
        (&found["attempts"], &found["example"]["text"]),
        (&json!(1), &json!("it was closed"))
    );
    wait::until("two of them shown", async || {
        let said = dlq(&["show", "--reason", &reason, "--limit", "2"]);
        if said.lines().count() == 2 { Ok(()) } else { Err(said) }
    })
    .await;
    assert!(stack.items(&date).await.is_empty(), "looking moves nothing");

    let items: Vec<_> = times.iter().map(|time| item(&date, time, &[])).collect();
    wait::until_equal("all of them moved back", &(String::new(), items), async || {
        // Another test may hold some of them meanwhile, so that the list of what is left proves nothing by itself.
        _ = dlq(&["move", "--reason", &reason]);
        (dlq(&["show", "--reason", &reason]), stack.items(&date).await)
    })
    .await;
}

#[tokio::test]
async fn a_message_of_many_rows_is_counted_by_rows_and_written_when_it_is_moved_back() {
    let stack = Stack::connect().await;
    let (date, reason) = (unique::date(), unique::name());
    let times: Vec<_> = (0..60).map(|second| format!("11:00:{second:02}")).collect();
    let put = |time: &String| json!({"PutRequest": {"Item": {"date": {"S": date}, "time": {"S": time}}}});
    let rows: Vec<_> = times.iter().map(put).collect();
    let body = json!({"RequestItems": {&stack.outputs.table_name: rows}}).to_string();
    let attributes = [("Method", "BATCH_WRITE"), ("ReasonCode", &reason), ("Attempts", "1")];
    stack.put_dead_letter(&body, &attributes).await;

    assert_eq!(group(&reason, 1).await["rows"], 60);
    wait::until("the message in the list", async || {
        let said = dlq(&["list"]);
        if said.contains(&format!("{reason}: 1 message of 60 rows\n")) {
            Ok(())
        } else {
            Err(said)
        }
    })
    .await;
    move_back(&reason).await;

    let items = times.iter().map(|time| item(&date, time, &[]));
    stack.wait_for_items(&items.collect()).await;
}

#[tokio::test]
async fn an_event_that_the_extractor_failed_on_is_extracted_when_it_is_moved_back() {
    let stack = Stack::connect().await;
    let (upload, items) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
    let reason = unique::name();
    let dead_letter = json!({
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": Upload::event(&upload.bucket, &[&upload.key]),
        "responsePayload": {"errorType": reason, "errorMessage": "it was closed"},
    });
    stack.put_dead_letter(&dead_letter.to_string(), &[]).await;
    let found = group(&reason, 1).await;
    assert_eq!(
        (&found["kind"], &found["sources"][0]),
        (
            &json!("event"),
            &json!(format!("s3://{}/{}", upload.bucket, upload.key))
        )
    );

    move_back(&reason).await;

    assert_eq!(counts(&stack.report(&upload).await), [1, 1, 0]);
    stack.wait_for_items(&items).await;
}
