//! The properties of a schema.

use super::field::FIELD;
use super::{Property, Shape, Vocabulary, unsupported};

/// The values of `fieldsMatch`.
pub(crate) const FIELDS_MATCH: &[&str] = &["exact", "equal", "subset", "superset", "partial"];

pub(crate) static SCHEMA: Vocabulary = Vocabulary {
    name: "schema",
    required: &["fields"],
    properties: &[
        Property {
            name: "fields",
            shape: Shape::Objects(&FIELD),
            about: "The known columns.",
        },
        Property {
            name: "fieldsMatch",
            shape: Shape::ChoiceOrOne(FIELDS_MATCH),
            about: "How a file's columns must match the fields: `exact` (the default) all in this order, `equal` all in \
                    any order, `subset` at least these, `superset` at most these, `partial` at least one.",
        },
        Property {
            name: "missingValues",
            shape: Shape::Texts(0),
            about: "Texts of cells that have no value; absent: empty cells.",
        },
        Property {
            name: "primaryKey",
            shape: Shape::TextOrTexts,
            about: "Fields that are required.",
        },
        unsupported(
            "uniqueKeys",
            "rows are not compared with each other; equal keys of the table are counted as collisions",
        ),
        unsupported("foreignKeys", "rows are not compared with other tables; remove it"),
        unsupported("title", "nothing here reads it; remove it"),
        unsupported("description", "nothing here reads it; remove it"),
        unsupported("$schema", "nothing here reads it; remove it"),
    ],
};
