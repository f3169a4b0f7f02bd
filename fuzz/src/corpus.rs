//! Checks every input of the corpus, including those that once failed, without libFuzzer.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

fn check_all(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let paths: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    for path in paths {
        let input = fs::read(&path).unwrap();
        assert!(catch_unwind(|| check(&input)).is_ok(), "{}", path.display());
    }
}

#[test]
fn api_event() {
    check_all("api_event", crate::api_event::check);
}

#[test]
fn csv_long() {
    check_all("csv_long", crate::csv_rows::check_long);
}

#[test]
fn csv_rows() {
    check_all("csv_rows", crate::csv_rows::check);
}

#[test]
fn declared_rows() {
    check_all("declared_rows", crate::declared_rows::check);
}

#[test]
fn descriptor() {
    check_all("descriptor", crate::descriptor::check);
}

#[test]
fn object_text() {
    check_all("object_text", crate::object_text::check);
}

#[test]
fn s3_event() {
    check_all("s3_event", crate::s3_event::check);
}

#[test]
fn sqs_event() {
    check_all("sqs_event", crate::sqs_event::check);
}

#[test]
fn sqs_operation() {
    check_all("sqs_operation", crate::sqs_operation::check);
}
