//! Constraints and defaults: values that the descriptor writes like cells.

use message::{Decimal, Number};

use crate::cell::limits::{Bound, Comparable, Limits};
use crate::cell::number::Notation;
use crate::cell::reader::Reader;
use crate::cell::span::{Buffers, Cell};
use crate::cell::value::Value;
use crate::cell::violation::CellViolation;
use crate::fault::{Collector, below};
use crate::json::Json;

/// The constraints of a field.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    pub required: bool,
    pub limits: Limits,
}

/// The constraints that only some types have, with these types.
const OF_SOME_TYPES: [(&str, &[&str]); 5] = [
    (
        "enum",
        &[
            "string",
            "number",
            "integer",
            "boolean",
            "date",
            "time",
            "datetime",
            "year",
            "yearmonth",
        ],
    ),
    ("minLength", &["string", "list", "array", "object"]),
    ("maxLength", &["string", "list", "array", "object"]),
    (
        "minimum",
        &["number", "integer", "date", "time", "datetime", "year", "yearmonth"],
    ),
    (
        "maximum",
        &["number", "integer", "date", "time", "datetime", "year", "yearmonth"],
    ),
];

/// Reads constraints whose form has been checked.
pub(crate) fn read(
    json: Option<&Json>,
    type_name: &str,
    reader: &Reader,
    pointer: &str,
    faults: &mut Collector,
) -> Constraints {
    let Some(json) = json else {
        return Constraints::default();
    };
    for (name, types) in OF_SOME_TYPES {
        let of_bytes = name.ends_with("Length") && matches!(reader, Reader::Binary);
        if json.get(name).is_some() && (!types.contains(&type_name) || of_bytes) {
            let what = if of_bytes {
                "the format binary".to_owned()
            } else {
                format!("the type {type_name}")
            };
            faults.meaning(below(pointer, name), format!("is not checked for {what}"));
        }
    }
    let mut bound = |name: &str, json: &Json| {
        let pointer = below(pointer, name);
        faults.take(&pointer, bound(json, reader))
    };
    let allowed = json.get("enum").map_or(&[][..], Json::elements);
    let limits = Limits {
        allowed: allowed.iter().filter_map(|value| bound("enum", value)).collect(),
        least_length: json.get("minLength").and_then(Json::count),
        most_length: json.get("maxLength").and_then(Json::count),
        minimum: json.get("minimum").and_then(|minimum| bound("minimum", minimum)),
        maximum: json.get("maximum").and_then(|maximum| bound("maximum", maximum)),
    };
    check_order(&limits, pointer, faults);
    Constraints {
        required: json.get("required").and_then(Json::bool).unwrap_or_default(),
        limits,
    }
}

fn check_order(limits: &Limits, pointer: &str, faults: &mut Collector) {
    let lengths = limits.least_length.zip(limits.most_length);
    if lengths.is_some_and(|(least, most)| least > most) {
        faults.meaning(
            below(pointer, "maxLength"),
            "is less than `minLength`: no cell could satisfy both",
        );
    }
    let values = limits.minimum.as_ref().zip(limits.maximum.as_ref());
    let crossed = values.is_some_and(|(minimum, maximum)| match (&minimum.value, &maximum.value) {
        (Comparable::Number(minimum), Comparable::Number(maximum)) => minimum > maximum,
        (Comparable::Moment(minimum), Comparable::Moment(maximum)) => minimum.civil > maximum.civil,
        _ => false,
    });
    if crossed {
        faults.meaning(
            below(pointer, "maximum"),
            "is less than `minimum`: no cell could satisfy both",
        );
    }
}

/// The text of the cell that a scalar stands for. A string is the cell itself; a number or boolean is written in the notation
/// of the field.
pub(crate) fn cell_of(json: &Json, reader: &Reader) -> Result<String, CellViolation> {
    let native = match json {
        Json::Text(text) => return Ok(text.clone()),
        Json::Number(text) => text.clone(),
        Json::Bool(value) => match reader {
            Reader::Boolean { truths, falsehoods } => {
                let texts = if *value { truths } else { falsehoods };
                texts.first().cloned().unwrap_or_default()
            }
            _ => value.to_string(),
        },
        _ => return Err(CellViolation::Form("a string, a number, true or false")),
    };
    Ok(match reader {
        Reader::Number(Notation { decimal, .. })
        | Reader::Epoch {
            notation: Notation { decimal, .. },
            ..
        } => native.replace('.', &decimal.to_string()),
        _ => native,
    })
}

/// Reads a cell that the descriptor has, and checks it against the limits.
pub(crate) fn check(text: &str, reader: &Reader, limits: &Limits) -> Result<(), CellViolation> {
    with_value(text, reader, |value, buffers| limits.check(value, buffers))?
}

fn with_value<T>(
    text: &str,
    reader: &Reader,
    use_it: impl FnOnce(&Value, Buffers<'_>) -> T,
) -> Result<T, CellViolation> {
    let mut scratch = String::new();
    let value = reader.read(Cell::of_record(text), &mut scratch)?;
    let buffers = Buffers {
        record: text,
        defaults: "",
        scratch: &scratch,
    };
    Ok(use_it(&value, buffers))
}

/// The value of a constraint, which cells are compared with.
fn bound(json: &Json, reader: &Reader) -> Result<Bound, CellViolation> {
    let text = match json {
        Json::Text(text) => text.clone(),
        other => other.to_string(),
    };
    if let (Json::Number(number), Reader::Number(_) | Reader::Epoch { .. }) = (json, reader) {
        let value = Comparable::Number(Decimal::of(Number::parse(number)?.as_str()));
        return Ok(Bound { text, value });
    }
    let value = with_value(&cell_of(json, reader)?, reader, Comparable::of)?;
    let value = value.ok_or(CellViolation::Form("a value that can be compared"))?;
    Ok(Bound { text, value })
}
