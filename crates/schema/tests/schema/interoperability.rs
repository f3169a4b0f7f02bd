//! The cells of `interop/cells.json` are read as frictionless-py reads them, except for the deviations listed here.

use message::Number;
use schema::Package;
use serde_json::{Value, json};

use crate::support::{bind, by_id, convert, with_fields};

const CELLS: &str = include_str!("../interop/cells.json");

/// A cell that we and frictionless-py read differently.
struct Difference<'d> {
    field: &'d Value,
    cell: &'d str,
    /// The attribute value, or `"rejected"`.
    ours: &'d Value,
    theirs: &'d Value,
}

type Deviation = (&'static str, fn(&Difference<'_>) -> bool);

fn is_rejected(value: &Value) -> bool {
    *value == "rejected"
}

/// Where and why cells are read differently.
const DEVIATIONS: [Deviation; 14] = [
    ("a blank cell is an empty one", |difference| {
        !difference.cell.is_empty() && difference.cell.trim().is_empty()
    }),
    ("a group character must group", |difference| {
        difference.field["groupChar"].is_string() && is_rejected(difference.ours)
    }),
    ("DynamoDB has neither NaN nor infinities", |difference| {
        matches!(difference.theirs["N"].as_str(), Some("NaN" | "Infinity" | "-Infinity"))
            && is_rejected(difference.ours)
    }),
    ("digits are ASCII, and nothing is between them", |difference| {
        (difference.cell.contains('_') || difference.cell.contains(['１', '２'])) && is_rejected(difference.ours)
    }),
    (
        "white space around a cell that is no string does not count",
        |difference| difference.cell != difference.cell.trim() && is_rejected(difference.theirs),
    ),
    ("what is dropped around a number is no sign", |difference| {
        difference.field["bareNumber"] == false
            && difference.cell.starts_with('\u{2212}')
            && is_rejected(difference.ours)
    }),
    ("the point before a number is a part of it", |difference| {
        difference.field["bareNumber"] == false && difference.cell == ".5"
    }),
    ("a comma beside a number may be a part of it", |difference| {
        difference.field["bareNumber"] == false && difference.cell.starts_with("[1,") && is_rejected(difference.ours)
    }),
    ("a time of day has no offset", |difference| {
        difference.field["type"] == "time" && difference.cell.contains(['Z', '+']) && is_rejected(difference.ours)
    }),
    ("24:00:00 is no time of day, since it is the end of one", |difference| {
        difference.field["type"] == "time" && difference.cell == "24:00:00" && is_rejected(difference.ours)
    }),
    ("a second has nine digits", |difference| {
        difference.cell.ends_with(".1234567") && !is_rejected(difference.ours)
    }),
    ("there is no year 0", |difference| {
        difference.cell.starts_with("0000") && is_rejected(difference.ours)
    }),
    ("a year has four digits", |difference| {
        difference.cell == "24-03" && is_rejected(difference.ours)
    }),
    ("a JSON object has each member once", |difference| {
        difference.cell.contains("\"a\":1,\"a\":2") && is_rejected(difference.ours)
    }),
];

fn is_equal(ours: &Value, theirs: &Value) -> bool {
    let normal = |value: &Value| Some(Number::parse(value["N"].as_str()?).ok()?.normal_form());
    ours == theirs || (ours["N"].is_string() && normal(ours) == normal(theirs))
}

#[test]
fn cells_are_read_as_the_reference_implementation_reads_them() {
    let cells: Vec<(Value, String, Value)> = serde_json::from_str(CELLS).unwrap();
    assert!(cells.len() > 1000);
    let mut seen = [false; DEVIATIONS.len()];
    let mut unexplained = Vec::new();
    let mut declared = Value::Null;
    let mut converter = None;
    for (field, cell, theirs) in &cells {
        if declared != *field {
            declared.clone_from(field);
            let package = Package::load(&with_fields(&json!([field])).to_string(), &by_id()).unwrap();
            converter = Some(bind(&package, &["id", "x"]).unwrap());
        }
        let found = convert(converter.as_mut().unwrap(), &["1", cell]);
        let ours = found.map_or_else(|_| json!("rejected"), |body| body["Item"]["x"].clone());
        if is_equal(&ours, theirs) {
            continue;
        }
        let difference = Difference {
            field,
            cell,
            ours: &ours,
            theirs,
        };
        let deviation = DEVIATIONS.iter().position(|(_, explains)| explains(&difference));
        match deviation {
            Some(deviation) => seen[deviation] = true,
            None => unexplained.push(format!("{field} {cell:?}: {ours} here, {theirs} there")),
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    let unseen: Vec<_> = DEVIATIONS
        .iter()
        .zip(seen)
        .filter(|(_, seen)| !seen)
        .map(|((name, _), _)| name)
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}
