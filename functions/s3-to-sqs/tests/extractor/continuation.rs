//! An object that takes several invocations.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use message::WriteMode;
use s3_to_sqs::reports::report::Report;

use crate::files::first_missing_byte;
use crate::world::{ETAG, World};

const HEADER: &str = "timestamp;location;source;local_dest;local_avg;remote_dest;remote_avg";

/// A file with one good row for each second. A second good row follows every third one, a bad row every seventh.
fn file() -> String {
    let rows = (0..200).map(|second| {
        let good = format!("{second};l;s;d;1.{second};d;2\r\n");
        match second {
            _ if second % 7 == 0 => format!("{good}never;bad {second};s;d;1;d;2\r\n"),
            _ if second % 3 == 0 => format!("{good}\r\n{second}.5;l;s;d;2.{second};d;2\r\n"),
            _ => good,
        }
    });
    format!("\u{feff}{HEADER}\r\n{}", rows.collect::<String>())
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// Asserts that the rows of the report are those before the place that its problem names.
fn assert_missing_behind_the_counted_rows(report: &Report, text: &str) {
    let before = &text[..first_missing_byte(report)];
    assert!(before.ends_with(['\r', '\n']), "a whole row: {before}");
    let lines = before.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(lines as u64, 1 + report.counts.read, "the header and the rows");
}

async fn whole_and_in_steps(file: &[u8]) -> [(World, serde_json::Value); 2] {
    let (whole, steps) = (World::of(file), World::of(file));
    let reports = [whole.extract().await.unwrap(), steps.extract_in_steps().await.unwrap()];
    assert_eq!((reports[0].invocations, reports[1].invocations > 10), (1, true));
    let [first, second] = reports.map(|report| serde_json::to_value(report).unwrap());
    [(whole, first), (steps, second)]
}

#[tokio::test]
async fn many_invocations_do_what_one_does() {
    let [(whole, one), (steps, many)] = whole_and_in_steps(file().as_bytes()).await;

    assert_eq!(steps.taken(), whole.taken(), "every row once");
    for field in [
        "rows_read",
        "rows_sent",
        "rows_rejected",
        "first_rejected_line",
        "last_rejected_line",
        "header",
        "delimiter",
        "size",
        "etag",
    ] {
        assert_eq!(many[field], one[field], "{field}");
    }
    assert_eq!(one["rows_rejected"], 29);
    let files = steps.rejected_files();
    assert!(files.len() > 1, "{files:?}");
    assert_eq!(many["rejected_keys"], serde_json::json!(files));
    assert_eq!(steps.rejected(), whole.rejected(), "lines, columns, reasons and rows");
    assert_eq!(many["key_collisions"]["rows"], one["key_collisions"]["rows"]);
    assert_eq!(many["key_collisions"]["first"], one["key_collisions"]["first"]);
    assert_eq!(
        [&one["key_collisions"]["exact"], &many["key_collisions"]["exact"]],
        [true, false]
    );
}

#[tokio::test]
async fn every_message_of_a_mode_has_the_order_of_its_row() {
    let file = file();
    let ordered = || {
        let mut world = World::of(file.as_bytes());
        world.extractor.config.write_mode = WriteMode::Latest;
        world
    };
    let (whole, steps) = (ordered(), ordered());

    let report = whole.extract().await.unwrap();
    steps.extract_in_steps().await.unwrap();

    assert_eq!(report.write_mode, "latest");
    assert_eq!(steps.taken(), whole.taken(), "every row once, in the same order");
    let order_of = |body: &String| -> String {
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["Mode"], "latest");
        body["Order"].as_str().unwrap().to_owned()
    };
    let mut orders: Vec<_> = whole.taken().iter().map(order_of).collect();
    orders.sort_unstable();
    orders.dedup();
    assert_eq!(orders.len() as u64, report.counts.sent, "each row has its own");
    assert_eq!(orders[0], format!("{}-000000000002", report.ingest_id));
}

#[tokio::test]
async fn utf_16_and_compressed_files_are_read_again_and_not_sent_again() {
    let file = file();
    let plain = World::of(file.as_bytes());
    plain.extract().await.unwrap();
    for (content, name) in [(utf_16(&file), "UTF-16"), (gzip(&file), "gzip")] {
        let [_, (steps, _)] = whole_and_in_steps(&content).await;
        assert_eq!(steps.taken(), plain.taken(), "{name}: every row once");
    }
}

