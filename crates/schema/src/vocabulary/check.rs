//! Checks a descriptor against the tables: unknown and unsupported properties, duplicate members, values of a wrong shape.

use super::{Property, Shape, Vocabulary};
use crate::fault::{Collector, Violation, below};
use crate::json::Json;
use crate::nearest::nearest;

/// The longest value that is shown in a fault, in bytes.
const MAX_QUOTED: usize = 60;

/// Notes every fault in the form of an object.
pub(crate) fn object(json: &Json, vocabulary: &Vocabulary, pointer: &str, faults: &mut Collector) {
    let Json::Object(members) = json else {
        return wrong("an object", json, pointer, faults);
    };
    for (index, (name, value)) in members.iter().enumerate() {
        let pointer = below(pointer, name);
        if members[..index].iter().any(|(earlier, _)| earlier == name) {
            faults.add(pointer, Violation::Duplicate);
            continue;
        }
        match vocabulary.property(name) {
            Some(property) => self::property(value, property, &pointer, faults),
            None => faults.add(pointer, Violation::UnknownProperty(suggested(name, vocabulary))),
        }
    }
    for name in vocabulary.required {
        if json.get(name).is_none() {
            let property = vocabulary.property(name);
            let wanted = property.map(|property| property.shape.words()).unwrap_or_default();
            faults.add(pointer, Violation::Missing { name, wanted });
        }
    }
}

/// The supported property with the most similar name.
fn suggested(name: &str, vocabulary: &Vocabulary) -> Option<String> {
    let supported = vocabulary.properties.iter().filter(|property| property.is_supported());
    nearest(name, supported.map(|property| property.name)).map(str::to_owned)
}

fn property(value: &Json, property: &Property, pointer: &str, faults: &mut Collector) {
    let fits = match &property.shape {
        Shape::Unsupported => {
            return faults.add(pointer, Violation::Unsupported(property.about));
        }
        Shape::Object(vocabulary) => match value {
            Json::Text(_) => {
                let text = "must be written out here; a path or address to another file is not followed";
                return faults.meaning(pointer, text);
            }
            _ => return object(value, vocabulary, pointer, faults),
        },
        Shape::Objects(vocabulary) => {
            for (index, element) in value.elements().iter().enumerate() {
                object(element, vocabulary, &below(pointer, index), faults);
            }
            !value.elements().is_empty()
        }
        Shape::Free => {
            duplicates(value, pointer, faults);
            matches!(value, Json::Object(_))
        }
        Shape::Choice(choices) => match value.text() {
            Some(text) => return choice(text, choices, &property.shape, pointer, faults),
            None => false,
        },
        Shape::ChoiceOrOne(choices) => match value.text().or_else(|| only(value.elements())?.text()) {
            Some(text) => return choice(text, choices, &property.shape, pointer, faults),
            None => false,
        },
        simple => fits(value, simple),
    };
    if !fits {
        wrong(&property.shape.words(), value, pointer, faults);
    }
}

fn fits(value: &Json, shape: &Shape) -> bool {
    let texts = |least: usize| match value {
        Json::Array(elements) => elements.len() >= least && elements.iter().all(|element| element.text().is_some()),
        _ => false,
    };
    let scalar = |value: &Json| matches!(value, Json::Text(_) | Json::Number(_) | Json::Bool(_));
    let not_empty = |value: &Json| value.text().is_some_and(|text| !text.is_empty());
    match shape {
        Shape::Text | Shape::Path | Shape::TypeName => not_empty(value),
        Shape::AnyText => value.text().is_some(),
        Shape::Character => value.text().is_some_and(|text| text.chars().count() == 1),
        Shape::Bool => value.bool().is_some(),
        Shape::Count => value.count().is_some(),
        Shape::Texts(least) => texts(*least),
        Shape::TextOrTexts => not_empty(value) || texts(1),
        Shape::Rows => match value {
            Json::Array(rows) => rows.iter().all(|row| row.count().is_some_and(|row| row > 0)),
            _ => false,
        },
        Shape::TextOrNull => not_empty(value) || *value == Json::Null,
        Shape::Scalar => scalar(value),
        Shape::Scalars => !value.elements().is_empty() && value.elements().iter().all(scalar),
        // `property` checks these.
        Shape::Choice(_)
        | Shape::ChoiceOrOne(_)
        | Shape::Free
        | Shape::Object(_)
        | Shape::Objects(_)
        | Shape::Unsupported => true,
    }
}

fn only(elements: &[Json]) -> Option<&Json> {
    if let [element] = elements { Some(element) } else { None }
}

fn choice(text: &str, choices: &[&str], shape: &Shape, pointer: &str, faults: &mut Collector) {
    if choices.contains(&text) {
        return;
    }
    let hint =
        nearest(text, choices.iter().copied()).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
    faults.add(
        pointer,
        Violation::Shape(format!("{}, not \"{text}\"{hint}", shape.words())),
    );
}

fn wrong(wanted: &str, value: &Json, pointer: &str, faults: &mut Collector) {
    let found = match value {
        Json::Text(text) if text.is_empty() => "an empty string".to_owned(),
        Json::Text(text) if text.len() <= MAX_QUOTED => format!("\"{text}\""),
        Json::Number(text) if text.len() <= MAX_QUOTED => text.clone(),
        Json::Array(elements) if elements.is_empty() => "an empty array".to_owned(),
        Json::Array(_) if wanted.contains("array") => "an array of other values".to_owned(),
        _ => value.type_name().to_owned(),
    };
    faults.add(pointer, Violation::Shape(format!("{wanted}, not {found}")));
}

/// Notes duplicate members, at any depth.
fn duplicates(value: &Json, pointer: &str, faults: &mut Collector) {
    let members = value.members();
    for (index, (name, value)) in members.iter().enumerate() {
        let pointer = below(pointer, name);
        if members[..index].iter().any(|(earlier, _)| earlier == name) {
            faults.add(pointer, Violation::Duplicate);
        } else {
            duplicates(value, &pointer, faults);
        }
    }
    for (index, element) in value.elements().iter().enumerate() {
        duplicates(element, &below(pointer, index), faults);
    }
}
