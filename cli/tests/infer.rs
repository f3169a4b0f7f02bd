//! `messages schema infer`, run as a process.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/schema/tests/interop/files")
}

/// Runs `messages schema infer`. Returns the exit code, standard output and standard error.
fn infer(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
    let output = command
        .args(["schema", "infer"])
        .args(arguments)
        .current_dir(files())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The resource that is proposed for a file, and the remarks.
fn proposed(arguments: &[&str]) -> (Value, String) {
    let (code, descriptor, remarks) = infer(arguments);
    assert_eq!(code, Some(0), "{remarks}");
    (
        serde_json::from_str::<Value>(&descriptor).unwrap()["resources"][0].take(),
        remarks,
    )
}

#[test]
fn files_as_people_publish_them_get_a_descriptor_that_reads_them() {
    for (file, rows, primary_key, types) in [
        (
            "weather.csv",
            24,
            json!(["station_id", "date"]),
            "string string date number number number string integer",
        ),
        (
            "bike_counters.csv",
            24,
            json!(["counter_id", "counted_at"]),
            "integer string datetime string integer number number string",
        ),
        (
            "transactions.csv",
            20,
            Value::Null,
            "string date string number string boolean string",
        ),
        (
            "sensor_export.csv",
            16,
            json!(["Messstelle", "Zeitstempel"]),
            "integer string number string boolean date",
        ),
        (
            "survey.csv",
            14,
            json!(["respondent"]),
            "integer datetime integer integer boolean string string",
        ),
    ] {
        let (resource, remarks) = proposed(&[file]);
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let found: Vec<_> = fields.iter().map(|field| field["type"].as_str().unwrap()).collect();
        assert_eq!(found.join(" "), types, "{file}\n{remarks}");
        assert!(
            remarks.ends_with(&format!("this file: {rows} rows, none of which is rejected\n")),
            "{remarks}"
        );
        assert_eq!(resource["schema"]["primaryKey"], primary_key, "{remarks}");
    }
}

#[test]
fn a_proposal_is_checked_wherever_it_is_kept() {
    let folder = std::env::temp_dir().join(format!("messages-infer-{}", std::process::id()));
    let schema = folder.join("schema");
    std::fs::create_dir_all(&schema).unwrap();
    std::fs::write(folder.join("mine.csv"), "id,n\n1,2\n").unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
        command.args(arguments).current_dir(&folder).output().unwrap()
    };
    let inferred = run(&["schema", "infer", "mine.csv"]);
    std::fs::write(schema.join("datapackage.json"), inferred.stdout).unwrap();
    let checked = [
        run(&["schema", "check"]),
        run(&["schema", "check", "schema/datapackage.json", "mine.csv"]),
    ];
    std::fs::remove_dir_all(&folder).unwrap();
    let remarks = String::from_utf8_lossy(&inferred.stderr);
    assert!(
        remarks.contains("path: is left out; put a small sample beside the descriptor"),
        "{remarks}"
    );
    for output in checked {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
}

#[test]
fn a_descriptor_of_frictionless_becomes_one_of_ours() {
    let (resource, remarks) = proposed(&["sensor_export.json"]);
    assert_eq!(resource["dialect"], json!({"delimiter": ";"}));
    assert_eq!(
        resource["schema"]["fields"][2],
        json!({"name": "Wert", "type": "string"})
    );
    assert!(
        remarks.starts_with("/resources/0/schema/fields/2/type: geopoints are not supported"),
        "{remarks}"
    );
    assert!(
        remarks.contains("the key of the table: nothing says which attributes are the key"),
        "{remarks}"
    );
}

#[test]
fn yaml_is_read_too() {
    let path = std::env::temp_dir().join(format!("messages-infer-{}.yaml", std::process::id()));
    let yaml = "name: r\ntype: table\npath: r.csv\nscheme: file\nformat: csv\nschema:\n  primaryKey: id\n  fields:\n    - name: id\n      type: integer\n";
    std::fs::write(&path, yaml).unwrap();
    let (resource, remarks) = proposed(&[path.to_str().unwrap()]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(resource["schema"]["fields"], json!([{"name": "id", "type": "integer"}]));
    assert_eq!(remarks, "");
}

#[test]
fn what_cannot_be_inferred_ends_with_2_and_says_what_helps() {
    for (arguments, problem) in [
        (&["nothing.csv"][..], "nothing.csv cannot be read: "),
        (
            &["/dev/null"],
            "/dev/null is no regular file\n  It is read several times: save it to a file first",
        ),
        (&["nothing.json"], "nothing.json cannot be read: "),
        (
            &["--encoding", "cp999", "weather.csv"],
            "give a label of the WHATWG encoding standard",
        ),
    ] {
        let (code, descriptor, said) = infer(arguments);
        assert_eq!((code, descriptor.as_str()), (Some(2), ""), "{said}");
        assert!(said.contains(problem), "{said}");
    }
}
