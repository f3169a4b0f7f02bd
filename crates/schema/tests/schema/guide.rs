//! What the guide, `docs/any-csv.md`, says of this crate is true.

use schema::{Package, properties_markdown};
use serde_json::{Value, json};

use crate::support::{by_id, table, with, with_fields};

/// The guide. With `UPDATE_GUIDE` set, the test of the properties writes it.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/any-csv.md");
const BEGIN: &str = "<!-- properties: written by crates/schema -->\n";
const END: &str = "<!-- end of properties -->";

fn guide() -> String {
    std::fs::read_to_string(FILE).unwrap()
}

#[test]
fn the_tables_of_properties_are_those_of_the_code() {
    let found = guide();
    let (before, rest) = found.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{BEGIN}{}\n{END}{after}", properties_markdown());
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        std::fs::write(FILE, &wanted).unwrap();
    }
    assert!(guide() == wanted, "run the tests with UPDATE_GUIDE=1");
}

#[test]
fn the_mistakes_of_the_guide_are_told_in_its_words() {
    let station = json!([{"name": "Messstelle", "type": "string"}]);
    let escaping = with(with_fields(&json!([])), "dialect", json!({"escapeChar": "\\"}));
    let misspelt_field = with(
        with_fields(&station),
        "dynamodb:item",
        json!({"pk": "SENSOR#${Messstele}", "sk": "${id}"}),
    );
    let misspelt_property = with(with_fields(&json!([])), "s3.keys", json!(["**"]));
    let guide = guide();
    for (descriptor, table) in [
        (escaping, by_id()),
        (misspelt_field, table("pk", "sk")),
        (misspelt_property, by_id()),
    ] {
        let faults = Package::load(&descriptor.to_string(), &table).unwrap_err();
        let [fault] = faults.all() else { panic!("{faults}") };
        assert!(guide.contains(&format!("\n{fault}\n")), "{fault}");
    }
}

#[test]
fn the_reasons_of_the_guide_are_those_of_the_european_example() {
    let uploads = include_str!("../../../../schema/examples/european/uploads.json");
    let uploads: Value = serde_json::from_str(uploads).unwrap();
    let rejected = uploads[1]["rejected"].as_array().unwrap();
    let guide = guide();
    for row in rejected {
        let reason = row["reason"].as_str().unwrap();
        let line = row["line"].as_u64().unwrap();
        let shown = guide
            .lines()
            .find(|shown| shown.starts_with(&format!("| {line} | ")))
            .unwrap();
        let shown = shown.rsplit(" | ").next().unwrap();
        // A part of a reason may be left out.
        for part in shown.trim_end_matches(" |").trim_matches(['`', ' ']).split('…') {
            assert!(reason.contains(part.trim_matches(['`', ' '])), "{part} / {reason}");
        }
    }
}

/// The JSON blocks of the guide. A block of members without braces becomes an object.
fn json_blocks(guide: &str) -> Vec<Value> {
    let blocks = guide.split("```json\n").skip(1);
    blocks
        .map(|block| {
            let (text, _) = block.split_once("```").unwrap();
            let object = if text.starts_with('{') {
                text.to_owned()
            } else {
                format!("{{{text}}}")
            };
            serde_json::from_str(&object).unwrap_or_else(|error| panic!("{error}: {text}"))
        })
        .collect()
}

#[test]
fn the_json_of_the_guide_is_that_of_the_examples() {
    let guide = guide();
    let blocks = json_blocks(&guide);
    let sample = include_str!("../../../../schema/examples/sample/datapackage.json");
    let sample: Value = serde_json::from_str(sample).unwrap();
    let items = include_str!("../../../../schema/examples/european/items.json");
    let items: Value = serde_json::from_str(items).unwrap();
    let resource = &sample["resources"][0];
    for shown in [
        resource["schema"]["fields"][0].clone(),
        json!({"dynamodb:item": resource["dynamodb:item"]}),
        items[0].clone(),
    ] {
        assert!(blocks.contains(&shown), "{shown}");
    }
}

#[test]
fn the_key_that_the_guide_begins_with_is_one() {
    let guide = guide();
    let item = json_blocks(&guide)[0]["dynamodb:item"].clone();
    let fields = json!([{"name": "sensor", "type": "string"}, {"name": "measured_at", "type": "datetime"}]);
    let descriptor = with(with_fields(&fields), "dynamodb:item", item);
    assert!(Package::load(&descriptor.to_string(), &table("pk", "sk")).is_ok());
}
