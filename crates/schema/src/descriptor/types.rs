//! Types of fields: how their cells are read, and what attributes they make.

use message::invisible::trim;

use super::kind::Kind;
use crate::cell::directives::Directives;
use crate::cell::list::{Delimiter, List, ListForm};
use crate::cell::missing::MissingValues;
use crate::cell::moment::{EpochUnit, MomentKind};
use crate::cell::number::Notation;
use crate::cell::reader::Reader;
use crate::cell::zone::{Ambiguous, Zone};
use crate::fault::{Collector, Violation, below};
use crate::json::Json;
use crate::nearest::nearest;
use crate::vocabulary::TYPES;

/// The types of the standard that are not supported, with the reasons.
const UNSUPPORTED: [(&str, &str); 4] = [
    ("duration", "DynamoDB has no durations; read it as a string"),
    ("geopoint", "read it as a string, or as two numbers"),
    ("geojson", "read it as an object"),
    ("any", "each column has a type; read it as a string"),
];
/// The properties that only some types have, with these types.
const OF_SOME_TYPES: [(&str, &[&str]); 11] = [
    ("format", &["string", "date", "time", "datetime"]),
    ("decimalChar", &["number"]),
    ("groupChar", &["number", "integer"]),
    ("bareNumber", &["number", "integer"]),
    ("trueValues", &["boolean"]),
    ("falseValues", &["boolean"]),
    ("delimiter", &["list"]),
    ("itemType", &["list"]),
    ("dynamodb:epoch", &["number", "integer"]),
    ("dynamodb:timeZone", &["datetime"]),
    ("dynamodb:ambiguous", &["datetime"]),
];

/// Notes properties that have no effect on a type.
pub(crate) fn check_properties(json: &Json, type_name: &str, pointer: &str, faults: &mut Collector) {
    for (property, types) in OF_SOME_TYPES {
        let is_default = property == "format" && json.get(property).and_then(Json::text) == Some("default");
        if json.get(property).is_some() && !types.contains(&type_name) && !is_default {
            let text = format!(
                "has no effect on the type {type_name}; it belongs to {}",
                types.join(", ")
            );
            faults.meaning(below(pointer, property), text);
        }
    }
}

/// The name of a field's type, if it is supported.
pub(crate) fn name<'j>(json: &'j Json, pointer: &str, faults: &mut Collector) -> Option<&'j str> {
    let name = json.get("type")?.text()?;
    if TYPES.contains(&name) {
        return Some(name);
    }
    let violation = if let Some((_, reason)) = UNSUPPORTED.iter().find(|(unsupported, _)| *unsupported == name) {
        Violation::Unsupported(reason)
    } else {
        let hint = nearest(name, TYPES).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        Violation::Shape(format!("one of {}, not \"{name}\"{hint}", TYPES.join(", ")))
    };
    if !name.is_empty() {
        faults.add(below(pointer, "type"), violation);
    }
    None
}

/// How the cells of a field are read.
pub(crate) fn reader(json: &Json, type_name: &str, pointer: &str, faults: &mut Collector) -> Reader {
    let moment = |kind| Reader::Moment {
        kind,
        format: None,
        zone: None,
    };
    match type_name {
        "string" => match json.get("format").and_then(Json::text) {
            Some("binary") => Reader::Binary,
            Some("default") | None => Reader::Text,
            Some(_) => {
                let reason = "of strings, only `binary` is read; leave the format out";
                faults.add(below(pointer, "format"), Violation::Unsupported(reason));
                Reader::Text
            }
        },
        "number" | "integer" => number(json, type_name == "integer", pointer, faults),
        "boolean" => boolean(json, pointer, faults),
        "date" => formatted(json, MomentKind::Date, pointer, faults),
        "time" => formatted(json, MomentKind::Time, pointer, faults),
        "datetime" => formatted(json, MomentKind::DateTime, pointer, faults),
        "year" => moment(MomentKind::Year),
        "yearmonth" => moment(MomentKind::YearMonth),
        "list" => list(json, pointer, faults),
        _ => Reader::Document {
            object: type_name == "object",
            depth: 0,
        },
    }
}

