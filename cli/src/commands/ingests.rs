//! `messages ingests`: lists the latest ingests.

use std::time::SystemTime;

use super::error::Error;
use super::output::result;
use crate::arguments::Ingests;
use crate::cancel::Cancel;
use crate::exit_code::GOOD;
use crate::ingests::latest;
use crate::screen::paint::Paint;
use crate::stack::Stack;
use crate::summary::ingests;

/// Lists the latest ingests. Returns the exit code, which does not depend on their states.
///
/// # Errors
/// When the table of ingests cannot be read, or the list cannot be written.
pub async fn run(arguments: &Ingests) -> Result<u8, Error> {
    let stack = Stack::find(&arguments.stack).await?;
    let cancel = Cancel::on_signals().map_err(Error::Signals)?;
    let now = SystemTime::now();
    let read = async { Ok::<_, Error>(latest::latest(&stack, arguments.limit, now).await?) };
    let records = cancel.or(read).await?;
    if arguments.json {
        result(&format!("{}\n", ingests::as_json(&records, now)))?;
    } else {
        result(&ingests::as_lines(&records, now, Paint::of_stdout()))?;
    }
    Ok(GOOD)
}
