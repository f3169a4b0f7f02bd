//! The key of the table, and the template's parameters for it.

use crate::folder::{Folder, READINGS, SAMPLE};

#[test]
fn the_parameters_are_one_line() {
    let folder = Folder::with("parameters", READINGS);
    let line = "DataPackage=/opt/datapackage.json PartitionKey=pk PartitionKeyType=S SortKey=sk SortKeyType=S\n";
    let said = folder.schema(&["parameters"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), line, ""));
    folder.write("sample.json", SAMPLE);
    let sample = folder.schema(&["parameters", "sample.json"]);
    assert_eq!(sample.out, line.replace("=pk", "=date").replace("=sk", "=time"));
}

#[test]
fn a_key_that_is_named_is_used_and_named_again() {
    let folder = Folder::with("named", READINGS);
    folder.write(
        "schema/sample_data/readings.csv",
        "Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags\n",
    );
    let named = ["--partition-key", "Messstelle", "--sort-key", "version:N"];
    let said = folder.schema(&[&["parameters"], &named[..]].concat());
    let line = "PartitionKey=Messstelle PartitionKeyType=S SortKey=version SortKeyType=N\n";
    assert!(said.out.ends_with(line), "{}", said.out);
    folder
        .schema(
            &[
                &[
                    "check",
                    "--write-mode",
                    "latest",
                ],
                &named[..],
            ]
            .concat(),
        )
        .is(
            0,
            &[
                "key of the table: Messstelle (S) and version (N), as the options say",
                "latest: a row replaces the item of its key, unless a later upload wrote it, as the stack's WriteMode says",
                "/schema/datapackage.json STACK=readings PARTITION_KEY=Messstelle PARTITION_KEY_TYPE=S SORT_KEY=version SORT_KEY_TYPE=N",
            ],
        );
    let alone = folder.schema(&["parameters", "--partition-key", "Messstelle"]);
    assert!(alone.out.ends_with("SortKey=\"\" SortKeyType=S\n"), "{}", alone.out);
    folder
        .schema(&["parameters", "--sort-key", "sk"])
        .is(2, &["--partition-key"]);
}

#[test]
fn a_descriptor_that_shows_no_key_says_how_to_name_one() {
    let descriptor = r#"{"resources": [{"name": "r", "schema": {"fields": [{"name": "id", "type": "string"}]}}]}"#;
    let folder = Folder::with("no-key", descriptor);
    for subcommand in ["check", "parameters"] {
        folder.schema(&[subcommand]).is(
            1,
            &[
                "schema/datapackage.json: nothing says which attributes are the key of the table",
                "--partition-key NAME",
            ],
        );
        folder
            .schema(&[subcommand, "--partition-key", "to"])
            .is(1, &["no key can be called to"]);
        folder
            .schema(&[subcommand, "--partition-key", "id "])
            .is(1, &["no key can be called \"id \": the template takes no white space"]);
    }
}
