//! `messages schema`: a subcommand for each thing that can be done with a descriptor.

mod check;
mod infer;
mod openapi;
mod parameters;

use super::error::Error;
use crate::arguments::schema::{Schema, SchemaCommand};

/// Does it. The exit code.
///
/// # Errors
/// When there is no result.
pub fn run(arguments: &Schema) -> Result<u8, Error> {
    match &arguments.command {
        SchemaCommand::Infer(arguments) => infer::run(arguments),
        SchemaCommand::Check(arguments) => check::run(arguments),
        SchemaCommand::OpenApi(arguments) => openapi::run(arguments),
        SchemaCommand::Parameters(arguments) => parameters::run(arguments),
    }
}
