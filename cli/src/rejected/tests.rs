use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::types::error::NoSuchKey;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

use super::*;
use crate::stack::testing;

/// A path in the folder of temporary files. The file is deleted after the test, if there is one.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static PLACES: AtomicU32 = AtomicU32::new(0);
        let (process, place) = (std::process::id(), PLACES.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(format!("rejected-{process}-{place}.csv")))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A file of rejected rows. Each is given by its line, its length and the bytes that are kept.
fn kept(rows: &[(u64, u64, &[u8])]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["line", "byte", "length", "column", "reason", "row"])
        .unwrap();
    for (line, length, row) in rows {
        let numbers = [*line, 10 * line, *length].map(|number| number.to_string());
        let fields = numbers.iter().map(String::as_bytes);
        writer
            .write_record(fields.chain([&b"a"[..], b"a is empty", row]))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

/// A row that is kept whole.
fn whole(line: u64, row: &[u8]) -> (u64, u64, &[u8]) {
    (line, row.len() as u64, row)
}

fn object(key: &'static str, content: Vec<u8>) -> Rule {
    mock!(aws_sdk_s3::Client::get_object)
        .match_requests(move |get| get.bucket() == Some("reports") && get.key() == Some(key))
        .then_output(move || GetObjectOutput::builder().body(content.clone().into()).build())
}

fn report(header: Option<&str>) -> Report {
    Report {
        key: "x/data.csv".into(),
        header: header.map(Into::into),
        rejected_keys: vec!["1".into()],
        ..Report::default()
    }
}

/// The content of the file to correct of this report.
async fn written(report: &Report, files: &[Rule]) -> (Vec<u8>, Written) {
    let mut stack = testing::stack(None);
    stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, files);
    let place = Place::new();
    let written = write(&stack, report, &place.0).await.unwrap();
    (std::fs::read(&place.0).unwrap(), written)
}

#[tokio::test]
async fn every_rejected_row_is_below_the_header_byte_for_byte() {
    let files = [
        object("1", kept(&[whole(5, b"\"x\n\"\"y\"\"\";\xe9"), whole(9, b" ;1")])),
        object("2", kept(&[whole(30, b"z;")])),
    ];
    let report = Report {
        rejected_keys: vec!["1".into(), "2".into()],
        ..report(Some("\"A\";b"))
    };
    let (content, written) = written(&report, &files).await;
    assert_eq!(content, b"\"A\";b\n\"x\n\"\"y\"\"\";\xe9\n ;1\nz;\n");
    let lines: Vec<_> = written.first.iter().map(|reason| reason.line).collect();
    assert_eq!((written.rows, written.left_out, lines), (3, 0, vec![2, 4, 5]));
}

#[tokio::test]
async fn lines_are_counted_behind_a_header_of_several_lines() {
    let files = [object("1", kept(&[whole(5, b"x;y"), whole(9, b"z;")]))];
    let (content, written) = written(&report(Some("\"A\nB\";b")), &files).await;
    assert_eq!(content, b"\"A\nB\";b\nx;y\nz;\n");
    let lines: Vec<_> = written.first.iter().map(|reason| reason.line).collect();
    assert_eq!(lines, [3, 4]);
}

#[tokio::test]
async fn rows_are_where_the_dialect_does_not_pass_over_them() {
    let files = [object("1", kept(&[whole(9, b"1"), whole(10, b"2"), whole(11, b"3")]))];
    let under_a_title = Report {
        header_row: Some(3),
        comment_rows: vec![4, 6, 7],
        ..report(Some("a"))
    };
    assert_eq!(written(&under_a_title, &files).await.0, b"\n\na\n\n1\n\n\n2\n3\n");
    let commented = |header| Report {
        comment_rows: vec![1],
        ..report(header)
    };
    assert_eq!(written(&commented(Some("a")), &files).await.0, b"\na\n1\n2\n3\n");
    assert_eq!(written(&commented(None), &files).await.0, b"\n1\n2\n3\n");
}

#[tokio::test]
async fn the_encoding_is_that_of_the_object() {
    let files = [object("1", kept(&[whole(2, "é".as_bytes())]))];
    for (encoding, byte_order_mark, content) in [
        ("windows-1252", false, &b"\xe4\n\xe9\n"[..]),
        ("utf-16le", false, b"\xff\xfe\xe4\0\n\0\xe9\0\n\0"),
        ("utf-8", true, "\u{feff}ä\né\n".as_bytes()),
    ] {
        let report = Report {
            encoding: Some(encoding.into()),
            byte_order_mark,
            ..report(Some("ä"))
        };
        assert_eq!(written(&report, &files).await.0, content, "{encoding}");
    }
}

#[tokio::test]
async fn rows_that_are_not_kept_whole_are_named_and_not_cut() {
    let files = [object(
        "1",
        kept(&[whole(2, b"x"), (7, 1_500_000, b"begins"), whole(9, b"\xff")]),
    )];
    let report = Report {
        encoding: Some("shift_jis".into()),
        ..report(Some("a"))
    };
    let (content, written) = written(&report, &files).await;
    assert_eq!(content, b"a\nx\n");
    let named: Vec<_> = written
        .named
        .iter()
        .map(|row| (row.line, row.byte, row.length, row.cause))
        .collect();
    assert_eq!(named, [(7, 70, 1_500_000, Cause::TooLong), (9, 90, 1, Cause::NotText)]);
    assert_eq!((written.rows, written.left_out), (1, 2));
}

#[tokio::test]
async fn no_file_is_replaced_and_none_is_left_that_is_not_whole() {
    let gone = mock!(aws_sdk_s3::Client::get_object)
        .match_requests(|get| get.key() == Some("2"))
        .then_error(|| GetObjectError::NoSuchKey(NoSuchKey::builder().build()));
    let mut stack = testing::stack(None);
    stack.s3 = mock_client!(
        aws_sdk_s3,
        RuleMode::MatchAny,
        [&object("1", kept(&[whole(2, b"x")])), &gone]
    );
    let place = Place::new();
    let report = Report {
        rejected_keys: vec!["1".into(), "2".into()],
        ..report(Some("a"))
    };
    let failed = write(&stack, &report, &place.0).await;
    assert!(matches!(failed, Err(RejectedError::Call(_))), "{failed:?}");
    assert!(!place.0.exists());

    std::fs::write(&place.0, "mine").unwrap();
    let refused = write(&stack, &report, &place.0).await;
    assert!(matches!(refused, Err(RejectedError::Exist(_))), "{refused:?}");
    assert_eq!(std::fs::read(&place.0).unwrap(), b"mine");
}
