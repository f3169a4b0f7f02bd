//! `messages schema openapi`, run as a process.

#![expect(clippy::expect_used, reason = "a panic fails the test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DESCRIPTOR: &str = r#"{"resources": [{"name": "readings", "schema": {"fields": [
    {"name": "id", "type": "integer", "constraints": {"required": true}}, {"name": "value", "type": "number"}]},
    "dynamodb:item": {"pk": "SENSOR#${id}", "sk": "READING"}}]}"#;

/// A separate folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(folder.join("schema")).expect("a folder can be made");
    folder
}

fn openapi(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
    command.args(["schema", "openapi"]).args(arguments).current_dir(folder);
    command.output().expect("the command can be started")
}

fn document(output: &Output) -> serde_json::Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).expect("the document is JSON")
}

#[test]
fn without_a_descriptor_the_document_is_that_of_messages() {
    let document = document(&openapi(&folder("openapi-of-messages"), &[]));
    let source: serde_json::Value = yaml_serde::from_str(include_str!("../../docs/openapi.yaml")).expect("it is YAML");
    assert_eq!(document, source);
}

#[test]
fn a_key_without_a_descriptor_has_no_document() {
    let output = openapi(&folder("openapi-of-a-key"), &["--partition-key", "id:N"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let problem = "error: --partition-key is for the table of a descriptor, and there is no schema/datapackage.json\n";
    assert!(said.starts_with(problem), "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_descriptor_has_its_own_document() {
    let folder = folder("openapi-of-readings");
    std::fs::write(folder.join("schema/datapackage.json"), DESCRIPTOR).expect("a file can be written");
    for (arguments, path) in [
        (&[][..], "/message/{pk}"),
        (&["schema/datapackage.json"], "/message/{pk}"),
        (&["--partition-key", "id:N"], "/message/{id}"),
    ] {
        let document = document(&openapi(&folder, arguments));
        assert!(document["paths"][path].is_object(), "{arguments:?}");
        assert!(document["components"]["schemas"]["Changes"]["properties"]["value"].is_object());
    }
}

#[test]
fn a_wrong_descriptor_has_no_document() {
    let folder = folder("openapi-of-nothing");
    std::fs::write(folder.join("wrong.json"), "{}").expect("a file can be written");
    for (arguments, code) in [(["wrong.json"], 1), (["missing.json"], 2)] {
        let output = openapi(&folder, &arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}
