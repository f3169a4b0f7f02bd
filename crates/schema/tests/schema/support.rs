//! Builders of descriptors, tables and rows.

use message::{KeyAttribute, KeyType, TableKey, WriteMode};
use schema::{Converter, HeaderError, Object, Package, Record, RowError, Table};
use serde_json::{Value, json};

pub const INGEST: &str = "0195d0c2-6a40-7000-8000-000000000000";

pub const INGEST_ID: u128 = 0x0195_d0c2_6a40_7000_8000_0000_0000_0000;

pub const OBJECT: Object<'static> = Object {
    key: "readings/2024/März \"1\".csv",
    ingest_id: INGEST_ID,
    // 2025-03-26T10:00:00.123456789Z
    uploaded: 1_742_983_200_123_456_789,
};

pub fn attribute(name: &str, key_type: KeyType) -> KeyAttribute {
    KeyAttribute {
        name: name.to_owned(),
        key_type,
    }
}

/// A table whose partition key and sort key are texts.
pub fn table(partition_key: &str, sort_key: &str) -> Table {
    Table {
        name: "messages".to_owned(),
        key: TableKey {
            partition: attribute(partition_key, KeyType::S),
            sort: Some(attribute(sort_key, KeyType::S)),
        },
    }
}

/// A table whose partition key is the text `id`, without a sort key.
pub fn by_id() -> Table {
    Table {
        name: "messages".to_owned(),
        key: TableKey {
            partition: attribute("id", KeyType::S),
            sort: None,
        },
    }
}

/// A descriptor of one resource with the field `id` and these fields, whose files may have other columns.
pub fn with_fields(fields: &Value) -> Value {
    let mut all = vec![json!({"name": "id", "type": "string"})];
    all.extend(fields.as_array().unwrap().iter().cloned());
    json!({"resources": [{"name": "files", "schema": {"fields": all}}]})
}

/// The descriptor with another property of its resource.
pub fn with(mut descriptor: Value, name: &str, value: Value) -> Value {
    descriptor["resources"][0][name] = value;
    descriptor
}

pub fn load(descriptor: &Value, table: &Table) -> Package {
    Package::load(&descriptor.to_string(), table).unwrap_or_else(|faults| panic!("{faults}"))
}

pub fn faults(descriptor: &Value, table: &Table) -> Vec<String> {
    let faults = Package::load(&descriptor.to_string(), table).unwrap_err();
    faults.all().iter().map(ToString::to_string).collect()
}

/// The bytes of cells, one behind the other, and where each cell ends.
pub fn record(cells: &[impl AsRef<[u8]>]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = Vec::new();
    let mut ends = Vec::new();
    for cell in cells {
        bytes.extend_from_slice(cell.as_ref());
        ends.push(bytes.len());
    }
    (bytes, ends)
}

pub fn bind(package: &Package, header: &[&str]) -> Result<Converter, HeaderError> {
    let (bytes, ends) = record(header);
    package.resources()[0].bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Replace)
}

/// The body of the message of a row on line 7.
pub fn convert(converter: &mut Converter, cells: &[impl AsRef<[u8]>]) -> Result<Value, RowError> {
    let (bytes, ends) = record(cells);
    let message = converter.convert(Record::new(&bytes, &ends), 7)?;
    let body: String = serde_json::from_str(&format!("\"{}\"", message.json)).unwrap();
    assert_eq!(body.len(), message.bytes, "{body}");
    Ok(serde_json::from_str(&body).unwrap())
}

/// The item of a row of a file that has the fields as its columns.
pub fn item(descriptor: &Value, table: &Table, cells: &[&str]) -> Result<Value, String> {
    let package = load(descriptor, table);
    let fields = descriptor["resources"][0]["schema"]["fields"].as_array().unwrap();
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    let mut converter = bind(&package, &names).unwrap();
    let body = convert(&mut converter, cells).map_err(|error| error.to_string())?;
    Ok(body["Item"].clone())
}

/// The attribute value that a field makes of a cell, or the reason that the row is rejected; null when there is none.
pub fn value(field: &Value, cell: &str) -> Result<Value, String> {
    let name = field["name"].as_str().unwrap();
    let item = item(&with_fields(&json!([field])), &by_id(), &["1", cell])?;
    Ok(item[name].clone())
}
