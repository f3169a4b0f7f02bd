//! The examples of the guide, `schema/examples`: files as they are uploaded, and the items that the table has afterwards.
//!
//! `uploads.json` has the uploads in their order, with what the report says of each, and `items.json` the items. These were
//! worked out by other means than this crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use csv::ReaderBuilder;
use message::{Decimal, KeyType, TableKey, WriteMode};
use schema::{Object, Package, Record, Table};
use serde_json::{Map, Value, json};

use crate::support::{INGEST_ID, attribute, record};

/// How the reasons begin of rows that are rejected for their quotes, which the splitter of the extractor does.
const SPLITTING: [&str; 2] = ["a quote in this line", "a quoted field that begins in this line"];

type Items = BTreeMap<String, Map<String, Value>>;

/// An example and the table that it is loaded into.
struct Example {
    folder: PathBuf,
    table: Table,
    package: Package,
}

impl Example {
    fn load(name: &str, partition: (&str, KeyType), sort: Option<&str>) -> Self {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/examples")).join(name);
        let table = Table {
            name: "messages".to_owned(),
            key: TableKey {
                partition: attribute(partition.0, partition.1),
                sort: sort.map(|name| attribute(name, KeyType::S)),
            },
        };
        let text = std::fs::read_to_string(folder.join("datapackage.json")).unwrap();
        let package = Package::load(&text, &table).unwrap_or_else(|faults| panic!("{faults}"));
        Self { folder, table, package }
    }

    fn json(&self, name: &str) -> Vec<Value> {
        serde_json::from_slice(&std::fs::read(self.folder.join(name)).unwrap()).unwrap()
    }

    fn id(&self, attributes: &Map<String, Value>) -> String {
        self.table
            .key
            .attributes()
            .map(|key| canonical(&attributes[&key.name]).to_string())
            .collect()
    }

    /// Uploads every file, and compares the items.
    #[track_caller]
    fn check(&self) {
        let mut items = Items::new();
        for upload in self.json("uploads.json") {
            self.upload(&upload, &mut items);
            assert_eq!(json!(items.len()), upload["items_afterwards"], "{upload}");
        }
        let found: Vec<_> = items.values().collect();
        let wanted: Items = self
            .json("items.json")
            .iter()
            .map(|item| item.as_object().unwrap())
            .map(|item| (self.id(item), canonical_members(item)))
            .collect();
        assert_eq!(found, wanted.values().collect::<Vec<_>>());
    }

    fn upload(&self, upload: &Value, items: &mut Items) {
        let text = |name: &str| upload[name].as_str().unwrap();
        let resource = self.package.resource_for(text("key")).unwrap();
        assert_eq!(resource.name(), text("resource"));
        let bytes = std::fs::read(self.folder.join(text("file"))).unwrap();
        let encoding = encoding_rs::Encoding::for_label(resource.encoding().unwrap_or("utf-8").as_bytes()).unwrap();
        let content = encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .unwrap();
        let rejected = upload["rejected"].as_array().unwrap().iter().cloned();
        let (split_wrong, wanted): (Vec<_>, Vec<_>) = rejected.partition(is_split_wrong);
        let (lines, numbers) = lines_without(&content, &split_wrong);
        let content = lines.join("\n");
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(resource.dialect().delimiter.unwrap_or(b','))
            .from_reader(content.as_bytes());
        let rows: Vec<_> = reader.byte_records().map(Result::unwrap).collect();
        let [header, rows @ ..] = &rows[..] else {
            panic!("{upload}")
        };
        assert_eq!(json!(rows.len() + split_wrong.len()), upload["rows_read"], "{upload}");
        let object = Object {
            key: text("key"),
            ingest_id: INGEST_ID,
            uploaded: 0,
        };
        let (names, ends) = record(&header.iter().collect::<Vec<_>>());
        let header = Some(Record::new(&names, &ends));
        let mut converter = resource.bind(header, &object, WriteMode::Replace).unwrap();
        let unknown = upload.get("unknown_columns").cloned().unwrap_or(json!([]));
        assert_eq!(json!(converter.unknown_columns()), unknown);
        let mut rejected = Vec::new();
        for (row, line) in rows.iter().zip(numbers.into_iter().skip(1)) {
            let (cells, ends) = record(&row.iter().collect::<Vec<_>>());
            match converter.convert(Record::new(&cells, &ends), line) {
                Ok(message) => {
                    let body: String = serde_json::from_str(&format!("\"{}\"", message.json)).unwrap();
                    self.write(&serde_json::from_str(&body).unwrap(), items);
                }
                Err(error) => {
                    let columns: Vec<_> = error.columns().collect();
                    rejected.push(json!({"line": line, "column": columns.join("; "), "reason": error.to_string()}));
                }
            }
        }
        assert_eq!(rejected, wanted, "{upload}");
    }

    /// What the writer makes of a message: a put, a removal or a merge.
    fn write(&self, body: &Value, items: &mut Items) {
        if let Some(item) = body["Item"].as_object() {
            items.insert(self.id(item), canonical_members(item));
            return;
        }
        let key = body["Key"].as_object().unwrap();
        let Some(update) = body["UpdateExpression"].as_str() else {
            items.remove(&self.id(key));
            return;
        };
        let item = items.entry(self.id(key)).or_insert_with(|| canonical_members(key));
        for assignment in update.strip_prefix("SET ").unwrap().split(',') {
            let (name, value) = assignment.split_once('=').unwrap();
            let name = body["ExpressionAttributeNames"][name].as_str().unwrap();
            item.insert(name.to_owned(), canonical(&body["ExpressionAttributeValues"][value]));
        }
    }
}

fn is_split_wrong(rejected: &Value) -> bool {
    let reason = rejected["reason"].as_str().unwrap();
    SPLITTING.iter().any(|beginning| reason.starts_with(beginning))
}

/// The lines that are not of these rows, and the number of each. No cell of the examples has a line end.
fn lines_without<'t>(text: &'t str, rows: &[Value]) -> (Vec<&'t str>, Vec<u64>) {
    let numbered = text.lines().zip(1_u64..);
    numbered
        .filter(|(_, number)| rows.iter().all(|row| row["line"] != *number))
        .unzip()
}

fn canonical_members(members: &Map<String, Value>) -> Map<String, Value> {
    let members = members.iter().map(|(name, value)| (name.clone(), canonical(value)));
    members.collect()
}

/// An attribute value with numbers and sets as a table has them.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(canonical).collect(),
        Value::Object(members) => {
            let mut members = canonical_members(members);
            if let Some(Value::String(number)) = members.get_mut("N") {
                let decimal = Decimal::of(number);
                number.clear();
                decimal.write(number);
            }
            if let Some(Value::Array(elements)) = members.get_mut("SS") {
                elements.sort_by_key(|element| element.as_str().map(str::to_owned));
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}

const TEXT: KeyType = KeyType::S;

#[test]
fn the_sample() {
    Example::load("sample", ("date", TEXT), Some("time")).check();
}

#[test]
fn the_european_file() {
    Example::load("european", ("pk", TEXT), Some("sk")).check();
}

#[test]
fn two_kinds_of_files_in_one_table() {
    Example::load("single-table", ("pk", TEXT), Some("sk")).check();
}

#[test]
fn the_dump_of_a_database() {
    Example::load("dump", ("id", KeyType::N), None).check();
}

#[test]
fn a_file_that_is_taken_back() {
    Example::load("take-back", ("pk", TEXT), Some("sk")).check();
}

#[test]
fn a_file_like_the_sample_that_is_taken_back() {
    Example::load("sample-take-back", ("date", TEXT), Some("time")).check();
}
