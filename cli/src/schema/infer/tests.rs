//! Proposals for files, each tried on its file.

mod columns;
mod names;

use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::input::Input;
use super::proposal::{Proposal, of_file};
use super::trial::Trial;
use super::{encoding, proposal};

/// A file that is deleted on drop.
struct Temporary(PathBuf);

impl Temporary {
    fn new(bytes: &[u8]) -> Self {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("messages-infer-{}-{count}.csv", std::process::id()));
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The proposal for a file of these bytes: the resource, the remarks, and the trial of the descriptor on the file.
fn proposed(bytes: &[u8]) -> (Value, Vec<String>, Trial) {
    let file = Temporary::new(bytes);
    proposed_for(&file.0)
}

fn proposed_for(path: &Path) -> (Value, Vec<String>, Trial) {
    let Proposal { json, remarks } = of_file(path, None).unwrap();
    let resource = serde_json::from_str::<Value>(&json).unwrap()["resources"][0].take();
    let label = resource["encoding"].as_str().map(str::as_bytes);
    let declared = label.and_then(encoding_rs::Encoding::for_label);
    let sample = Input {
        path,
        encoding: encoding::declared(declared),
    };
    let trial = Trial::of(&json, &sample).unwrap();
    (resource, remarks.iter().map(ToString::to_string).collect(), trial)
}

#[test]
fn the_key_is_an_identifier_or_a_column_in_time_or_a_time_or_the_line() {
    for (file, primary_key, item) in [
        ("order_id,n\n7,1\n8,1\n", json!(["order_id"]), Value::Null),
        (
            "station,at,n\na,2024-03-31,1\na,2024-04-01,1\nb,2024-04-01,2\n",
            json!(["station", "at"]),
            Value::Null,
        ),
        (
            "Mess Stelle,at\na,2024-03-31T00:00:00Z\na,2024-04-01T00:00:00Z\n",
            Value::Null,
            json!({"pk": "${Mess Stelle}", "sk": "${at}"}),
        ),
        (
            "at,ok\n2024-03-31T00:00:00Z,yes\n2024-04-01T00:00:00Z,no\n",
            Value::Null,
            json!({"pk": "${at:%Y-%m-%d}", "sk": "${at}"}),
        ),
        (
            "date,time,temp\n2024-03-31,10:00:00,20.5\n2024-03-31,11:00:00,20.5\n2024-04-01,10:00:00,20.5\n",
            json!(["date", "time"]),
            Value::Null,
        ),
        ("n,ok\n1,true\n1,true\n", Value::Null, json!({"pk": "${$key}#${$line}"})),
        ("order\n7\n8\n", Value::Null, json!({"pk": "${order}"})),
        ("PK,SK,v\na,1,1\na,2,1\n", json!(["PK", "SK"]), Value::Null),
        ("id,sk,pk\n7,1,a\n8,2,a\n", json!(["pk", "sk"]), Value::Null),
        ("pk,v\na,1\nb,1\n", json!(["pk"]), Value::Null),
        (
            "pk,sk,ok\n1,1,true\n1,1,true\n",
            Value::Null,
            json!({"pk": "${$key}#${$line}"}),
        ),
        (
            "pk,ok\n1,true\n1,true\n",
            Value::Null,
            json!({"pk": "${$key}#${$line}"}),
        ),
    ] {
        let (resource, remarks, trial) = proposed(file.as_bytes());
        assert_eq!(
            (&resource["schema"]["primaryKey"], &resource["dynamodb:item"]),
            (&primary_key, &item),
            "{remarks:#?}"
        );
        assert_eq!(
            (trial.rejected, trial.collisions, trial.problem),
            (0, 0, None),
            "{file}"
        );
    }
}

#[test]
fn encodings_and_compression_are_recognised() {
    let latin = b"name;n\nM\xfcnchen;1\nK\xf6ln;2\n";
    let (resource, remarks, trial) = proposed(latin);
    assert_eq!(resource["encoding"], "windows-1252");
    assert!(
        remarks
            .iter()
            .any(|remark| remark.starts_with("encoding: the file is not UTF-8")),
        "{remarks:?}"
    );
    assert_eq!((trial.rows, trial.rejected), (2, 0));
    let wide: Vec<u8> = "name,n\nKöln,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (resource, _, trial) = proposed(&wide);
    assert_eq!(
        (&resource["encoding"], trial.rows, trial.rejected),
        (&json!("UTF-16LE"), 1, 0)
    );
    let marked: Vec<u8> = [&[0xff, 0xfe][..], &wide].concat();
    let (resource, _, trial) = proposed(&marked);
    assert_eq!(
        (&resource["encoding"], trial.rows, trial.rejected),
        (&Value::Null, 1, 0)
    );
}

#[test]
fn a_file_without_columns_is_refused() {
    for bytes in [&b""[..], b"\n\n", b"\xef\xbb\xbf"] {
        let file = Temporary::new(bytes);
        assert!(matches!(of_file(&file.0, None), Err(proposal::ProposalError::Empty)));
    }
}

/// The number of rows in these files that are rejected with any descriptor.
const REJECTED: [(&str, u64); 2] = [
    // These rows have fewer cells than the header.
    ("excel-short-rows.csv", 2),
    ("data_mixed.csv", 1),
];

#[test]
fn committed_files_are_read_without_rejected_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample_data");
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
            .collect::<Vec<_>>()
    };
    let mut paths = [files(&folder), files(&folder.join("cases"))].concat();
    paths.sort();
    assert!(paths.len() > 20);
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (resource, remarks, trial) = proposed_for(&path);
        let allowed = REJECTED
            .iter()
            .find(|(file, _)| *file == name)
            .map_or(0, |(_, rows)| *rows);
        assert_eq!(
            (trial.rejected, &trial.problem),
            (allowed, &None),
            "{name}: {resource:#} {remarks:#?}"
        );
        assert!(trial.rows > 0, "{name}");
    }
}

