//! The OpenAPI document of the API over a table with another key and other attributes than the sample's messages.
//!
//! `docs/openapi.yaml` is the one source. The names and types of the key, the attributes of items and the examples in it are
//! replaced by those of a descriptor and a key. A module imports only from modules above it in this list.
//!
//! | where | what |
//! |---|---|
//! | [`document`] | a document whose parts are found by their JSON Pointers |
//! | [`shape`] | the key and the attributes of a table's items |
//! | [`items`] | schemas and examples of items |
//! | [`key`] | paths, parameters and links that name the key |
//! | [`texts`] | descriptions |

mod document;
mod items;
mod key;
mod shape;
mod texts;

use document::Document;
pub use document::DocumentError;
pub use shape::Shape;

/// The source: the document of a table of the sample's messages, as YAML.
const OF_MESSAGES: &str = include_str!("../../docs/openapi.yaml");

/// The document of a table of the sample's messages, as JSON.
///
/// # Errors
/// [`DocumentError`] when the source is not well-formed.
pub fn of_messages() -> Result<String, DocumentError> {
    Document::read(OF_MESSAGES)?.into_json()
}

/// The document of a table of this shape, as JSON.
///
/// # Errors
/// [`DocumentError`] when the source does not have the structure that this code expects.
pub fn of_shape(shape: &Shape) -> Result<String, DocumentError> {
    let mut document = Document::read(OF_MESSAGES)?;
    texts::write(&mut document, shape);
    items::write(&mut document, shape);
    key::write(&mut document, shape);
    document.into_json()
}

#[cfg(test)]
mod tests;
