//! `messages schema infer`: proposes a descriptor to start from.

use crate::arguments::schema::Infer;
use crate::commands::error::Error;
use crate::commands::output::{notice, result};
use crate::exit_code::GOOD;
use crate::schema::infer::{foreign, proposal};
use crate::screen::text::plain;

/// Writes a descriptor to standard output, and remarks about it to standard error. Returns the exit code.
///
/// # Errors
/// When no descriptor can be proposed.
pub fn run(arguments: &Infer) -> Result<u8, Error> {
    let proposal = if foreign::is_descriptor(&arguments.file) {
        if arguments.encoding.is_some() {
            let name = arguments.file.display().to_string();
            return Err(Error::EncodingOfDescriptor(name));
        }
        foreign::of_descriptor(&arguments.file)?
    } else {
        proposal::of_file(&arguments.file, arguments.encoding)?
    };
    let remarks = proposal
        .remarks
        .iter()
        .map(|remark| format!("{}\n", plain(&remark.to_string())));
    notice(&remarks.collect::<String>());
    result(&proposal.json)?;
    Ok(GOOD)
}
