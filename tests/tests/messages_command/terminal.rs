//! What `messages ingest` shows on a terminal.

use std::path::Path;
use std::process::Command;

use end_to_end::stack::path_from_env;

use super::support::{Folder, ended, rows};

/// Runs a command on a terminal of 80 columns.
const ON_A_TERMINAL: &str = "\
import os, pty, sys
size = ['sh', '-c', 'stty columns 80 rows 24 && exec \"$@\"', 'sh']
sys.exit(os.waitstatus_to_exitcode(pty.spawn(size + sys.argv[1:])))";

/// The exit code of `messages ingest`, and all that is shown, with these variables of the environment.
fn ingest_on_a_terminal(file: &str, environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let outputs = path_from_env("STACK_OUTPUTS");
    let mut command = Command::new("python3");
    command.env("LOCAL_DIR", outputs.parent().expect("a file is in a folder"));
    command.env("TERM", "xterm").env_remove("NO_COLOR");
    command.envs(environment.iter().copied());
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/messages");
    command.args(["-c", ON_A_TERMINAL]).arg(tool).args(["ingest", file]);
    let (code, shown, problem) = ended(command);
    assert_eq!(problem, "");
    (code, shown)
}

/// What stood in a line at any time, without colours and movements.
fn lines(shown: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut letters = shown.chars();
    while let Some(letter) = letters.next() {
        match letter {
            // A sequence of control ends with a letter.
            '\u{1b}' => {
                letters.by_ref().skip(1).find(char::is_ascii_alphabetic);
            }
            '\r' => plain.push('\n'),
            _ => plain.push(letter),
        }
    }
    plain.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn progress_fits_the_terminal_and_the_outcome_is_in_colour() {
    let folder = Folder::new();
    let (code, shown) = ingest_on_a_terminal(&folder.file(&rows(3_000)), &[]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("\u{1b}[1;32m3,000 rows: 3,000 written, in "), "{shown}");
    let lines = lines(&shown);
    let progress = [
        "uploading",
        "uploaded",
        "waiting for",
        "extracting",
        "writing",
        "done: ",
    ];
    let progress: Vec<_> = lines
        .iter()
        .filter(|line| progress.iter().any(|word| line.contains(word)) && !line.contains("s3://"))
        .collect();
    assert!(!progress.is_empty(), "{shown}");
    for line in progress {
        assert!(line.chars().count() < 80, "{line}");
        assert!(!line.contains(" 0 B") && !line.contains("[0 B"), "{line}");
    }
}

#[test]
fn no_color_leaves_colours_out_on_a_terminal_too() {
    let folder = Folder::new();
    let bad = rows(2).replacen("4.39", "nine", 1);
    let (code, shown) = ingest_on_a_terminal(&folder.file(&bad), &[("NO_COLOR", "1")]);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("2 rows: 1 written, 1 rejected, in "), "{shown}");
    assert!(!shown.contains("\u{1b}[1;3"), "{shown}");
}
