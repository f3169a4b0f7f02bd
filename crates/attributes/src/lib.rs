//! DynamoDB attribute values in their two JSON forms.
//!
//! * [`dynamodb_json`]: `{"S":"text"}`, `{"N":"4.39"}`, as on the queue;
//! * [`plain_json`]: `"text"`, `4.39`, as on the API.
//!
//! [`item_size()`] counts an item's bytes as DynamoDB does. A number keeps every digit both ways. Nothing here calls AWS: the
//! SDK crate provides only types, such as [`AttributeValue`].

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

mod duplicates;
pub mod dynamodb_json;
mod item_key;
mod item_size;
mod object;
pub mod plain_json;

pub use item_key::{ItemKey, KeyFault, KeySchema, KeyViolation};
pub use item_size::{item_size, value_size};
pub use object::{ObjectError, object};

/// An item, a key, or the values of an expression: attribute values by name.
pub type Attributes = HashMap<String, AttributeValue>;

/// Why a JSON value is not an attribute value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct AttributeError {
    /// A JSON Pointer (RFC 6901) to the place, from the value that was converted; empty for that value itself.
    pub path: String,
    /// What is wrong at that place.
    pub problem: AttributeViolation,
}

/// What is wrong with a JSON value that should be an attribute value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeViolation {
    /// DynamoDB JSON needs an object here.
    #[error("must be an object of attributes")]
    NotAnObject,
    /// DynamoDB JSON needs `{"TYPE": value}` here.
    #[error("must be an object with one type descriptor, such as {{\"S\":\"text\"}} or {{\"N\":\"4.39\"}}")]
    NoDescriptor,
    /// DynamoDB does not know the type descriptor.
    #[error("has the unknown type descriptor `{0}`; known are S, N, B, BOOL, NULL, L, M, SS, NS and BS")]
    UnknownDescriptor(String),
    /// The value does not have the form that its descriptor asks for.
    #[error("must hold {0}")]
    Form(&'static str),
    /// DynamoDB's sets have at least one element.
    #[error("must have at least one element, as every set")]
    EmptySet,
    /// DynamoDB's sets have no element twice.
    #[error("occurs twice in the set; remove one of them")]
    DuplicateElement,
    /// The text is not a number, or DynamoDB cannot hold the number.
    #[error(transparent)]
    Number(#[from] message::NumberError),
}

impl AttributeError {
    fn here(problem: impl Into<AttributeViolation>) -> Self {
        Self {
            path: String::new(),
            problem: problem.into(),
        }
    }

    /// The same error seen from one level up, where the value is called `name`.
    fn below(mut self, name: &str) -> Self {
        self.path.insert_str(0, &pointer_step(name));
        self.path.insert(0, '/');
        self
    }
}

/// The most bytes of a name in a JSON Pointer. Longer names are cut: a pointer helps people find a place, and an error must
/// not grow with the data.
const MAX_STEP_BYTES: usize = 255;

/// A name as a step of a JSON Pointer (RFC 6901). A very long name is cut and marked with `…`.
#[must_use]
pub fn pointer_step(name: &str) -> String {
    let start = &name[..name.floor_char_boundary(MAX_STEP_BYTES)];
    let mark = if start.len() < name.len() { "…" } else { "" };
    start.replace('~', "~0").replace('/', "~1") + mark
}