#[test]
fn the_sample_is_proposed_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample_data/data.csv");
    let (resource, _, trial) = proposed_for(&path);
    assert_eq!(resource["schema"]["primaryKey"], json!(["location", "timestamp"]));
    assert_eq!(
        resource["schema"]["fields"][0],
        json!({"name": "timestamp", "type": "number", "dynamodb:epoch": "s"})
    );
    assert_eq!((trial.rows, trial.collisions), (20, 0));
}

/// Cells of one kind, some of them empty.
fn column() -> impl Strategy<Value = Vec<String>> {
    let kind = prop_oneof![
        Just("-?[1-9][0-9]{0,11}"),
        Just("[0-9]{1,5}"),
        Just("-?[0-9]{1,4}[.,][0-9]{1,4}"),
        Just("[1-9][0-9]{0,2}([.][0-9]{3}){0,2}(,[0-9]{1,2})?"),
        Just("[1-9][0-9]{0,2}(,[0-9]{3}){0,2}([.][0-9]{1,2})?"),
        Just("(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"),
        Just("(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/20[0-9]{2}"),
        Just("(0[1-9]|2[0-8])[.](0[1-9]|1[0-2])[.](20)?[0-9]{2}( [01][0-9]:[0-5][0-9])?"),
        Just("20[0-9]{2}-0[1-9]-1[0-9]T0[0-9]:[0-5][0-9]:[0-5][0-9](Z|[+]02:00|[.][0-9]{3})?"),
        Just("(true|false|yes|no)"),
        Just("17[0-9]{8}"),
        Just("[A-Z]{2}-[0-9]{3}"),
        Just("[ -~äöü\u{A0}]{0,12}"),
        Just("\\PC{0,6}"),
        Just("(NULL|n/a|-|NA|[0-9]{2})"),
    ];
    (kind, 0..4_usize).prop_flat_map(|(pattern, gaps)| {
        let cell = (pattern, 0..10_usize).prop_map(move |(cell, gap)| if gap < gaps { String::new() } else { cell });
        proptest::collection::vec(cell, 12)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_proposal_reads_the_file_that_it_was_made_of(
        columns in proptest::collection::vec(column(), 2..6),
        rows in 1..12_usize,
        names in proptest::sample::subsequence(vec!["id", "Name", "name", "at", "$order", "order_column", "$line", "pk", "pk_column", "sk", "Wert (€)", "a}b", "from", "x y", "#n"], 6),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t', b'|']),
        has_mark: bool,
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(if has_mark { "\u{FEFF}".into() } else { Vec::new() });
        writer.write_record(names.iter().take(columns.len())).unwrap();
        for row in 0..rows {
            writer.write_record(columns.iter().map(|cells| &cells[row])).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let (resource, remarks, trial) = proposed(&bytes);
        prop_assert_eq!((trial.rejected, &trial.problem, trial.collisions), (0, &None, 0), "{}\n{:#}\n{:#?}", String::from_utf8_lossy(&bytes), resource, remarks);
    }

    #[test]
    fn any_bytes_are_described_or_refused(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b",;\t\"\n\r #a1".to_vec())], 0..200)) {
        let file = Temporary::new(&bytes);
        let _ = of_file(&file.0, None);
    }
}
