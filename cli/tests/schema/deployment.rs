//! The lines that deploy a descriptor.

use std::path::Path;
use std::process::Command;

use crate::folder::{Folder, SAMPLE};

const PARAMETERS: &str = "PartitionKey=date PartitionKeyType=S SortKey=time SortKeyType=S";

/// The output of `messages schema` in a folder of the repository.
fn in_repository(folder: &str, arguments: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_messages"));
    let output = command.arg("schema").args(arguments).current_dir(folder).output();
    String::from_utf8_lossy(&output.expect("the command can be started").stdout).into_owned()
}

#[test]
fn a_descriptor_of_the_repository_is_deployed_from_its_place() {
    let descriptor = "schema/examples/sample/datapackage.json";
    let said = in_repository(".", &["check", descriptor]);
    let lines = format!(
        "To deploy it on AWS: sam build && tools/architecture && sam deploy --stack-name sample --parameter-overrides \
         DataPackage=/opt/examples/sample/datapackage.json {PARAMETERS}\n\
         On the embedded stack: make deploy SCHEMA={descriptor} STACK=sample\n"
    );
    assert!(said.ends_with(&lines), "{said}");
    let parameters = in_repository("schema/examples/sample", &["parameters", "datapackage.json"]);
    assert_eq!(
        parameters,
        format!("DataPackage=/opt/examples/sample/datapackage.json {PARAMETERS}\n")
    );
}

#[test]
fn a_descriptor_elsewhere_is_copied_first_and_never_deployed_to_the_default_stack() {
    let folder = Folder::with("deployment", SAMPLE);
    folder.write("data.csv", include_str!("../../../sample_data/data.csv"));
    folder.schema(&["check", "data.csv"]).is(
        0,
        &[
            "To deploy it on AWS, copy it to /",
            "/schema/datapackage.json first, then: (cd /",
            " && sam build && tools/architecture && sam deploy --stack-name messages-files ",
            " --parameter-overrides DataPackage=/opt/datapackage.json ",
            "On the embedded stack: make -C /",
            " deploy SCHEMA=/",
            "/schema/datapackage.json STACK=messages-files\n",
        ],
    );
}
