//! Extracts objects: what is sent, kept and reported.

use message::Precision;

use crate::files::{HEADER, sample, sums};
use crate::world::World;

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
async fn a_file_without_rows_has_a_report() {
    let report = World::of(format!("{HEADER}\n").as_bytes()).extract().await.unwrap();
    assert_eq!((sums(&report), report.problem), ((0, 0, 0), None));
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
    assert!(world.rejected()[0][2].contains("SQS takes 1048576: shorten its cells"));
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
