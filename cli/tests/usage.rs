//! What the command refuses before it calls anything.

#![expect(clippy::expect_used, reason = "what is not as expected shall fail the test")]

use std::process::{Command, Output};

fn messages(arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_messages")).args(arguments).output();
    command.expect("the command can be started")
}

/// What it says on standard error when it ends with 2.
fn refused(arguments: &[&str]) -> String {
    let output = messages(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    said
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    assert!(refused(&["data.csv"]).contains("unrecognized subcommand 'data.csv'"));
    for subcommand in ["ingest", "follow"] {
        assert!(refused(&[subcommand, "data.csv"]).contains("--stack <NAME>|--outputs <FILE>"));
    }
    assert!(refused(&["ingest", "--stack", "messages"]).contains("<FILE>"));
    assert!(refused(&["follow", "--stack", "messages"]).contains("<OBJECT>"));
    assert!(refused(&["follow", "--stack", "messages", "s3://data.csv"]).contains("give s3://BUCKET/KEY"));
}

#[test]
fn help_names_the_subcommands_and_the_exit_codes() {
    for (arguments, part) in [
        (vec!["--help"], "follow "),
        (vec!["ingest", "--help"], "<FILE>..."),
        (vec!["follow", "--help"], "<OBJECT>..."),
    ] {
        let output = messages(&arguments);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains(part) && said.contains("130 it was"), "{said}");
    }
}

#[test]
fn files_are_checked_before_the_stack_is_looked_for() {
    let said = refused(&["ingest", "--outputs", "/nowhere.json", "/nowhere/a.csv"]);
    assert_eq!(
        said,
        "error: there is no file /nowhere/a.csv\n  Nothing was uploaded. Correct the name, or give a pattern such as \
         'data/*.csv'\n"
    );
    let said = refused(&[
        "ingest",
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
    for arguments in [["ingest", sample], ["follow", "data.csv"]] {
        let said = refused(&[arguments[0], "--outputs", "/nowhere.json", arguments[1]]);
        assert!(
            said.starts_with("error: /nowhere.json does not say where a stack is: "),
            "{said}"
        );
        assert!(said.ends_with("make deploy. For one on AWS: --stack NAME\n"), "{said}");
    }
}
