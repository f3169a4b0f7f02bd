//! Objects through the extractor: what is sent, what is kept, what is reported.

use std::collections::HashSet;

use crate::world::{Reply, World};
use lambda_runtime::{Context, LambdaEvent};
use message::Precision;
use s3_to_sqs::continuation::Counts;
use s3_to_sqs::handler::handle;
use s3_to_sqs::reports::report::Report;
use serde_json::value::RawValue;

const HEADER: &str = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg";

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../sample_data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A file of so many good rows, one a second.
fn good_rows(count: u32) -> Vec<u8> {
    let rows = (0..count).map(|second| format!("{second},l,s,d,1.{second},d,2\n"));
    std::iter::once(format!("{HEADER}\n"))
        .chain(rows)
        .collect::<String>()
        .into_bytes()
}

fn sums(report: &Report) -> (u64, u64, u64) {
    let Counts {
        read, sent, rejected, ..
    } = report.counts;
    assert_eq!(read, sent + rejected, "every row is accounted for");
    (read, sent, rejected)
}

#[tokio::test]
async fn every_row_of_the_sample_becomes_a_message() {
    let world = World::of(&sample("data.csv"));
    let report = world.extract().await.unwrap();
    assert_eq!(sums(&report), (20, 20, 0));
    assert_eq!(world.calls(), 2, "ten messages a call");
    assert_eq!(
        world.taken()[0],
        r#"{"TableName":"messages","Item":{"date":{"S":"2019-05-28"},"time":{"S":"10:55:09"},"location":{"S":"location-03"},"source":{"S":"wireless"},"local_dest":{"S":"router-1"},"local_avg":{"N":"4.39"},"remote_dest":{"S":"device-1"},"remote_avg":{"N":"9.09"}}}"#
    );
    assert_eq!(world.rejected_files(), [""; 0]);
    let written: serde_json::Value = serde_json::from_slice(&world.written("report.json").unwrap()).unwrap();
    assert_eq!(written["rows_sent"], 20);
    assert_eq!(written["bucket"], "data");
    assert_eq!(written["etag"], crate::world::ETAG);
    assert_eq!(written["header"], HEADER);
}

