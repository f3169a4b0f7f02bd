//! The fields of a body, taken one by one, so that the unknown ones are left over.

use std::str::FromStr;

use attributes::ObjectError;
use message::invisible::is_blank;
use serde_json::{Map, Value};

use crate::failure::PermanentFailure;

/// The members of a JSON object.
#[derive(Debug)]
pub struct Fields {
    left: Map<String, Value>,
    /// Names of the fields that were asked for.
    known: Vec<&'static str>,
}

impl Fields {
    /// Reads a body.
    pub fn parse(body: &str) -> Result<Self, PermanentFailure> {
        if is_blank(body) {
            return Err(PermanentFailure::NoBody);
        }
        let left = attributes::object(body).map_err(|error| match error {
            ObjectError::Syntax(error) => PermanentFailure::NotJson(error.to_string()),
            ObjectError::NotAnObject => PermanentFailure::NotAnObject,
            ObjectError::Duplicate(name) => PermanentFailure::DuplicateField(name),
        })?;
        let known = Vec::new();
        Ok(Self { left, known })
    }

    /// Takes a field that may be missing.
    pub fn take(&mut self, field: &'static str) -> Option<Value> {
        self.known.push(field);
        self.left.remove(field)
    }

    /// Takes a field that must be there.
    pub fn require(&mut self, field: &'static str) -> Result<Value, PermanentFailure> {
        self.take(field).ok_or(PermanentFailure::MissingField(field))
    }

    /// Takes a text that may be missing.
    pub fn take_text(&mut self, field: &'static str) -> Result<Option<String>, PermanentFailure> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(PermanentFailure::InvalidField {
                place: format!("/{field}"),
                expected: "a string",
            }),
        }
    }

    /// Takes a text that must be there.
    pub fn require_text(&mut self, field: &'static str) -> Result<String, PermanentFailure> {
        self.take_text(field)?.ok_or(PermanentFailure::MissingField(field))
    }

    /// Takes a text that may be missing and must have a form; `expected` names the form.
    pub fn take_parsed<T: FromStr>(
        &mut self,
        field: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, PermanentFailure> {
        let text = self.take_text(field)?;
        let parsed = text.map(|text| text.parse()).transpose();
        parsed.map_err(|_| PermanentFailure::InvalidField {
            place: format!("/{field}"),
            expected,
        })
    }

    /// Checks that no field is left beside those that were asked for.
    pub fn end(self) -> Result<(), PermanentFailure> {
        match self.left.into_iter().next() {
            None => Ok(()),
            Some((field, _)) => Err(PermanentFailure::UnknownField {
                field,
                known: list(&self.known),
            }),
        }
    }
}

/// Names as text: `` `Key` ``, `` `TableName` and `Key` ``, `` `TableName`, `Key` and `UpdateExpression` ``.
fn list(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match &quoted[..] {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}
