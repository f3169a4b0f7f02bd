//! The end of `ingest` and `follow`: its texts and its exit code.

pub mod collisions;
pub mod ingests;
mod look_again;
pub mod object;
mod outcome;
mod reason;
pub mod rejected;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use indicatif::HumanCount;
use ledger::Rows;

use crate::exit_code::{FAILED, GOOD, INTERRUPTED, SOME_LOST};
use crate::follow::Followed;
use crate::follow::dead_letter::DeadLetter;
use crate::follow::outcome::{End, Tracked};
use crate::follow::report::{Report, WriteMode};
use crate::screen::paint::Paint;
use crate::screen::text::{counted, duration, plain};
use crate::stack::Stack;
use crate::upload::error::UploadError;
use look_again::look_again;

/// The exit code of the command.
#[must_use]
pub fn exit_code(followed: &Followed) -> u8 {
    match followed.end {
        End::Failed(_) | End::Stuck => FAILED,
        End::Interrupted => INTERRUPTED,
        End::Over if is_good(followed) => GOOD,
        End::Over => SOME_LOST,
    }
}

fn is_good(followed: &Followed) -> bool {
    let nothing_died = followed.progress.dead() == 0 && followed.dead_letters.is_empty();
    followed.is_sure_of_dead() && nothing_died && followed.tracked.iter().all(is_whole)
}

fn is_whole(tracked: &Tracked) -> bool {
    let is_whole =
        |report: &Report| report.problem.is_none() && report.rows_rejected == 0 && report.key_collisions.rows == 0;
    tracked.report().is_some_and(is_whole)
}

/// The first line: the outcome of all uploads.
#[must_use]
pub fn outcome(followed: &Followed, paint: Paint) -> String {
    let is_sure = followed.is_sure_of_dead() || matches!(followed.end, End::Interrupted | End::Failed(_));
    format!("{}\n", outcome::of_all(followed, exit_code(followed), is_sure, paint))
}

/// The lines after those of the objects: what concerns all uploads, and what to do about it.
#[must_use]
pub fn of_all(stack: &Stack, followed: &Followed, paint: Paint) -> String {
    let mut lines = String::new();
    for (reason, dead) in by_reason(&followed.dead_letters) {
        let show = stack.show_command(reason);
        let of_rows = if dead.rows == dead.messages {
            String::new()
        } else {
            format!(" of {}", counted(dead.rows, "row"))
        };
        let _ = writeln!(
            lines,
            "{}{of_rows} died, {}: {}\n  {show}",
            counted(dead.messages, "message"),
            plain(reason),
            reason::shown(dead.text)
        );
    }
    lines.push_str(&unsure(stack, followed).unwrap_or_default());
    if let Some(colliding) = collisions::of_all(followed) {
        let _ = writeln!(lines, "{}", paint.warning(&colliding));
    }
    let progress = &followed.progress;
    let is_over = matches!(followed.end, End::Over);
    let rest = match exit_code(followed) {
        GOOD if progress.by_queue == 0 => of_counted_end(followed),
        GOOD => of_good_end(followed).to_owned(),
        _ if is_over && progress.dead() > 0 => "docs/dead-letters.md says what to do about each reason.".to_owned(),
        _ => return lines,
    };
    let _ = writeln!(lines, "{rest}");
    lines
}

/// The line for an end at which nothing was lost and every row is counted by a record.
fn of_counted_end(followed: &Followed) -> String {
    let Rows {
        superseded,
        outdated,
        existing,
        ..
    } = followed.progress.counted;
    let older = if outdated == 1 {
        "that is older than the item with its key"
    } else {
        "that are older than the item with their key"
    };
    let left_out = [
        (outdated, older),
        (existing, "whose key has an item already"),
        (superseded, "replaced by a later row of the same key"),
    ];
    let left_out = left_out.into_iter().filter(|(count, _)| *count > 0);
    let left_out: Vec<_> = left_out
        .map(|(count, which)| format!("{} {which}", HumanCount(count)))
        .collect();
    let is_replacing = followed.reports().all(|report| report.write_mode == WriteMode::Replace);
    match (left_out.is_empty(), is_replacing) {
        (true, true) => of_good_end(followed).to_owned(),
        (true, false) => "All rows are written.".to_owned(),
        (false, _) => format!("All rows are written, except {}.", left_out.join(", ")),
    }
}

