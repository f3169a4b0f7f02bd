//! Faults of SQS and S3 during an extraction, and objects that disappear.

use std::collections::HashSet;

use crate::files::{HEADER, first_missing_byte, good_rows, sums};
use crate::world::{Reply, World};

#[tokio::test(start_paused = true)]
async fn entries_that_fail_are_sent_again_and_no_others() {
    let world = World::with_queue(&good_rows(95), |body, tries| match body.len() % 3 {
        0 if tries < 3 => Reply::Fail("InternalError", false),
        1 if tries < 1 => Reply::LeaveOut,
        _ if body.contains("\"1.7\"") && tries < 2 => Reply::Fail("ServiceUnavailable", false),
        _ => Reply::Take,
    });
    assert_eq!(sums(&world.extract().await.unwrap()), (95, 95, 0));
    let taken = world.taken();
    assert_eq!(taken.len(), 95, "none twice");
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 95, "all of them");
}

#[tokio::test]
async fn a_message_that_sqs_will_never_take_is_a_rejected_row() {
    let world = World::with_queue(&good_rows(30), |body, _| {
        if body.contains("\"1.7\"") {
            Reply::Fail("InvalidMessageContents", true)
        } else {
            Reply::Take
        }
    });
    assert_eq!(sums(&world.extract().await.unwrap()), (30, 29, 1));
    let [[line, _, reason, row]] = world.rejected().try_into().unwrap();
    assert_eq!((line.as_str(), row.as_str()), ("9", "7,l,s,d,1.7,d,2"));
    assert_eq!(reason, "SQS refuses the message with InvalidMessageContents: because");
}

#[tokio::test(start_paused = true)]
async fn an_invocation_fails_when_rows_cannot_be_sent() {
    let world = World::with_queue(&good_rows(30), |body, _| {
        if body.contains("\"1.7\"") {
            Reply::Fail("ServiceUnavailable", false)
        } else {
            Reply::Take
        }
    });
    let error = world.extract().await.unwrap_err();
    assert_eq!(error.code(), "MessagesNotSent");
    assert_eq!(
        error.to_string(),
        "SQS still refuses 1 messages after retries, the first with ServiceUnavailable: because"
    );
    assert_eq!(world.written("report.json"), None, "nothing is reported as done");
}

#[tokio::test(start_paused = true)]
async fn a_download_goes_on_where_it_broke_off() {
    let file = good_rows(40);
    let world = World::breaking_off_after(300, &file);
    assert_eq!(sums(&world.extract().await.unwrap()), (40, 40, 0));
    let resumed = (300..file.len())
        .step_by(300)
        .map(|byte| Some(format!("bytes={byte}-")));
    assert_eq!(world.reads(), std::iter::once(None).chain(resumed).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_short_and_does_not_say_so_is_found_out() {
    let file = good_rows(40);
    let world = World::cutting_short_after(300, &file);
    let report = world.extract_of_size(file.len()).await.unwrap();
    assert_eq!((sums(&report), report.size), ((40, 40, 0), file.len() as u64));
}

#[tokio::test(start_paused = true)]
async fn a_file_replaced_meanwhile_is_no_mixture() {
    let row = "never,l,s,d,1,d,2,surplus field\n";
    let file = format!("{HEADER}\n{}", row.repeat(120_000));
    let world = World::breaking_off_after(file.len() - 1, file.as_bytes());
    world.replace_file_while_it_is_read();
    let report = world.extract().await.unwrap();
    let problem = report.problem.as_deref().unwrap();
    assert!(
        problem.starts_with("the object was replaced while it was read; "),
        "{problem}"
    );
    assert_eq!(
        first_missing_byte(&report),
        file.len() - row.len(),
        "the start of the last row"
    );
    assert_eq!(
        sums(&report),
        (119_999, 0, 119_999),
        "the rows before, and none of the other file"
    );
    assert_eq!(world.rejected().len(), 119_999);
}

#[tokio::test(start_paused = true)]
async fn lines_behind_an_open_quote_are_missing_from_a_file_that_is_replaced_meanwhile() {
    let rows = good_rows(3);
    let file = [&rows, &b"3,\"l,s,d,1,d,2\n4,l,s,d,1,d,2\n5,l,s,d,1,d,2\n"[..]].concat();
    let world = World::breaking_off_after(file.len() - 1, &file);
    world.replace_file_while_it_is_read();
    let report = world.extract().await.unwrap();
    assert_eq!(
        first_missing_byte(&report),
        rows.len(),
        "the start of the row with the quote"
    );
    assert_eq!(sums(&report), (3, 3, 0));
}

#[tokio::test(start_paused = true)]
async fn rejected_rows_that_come_to_nothing_are_given_up() {
    let bad = "never,l,s,d,1,d,2,surplus field\n".repeat(120_000);
    let file = format!("{HEADER}\n{bad}0,l,s,d,1,d,2\n");
    let world = World::with_queue(file.as_bytes(), |_, _| Reply::Fail("ServiceUnavailable", false));
    assert_eq!(world.extract().await.unwrap_err().code(), "MessagesNotSent");
    assert!(world.parts() > 0 && world.abandoned());
    assert_eq!(world.rejected_files(), [""; 0]);
    assert_eq!(world.written("report.json"), None);
}

#[tokio::test]
async fn one_failing_object_does_not_stop_the_others_of_its_event() {
    let world = World::of(&good_rows(3));
    let records = ["forbidden.csv", "data.csv", "notes.txt"]
        .map(|key| format!(r#"{{"s3":{{"bucket":{{"name":"data"}},"object":{{"key":"{key}"}}}}}}"#));
    let event = serde_json::from_str(&format!(r#"{{"Records":[{}]}}"#, records.join(","))).unwrap();
    let error = world.invoke(&event).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("s3://data/forbidden.csv: the object cannot be read: "),
        "{error}"
    );
    assert_eq!(
        format!("{error:?}"),
        error.to_string(),
        "what is logged is what is answered"
    );
    assert_eq!(world.taken().len(), 3);
    assert_eq!(world.reads().len(), 2, "a file of another kind is not read");
}

#[tokio::test]
async fn an_object_that_is_gone_is_reported_and_dropped() {
    let world = World::of(&good_rows(3));
    let report = world.extract_key("gone.csv").await.unwrap();
    assert_eq!(sums(&report), (0, 0, 0));
    assert_eq!(
        report.problem.as_deref(),
        Some("the object was deleted before it was read")
    );
    assert!(world.has_written("gone.csv/the-event-s-etag/report.json"));
}
