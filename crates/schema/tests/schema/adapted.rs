//! Descriptors of frictionless-py and other tools are adapted to our form, or refused with a pointer.

use message::WriteMode;
use schema::{Adapted, Package, Record, adapt};
use serde_json::{Value, json};

use crate::support::{OBJECT, by_id, record, table};

/// Files, each with the descriptor that `frictionless describe --json` wrote of it.
const DESCRIBED: [(&str, &str, &str, [&str; 2]); 5] = [
    (
        "weather",
        include_str!("../interop/files/weather.json"),
        include_str!("../interop/files/weather.csv"),
        ["station_name", "date"],
    ),
    (
        "bike_counters",
        include_str!("../interop/files/bike_counters.json"),
        include_str!("../interop/files/bike_counters.csv"),
        ["counter", "counted_at"],
    ),
    (
        "transactions",
        include_str!("../interop/files/transactions.json"),
        include_str!("../interop/files/transactions.csv"),
        ["Transaction ID", "Booked"],
    ),
    (
        "sensor_export",
        include_str!("../interop/files/sensor_export.json"),
        include_str!("../interop/files/sensor_export.csv"),
        ["Messstelle", "Wert"],
    ),
    (
        "survey",
        include_str!("../interop/files/survey.json"),
        include_str!("../interop/files/survey.csv"),
        ["languages", "submitted"],
    ),
];

fn adapted(descriptor: &Value) -> Adapted {
    adapt(&descriptor.to_string()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn remarks(adapted: &Adapted) -> Vec<String> {
    adapted.remarks.iter().map(ToString::to_string).collect()
}

fn faults(resource: &Value) -> Vec<String> {
    let refused = adapt(&json!({"resources": [resource]}).to_string()).unwrap_err();
    refused.all().iter().map(ToString::to_string).collect()
}

/// A resource with one field.
fn resource(field: &Value) -> Value {
    json!({"name": "r", "type": "table", "path": "r.csv", "schema": {"fields": [field]}})
}

#[test]
fn what_frictionless_describes_reads_the_files_that_it_described() {
    for (name, descriptor, file, [partition, sort]) in DESCRIBED {
        let Adapted { json, .. } = adapt(descriptor).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        let mut descriptor: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(descriptor["resources"][0]["name"], name);
        descriptor["resources"][0]["schema"]["primaryKey"] = json!([partition, sort]);
        let package = Package::load(&descriptor.to_string(), &table(partition, sort)).unwrap();
        let resource = &package.resources()[0];
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(resource.dialect().delimiter.unwrap_or(b','))
            .from_reader(file.as_bytes());
        let mut converter = None;
        for row in rows.records() {
            let row = row.unwrap();
            let (bytes, ends) = record(&row.iter().collect::<Vec<_>>());
            let cells = Record::new(&bytes, &ends);
            match &mut converter {
                None => converter = Some(resource.bind(Some(cells), &OBJECT, WriteMode::Replace).unwrap()),
                Some(converter) => {
                    let line = row.position().unwrap().line();
                    converter
                        .convert(cells, line)
                        .unwrap_or_else(|error| panic!("{name}, line {line}: {error}"));
                }
            }
        }
        assert!(converter.is_some());
    }
}

#[test]
fn each_change_is_a_remark_at_its_place() {
    let described: Value = serde_json::from_str(DESCRIBED[3].1).unwrap();
    assert_eq!(
        remarks(&adapted(&described)),
        [
            "/resources/0/schema/fields/2/type: geopoints are not supported; it is read as a string, unless you write two \
             columns of numbers"
        ]
    );
    let ours: Value = serde_json::from_str(&adapted(&described).json).unwrap();
    assert_eq!(ours["resources"][0]["dialect"], json!({"delimiter": ";"}));
    let mut nameless = resource(&json!({"name": "id", "type": "string"}));
    nameless["dialect"] = json!({"header": false});
    let ours: Value = serde_json::from_str(&adapted(&nameless).json).unwrap();
    assert_eq!(
        ours["resources"][0]["dialect"],
        json!({"header": false, "delimiter": ","})
    );

    let field =
        json!({"name": "id", "format": "email", "example": "x", "constraints": {"pattern": "a+", "minLength": 2}});
    let mut described = resource(&field);
    described["path"] = json!("https://example.com/r.csv");
    described["licenses"] = json!([]);
    described["hash"] = json!("sha256:00");
    described["custom"] = json!(1);
    described["encoding"] = json!("utf-8-sig");
    let found = adapted(&described);
    let pointers: Vec<_> = found.remarks.iter().map(|remark| remark.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/resources/0/path",
            "/resources/0/schema/fields/0/format",
            "/resources/0/schema/fields/0/example",
            "/resources/0/schema/fields/0/constraints/pattern",
            "/resources/0/licenses",
            "/resources/0/custom",
        ]
    );
    Package::load(&found.json, &by_id()).unwrap();
}

#[test]
fn a_schema_alone_is_a_resource() {
    let found = adapted(
        &json!({"fields": [{"name": "id", "type": "integer"}], "missingValues": [{"value": "-", "label": "none"}]}),
    );
    let ours: Value = serde_json::from_str(&found.json).unwrap();
    assert_eq!(ours["resources"][0]["schema"]["missingValues"], json!(["-"]));
    assert_eq!(remarks(&found).len(), 1);
}

#[test]
fn what_ours_says_is_kept_as_it_is() {
    for text in [
        include_str!("../descriptors/sample.json"),
        include_str!("../descriptors/readings.json"),
    ] {
        let found = adapt(text).unwrap();
        assert_eq!(remarks(&found), Vec::<String>::new());
        assert_eq!(
            serde_json::from_str::<Value>(&found.json).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }
}

#[test]
fn what_would_change_values_is_refused() {
    let field = json!({"name": "id", "type": "string"});
    for (name, value, fault) in [
        (
            "dialect",
            json!({"csv": {"escapeChar": "\\"}}),
            "/resources/0/dialect/escapeChar: is not supported",
        ),
        (
            "dialect",
            json!({"csv": {"quoteChar": "'"}}),
            "/resources/0/dialect/quoteChar: must be",
        ),
        (
            "dialect",
            json!({"csv": {"doubleQuote": false}}),
            "/resources/0/dialect/doubleQuote: is not supported",
        ),
        (
            "dialect",
            json!({"headerRows": [1, 2]}),
            "/resources/0/dialect/headerRows: is not supported",
        ),
        ("format", json!("xlsx"), "/resources/0/format: is \"xlsx\""),
        ("data", json!([]), "/resources/0/data: is not supported"),
        ("encoding", json!("cp437"), "/resources/0/encoding: must be"),
        (
            "dynamodb:itm",
            json!({}),
            "/resources/0/dynamodb:itm: no such property; did you mean \"dynamodb:item\"?",
        ),
    ] {
        let mut described = resource(&field);
        described[name] = value;
        let found = faults(&described);
        assert!(found.len() == 1 && found[0].starts_with(fault), "{found:?}");
    }
    let found = faults(&resource(&json!({"name": "id", "type": "datee"})));
    assert!(
        found[0].starts_with("/resources/0/schema/fields/0/type: must be one of"),
        "{found:?}"
    );
    assert!(adapt("[]").is_err() && adapt("{").is_err() && adapt("1").is_err());
}
