//! `messages follow`: follows objects that are uploaded already, whoever uploaded them.

use super::conclusion::follow_to_the_end;
use super::error::Error;
use super::find::uploads_of;
use crate::arguments::Follow;
use crate::cancel::Cancel;
use crate::screen::Screen;
use crate::stack::Stack;

/// Follows the objects until every row is written. The exit code.
///
/// # Errors
/// When one of them cannot be found.
pub async fn run(arguments: &Follow) -> Result<u8, Error> {
    let stack = Stack::find(&arguments.watch.stack).await?;
    let cancel = Cancel::on_signals().map_err(Error::Signals)?;
    let found = uploads_of(&stack, &arguments.uploads, &cancel).await?;
    let screen = Screen::new(0);
    Ok(follow_to_the_end(&stack, found, None, &arguments.watch, &cancel, &screen).await)
}