#[tokio::test]
async fn a_header_that_lacks_a_column_rejects_the_rows_of_every_invocation() {
    let rows = "0;l;s;d;1;d;2\n".repeat(30);
    let world = World::of(format!("{HEADER};SOURCE\n{rows}").as_bytes());
    let report = world.extract_in_steps().await.unwrap();
    assert_eq!(report.counts.rejected, 30);
    assert!(report.problem.unwrap().contains("`source` more than once"));
}

#[tokio::test]
async fn a_file_that_is_replaced_between_invocations_is_no_mixture() {
    let file = file();
    // The decoder takes the byte order mark out of UTF-16.
    let text_of_utf_16 = file.trim_start_matches('\u{feff}');
    for (content, text) in [
        (file.clone().into_bytes(), &file[..]),
        (utf_16(&file), text_of_utf_16),
        (gzip(&file), &file),
    ] {
        let world = World::of(&content);
        world.replace_file_while_it_is_read();

        let report = world.extract_in_steps().await.unwrap();

        assert_eq!(report.counts.sent, world.taken().len() as u64, "what was sent is said");
        let problem = report.problem.as_deref().unwrap();
        assert!(
            problem.starts_with("the object was replaced while it was read; "),
            "{problem}"
        );
        assert_missing_behind_the_counted_rows(&report, text);
        assert!(world.written("report.json").is_some());
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_any_more_has_a_report_that_says_what_is_missing() {
    let file = file();
    for (lose, loss) in [
        (
            World::delete_file as fn(&World),
            "the object was deleted while it was read; ",
        ),
        (
            World::archive_file,
            "the object is archived (GLACIER) and cannot be read; ",
        ),
        (World::hide_file, "a delete marker stands in the object's place; "),
    ] {
        let world = World::of(&gzip(&file));

        let report = world.extract_until(lose).await.unwrap();

        let problem = report.problem.as_deref().unwrap();
        assert!(problem.starts_with(loss), "{problem}");
        assert_eq!(report.counts.sent, world.taken().len() as u64, "what was sent is said");
        assert_missing_behind_the_counted_rows(&report, &file);
    }
}

#[tokio::test]
async fn two_chains_over_one_file_leave_a_report_whose_files_are_all_there() {
    let file = file();
    let world = World::of(file.as_bytes());
    let [first, second] = [(); 2].map(|()| world.extract_in_steps());
    let reports = [first.await.unwrap(), second.await.unwrap()];
    for report in &reports {
        assert!(report.rejected_keys.iter().all(|key| world.has_written(key)));
    }
    let keys = reports.iter().flat_map(|report| &report.rejected_keys);
    assert_eq!(world.rejected_files().len(), keys.count(), "none replaces another");
}

#[tokio::test]
async fn what_comes_too_late_does_not_replace_a_report() {
    let world = World::of(file().as_bytes());
    world.extract().await.unwrap();
    let report = world.written("report.json");
    world.delete_file();
    let late = world.extract().await.unwrap();
    assert_eq!(
        late.problem.as_deref(),
        Some("the object was deleted before it was read")
    );
    assert_eq!(world.written("report.json"), report);
}

#[tokio::test]
async fn a_file_that_is_deleted_midway_has_a_report_of_its_rows_in_place_of_an_earlier_upload_s() {
    let world = World::of(file().as_bytes());
    world.write_report(&format!("data.csv/{ETAG}/report.json"), "{}");
    let report = world.extract_until(World::delete_file).await.unwrap();
    let sent = u64::try_from(world.taken().len()).unwrap();
    assert!(sent > 0 && report.counts.sent == sent, "{report:?}");
    let written: serde_json::Value = serde_json::from_slice(&world.written("report.json").unwrap()).unwrap();
    assert_eq!(
        (&written["rows_sent"], &written["invocations"]),
        (&sent.into(), &2.into())
    );
    assert!(written["problem"].as_str().unwrap().contains("deleted"), "{written}");
}

#[tokio::test]
async fn a_chain_that_is_too_long_ends_with_a_report_and_an_error() {
    let world = World::of(file().repeat(5).as_bytes());
    let error = world.extract_in_steps().await.unwrap_err();
    assert_eq!(error.code(), "ObjectTooLong");
    let report: serde_json::Value = serde_json::from_slice(&world.written("report.json").unwrap()).unwrap();
    assert_eq!(report["rows_sent"], world.taken().len());
    assert!(
        report["problem"]
            .as_str()
            .unwrap()
            .starts_with("100 invocations were not enough"),
        "{report}"
    );
}
