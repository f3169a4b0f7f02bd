//! The texts of key attributes.

use message::escape::is_plain;
use message::{KeyAttribute, KeyType};

use super::place::{CompiledPlace, PlaceViolation, Plainness, push_canonical};
use super::row::Row;
use crate::cell::value::Value;
use crate::descriptor::field::Field;
use crate::descriptor::kind::Kind;
use crate::descriptor::template::Source;
use crate::rejection::{CellError, RowViolation};

/// How the text of a key attribute is made.
#[derive(Debug)]
pub(crate) struct Key {
    pub attribute: KeyAttribute,
    pub parts: Vec<KeyPart>,
    /// The fields that must have a value.
    pub needs: Vec<usize>,
    pub max_bytes: usize,
}

/// A part of the text of a key attribute.
#[derive(Debug)]
pub(crate) enum KeyPart {
    Literal(String),
    Place(CompiledPlace),
}

impl Key {
    /// Whether its text is plain.
    pub fn plainness(&self) -> Plainness {
        let parts = self.parts.iter().map(|part| match part {
            KeyPart::Literal(text) if is_plain(text) => Plainness::Always,
            KeyPart::Literal(_) => Plainness::Unknown,
            KeyPart::Place(place) => place.plainness,
        });
        parts.max().unwrap_or(Plainness::Unknown)
    }

    /// Appends its text, and notes in `errors` what is wrong with it, unless a bad cell is to blame, which `errors` has.
    pub fn write(&self, row: &Row<'_>, fields: &[Field], out: &mut String, errors: &mut Vec<CellError>) {
        let start = out.len();
        let errors_before = errors.len();
        let mut is_complete = true;
        for &field in &self.needs {
            let name = &fields[field].name;
            if errors
                .iter()
                .any(|error| error.attribute.is_none() && error.column == *name)
            {
                is_complete = false;
            } else if row.lacks(field) {
                is_complete = false;
                errors.push(self.error(name, RowViolation::KeyNeeds));
            }
        }
        if !is_complete {
            return;
        }
        for part in &self.parts {
            match part {
                KeyPart::Literal(text) => out.push_str(text),
                KeyPart::Place(place) => {
                    if let Err(violation) = self.place(place, row, out) {
                        errors.push(self.error(
                            source_name(place.place.source, fields),
                            RowViolation::Place(violation.to_string()),
                        ));
                    }
                }
            }
        }
        let bytes = out.len() - start;
        let column = || self.needs.first().map_or("", |field| fields[*field].name.as_str());
        if bytes == 0 && errors.len() == errors_before {
            errors.push(self.error(column(), RowViolation::KeyEmpty));
        } else if bytes > self.max_bytes {
            let most = self.max_bytes;
            errors.push(self.error(column(), RowViolation::KeyTooLong { bytes, most }));
        }
    }

    /// Appends the text of a place. A number that is the key is written in its canonical form, so that equal keys have equal
    /// texts.
    fn place(&self, place: &CompiledPlace, row: &Row<'_>, out: &mut String) -> Result<(), PlaceViolation> {
        if self.attribute.key_type == KeyType::S {
            return place.write(row, out);
        }
        match place.place.source {
            Source::Field(index) if place.kind == Kind::Number => match row.values.get(index) {
                Some(Value::Number(_) | Value::Epoch(..)) if place.is_text() => place.canonical(row, out),
                _ => place.write(row, out)?,
            },
            _ => place.write(row, out)?,
        }
        Ok(())
    }

    fn error(&self, column: &str, violation: RowViolation) -> CellError {
        CellError {
            column: column.to_owned(),
            attribute: Some(self.attribute.name.clone()),
            violation,
        }
    }
}

/// The canonical text of a number that is a key.
pub(crate) fn constant(number: &str) -> String {
    let mut text = String::new();
    push_canonical(number, &mut text);
    text
}

/// The name of the source of a place.
pub(crate) fn source_name(source: Source, fields: &[Field]) -> &str {
    match source {
        Source::Field(index) => fields.get(index).map_or("", |field| field.name.as_str()),
        Source::Line => "$line",
        Source::Key => "$key",
        Source::File => "$file",
        Source::Ingest => "$ingest",
        Source::Uploaded => "$uploaded",
    }
}