/// The line for an end at which nothing was found to be lost. Without records, it is not known how many rows met items of other
/// files. Nor is it known whether rows met those of their own file, if not all of their keys were compared.
fn of_good_end(followed: &Followed) -> &'static str {
    let is_all = |mode| followed.reports().all(|report| report.write_mode == mode);
    let is_exact = followed.reports().all(|report| report.key_collisions.exact);
    if is_all(WriteMode::Replace) && !is_exact {
        "All rows are written. Each replaces the item that had its key, if an earlier file or another row of its file wrote one."
    } else if is_all(WriteMode::Replace) {
        "All rows are written. Each replaces the item that had its key, if an earlier file wrote one."
    } else if is_all(WriteMode::Latest) {
        "All rows are written, except those that are older than the item with their key: `tools/status` counts these."
    } else if is_all(WriteMode::Create) {
        "All rows are written, except those whose key has an item already: `tools/status` counts these."
    } else {
        "All rows are done: docs/writes.md says which are not written. `tools/status` counts these."
    }
}

/// The lines that say why it is not known whether rows died, and what to do. `None` when it is known, or the watching ended
/// before the dead-letter queue was looked at.
fn unsure(stack: &Stack, followed: &Followed) -> Option<String> {
    let list = stack.command("dlq list", "");
    let again = look_again(stack, followed.references());
    let (why, what) = match followed.end {
        End::Interrupted | End::Failed(_) => return None,
        _ if followed.is_sure_of_dead() => return None,
        _ if !followed.knows_dead => ("the deployed functions are older than this command", list),
        _ => (
            "the dead-letter queue has messages that another reader holds, or more than this command looks at",
            format!("{list}\n  To look again: {again}"),
        ),
    };
    Some(format!("It is not known whether rows died: {why}.\n  Look: {what}\n"))
}

/// The messages that died for one reason.
#[derive(Default)]
struct DeadMessages<'d> {
    messages: u64,
    rows: u64,
    /// The reason in words, from one of the messages.
    text: &'d str,
}

/// Groups dead messages by their reason. Events are left out.
fn by_reason(dead_letters: &[DeadLetter]) -> BTreeMap<&str, DeadMessages<'_>> {
    let mut reasons: BTreeMap<_, DeadMessages> = BTreeMap::new();
    for message in dead_letters.iter().filter(|found| found.is_message()) {
        let dead = reasons.entry(message.reason.as_str()).or_default();
        dead.messages += 1;
        dead.rows += message.rows();
        dead.text = message.text.as_str();
    }
    reasons
}

/// The lines that say why the watching ended early, and what to do. Empty when everything was done.
#[must_use]
pub fn of_end(stack: &Stack, followed: &Followed, patience: Duration) -> String {
    let ending = match &followed.end {
        End::Over => return String::new(),
        End::Interrupted => "interrupted: the ingest goes on without being watched.".to_owned(),
        End::Stuck => format!(
            "error: no progress for {}, waiting for {}. The ingest goes on.",
            duration(patience),
            followed.progress.awaited()
        ),
        End::Failed(error) => format!("error: {error}\n  {}\n  The ingest goes on.", error.remedy()),
    };
    let status = stack.command("status", "");
    let again = look_again(stack, followed.references());
    format!("{ending}\n  To see why: {status}\n  To look again: {again}\n")
}

/// What to do when the results could not be written, in a sentence.
#[must_use]
pub fn results_again(stack: &Stack, followed: &Followed) -> String {
    format!("To see the results again: {}", look_again(stack, followed.references()))
}

/// The lines about an upload of `files` files, not all of which can be followed.
#[must_use]
pub fn of_incomplete(stack: &Stack, urls: Vec<String>, files: usize, error: &UploadError) -> String {
    let uploaded = urls.len();
    let mut lines = format!("error: {error}\n");
    if !matches!(error, UploadError::Interrupted(_)) {
        let _ = writeln!(lines, "  {}", error.remedy());
    }
    let others = if uploaded < files { " The others are not." } else { "" };
    let again = look_again(stack, urls);
    let _ = writeln!(
        lines,
        "  Uploaded, and being ingested: {uploaded} of {}.{others}\n  To look again: {again}",
        counted(files as u64, "file")
    );
    lines
}
