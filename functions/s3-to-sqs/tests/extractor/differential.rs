//! The sample's descriptor against the built-in shape: the same messages, rejected rows and reports.
//!
//! What may differ, and why:
//!
//! - `resource` is only in the report of a declared object.
//! - `problem`, and the reasons of rejected rows, are in the words of either: a descriptor has a remedy of its own, and the built-in
//!   shape names all its columns.
//! - `unknown_columns` of a descriptor leaves columns without a name out.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::world::World;

const SAMPLE: &str = include_str!("../../../../crates/schema/tests/descriptors/sample.json");

/// What a user sees of an object: its messages, the lines and columns of its rejected rows, and its report.
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
    let named = |columns: &mut Value| {
        columns.as_array_mut().unwrap().retain(|column| column != "");
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

async fn compare(file: &[u8], name: &str) -> usize {
    let built_in = outcome(World::of(file), false).await;
    for in_steps in [false, true] {
        let expected = if in_steps {
            outcome(World::of(file), true).await
        } else {
            built_in.clone()
        };
        let declared = World::declaring(file, SAMPLE, "date", Some("time"));
        let found = outcome(declared, in_steps).await;
        assert_eq!(found, expected, "{name}, in steps: {in_steps}");
    }
    built_in.0.len()
}

#[tokio::test]
async fn the_sample_as_a_descriptor_does_what_the_built_in_shape_does() {
    let mut sent = 0;
    for path in files("sample_data").into_iter().chain(files("sample_data/cases")) {
        sent += compare(&std::fs::read(&path).unwrap(), &path.display().to_string()).await;
    }
    assert!(sent > 50, "{sent}");
}

#[tokio::test]
async fn so_it_does_for_inputs_of_the_fuzz_targets() {
    let mut sent = 0;
    for path in files("fuzz/corpus/csv_rows")
        .into_iter()
        .chain(files("fuzz/corpus/csv_long"))
    {
        // The first bytes say how the file is read.
        let input = std::fs::read(&path).unwrap();
        sent += compare(input.get(3..).unwrap_or_default(), &path.display().to_string()).await;
    }
    assert!(sent > 50, "{sent}");
}
