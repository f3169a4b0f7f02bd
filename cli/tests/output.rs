//! Standard output that cannot be written to.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a panic fails the test")]

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A separate folder for a test, with a CSV file.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    std::fs::write(folder.join("x.csv"), "id,value\n1,2\n").expect("a file can be written");
    folder
}

/// Runs `messages schema` with this standard output.
fn schema(folder: &Path, arguments: &[&str], output: impl Into<Stdio>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
    command.arg("schema").args(arguments).current_dir(folder).stdout(output);
    let started = command
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    started.wait_with_output().expect("the command ends")
}

#[test]
fn a_result_that_a_full_disk_loses_is_an_error() {
    let folder = folder("full-disk");
    let proposed = schema(&folder, &["infer", "x.csv"], Stdio::piped());
    std::fs::write(folder.join("d.json"), proposed.stdout).expect("a file can be written");
    for arguments in [
        &["infer", "x.csv"][..],
        &["check", "d.json", "x.csv"],
        &["parameters", "d.json"],
        &["openapi", "d.json"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full");
        let output = schema(&folder, arguments, full.expect("it can be opened"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.ends_with(
                "error: standard output: No space left on device (os error 28)\n  Write the result to a place that has room\n"
            ),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    let output = schema(&folder("closed-pipe"), &["infer", "x.csv"], writer);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(!said.contains("error"), "{said}");
}
