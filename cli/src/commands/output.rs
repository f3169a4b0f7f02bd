//! What the command says at its end.

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

/// Writes an error, and what helps, to standard error.
pub fn complain(error: impl Display, remedy: impl Display) {
    notice(&format!("error: {error}\n  {remedy}\n"));
}

fn write(mut out: impl Write, text: &str) {
    // Nobody may be there to read it.
    let _ = out.write_all(text.as_bytes());
}
