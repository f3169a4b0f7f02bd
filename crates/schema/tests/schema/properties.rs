//! Properties that hold for any descriptor and any rows.

use message::WriteMode;
use proptest::prelude::*;
use schema::{Package, Record, RowError};
use serde_json::{Value, json};

use crate::support::{OBJECT, by_id, record, with, with_fields};

const READINGS: &str = include_str!("../descriptors/readings.json");

/// A field of some type, under this name.
fn field(index: usize) -> impl Strategy<Value = Value> {
    let types = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "format": "binary"})),
        Just(json!({"type": "number"})),
        Just(json!({"type": "number", "decimalChar": ",", "groupChar": "."})),
        Just(json!({"type": "number", "bareNumber": false})),
        Just(json!({"type": "number", "dynamodb:epoch": "ms"})),
        Just(json!({"type": "integer", "groupChar": " "})),
        Just(json!({"type": "integer", "dynamodb:type": "S"})),
        Just(json!({"type": "boolean", "trueValues": ["ja", "\""]})),
        Just(json!({"type": "date"})),
        Just(json!({"type": "time", "format": "%H:%M:%S.%f"})),
        Just(json!({"type": "datetime", "dynamodb:timeZone": "Europe/Berlin", "dynamodb:ambiguous": "later"})),
        Just(json!({"type": "datetime", "format": "%d.%m.%y %I %p %z"})),
        Just(json!({"type": "year"})),
        Just(json!({"type": "yearmonth"})),
        Just(json!({"type": "list", "delimiter": "|", "dynamodb:type": "SS"})),
        Just(json!({"type": "list", "itemType": "number", "dynamodb:type": "NS"})),
        Just(json!({"type": "list", "itemType": "datetime"})),
        Just(json!({"type": "object"})),
        Just(json!({"type": "array"})),
    ];
    let missing = prop_oneof![Just(json!(null)), Just(json!("null")), Just(json!("omit"))];
    (types, missing, any::<bool>()).prop_map(move |(mut field, missing, required)| {
        field["name"] = json!(format!("f{index}"));
        if required {
            field["constraints"] = json!({"required": true});
        } else if missing != Value::Null {
            field["dynamodb:missing"] = missing;
        }
        field
    })
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[ -~\\t\\n]{0,12}",
        "-?[0-9]{1,40}([.,][0-9]{1,12})?(e-?[0-9]{1,3})?",
        "-?[0-9]{1,3}(\\.[0-9]{3}){0,3}(,[0-9]{1,3})?",
        "[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,10})?)?(Z|[+-][01][0-9]:00)?)?",
        "[0-9]{1,3}([|,][0-9a-z.]{1,3}){0,4}",
        "(true|false|ja|1|0|AQI=|\\{\"a\":\\[1,null,\"x\"\\]\\}|\\[1\\.50,\\{\\}\\]|2024|2024-02|)",
    ]
}

/// The canonical text of a number.
fn normal(number: &str) -> String {
    message::Number::parse(number).unwrap().normal_form()
}

/// Whether an attribute value is one that DynamoDB takes.
fn is_attribute_value(value: &Value) -> bool {
    let Some(members) = value.as_object().filter(|members| members.len() == 1) else {
        return false;
    };
    let (descriptor, value) = members.iter().next().unwrap();
    let all = |check: fn(&Value) -> bool| value.as_array().is_some_and(|values| values.iter().all(check));
    let is_number = |value: &Value| value.as_str().is_some_and(|text| message::Number::parse(text).is_ok());
    match descriptor.as_str() {
        "S" | "B" => value.is_string(),
        "N" => is_number(value),
        "BOOL" => value.is_boolean(),
        "NULL" => *value == json!(true),
        "SS" => all(Value::is_string),
        "NS" => all(is_number),
        "L" => all(is_attribute_value),
        "M" => value
            .as_object()
            .is_some_and(|members| members.values().all(is_attribute_value)),
        _ => false,
    }
}

