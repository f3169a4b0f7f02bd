//! The fields of a body, taken one by one, so that what is left over is what is unknown.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use crate::problem::Problem;

/// The members of a JSON object, in their order. A `serde_json::Map` would silently drop one of two of the same name.
#[derive(Debug)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// Reads a body.
    pub fn parse(body: &str) -> Result<Self, Problem> {
        if body.is_empty() {
            return Err(Problem::NoBody);
        }
        let fields: Self = serde_json::from_str(body).map_err(|error| match error.classify() {
            Category::Data => Problem::NotAnObject,
            _ => Problem::NotJson(error),
        })?;
        let mut names: Vec<_> = fields.0.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Problem::DuplicateField(pair[0].clone())),
            None => Ok(fields),
        }
    }

    /// Takes a field that may be missing.
    pub fn take(&mut self, field: &str) -> Option<Value> {
        let at = self.0.iter().position(|(name, _)| name == field)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Takes a field that must be there.
    pub fn require(&mut self, field: &'static str) -> Result<Value, Problem> {
        self.take(field).ok_or(Problem::MissingField(field))
    }

    /// Takes a text that may be missing.
    pub fn take_text(&mut self, field: &'static str) -> Result<Option<String>, Problem> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::InvalidField {
                place: format!("/{field}"),
                expected: "a string",
            }),
        }
    }

    /// Takes a text that must be there.
    pub fn require_text(&mut self, field: &'static str) -> Result<String, Problem> {
        self.take_text(field)?.ok_or(Problem::MissingField(field))
    }

    /// Nothing may be left. `known` names all fields that could have been there.
    pub fn end(self, known: &'static str) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((field, _)) => Err(Problem::UnknownField { field, known }),
        }
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::with_capacity(2); // `TableName` and `Item`, mostly
                while let Some(member) = members.next_entry()? {
                    fields.push(member);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
