//! Output of the command: results, notices and errors.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// The error of a result that cannot be written, such as to a full disk.
#[derive(Debug, thiserror::Error)]
#[error("standard output: {0}")]
pub struct OutputError(#[from] io::Error);

/// Writes a result to standard output.
///
/// # Errors
/// When it cannot be written. A reader that has closed the pipe, such as `head`, has read what it wants.
pub fn result(text: &str) -> Result<(), OutputError> {
    match write(io::stdout(), text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a notice to standard error.
pub fn notice(text: &str) {
    // When standard error cannot be written to, there is nowhere to report it.
    let _ = write(io::stderr(), text);
}

/// Writes an error, and what to do about it, to standard error.
pub fn complain(error: impl Display, remedy: impl Display) {
    notice(&format!("error: {error}\n  {remedy}\n"));
}

/// Writes a text to its last byte. Without the flush the end of a text without a line break would be written when the process
/// ends, which reports no errors.
fn write(mut out: impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}
