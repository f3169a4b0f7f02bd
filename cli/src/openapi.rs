//! The OpenAPI document of a table of another shape than that of messages.
//!
//! `docs/openapi.yaml` is the one source. What it says of messages is replaced by what a descriptor and a key say: names and
//! types of the key, attributes of items, examples. Modules import from those above them in this list only.
//!
//! | where | what |
//! |---|---|
//! | [`document`] | a document whose parts are found by their JSON Pointers |
//! | [`shape`] | the key and the attributes of a table's items |
//! | [`items`] | schemas and examples of items |
//! | [`key`] | paths, parameters and links by the key |
//! | [`texts`] | descriptions |

mod document;
mod items;
mod key;
mod shape;
mod texts;

use document::Document;
pub use document::DocumentError;
pub use shape::Shape;

/// The document of a table of messages.
pub const OF_MESSAGES: &str = include_str!("../../docs/openapi.yaml");

/// The document of a table of this shape, as JSON.
///
/// # Errors
/// [`DocumentError`] when the source has another structure than this version knows.
pub fn of_shape(shape: &Shape) -> Result<String, DocumentError> {
    let mut document = Document::read(OF_MESSAGES)?;
    texts::write(&mut document, shape);
    items::write(&mut document, shape);
    key::write(&mut document, shape);
    document.into_json()
}

#[cfg(test)]
mod tests;
