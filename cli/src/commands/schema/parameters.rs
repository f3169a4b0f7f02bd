//! `messages schema parameters`: prints the template's parameters for a descriptor.

use crate::arguments::schema::Parameters;
use crate::commands::error::Error;
use crate::commands::output::result;
use crate::exit_code::GOOD;
use crate::schema::deployment::{self, Place};
use crate::schema::descriptor::Descriptor;

/// Prints the parameters in one line. Returns the exit code.
///
/// # Errors
/// When the descriptor is wrong, or does not show its key.
pub fn run(arguments: &Parameters) -> Result<u8, Error> {
    let descriptor = Descriptor::read(&arguments.descriptor, &arguments.key)?;
    let parameters = deployment::parameters(&Place::of(&descriptor.path), &descriptor.key.key);
    result(&format!("{}\n", parameters.join(" ")))?;
    Ok(GOOD)
}
