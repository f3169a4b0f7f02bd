//! `messages schema openapi`: prints the OpenAPI document of the API over a table.

use std::path::Path;

use crate::arguments::schema::{DEFAULT_DESCRIPTOR, OpenApi};
use crate::commands::error::Error;
use crate::commands::output::result;
use crate::exit_code::GOOD;
use crate::openapi::{Shape, of_messages, of_shape};
use crate::schema::descriptor::Descriptor;

/// Prints the document. Returns the exit code.
///
/// # Errors
/// When the descriptor is wrong or does not show its key, or a key is named without a descriptor.
pub fn run(arguments: &OpenApi) -> Result<u8, Error> {
    let by_default = || Some(Path::new(DEFAULT_DESCRIPTOR)).filter(|path| path.exists());
    match arguments.descriptor.as_deref().or_else(by_default) {
        Some(path) => {
            let descriptor = Descriptor::read(path, &arguments.key)?;
            result(&of_shape(&Shape::of(&descriptor.outline, &descriptor.key.key))?)?;
        }
        None if arguments.key.partition_key.is_some() => return Err(Error::KeyWithoutDescriptor),
        None => result(&of_messages()?)?,
    }
    Ok(GOOD)
}
