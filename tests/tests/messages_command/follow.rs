//! `messages follow`.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use end_to_end::sample;
use end_to_end::{Stack, unique};
use serde_json::json;

use super::support::{command, event_now, follow, put_report, rows, url};

#[tokio::test]
async fn objects_that_somebody_else_uploaded_are_followed_until_their_rows_are_in_the_table() {
    let stack = Stack::connect().await;
    let files = [rows(40), rows(2).replacen("4.39", "nine", 1)];
    let mut uploads = Vec::new();
    for csv in &files {
        uploads.push(stack.upload(&format!("{}.csv", unique::name()), csv.as_str()).await);
    }

    // By its URL and by its key: it is one object all the same.
    let (code, said, shown) = follow(&[&url(&uploads[0]), &uploads[0].key]);

    assert_eq!(code, Some(0), "{said}{shown}");
    assert!(said.contains("\n  40 rows: 40 written\n"), "{said}");
    assert!(said.starts_with("40 rows: 40 written\n"), "{said}");
    assert!(
        said.contains("\nAll rows are written. Each replaces the item that had its key, "),
        "{said}"
    );
    stack.wait_for_items(&sample::items(&files[0])).await;

    let (code, said, shown) = follow(&[&uploads[0].key, &uploads[1].key]);
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(said.contains("  line 2: local_avg must be "), "{said}");
    assert!(
        said.starts_with("2 objects, 42 rows: 41 written, 1 rejected\n"),
        "{said}"
    );
}

#[test]
fn an_object_that_is_not_there_ends_with_2_and_is_named() {
    let key = format!("{}.csv", unique::name());
    let (code, said, shown) = follow(&[&key]);
    assert_eq!((code, said.as_str()), (Some(2), ""), "{shown}");
    assert!(shown.contains(&format!("/{key}, which is not there: ")), "{shown}");
    assert!(shown.contains("  Correct the key: "), "{shown}");
}

#[tokio::test]
async fn an_object_that_could_not_be_extracted_ends_with_1_and_says_why() {
    let stack = Stack::connect().await;
    // The extractor is not told of such a key, so that there is no report.
    let upload = stack.upload(&format!("{}.txt", unique::name()), "").await;
    let (reason, text) = (unique::name(), "it may not read the object");
    let dead_letter = json!({
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": event_now(&upload),
        "responsePayload": {"errorType": reason, "errorMessage": text},
    });
    stack.put_dead_letter(&dead_letter.to_string(), &[]).await;

    let (code, said, shown) = follow(&[&url(&upload)]);

    stack
        .take_dead_letters(1, |dead_letter| dead_letter.body.contains(&reason))
        .await;
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(
        said.contains(&format!("  could not be extracted: {reason}: {text}\n")),
        "{said}"
    );
    assert!(said.contains(&format!("tools/dlq show --reason {reason}\n")), "{said}");
}

#[tokio::test]
async fn an_upload_that_somebody_replaced_is_named_at_once_and_ends_with_1() {
    let stack = Stack::connect().await;
    // The extractor is not told of such a key, so that there is no report but the test's own.
    let key = format!("{}.txt", unique::name());
    let upload = stack.upload(&key, "1").await;
    let successor = stack.upload(&key, "2").await;
    let name = format!("{}#etag={}", url(&upload), upload.etag);
    let mut command = command("follow", &[&name]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let notice = format!("was replaced by another upload (ETag {})", successor.etag);
    while !line.contains(&notice) {
        line.clear();
        assert_ne!(shown.read_line(&mut line).unwrap(), 0, "it ended before it said so");
    }
    let problem = "the object was replaced before it was read";
    let ingest_id = format!("ffffffff-ffff-7000-8000-{:012x}", fastrand::u32(..));
    let report = json!({"rows_read": 0, "rows_sent": 0, "rows_rejected": 0, "ingest_id": ingest_id,
        "duration_ms": 1, "problem": problem});
    put_report(&stack, &upload, &report).await;

    let mut rest = String::new();
    shown.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}{rest}");
    assert!(said.contains(&format!("  problem: {problem}\n")), "{said}");
    // No time was named.
    let doubt = format!(
        "  an upload of this content (ETag {}), this one or an equal one: ",
        upload.etag
    );
    assert!(said.contains(&doubt), "{said}");
}

#[tokio::test]
async fn messages_of_the_ingest_that_died_are_counted_and_those_of_others_are_not() {
    let stack = Stack::connect().await;
    let upload = stack.upload(&format!("{}.txt", unique::name()), "").await;
    // The times of such ids are after any upload.
    let [ours, other] =
        ["ffffffff-ffff-7000-8000-", "ffffffff-fffe-7000-8000-"].map(|id| format!("{id}{:012x}", fastrand::u32(..)));
    let report = json!({"rows_read": 9, "rows_sent": 9, "rows_rejected": 0, "ingest_id": ours, "duration_ms": 1});
    put_report(&stack, &upload, &report).await;
    let reason = unique::name();
    for id in [&ours, &ours, &other] {
        let attributes = [
            ("Method", "POST"),
            ("ReasonCode", &reason),
            ("Reason", "it is too large"),
            ("IngestId", id),
        ];
        stack.put_dead_letter("{}", &attributes).await;
    }

    let (code, said, shown) = follow(&[&url(&upload)]);

    stack
        .take_dead_letters(3, |dead_letter| dead_letter.attribute("ReasonCode") == reason)
        .await;
    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(
        said.contains(&format!("2 messages died, {reason}: it is too large\n")),
        "{said}"
    );
    assert!(said.starts_with("9 rows: 7 written, 2 died\n"), "{said}");
}

#[tokio::test]
async fn functions_that_name_no_ingest_leave_it_unknown_whether_rows_died_and_that_ends_with_1() {
    let stack = Stack::connect().await;
    let upload = stack.upload(&format!("{}.txt", unique::name()), "").await;
    let report = json!({"rows_read": 9, "rows_sent": 9, "rows_rejected": 0, "duration_ms": 1});
    put_report(&stack, &upload, &report).await;

    let (code, said, shown) = follow(&[&url(&upload)]);

    assert_eq!(code, Some(1), "{said}{shown}");
    assert!(
        said.contains("It is not known whether rows died: the deployed functions are older than this command.\n"),
        "{said}"
    );
    assert!(said.contains("  Look: tools/dlq list\n"), "{said}");
    assert!(!said.contains("All rows are"), "{said}");
}
