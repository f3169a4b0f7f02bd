//! `messages schema`: the subcommands that work with a descriptor.

mod check;
mod infer;
mod openapi;
mod parameters;

use super::error::Error;
use crate::arguments::schema::{Schema, SchemaCommand};

/// Runs a subcommand. Returns the exit code.
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
