//! Compares the sample's descriptor with the built-in shape: messages, rejected rows and reports must be the same.
//!
//! They may differ in the following:
//!
//! - Only the report of a declared object has `resource`.
//! - `problem` and the reasons of rejected rows have different texts: a descriptor names its own remedy, and the
//!   built-in shape names all its columns.
//! - In `unknown_columns` a column without a name is `""`; with a descriptor it has its number, and is left out while its
//!   cells are empty.
//! - Only declared objects have the warning `backslash_escapes`.
//! - A descriptor rejects times of the last day of the year 9999: its instants end at 9999-12-30T22:00:00Z, so that
//!   they have a date in every time zone. [`OF_THE_LAST_DAY`] has such rows.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::world::World;

const SAMPLE: &str = include_str!("../../../../crates/schema/tests/descriptors/sample.json");

const OF_THE_LAST_DAY: &str = "timestamp-end-of-9999";

/// The outcome that a user sees: messages, the lines and columns of rejected rows, and the report.
type Outcome = (Vec<String>, Vec<[String; 3]>, Value);

async fn outcome(world: World, in_steps: bool) -> Outcome {
    let report = if in_steps {
        world.extract_in_steps().await
    } else {
        world.extract().await
    };
    let mut report = serde_json::to_value(report.unwrap()).unwrap();
    let members = report.as_object_mut().unwrap();
    for member in ["resource", "rejected_keys", "duration_ms"] {
        members.remove(member);
    }
    if let Some(problem) = members.get_mut("problem") {
        *problem = true.into();
    }
    if let Some(warnings) = members.get_mut("warnings").and_then(Value::as_array_mut) {
        warnings.retain(|warning| warning["kind"] != "backslash_escapes");
        if warnings.is_empty() {
            members.remove("warnings");
        }
    }
    let named = |columns: &mut Value| {
        columns.as_array_mut().unwrap().retain(|column| {
            let name = column.as_str().unwrap();
            !name.is_empty() && !name.starts_with("column ")
        });
        columns != &Value::Array(Vec::new())
    };
    if members
        .get_mut("unknown_columns")
        .is_some_and(|columns| !named(columns))
    {
        members.remove("unknown_columns");
    }
    let rejected = world.rejected().into_iter();
    let rejected = rejected.map(|[line, columns, _, row]| [line, columns, row]).collect();
    (world.taken(), rejected, report)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let entries = std::fs::read_dir(root.join(folder)).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// Extracts each file both ways. Returns the number of messages, and a description of each difference.
async fn compare(files: impl Iterator<Item = (PathBuf, Vec<u8>)>) -> (usize, Vec<String>) {
    let mut sent = 0;
    let mut different = Vec::new();
    for (path, file) in files {
        for in_steps in [false, true] {
            let expected = outcome(World::of(&file), in_steps).await;
            let declared = World::declaring(&file, SAMPLE, "date", Some("time"));
            let found = outcome(declared, in_steps).await;
            sent += expected.0.len();
            if found != expected {
                different.push(format!(
                    "{}, in steps: {in_steps}: {found:?}, not {expected:?}",
                    path.display()
                ));
            }
        }
    }
    (sent, different)
}

#[tokio::test]
async fn the_sample_as_a_descriptor_does_what_the_built_in_shape_does() {
    let paths = files("sample_data").into_iter().chain(files("sample_data/cases"));
    let (sent, different) = compare(paths.map(|path| (path.clone(), std::fs::read(path).unwrap()))).await;
    assert_eq!(different, [""; 0]);
    assert!(sent > 100, "{sent}");
}

#[tokio::test]
async fn so_it_does_for_inputs_of_the_fuzz_targets() {
    let paths = files("fuzz/corpus/csv_rows")
        .into_iter()
        .chain(files("fuzz/corpus/csv_long"));
    let paths = paths.filter(|path| !path.ends_with(OF_THE_LAST_DAY));
    // The first three bytes tell the fuzz target how to read the file.
    let inputs = paths.map(|path| {
        let input = std::fs::read(&path).unwrap();
        (path, input.get(3..).unwrap_or_default().to_vec())
    });
    let (sent, different) = compare(inputs).await;
    assert_eq!(different, [""; 0]);
    assert!(sent > 100, "{sent}");
}
