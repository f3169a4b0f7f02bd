//! The messages that the extractor makes of files with a declared schema, from the row to the item in the table.

use message::{KeyType, Order, WriteMode};
use schema::{Object, Package, Record, Table};
use serde_json::{Value, json};

use super::mode_tests::{write, written};
use crate::plan::EffectCounts;
use crate::testing::{RealTable, TABLE, table_key};

/// A descriptor that uses many features: the hard example of the contract.
const READINGS: &str = include_str!("../../../../crates/schema/tests/descriptors/readings.json");
const COLUMNS: [&str; 6] = ["Zeitpunkt", "Messstelle", "Wert", "Status", "Aktiv", "Tags"];
const KEY: [(&str, KeyType); 2] = [("pk", KeyType::S), ("sk", KeyType::S)];

/// The concatenated cells, and where each ends.
fn laid_out(cells: &[&str]) -> (Vec<u8>, Vec<usize>) {
    let ends = cells.iter().scan(0, |end, cell| {
        *end += cell.len();
        Some(*end)
    });
    (cells.concat().into_bytes(), ends.collect())
}

/// The messages of the rows of an upload; `upload` is the number of the upload.
fn messages(descriptor: &str, key: &[(&str, KeyType)], upload: u128, rows: &[&[&str]]) -> Vec<(&'static str, Value)> {
    let table = Table {
        name: TABLE.to_owned(),
        key: table_key(key),
    };
    let package = Package::load(descriptor, &table).unwrap_or_else(|faults| panic!("{faults}"));
    let resource = package.resource_for("readings/März.csv").unwrap();
    let object = Object {
        key: "readings/März.csv",
        ingest_id: 0x0195_d0c2_6a40_7000_8000_0000_0000_0000 + upload,
        uploaded: 1_742_983_200_000_000_000,
    };
    let (header, header_ends) = laid_out(&COLUMNS);
    let header = Record::new(&header, &header_ends);
    let mut converter = resource.bind(Some(header), &object, WriteMode::Replace).unwrap();
    let bodies = rows.iter().zip(2..).map(|(cells, line)| {
        let (cells, ends) = laid_out(cells);
        let message = converter.convert(Record::new(&cells, &ends), line).unwrap();
        let body: String = serde_json::from_str(&format!("\"{}\"", message.json)).unwrap();
        (converter.write().method(), serde_json::from_str(&body).unwrap())
    });
    bodies.collect()
}

/// The hard example with this `dynamodb:write`.
fn readings(write: &str) -> String {
    READINGS.replace("\"dialect\"", &format!("\"dynamodb:write\": \"{write}\", \"dialect\""))
}

const FIRST: [&str; 6] = ["2024-03-31T01:30:00", "DE-01", "1.234,5", "ok", "ja", "a|b"];
const SECOND: [&str; 6] = ["2024-03-31T03:30:00", "DE-02", "-", "-", "", ""];

/// The item of [`FIRST`] in an upload.
fn first_item() -> Value {
    json!({
        "pk": {"S": "SENSOR#DE-01#2024-03#3"}, "sk": {"S": "READING#2024-03-31T00:30:00Z"}, "kind": {"S": "reading"},
        "version": {"N": "1"}, "origin": {"M": {"file": {"S": "readings/März.csv"}, "line": {"N": "2"}}},
        "expires": {"N": "1774917000"}, "at": {"S": "2024-03-31T00:30:00Z"}, "Messstelle": {"S": "DE-01"},
        "value": {"N": "1234.5"}, "Status": {"S": "ok"}, "Aktiv": {"BOOL": true}, "Tags": {"SS": ["a", "b"]},
    })
}

#[tokio::test]
async fn a_row_becomes_its_item() {
    let table = RealTable::declared(&KEY);
    let writer = table.writer(WriteMode::Replace);
    let messages = messages(&readings("replace"), &KEY, 1, &[&FIRST, &SECOND, &FIRST]);
    let counts = EffectCounts {
        written: 2,
        superseded: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, messages).await, counts);
    let [mut first, second] = table.items().try_into().unwrap();
    assert_eq!(first["origin"]["M"]["line"], json!({"N": "4"}), "the later row wins");
    first["origin"]["M"]["line"] = json!({"N": "2"});
    assert_eq!(
        (first, second["Messstelle"].clone()),
        (first_item(), json!({"S": "DE-02"}))
    );
}

#[tokio::test]
async fn the_later_upload_stays_and_its_order_is_hidden_in_the_item() {
    let table = RealTable::declared(&KEY);
    let writer = table.writer(WriteMode::Replace);
    let upload = |write, upload| messages(&readings(write), &KEY, upload, &[&FIRST]);
    assert_eq!(write(&writer, upload("latest", 2)).await, written(1));
    let outdated = EffectCounts {
        outdated: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, upload("latest", 1)).await, outdated);
    let existing = EffectCounts {
        existing: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, upload("create", 3)).await, existing);
    let mut item = first_item();
    item[Order::ATTRIBUTE] = json!({"S": "0195d0c2-6a40-7000-8000-000000000002-000000000002"});
    assert_eq!(table.items(), [item]);
}

#[tokio::test]
async fn a_merge_changes_what_has_a_value_and_makes_the_item_that_is_missing() {
    let table = RealTable::declared(&KEY);
    let writer = table.writer(WriteMode::Replace);
    write(&writer, messages(&readings("replace"), &KEY, 1, &[&FIRST])).await;
    let changed = ["2024-03-31T01:30:00", "DE-01", "7", "-", "", ""];
    let merge = messages(&readings("merge"), &KEY, 2, &[&changed, &SECOND, &changed]);
    assert!(merge.iter().all(|(method, _)| *method == "PUT"));
    let updated = EffectCounts {
        updated: 3,
        ..EffectCounts::default()
    };
    // Writing the same messages again changes nothing.
    for _ in 0..2 {
        assert_eq!(write(&writer, merge.clone()).await, updated);
        let [first, second] = table.items().try_into().unwrap();
        let mut expected = first_item();
        expected["value"] = json!({"N": "7"});
        expected["Status"] = json!({"S": "unknown"});
        expected["origin"]["M"]["line"] = json!({"N": "4"});
        assert_eq!((first, second["Messstelle"].clone()), (expected, json!({"S": "DE-02"})));
    }
}

#[tokio::test]
async fn a_file_is_taken_back_by_its_keys() {
    let table = RealTable::declared(&KEY);
    let writer = table.writer(WriteMode::Latest);
    write(&writer, messages(&readings("latest"), &KEY, 1, &[&FIRST, &SECOND])).await;
    let delete = messages(&readings("delete"), &KEY, 2, &[&FIRST, &FIRST]);
    assert!(delete.iter().all(|(method, _)| *method == "DELETE"));
    let counts = EffectCounts {
        deleted: 1,
        superseded: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, delete).await, counts);
    let left: Vec<_> = table
        .items()
        .into_iter()
        .map(|item| item["Messstelle"]["S"].clone())
        .collect();
    assert_eq!(left, ["DE-02"]);
}