fn number(json: &Json, integer: bool, pointer: &str, faults: &mut Collector) -> Reader {
    let mut character = |name: &str| {
        let found = json.get(name)?.text()?.chars().next()?;
        if found.is_ascii_digit() || matches!(found, '+' | '-' | 'e' | 'E') {
            faults.meaning(
                below(pointer, name),
                "cannot be a digit, a sign or `e`, which numbers have in any notation",
            );
            return None;
        }
        Some(found)
    };
    let (decimal, group) = (character("decimalChar").unwrap_or('.'), character("groupChar"));
    if group == Some(decimal) && !integer {
        faults.meaning(below(pointer, "groupChar"), "is the decimal character, too");
    }
    let notation = Notation {
        decimal,
        group,
        bare: json.get("bareNumber").and_then(Json::bool).unwrap_or(true),
        integer,
    };
    let unit = match json.get("dynamodb:epoch").and_then(Json::text) {
        Some("s") => EpochUnit::Seconds,
        Some("ms") => EpochUnit::Milliseconds,
        Some("us") => EpochUnit::Microseconds,
        Some("ns") => EpochUnit::Nanoseconds,
        _ => return Reader::Number(notation),
    };
    Reader::Epoch { notation, unit }
}

fn boolean(json: &Json, pointer: &str, faults: &mut Collector) -> Reader {
    let Reader::Boolean { truths, falsehoods } = Reader::default_boolean() else {
        return Reader::Text;
    };
    let own = |name: &str, default: Vec<String>| json.get(name).map_or(default, Json::texts);
    let (truths, falsehoods) = (own("trueValues", truths), own("falseValues", falsehoods));
    for (name, texts) in [("trueValues", &truths), ("falseValues", &falsehoods)] {
        for text in texts.iter().filter(|text| trim(text) != **text) {
            let text = format!(
                "`{text}` has white space around it, which is removed from cells before they are compared; write `{}`",
                trim(text)
            );
            faults.meaning(below(pointer, name), text);
        }
    }
    if let Some(both) = truths.iter().find(|text| falsehoods.contains(text)) {
        let name = if json.get("falseValues").is_some() {
            "falseValues"
        } else {
            "trueValues"
        };
        faults.meaning(below(pointer, name), format!("`{both}` would mean true and false"));
    }
    Reader::Boolean { truths, falsehoods }
}

/// Refuses a text that a boolean declares to be true or false, and that is a missing value: its cells would never be read.
pub(super) fn check_booleans(
    json: &Json,
    reader: &Reader,
    missing: &MissingValues,
    pointer: &str,
    faults: &mut Collector,
) {
    let Reader::Boolean { truths, falsehoods } = reader else {
        return;
    };
    let declared = [("trueValues", truths, true), ("falseValues", falsehoods, false)];
    for (name, texts, meaning) in declared.into_iter().filter(|(name, ..)| json.get(name).is_some()) {
        for text in texts.iter().filter(|text| missing.has(text)) {
            let text = format!(
                "`{text}` is a missing value, so it would never mean {meaning}; give the field `missingValues` without it, such as []"
            );
            faults.meaning(below(pointer, name), text);
        }
    }
}

