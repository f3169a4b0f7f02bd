//! The tables as a JSON Schema, with which editors complete and check a descriptor.

use super::{PACKAGE, Property, Shape, TYPES, Vocabulary};
use crate::json::Json;

/// The JSON Schema of `datapackage.json`, indented.
#[must_use]
pub fn json_schema() -> String {
    let mut members = vec![
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        (
            "title",
            text("Data package: what CSV files look like and how their rows become items"),
        ),
    ];
    members.extend(object(&PACKAGE));
    format!("{:#}\n", json(members))
}

fn object(vocabulary: &Vocabulary) -> Vec<(&'static str, Json)> {
    let supported = vocabulary.properties.iter().filter(|property| property.is_supported());
    let properties = supported.map(|property| (property.name, self::property(property)));
    let required = vocabulary.required.iter().map(|name| text(name));
    let mut members = vec![
        ("type", text("object")),
        ("properties", json(properties.collect())),
        ("additionalProperties", Json::Bool(false)),
    ];
    if !vocabulary.required.is_empty() {
        members.push(("required", Json::Array(required.collect())));
    }
    members
}

fn property(property: &Property) -> Json {
    let mut members = vec![("description", text(property.about))];
    members.extend(shape(&property.shape));
    json(members)
}

fn shape(shape: &Shape) -> Vec<(&'static str, Json)> {
    let of_type = |name: &str| vec![("type", text(name))];
    let texts = |choices: &[&str]| Json::Array(choices.iter().map(|choice| text(choice)).collect());
    let not_empty = || vec![("type", text("string")), ("minLength", number(1))];
    let array = |element: Vec<(&'static str, Json)>, least: u32| {
        let mut members = vec![("type", text("array")), ("items", json(element))];
        if least > 0 {
            members.push(("minItems", number(least)));
        }
        members
    };
    let any_of =
        |choices: Vec<Vec<(&'static str, Json)>>| vec![("anyOf", Json::Array(choices.into_iter().map(json).collect()))];
    let scalar = || vec![("type", texts(&["string", "number", "boolean"]))];
    match shape {
        Shape::Text | Shape::Path => not_empty(),
        Shape::AnyText => of_type("string"),
        Shape::Character => vec![
            ("type", text("string")),
            ("minLength", number(1)),
            ("maxLength", number(1)),
        ],
        Shape::Bool => of_type("boolean"),
        Shape::TypeName => vec![("enum", texts(&TYPES))],
        Shape::Count => vec![("type", text("integer")), ("minimum", number(0))],
        Shape::Choice(choices) => vec![("enum", texts(choices))],
        Shape::ChoiceOrOne(choices) => {
            let mut one = array(vec![("enum", texts(choices))], 1);
            one.push(("maxItems", number(1)));
            any_of(vec![vec![("enum", texts(choices))], one])
        }
        Shape::Texts(least) => array(of_type("string"), u32::try_from(*least).unwrap_or_default()),
        Shape::TextOrTexts => any_of(vec![not_empty(), array(of_type("string"), 1)]),
        Shape::Rows => array(vec![("type", text("integer")), ("minimum", number(1))], 0),
        Shape::TextOrNull => any_of(vec![not_empty(), of_type("null")]),
        Shape::Scalar => scalar(),
        Shape::Scalars => array(scalar(), 1),
        Shape::Free => of_type("object"),
        Shape::Object(vocabulary) => object(vocabulary),
        Shape::Objects(vocabulary) => array(object(vocabulary), 1),
        Shape::Unsupported => vec![("not", json(Vec::new()))],
    }
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn number(number: u32) -> Json {
    Json::Number(number.to_string())
}

fn json(members: Vec<(&'static str, Json)>) -> Json {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Json::Object(members.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed file. With `UPDATE_JSON_SCHEMA` set, the test writes it.
    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/datapackage.schema.json");

    #[test]
    fn the_committed_schema_is_that_of_the_tables() {
        if std::env::var_os("UPDATE_JSON_SCHEMA").is_some() {
            std::fs::write(FILE, json_schema()).unwrap();
        }
        let committed = std::fs::read_to_string(FILE).unwrap();
        assert_eq!(committed, json_schema(), "run the tests with UPDATE_JSON_SCHEMA=1");
    }
}
