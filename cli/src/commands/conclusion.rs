//! The common end of `ingest` and `follow`: follows uploads and prints their results.

use std::time::{Instant, SystemTime};

use super::output::{OutputError, complain, notice, result};
use crate::arguments::Watch;
use crate::cancel::Cancel;
use crate::exit_code::FAILED;
use crate::follow::outcome::{Outcome, Tracked};
use crate::follow::{self, Followed};
use crate::rejected::first::{self, RejectedRow};
use crate::screen::Screen;
use crate::screen::paint::Paint;
use crate::stack::Stack;
use crate::summary;

/// The most rejected rows that are shown of one object.
const FIRST_ROWS: usize = 5;
/// The most objects whose rejected rows are shown.
const FILES_WITH_ROWS: usize = 20;

/// Follows uploads, prints their results and returns the exit code. `uploaded` is the time of the upload, if this command made
/// it.
pub async fn follow_to_the_end(
    stack: &Stack,
    uploads: Vec<Tracked>,
    uploaded: Option<Instant>,
    arguments: &Watch,
    cancel: &Cancel,
    screen: &Screen,
) -> u8 {
    let followed = follow::follow(stack, uploads, uploaded, arguments.patience, cancel, screen).await;
    screen.clear();
    let said = say_results(stack, &followed).await;
    notice(&summary::of_end(stack, &followed, arguments.patience));
    match said {
        Ok(()) => summary::exit_code(&followed),
        Err(error) => {
            complain(&error, summary::results_again(stack, &followed));
            FAILED
        }
    }
}

async fn say_results(stack: &Stack, followed: &Followed) -> Result<(), OutputError> {
    let (paint, now) = (Paint::of_stdout(), SystemTime::now());
    result(&summary::outcome(followed, paint))?;
    let mut files_with_rows = 0;
    for tracked in &followed.tracked {
        let mut first = Vec::new();
        if let Some(key) = rejected_key(tracked)
            && files_with_rows < FILES_WITH_ROWS
        {
            files_with_rows += 1;
            first = first_rejected(stack, key).await;
        }
        result(&summary::object::of_object(stack, tracked, &first, now, paint))?;
    }
    result(&summary::of_all(stack, followed, paint))
}

/// The key of the first file of an object's rejected rows.
fn rejected_key(tracked: &Tracked) -> Option<&str> {
    match &tracked.outcome {
        Some(Outcome::Extracted(report)) if report.rows_rejected > 0 => {
            report.rejected_keys.first().map(String::as_str)
        }
        _ => None,
    }
}

/// The first rows of a file of rejected rows; none when it cannot be read.
async fn first_rejected(stack: &Stack, key: &str) -> Vec<RejectedRow> {
    match first::read(stack, key, FIRST_ROWS).await {
        Ok(rows) => rows,
        Err(error) => {
            complain(&error, error.remedy());
            Vec::new()
        }
    }
}