#[tokio::test]
async fn one_good_row_is_one_message() {
    let world = World::of(&sample("data_good_msg.csv"));
    assert_eq!(sums(&world.extract().await.unwrap()), (1, 1, 0));
    assert!(
        world.taken()[0].contains(r#""remote_avg":{"N":"10.10"}"#),
        "digit for digit"
    );
}

#[tokio::test]
async fn a_bad_row_is_kept_with_every_reason() {
    let world = World::of(&sample("data_bad_msg.csv"));
    assert_eq!(sums(&world.extract().await.unwrap()), (1, 0, 1));
    let [[line, columns, reason, row]] = world.rejected().try_into().unwrap();
    assert_eq!(
        (line.as_str(), columns.as_str()),
        ("2", "timestamp; location; local_avg; remote_avg")
    );
    assert_eq!(reason.split("; ").count(), 4);
    assert_eq!(row, "yesterday,,wireless,router-1,\"4,39\",device-1,9.09 ms");
}

#[tokio::test]
async fn bad_rows_do_not_stop_good_ones() {
    let world = World::of(&sample("data_mixed.csv"));
    let report = world.extract().await.unwrap();
    assert_eq!(sums(&report), (9, 5, 4));
    assert_eq!(
        (report.counts.first_rejected_line, report.counts.last_rejected_line),
        (Some(5), Some(11))
    );
    let sent = world.taken().concat();
    assert!(sent.contains(r#""location":{"S":"Hall 3, north\nby the window"}"#));
    assert!(sent.contains(r#""source":{"S":"wireless, \"5 GHz\""}"#));
    assert!(sent.contains("Zürich 測定"));
    let rejected: Vec<_> = world
        .rejected()
        .into_iter()
        .map(|[line, columns, ..]| (line, columns))
        .collect();
    let expected = [
        ("5", "timestamp"),
        ("7", "remote_avg"),
        ("10", ""),
        ("11", "location; local_avg"),
    ];
    assert_eq!(
        rejected,
        expected.map(|(line, columns)| (line.to_owned(), columns.to_owned()))
    );
}

#[tokio::test]
async fn files_without_usable_rows_are_reported() {
    for (file, problem) in [
        (String::new(), Some("the object has no rows, not even a header")),
        (format!("{HEADER}\n"), None),
        (
            "\u{feff}\r\n".to_owned(),
            Some("the object has no rows, not even a header"),
        ),
    ] {
        let report = World::of(file.as_bytes()).extract().await.unwrap();
        assert_eq!(sums(&report), (0, 0, 0));
        assert_eq!(report.problem.as_deref(), problem);
    }
}

#[tokio::test]
async fn a_header_that_lacks_a_column_rejects_every_row() {
    let world = World::of(b"timestamp,location,source,local_dest,local_avg,remote_dest\n0,l,s,d,1,d\n1,l,s,d,1,d\n");
    let report = world.extract().await.unwrap();
    assert_eq!(sums(&report), (2, 0, 2));
    assert!(report.problem.unwrap().starts_with("the header lacks `remote_avg`"));
    assert!(
        world
            .rejected()
            .iter()
            .all(|[_, _, reason, _]| reason.starts_with("the header lacks `remote_avg`"))
    );
}

#[tokio::test]
async fn a_column_that_is_in_no_message_is_named() {
    let world = World::of(format!("{HEADER},note\n0,l,s,d,1,d,2,secret\n").as_bytes());
    let report = world.extract().await.unwrap();
    assert_eq!(report.unknown_columns, ["note"]);
    assert!(!world.taken()[0].contains("secret"));
}

#[tokio::test]
async fn a_row_too_long_is_rejected_and_findable() {
    let long = format!("1,{},s,d,1,d,2", "x".repeat(2 * 1024 * 1024));
    let world = World::of(format!("{HEADER}\n0,l,s,d,1,d,2\n{long}\n2,l,s,d,1,d,2\n").as_bytes());
    assert_eq!(sums(&world.extract().await.unwrap()), (3, 2, 1));
    let [[line, _, reason, row]] = world.rejected().try_into().unwrap();
    assert_eq!(line, "3");
    assert!(
        reason.starts_with(&format!("the row is {} bytes long", long.len())),
        "{reason}"
    );
    assert!(row.starts_with("1,xxx"));
}

#[tokio::test]
async fn a_message_that_escaping_makes_too_large_is_rejected() {
    let world = World::of(format!("{HEADER}\n0,{},s,d,1,d,2\n", "\u{1}".repeat(300_000)).as_bytes());
    assert_eq!(sums(&world.extract().await.unwrap()), (1, 0, 1));
    assert!(world.rejected()[0][2].contains("SQS takes 1048576"));
}

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
    let file = format!("{HEADER}\n{}", "never,l,s,d,1,d,2,surplus field\n".repeat(120_000));
    let world = World::breaking_off_after(file.len() - 1, file.as_bytes());
    world.replace_file_while_it_is_read();
    let report = world.extract().await.unwrap();
    assert!(report.problem.as_deref().unwrap().contains("replaced"), "{report:?}");
    assert_eq!(
        sums(&report),
        (119_999, 0, 119_999),
        "the rows before, and none of the other file"
    );
    assert_eq!(world.rejected().len(), 119_999);
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
async fn many_rejected_rows_are_kept_in_parts() {
    let rows = 120_000;
    let file = format!("{HEADER}\n{}", "never,l,s,d,1,d,2,surplus field\n".repeat(rows));
    let world = World::of(file.as_bytes());
    assert_eq!(sums(&world.extract().await.unwrap()), (rows as u64, 0, rows as u64));
    assert!(world.parts() > 1);
    let rejected = world.rejected();
    assert_eq!(rejected.len(), rows);
    assert_eq!(rejected.last().unwrap()[0], (rows + 1).to_string());
}

#[tokio::test]
async fn one_failing_object_does_not_stop_the_others_of_its_event() {
    let world = World::of(&good_rows(3));
    let records = ["forbidden.csv", "data.csv", "notes.txt"]
        .map(|key| format!(r#"{{"s3":{{"bucket":{{"name":"data"}},"object":{{"key":"{key}"}}}}}}"#));
    let event = RawValue::from_string(format!(r#"{{"Records":[{}]}}"#, records.join(","))).unwrap();
    let mut context = Context::default();
    context.deadline = u64::MAX / 2_000_000;
    let error = Box::pin(handle(&world.extractor, LambdaEvent::new(event, context)))
        .await
        .unwrap_err();
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

#[tokio::test]
async fn rows_with_one_key_are_counted_and_shown() {
    let row = "l,s,d,1,d,2";
    let file = format!("{HEADER}\n0.1,{row}\n0.2,{row}\n5,{row}\n0.3,{row}\n");
    let found = World::of(file.as_bytes()).extract().await.unwrap().key_collisions;
    let pairs: Vec<_> = found.first.iter().map(|pair| (pair.line, pair.earlier_line)).collect();
    assert_eq!((found.rows, found.exact, pairs), (2, true, vec![(3, 2), (5, 3)]));

    let mut world = World::of(file.as_bytes());
    world.extractor.config.precision = Precision::Milliseconds;
    let report = world.extract().await.unwrap();
    assert_eq!((report.key_collisions.rows, sums(&report)), (0, (4, 4, 0)));
    assert!(world.taken()[0].contains(r#""time":{"S":"00:00:00.100"}"#));
}
