//! `messages schema check` on the examples of the guide, `schema/examples`: it says before an upload what the report says after.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is not as expected shall fail the test"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/examples");
/// As much of a reason as every screen shows.
const REASON_BYTES: usize = 40;

/// Runs `messages schema` in the folder of an example: the exit code and what it says.
fn schema(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
    let output = command.arg("schema").args(arguments).current_dir(folder).output();
    let output = output.expect("the command can be started");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn folders() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(EXAMPLES).unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
    assert_eq!(folders.len(), 6, "{folders:?}");
    folders
}

fn uploads(folder: &Path) -> Vec<Value> {
    serde_json::from_slice(&std::fs::read(folder.join("uploads.json")).unwrap()).unwrap()
}

#[test]
fn the_samples_that_a_descriptor_names_are_right() {
    for folder in folders() {
        let (code, said) = schema(&folder, &["check", "datapackage.json"]);
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn a_check_says_what_the_report_will_say() {
    for folder in folders() {
        for upload in uploads(&folder) {
            let text = |name: &str| upload[name].as_str().unwrap();
            let rejected = upload["rejected"].as_array().unwrap();

            let (code, said) = schema(
                &folder,
                &["check", "datapackage.json", text("file"), "--key", text("key")],
            );

            let wanted = i32::from(!rejected.is_empty());
            assert_eq!(code, Some(wanted), "{said}");
            assert!(
                said.contains(&format!("of the resource {}", text("resource"))),
                "{said}"
            );
            assert!(said.contains(&format!(", {} rejected", rejected.len())), "{said}");
            for row in rejected {
                let reason =
                    &row["reason"].as_str().unwrap()[..REASON_BYTES.min(row["reason"].as_str().unwrap().len())];
                assert!(said.contains(reason), "{reason} / {said}");
                assert!(said.contains(&format!("line {}", row["line"])), "{said}");
            }
            let unknown = upload.get("unknown_columns").and_then(Value::as_array);
            for column in unknown.into_iter().flatten() {
                assert!(said.contains(column.as_str().unwrap()), "{said}");
            }
        }
    }
}

#[test]
fn the_guide_shows_what_a_check_says() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/any-csv.md")).unwrap();
    let command = "$ tools/messages schema check datapackage.json readings/2024-10.csv\n";
    let (_, shown) = guide.split_once(command).unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let folder = Path::new(EXAMPLES).join("european");
    let (_, said) = schema(&folder, &["check", "datapackage.json", "readings/2024-10.csv"]);
    for line in shown.lines() {
        let beginning = line.split('…').next().unwrap();
        assert!(said.contains(&format!("\n{beginning}")), "{line} / {said}");
    }
}

#[test]
fn the_key_is_found_in_each_descriptor() {
    for (name, parameters) in [
        (
            "sample",
            "PartitionKey=date PartitionKeyType=S SortKey=time SortKeyType=S",
        ),
        (
            "european",
            "PartitionKey=pk PartitionKeyType=S SortKey=sk SortKeyType=S",
        ),
        (
            "single-table",
            "PartitionKey=pk PartitionKeyType=S SortKey=sk SortKeyType=S",
        ),
        ("dump", "PartitionKey=id PartitionKeyType=N SortKey=\"\""),
        (
            "take-back",
            "PartitionKey=pk PartitionKeyType=S SortKey=sk SortKeyType=S",
        ),
        (
            "sample-take-back",
            "PartitionKey=date PartitionKeyType=S SortKey=time SortKeyType=S",
        ),
    ] {
        let (code, said) = schema(&Path::new(EXAMPLES).join(name), &["parameters", "datapackage.json"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(parameters), "{said}");
    }
}

#[test]
fn a_file_in_a_folder_of_no_resource_is_named_with_the_patterns() {
    let folder = Path::new(EXAMPLES).join("european");
    let (code, said) = schema(
        &folder,
        &[
            "check",
            "datapackage.json",
            "readings/2024.csv",
            "--key",
            "reading/2024.csv",
        ],
    );
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("readings/**"), "{said}");
}
