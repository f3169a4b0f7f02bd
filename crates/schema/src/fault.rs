//! The faults of a descriptor: what is wrong, and where.

use std::fmt;

/// A fault of a descriptor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {violation}", if pointer.is_empty() { "the descriptor" } else { pointer })]
pub struct Fault {
    /// Where it is: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong there and what to do.
    pub violation: Violation,
}

/// What is wrong at a place of a descriptor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The text is not JSON.
    #[error("is not JSON: {0}")]
    Syntax(String),
    /// An object has two members of this name.
    #[error("occurs twice in its object; keep only one")]
    Duplicate,
    /// Neither the standard nor this product has this property here.
    #[error("no such property; {}", suggestion(.0.as_deref(), "remove it"))]
    UnknownProperty(Option<String>),
    /// The property is in the standard, but it is not supported.
    #[error("is not supported: {0}")]
    Unsupported(&'static str),
    /// The value has a wrong type, or is not one of the known values.
    #[error("must be {0}")]
    Shape(String),
    /// A required property is missing.
    #[error("lacks `{name}`; write {wanted}")]
    Missing {
        /// Its name.
        name: &'static str,
        /// What its value must be.
        wanted: String,
    },
    /// The schema has no such field.
    #[error("no field \"{name}\"; {}", suggestion(nearest.as_deref(), "the fields are in `schema`"))]
    NoField {
        /// The name that was given.
        name: String,
        /// The most similar name of a field.
        nearest: Option<String>,
    },
    /// The value is well-formed, but it contradicts something else or has no effect.
    #[error("{0}")]
    Meaning(String),
}

/// All faults of a descriptor: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

/// Collects faults while a descriptor is read.
#[derive(Debug, Default)]
pub(crate) struct Collector(Vec<Fault>);

fn suggestion(nearest: Option<&str>, otherwise: &str) -> String {
    nearest.map_or_else(|| otherwise.to_owned(), |name| format!("did you mean \"{name}\"?"))
}

impl Faults {
    /// The faults: those of the form first, then those of the meaning, each in the order of the descriptor.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl Collector {
    pub fn add(&mut self, pointer: impl Into<String>, violation: Violation) {
        self.0.push(Fault {
            pointer: pointer.into(),
            violation,
        });
    }

    pub fn meaning(&mut self, pointer: impl Into<String>, text: impl Into<String>) {
        self.add(pointer, Violation::Meaning(text.into()));
    }

    /// Returns the value of a result, or adds its error as a fault.
    pub fn take<T>(&mut self, pointer: &str, result: Result<T, impl fmt::Display>) -> Option<T> {
        result.map_err(|error| self.meaning(pointer, error.to_string())).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults that were collected.
    pub fn into_faults(self) -> Vec<Fault> {
        self.0
    }

    /// Returns `value`, or the faults if there are any.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Faults> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Faults(self.0)),
        }
    }
}

/// The pointer of a member or an element of the value at `pointer`.
pub(crate) fn below(pointer: &str, name: impl fmt::Display) -> String {
    let name = name.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{name}")
}