fn formatted(json: &Json, kind: MomentKind, pointer: &str, faults: &mut Collector) -> Reader {
    let at_format = below(pointer, "format");
    let format = match json.get("format").and_then(Json::text) {
        None | Some("default") => None,
        Some("any") => {
            let reason = "day and month can be confused; write directives such as %d.%m.%Y";
            faults.add(at_format, Violation::Unsupported(reason));
            None
        }
        Some(text) => faults.take(&at_format, Directives::parse(text, kind)),
    };
    let ambiguous = match json.get("dynamodb:ambiguous").and_then(Json::text) {
        Some("earlier") => Ambiguous::Earlier,
        Some("later") => Ambiguous::Later,
        _ => Ambiguous::Reject,
    };
    let name = json.get("dynamodb:timeZone").and_then(Json::text);
    if name.is_none() && json.get("dynamodb:ambiguous").is_some() && kind == MomentKind::DateTime {
        faults.meaning(
            below(pointer, "dynamodb:ambiguous"),
            "has no effect without `dynamodb:timeZone`",
        );
    }
    if name.is_some() && format.as_ref().is_some_and(Directives::has_offset) {
        let text = "has no effect, since each time says its offset by %z in `format`";
        faults.meaning(below(pointer, "dynamodb:timeZone"), text);
    }
    let zone = name.filter(|_| kind == MomentKind::DateTime).and_then(|name| {
        let zone = Zone::named(name, ambiguous);
        if zone.is_none() && !name.is_empty() {
            let names = Zone::names();
            let near = nearest(name, names.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            let wanted = format!("the IANA name of a time zone, such as Europe/Berlin, not \"{name}\"{hint}");
            faults.add(below(pointer, "dynamodb:timeZone"), Violation::Shape(wanted));
        }
        zone
    });
    Reader::Moment { kind, format, zone }
}

fn list(json: &Json, pointer: &str, faults: &mut Collector) -> Reader {
    let item_type = json.get("itemType").and_then(Json::text).unwrap_or("string");
    let (form, item_types): (_, &[&str]) = match json.get("dynamodb:type").and_then(Json::text) {
        Some("SS") => (ListForm::Texts, &["string", "date", "time", "datetime"]),
        Some("NS") => (ListForm::Numbers, &["integer", "number"]),
        _ => (ListForm::List, &[]),
    };
    if !item_types.is_empty() && !item_types.contains(&item_type) {
        let text = format!(
            "cannot store elements of type {item_type}; it is for {}",
            item_types.join(", ")
        );
        faults.meaning(below(pointer, "dynamodb:type"), text);
    }
    Reader::List {
        list: List {
            delimiter: Delimiter::of(json.get("delimiter").and_then(Json::text).unwrap_or(",")),
            is_of_texts: item_type == "string",
            form,
        },
        element: Box::new(Reader::of_elements(item_type)),
    }
}

/// The type of a field's attribute.
pub(crate) fn kind(json: &Json, type_name: &str, reader: &Reader, pointer: &str, faults: &mut Collector) -> Kind {
    let (default, others): (_, &[Kind]) = match reader {
        Reader::Binary => (Kind::Binary, &[]),
        Reader::Number(_)
        | Reader::Epoch { .. }
        | Reader::Moment {
            kind: MomentKind::Year, ..
        } => (Kind::Number, &[Kind::Text]),
        Reader::Text | Reader::Moment { .. } => (Kind::Text, &[]),
        Reader::Boolean { .. } => (Kind::Bool, &[]),
        Reader::List { .. } => (Kind::List, &[Kind::Texts, Kind::Numbers]),
        Reader::Document { object: true, .. } => (Kind::Map, &[]),
        Reader::Document { object: false, .. } => (Kind::List, &[]),
    };
    let Some(wanted) = json.get("dynamodb:type").and_then(Json::text) else {
        return default;
    };
    let possible = || std::iter::once(default).chain(others.iter().copied());
    if let Some(kind) = possible().find(|kind| kind.descriptor() == wanted) {
        return kind;
    }
    if ["S", "N", "SS", "NS"].contains(&wanted) {
        let possible: Vec<_> = possible().map(Kind::descriptor).collect();
        let text = format!(
            "a {type_name} cannot be stored as {wanted}, only as {}",
            possible.join(", ")
        );
        faults.meaning(below(pointer, "dynamodb:type"), text);
    }
    default
}
