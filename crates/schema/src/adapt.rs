//! Turns descriptors that other tools write, such as `frictionless describe`, into descriptors in our form.
//!
//! Unsupported properties that have no effect on the values of cells are left out, and what other tools express in another
//! form is rewritten; changes that a user should know of are remarks. An unsupported property that would change values is a
//! fault.

mod changes;

use crate::descriptor;
use crate::fault::{Collector, Fault, Faults, Violation, below};
use crate::json::Json;
use crate::vocabulary::{PACKAGE, Property, Shape, Vocabulary, check};

/// A descriptor in our form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapted {
    /// The descriptor as indented JSON.
    pub json: String,
    /// What was changed, and where in the given descriptor.
    pub remarks: Vec<Fault>,
}

/// Unsupported properties that are not left out, because the file would be read differently without them.
const NEEDED: [&str; 9] = [
    "data",
    "innerpath",
    "escapeChar",
    "property",
    "itemKeys",
    "sheetNumber",
    "sheetName",
    "table",
    "headerJoin",
];

/// Turns a package, a resource or a schema that another tool has written into a package in our form.
///
/// # Errors
/// [`Faults`]: everything that is not supported and cannot be left out.
pub fn adapt(text: &str) -> Result<Adapted, Faults> {
    let mut faults = Collector::default();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let parsed = Json::parse(text).map_err(|error| faults.add("", Violation::Syntax(error.to_string())));
    let Ok(parsed) = parsed else {
        return faults.finish(None);
    };
    let mut remarks = Collector::default();
    let package = as_package(parsed, &mut remarks);
    let package = object(&package, &PACKAGE, "", &mut remarks, &mut faults);
    check::object(&package, &PACKAGE, "", &mut faults);
    let resources = package.get("resources").map_or(&[][..], Json::elements);
    for (index, resource) in resources.iter().enumerate() {
        descriptor::resource::Resource::read(resource, &below("/resources", index), &mut faults);
    }
    let adapted = Adapted {
        json: format!("{package:#}\n"),
        remarks: remarks.into_faults(),
    };
    faults.finish(Some(adapted))
}

/// Wraps a lone resource or schema in a package.
fn as_package(json: Json, remarks: &mut Collector) -> Json {
    let member = |name: &str, value: Json| (name.to_owned(), value);
    let package = |resource: Json| Json::Object(vec![member("resources", Json::Array(vec![resource]))]);
    let has = |name: &str| json.get(name).is_some();
    if has("resources") || !matches!(json, Json::Object(_)) {
        json
    } else if has("fields") && !has("schema") {
        remarks.meaning(
            "",
            "is a schema without a resource; its resource is called \"files\": rename it",
        );
        package(Json::Object(vec![
            member("name", Json::Text("files".to_owned())),
            member("type", Json::Text("table".to_owned())),
            member("schema", json),
        ]))
    } else {
        package(json)
    }
}

/// The object with its supported members only.
fn object(
    json: &Json,
    vocabulary: &Vocabulary,
    pointer: &str,
    remarks: &mut Collector,
    faults: &mut Collector,
) -> Json {
    let Json::Object(members) = json else {
        return json.clone();
    };
    let members = changes::of(members.clone(), vocabulary.name, pointer, remarks, faults);
    let kept = members.into_iter().filter_map(|(name, value)| {
        let pointer = below(pointer, &name);
        match vocabulary.property(&name) {
            // A misspelt property of ours is kept, so that the check reports it as a fault.
            None if name.starts_with("dynamodb:") || name.starts_with("s3:") => Some((name, value)),
            None => {
                remarks.meaning(pointer, "is not a known property; it is left out");
                None
            }
            Some(property) => member(value, property, &pointer, remarks, faults).map(|value| (name, value)),
        }
    });
    Json::Object(kept.collect())
}

/// The value of a known property; `None` when the property is left out.
fn member(
    value: Json,
    property: &Property,
    pointer: &str,
    remarks: &mut Collector,
    faults: &mut Collector,
) -> Option<Json> {
    match &property.shape {
        Shape::Unsupported if NEEDED.contains(&property.name) => Some(value),
        Shape::Unsupported => {
            remarks.meaning(pointer, format!("is left out: {}", property.about));
            None
        }
        Shape::Object(vocabulary) => Some(object(&value, vocabulary, pointer, remarks, faults)),
        Shape::Objects(vocabulary) => match &value {
            Json::Array(elements) => {
                let elements = elements.iter().enumerate();
                let adapted = elements
                    .map(|(index, element)| object(element, vocabulary, &below(pointer, index), remarks, faults));
                Some(Json::Array(adapted.collect()))
            }
            _ => Some(value),
        },
        _ => Some(value),
    }
}
