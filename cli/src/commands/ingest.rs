//! `messages ingest`: uploads files and follows them.

use std::time::Instant;

use super::conclusion::follow_to_the_end;
use super::error::Error;
use super::output::notice;
use crate::arguments::Ingest;
use crate::cancel::Cancel;
use crate::files;
use crate::follow::outcome::Tracked;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::summary;
use crate::upload::{self, error::UploadError};

/// Uploads the files and follows them until every row is written. Returns the exit code.
///
/// # Errors
/// When nothing was uploaded.
pub async fn run(arguments: &Ingest) -> Result<u8, Error> {
    let sources = files::sources(&arguments.files, arguments.prefix.as_deref(), arguments.key.as_deref())?;
    let stack = Stack::find(&arguments.watch.stack).await?;
    let cancel = Cancel::on_signals().map_err(Error::Signals)?;
    let screen = Screen::new(sources.iter().map(|source| source.size).sum());

    let uploads = upload::all(&stack, &sources, &cancel, &screen).await;
    if let Some(error) = uploads.failure {
        screen.clear();
        return incomplete(&stack, uploads.urls, sources.len(), error);
    }
    screen.follow();
    let uploaded = Some(Instant::now());
    let found = uploads.found.into_iter().map(Tracked::new).collect();
    Ok(follow_to_the_end(&stack, found, uploaded, &arguments.watch, &cancel, &screen).await)
}

/// Prints which files were uploaded and why the others were not. An error when none was.
fn incomplete(stack: &Stack, urls: Vec<String>, files: usize, error: UploadError) -> Result<u8, Error> {
    if urls.is_empty() {
        return Err(error.into());
    }
    notice(&summary::of_incomplete(stack, urls, files, &error));
    Ok(Error::from(error).exit_code())
}
