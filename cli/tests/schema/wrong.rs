//! Descriptors and files that are wrong.

use crate::folder::{Folder, READINGS, SAMPLE};

#[test]
fn all_faults_of_a_descriptor_are_told_at_once_each_with_its_place() {
    let descriptor = READINGS
        .replace("SENSOR#${Messstelle}", "SENSOR#${Messstele}")
        .replace("\"s3:keys\"", "\"s3:key\"");
    let folder = Folder::with("faults", &descriptor);
    let said = folder.schema(&["check"]);
    said.is(
        1,
        &[
            "error: schema/datapackage.json is wrong in 2 places\n",
            "  /resources/0/s3:key: no such property; did you mean \"s3:keys\"?\n",
            "  /resources/0/dynamodb:item/pk: no field \"Messstele\"; did you mean \"Messstelle\"?\n",
        ],
    );
    assert_eq!(said.out, "");
    folder.schema(&["parameters"]).is(1, &["is wrong in 2 places"]);
}

#[test]
fn what_is_no_descriptor_is_told() {
    let folder = Folder::with("no-json", "{");
    folder.schema(&["check"]).is(
        1,
        &["error: schema/datapackage.json is wrong in 1 place\n  the descriptor: is not JSON: "],
    );
    folder.schema(&["check", "none.json"]).is(
        2,
        &[
            "error: the descriptor none.json cannot be read: ",
            "messages schema infer FILE",
        ],
    );
}

#[test]
fn a_file_that_is_not_there_ends_with_2() {
    let folder = Folder::with("missing", SAMPLE);
    let said = folder.schema(&["check", "none.csv"]);
    said.is(
        2,
        &["error: there is no file none.csv\n  Correct the name, or give a pattern"],
    );
    // Only `messages ingest` says that nothing was uploaded.
    assert!(!said.err.contains("uploaded"), "{}", said.err);
    folder.write("b.json", SAMPLE.replace("sample_data/data.csv", "none.csv"));
    folder
        .schema(&["check", "b.json"])
        .is(2, &["error: none.csv cannot be read: "]);
}

#[test]
fn a_descriptor_may_end_in_upper_case() {
    let folder = Folder::with("upper-case", "{");
    folder
        .write("D.JSON", SAMPLE)
        .write("data.csv", include_str!("../../../sample_data/data.csv"));
    folder
        .schema(&["check", "D.JSON", "data.csv"])
        .is(0, &["D.JSON is right"]);
}

#[test]
fn names_do_not_steer_the_terminal() {
    let descriptor = READINGS.replace("\"readings\"", "\"read\\u001b[2Jings\"");
    let folder = Folder::with("escapes", &descriptor);
    folder.write(
        "readings/a\u{1b}[2J.csv",
        "Zeitpunkt;Messstelle;Wert;Status;Aktiv;Tags;\u{1b}[2J\n2024-04-01T00:00:00;\u{1b}[2J;;;;\n",
    );
    let said = folder.schema(&["check", "readings/a\u{1b}[2J.csv"]);
    assert!(!said.out.contains('\u{1b}'), "{}", said.out);
    said.is(0, &["of the resource read\u{fffd}[2Jings"]);
}

#[test]
fn the_key_of_an_object_is_not_named_without_a_file() {
    let folder = Folder::with("nothing-named", SAMPLE);
    for option in ["--prefix", "--key"] {
        for names in [&[][..], &["schema/datapackage.json"]] {
            let said = folder.schema(&[&["check"], names, &[option, "x.csv"]].concat());
            let refusal =
                format!("error: {option} is for files that would be uploaded, and no file is named\n  Name one.");
            said.is(2, &[&refusal]);
            assert_eq!(said.out, "");
        }
    }
}

#[test]
fn a_descriptor_has_no_encoding_to_name() {
    let folder = Folder::with("encoding-of-descriptor", SAMPLE);
    let said = folder.schema(&["infer", "schema/datapackage.json", "--encoding", "cp1252"]);
    said.is(
        2,
        &["error: --encoding is for a CSV file, and schema/datapackage.json is a descriptor\n  Leave the option out."],
    );
    assert_eq!(said.out, "");
}
