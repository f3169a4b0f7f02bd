//! What the command refuses before it calls anything.

#![expect(clippy::expect_used, reason = "what is not as expected shall fail the test")]

use std::process::{Command, Output};

fn ingest(arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_messages")).args(arguments).output();
    command.expect("the command can be started")
}

/// What it says on standard error when it ends with 2.
fn refused(arguments: &[&str]) -> String {
    let output = ingest(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    said
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    assert!(refused(&["data.csv"]).contains("--stack <NAME>|--outputs <FILE>"));
    assert!(refused(&["--stack", "messages"]).contains("<FILE>"));
    assert!(refused(&["--stack", "messages", "--follow", "data.csv"]).contains("s3://BUCKET/KEY"));
}

#[test]
fn files_are_checked_before_the_stack_is_looked_for() {
    let said = refused(&["--outputs", "/nowhere.json", "/nowhere/a.csv"]);
    assert_eq!(
        said,
        "error: there is no file /nowhere/a.csv\n  Nothing was uploaded. Correct the name, or give a pattern such as \
         'data/*.csv'\n"
    );
    let said = refused(&[
        "--outputs",
        "/nowhere.json",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    assert!(
        said.starts_with("error: Cargo.toml does not end in .csv, .CSV, .csv.gz, .csv.zst\n"),
        "{said}"
    );
}

#[test]
fn a_stack_that_is_not_deployed_is_named() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/data.csv");
    let said = refused(&["--outputs", "/nowhere.json", sample]);
    assert!(
        said.starts_with("error: /nowhere.json does not say where a stack is: "),
        "{said}"
    );
    assert!(said.ends_with("make deploy. For one on AWS: --stack NAME\n"), "{said}");
}