/// What an accepted cell of a simple type must become; `None` when it is not checked here.
fn expected(field: &Value, cell: &str) -> Option<Value> {
    let blank = cell.chars().all(char::is_whitespace);
    match field["type"].as_str()? {
        _ if blank && field["dynamodb:missing"] == "null" => Some(json!({"NULL": true})),
        _ if blank => Some(Value::Null),
        "string" if field["format"] == Value::Null => Some(json!({"S": cell})),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_row_becomes_an_item_or_all_its_bad_cells_are_named(
        fields in (1..6_usize).prop_flat_map(|count| (0..count).map(field).collect::<Vec<_>>()),
        cells in proptest::collection::vec(cell(), 6),
        line in 1..10_u64,
    ) {
        let descriptor = with_fields(&Value::Array(fields.clone()));
        let all = fields.iter().map(|field| format!("${{{}}}", field["name"].as_str().unwrap()));
        let item = json!({"copy": all.collect::<Vec<_>>(), "line": "${$line}"});
        let package = Package::load(&with(descriptor, "dynamodb:item", item).to_string(), &by_id()).unwrap();
        let names = std::iter::once("id".to_owned()).chain(fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()));
        let (bytes, ends) = record(&names.collect::<Vec<_>>());
        let mut converter = package.resources()[0].bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Replace).unwrap();

        // Find the cells that are bad on their own.
        let mut bad = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let mut alone = vec![String::new(); fields.len() + 1];
            alone[0] = "1".to_owned();
            alone[index + 1].clone_from(&cells[index]);
            let (bytes, ends) = record(&alone);
            let name = field["name"].as_str().unwrap();
            if let Err(error) = converter.convert(Record::new(&bytes, &ends), line)
                && error.columns().any(|column| column == name)
            {
                bad.push(name.to_owned());
            }
        }

        let row: Vec<_> = std::iter::once("key \"1\"").chain(cells[..fields.len()].iter().map(String::as_str)).collect();
        let (bytes, ends) = record(&row);
        match converter.convert(Record::new(&bytes, &ends), line) {
            Ok(converted) => {
                prop_assert!(bad.is_empty(), "{bad:?}");
                let body: String = serde_json::from_str(&format!("\"{}\"", converted.json)).unwrap();
                prop_assert_eq!(body.len(), converted.bytes);
                let body: Value = serde_json::from_str(&body).unwrap();
                let item = body["Item"].as_object().unwrap();
                prop_assert!(item.values().all(is_attribute_value), "{body}");
                prop_assert_eq!(&item["id"], &json!({"S": "key \"1\""}));
                prop_assert_eq!(converted.partition, "key \"1\"");
                for (field, cell) in fields.iter().zip(&cells) {
                    let found = item.get(field["name"].as_str().unwrap()).cloned().unwrap_or_default();
                    if let Some(wanted) = expected(field, cell) {
                        prop_assert_eq!(&found, &wanted);
                    }
                    // Digit for digit.
                    if field["type"] == "number" && field["decimalChar"] == Value::Null && field["bareNumber"] == Value::Null
                        && let Some(number) = found["N"].as_str()
                    {
                        prop_assert_eq!(normal(number), normal(cell.trim()));
                    }
                }
            }
            Err(RowError::Row(message::RowError::Cells(errors))) => {
                let named: Vec<_> = errors.iter().map(|error| error.column.clone()).collect();
                prop_assert_eq!(named, bad);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn no_bytes_make_a_plan_panic(cells in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..24), 0..9), line: u64) {
        let table = crate::support::table("pk", "sk");
        for write in ["replace", "latest", "merge", "delete"] {
            let text = READINGS.replace("\"dialect\"", &format!("\"dynamodb:write\": \"{write}\", \"dialect\""))
                .replace("\"dynamodb:item\"", "\"dynamodb:unknown\": \"keep\", \"dynamodb:item\"");
            let text = if write == "delete" { text.replace("\"merge\"", "\"delete\"") } else { text };
            let package = Package::load(&text, &table).unwrap();
            let (bytes, ends) = record(&["Zeitpunkt", "Messstelle", "Wert", "Status", "Aktiv", "Tags", "x", "y"]);
            let mut converter = package.resources()[0].bind(Some(Record::new(&bytes, &ends)), &OBJECT, WriteMode::Create).unwrap();
            let (bytes, ends) = record(&cells);
            let _ = converter.convert(Record::new(&bytes, &ends), line);
            // Ends that belong to other bytes.
            let _ = converter.convert(Record::new(&bytes[bytes.len() / 2..], &ends), line);
            let (header, header_ends) = record(&cells);
            let _ = package.resources()[0].bind(Some(Record::new(&header, &header_ends)), &OBJECT, WriteMode::Create);
        }
    }

    #[test]
    fn no_descriptor_makes_it_panic(at in any::<prop::sample::Index>(), length in 0..12_usize, with in "[ -~]{0,8}|\\PC{0,4}") {
        let start = READINGS.floor_char_boundary(at.index(READINGS.len()));
        let end = READINGS.floor_char_boundary((start + length).min(READINGS.len())).max(start);
        let text = format!("{}{with}{}", &READINGS[..start], &READINGS[end..]);
        let _ = Package::load(&text, &crate::support::table("pk", "sk"));
    }
}
