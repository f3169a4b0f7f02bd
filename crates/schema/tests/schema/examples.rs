//! The two examples of the contract.

use csv::ReaderBuilder;
use message::{Header, Order, Precision, WriteMode};
use schema::{Object, Package, Record, Resource, Table};
use serde_json::{Value, json};

use crate::support::{INGEST_ID, OBJECT, bind, convert, record, table};

const SAMPLE: &str = include_str!("../descriptors/sample.json");
/// The harder of the two examples.
const READINGS: &str = include_str!("../descriptors/readings.json");

fn load(text: &str, table: &Table) -> Package {
    Package::load(text, table).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The item of a row of readings, or why it is rejected.
fn reading(cells: &[&str]) -> Result<Value, String> {
    let mut converter = bind(&load(READINGS, &table("pk", "sk")), &COLUMNS).unwrap();
    let body = convert(&mut converter, cells).map_err(|error| error.to_string())?;
    Ok(body["Item"].clone())
}

const COLUMNS: [&str; 6] = ["Zeitpunkt", "Messstelle", "Wert", "Status", "Aktiv", "Tags"];

#[test]
fn the_hard_row_becomes_its_item() {
    let package = load(READINGS, &table("pk", "sk"));
    let (bytes, ends) = record(&COLUMNS);
    let header = Record::new(&bytes, &ends);
    let object = Object {
        key: "readings/a.csv",
        ingest_id: INGEST_ID,
        uploaded: 0,
    };
    let mut converter = package.resources()[0]
        .bind(Some(header), &object, WriteMode::Replace)
        .unwrap();
    let (bytes, ends) = record(&["2024-03-31T01:30:00", "DE-01", "1.234,5", "ok", "ja", "a|b"]);
    let message = converter.convert(Record::new(&bytes, &ends), 2).unwrap();
    let body: String = serde_json::from_str(&format!("\"{}\"", message.json)).unwrap();
    assert_eq!(
        body,
        r#"{"TableName":"messages","Item":{"pk":{"S":"SENSOR#DE-01#2024-03#3"},"sk":{"S":"READING#2024-03-31T00:30:00Z"},"kind":{"S":"reading"},"version":{"N":"1"},"origin":{"M":{"file":{"S":"readings/a.csv"},"line":{"N":"2"}}},"expires":{"N":"1774917000"},"at":{"S":"2024-03-31T00:30:00Z"},"Messstelle":{"S":"DE-01"},"value":{"N":"1234.5"},"Status":{"S":"ok"},"Aktiv":{"BOOL":true},"Tags":{"SS":["a","b"]}}}"#
    );
    assert_eq!(
        (message.partition, message.sort),
        ("SENSOR#DE-01#2024-03#3", "READING#2024-03-31T00:30:00Z")
    );
    assert_eq!(message.bytes, body.len());
}

#[test]
fn a_row_with_little_in_it_becomes_a_small_item() {
    let item = reading(&["2024-03-31 01:30:00", "DE-01", "-", "-", "", " "]).unwrap();
    assert_eq!(item["Status"], json!({"S": "unknown"}));
    let names: Vec<_> = item.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 9, "{names:?}");
}

#[test]
fn all_bad_cells_of_a_row_are_named() {
    let error = reading(&["2024-03-31T02:30:00", "", "1.5", "ok", "yes", "a|a"]).unwrap_err();
    assert_eq!(
        error,
        "Zeitpunkt does not exist in Europe/Berlin: the clocks were put forward over it; Messstelle is empty; Wert has the group \
         character `.` where there is no group of three digits; a number that has it must be grouped rightly; Aktiv must be one of \
         `ja`, `nein`; Tags has `a` twice; a set has each element once"
    );
}

fn rows(text: &[u8]) -> Vec<csv::ByteRecord> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    reader.byte_records().map(Result::unwrap).collect()
}

/// Checks that the built-in shape and the sample's descriptor make the same bytes of the same rows, and reject the same cells.
#[track_caller]
fn compare(text: &[u8]) -> usize {
    let records = rows(text);
    let layout = |row: &csv::ByteRecord| record(&row.iter().collect::<Vec<_>>());
    let Some((first, rest)) = records.split_first() else {
        return 0;
    };
    let (bytes, ends) = layout(first);
    let sample_table = table("date", "time");
    let package = load(SAMPLE, &sample_table);
    let declared = package.resources()[0].bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Replace);
    let ordered = package.resources()[0].bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Latest);
    let Ok(built_in) = Header::parse(Record::new(&bytes, &ends)) else {
        assert!(declared.is_err());
        return 0;
    };
    let mut declared = declared.unwrap();
    let mut ordered = ordered.unwrap();
    assert_eq!(declared.unknown_columns(), built_in.unknown());
    let mut sent = 0;
    for row in rest {
        let (bytes, ends) = layout(row);
        let wanted = built_in.message(Record::new(&bytes, &ends), Precision::Seconds);
        let record = Record::new(&bytes, &ends);
        let found = declared.convert(record, 2);
        match (wanted, found) {
            (Ok(built), Ok(message)) => {
                let mut body = String::new();
                let bytes = built.write_body("messages", &mut body);
                assert_eq!((message.json, message.bytes), (body.as_str(), bytes));
                let order = Order::of_row(INGEST_ID, 2);
                body.clear();
                let bytes = built.write_ordered_body("messages", WriteMode::Latest, order, &mut body);
                let message = ordered.convert(record, 2).unwrap();
                assert_eq!((message.json, message.bytes), (body.as_str(), bytes));
                sent += 1;
            }
            (Err(wanted), Err(found)) => {
                assert!(wanted.columns().eq(found.columns()), "{wanted} / {found}");
            }
            (wanted, found) => panic!("{row:?}: {wanted:?} / {found:?}"),
        }
    }
    sent
}

/// All files below a folder of the repository.
fn files(folder: &str) -> Vec<std::path::PathBuf> {
    let mut folders = vec![std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn the_sample_makes_the_same_bytes_as_the_built_in_shape() {
    let mut sent = 0;
    for folder in ["sample_data", "fuzz/corpus"] {
        for file in files(folder) {
            sent += compare(&std::fs::read(file).unwrap());
        }
    }
    assert!(sent >= 20, "{sent}");
}

#[test]
fn odd_cells_make_the_same_bytes_as_well() {
    let odd = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg,more\n\
               -0.5,\"a\\\"\"b\",\t x ,ﬀ\u{FFFE}\u{FFFF},.5, \u{7f},+007,\n\
               1559040909.9999999999999,é,日本,\u{1},1E5,\u{0},-0,x\n\
               253402300800,a,b,c,1,d,1,\n\
               ,,,,,,,\n\
               x,a,b,c,1e999,d,NaN,\n";
    assert_eq!(compare(odd.as_bytes()), 2);
    assert_eq!(
        compare(b"timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg\n1,a\xff,b,c,1,d\xc3,2\n"),
        0
    );
}

#[test]
fn a_resource_travels_as_its_json() {
    let table = table("pk", "sk");
    let package = load(READINGS, &table);
    let again = Resource::load(package.resources()[0].json(), &table).unwrap();
    assert_eq!(again.json(), package.resources()[0].json());
    let mut converter = bind(&package, &COLUMNS).unwrap();
    assert!(convert(&mut converter, &["2024-03-31T01:30:00Z", "DE-01"]).is_err());
}
