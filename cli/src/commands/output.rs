//! Output of the command: results, notices and errors.

use std::fmt::Display;
use std::io::Write;

/// Writes a result to standard output.
pub fn result(text: &str) {
    write(std::io::stdout(), text);
}

/// Writes a notice to standard error.
pub fn notice(text: &str) {
    write(std::io::stderr(), text);
}

/// Writes an error, and what to do about it, to standard error.
pub fn complain(error: impl Display, remedy: impl Display) {
    notice(&format!("error: {error}\n  {remedy}\n"));
}

fn write(mut out: impl Write, text: &str) {
    // The reader may be gone, as that of a closed pipe; then there is nobody to report the error to.
    let _ = out.write_all(text.as_bytes());
}
