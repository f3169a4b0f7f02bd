//! What came of it, for people and as an exit code.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::follow::{End, Followed, Outcome, Tracked};
use crate::letters::Letter;
use crate::report::{Rejected, Report};
use crate::stack::Stack;
use crate::text::{counted, duration, excerpt, per_second, plain};

/// All rows are in the table.
pub const GOOD: u8 = 0;
/// Some rows were rejected or died, or may have died, or an object could not be read.
pub const SOME_LOST: u8 = 1;
/// The command failed.
pub const FAILED: u8 = 2;
/// The command was interrupted, as shells say it for Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// Of a rejected row, and of a reason, so many characters are shown.
const EXCERPT: usize = 100;
/// Of a list of names, so many are shown.
const NAMES: usize = 3;

/// How the command ends.
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
    followed.is_sure_of_dead() && followed.letters.is_empty() && followed.tracked.iter().all(is_whole)
}

fn is_whole(tracked: &Tracked) -> bool {
    let Some(Outcome::Extracted(report)) = &tracked.outcome else {
        return false;
    };
    report.problem.is_none() && report.rows_rejected == 0
}

/// What became of an object: some lines. `first` are its first rejected rows.
#[must_use]
pub fn of_object(stack: &Stack, tracked: &Tracked, first: &[Rejected]) -> String {
    let url = plain(&tracked.upload.url());
    match &tracked.outcome {
        None => format!(
            "{url}\n  no report yet: {}\n",
            look_again(stack, [tracked.upload.url()])
        ),
        Some(Outcome::Failed { reason, text }) => {
            let show = stack.command("dlq show", &format!("--reason {reason}"));
            format!(
                "{url}\n  could not be extracted: {reason}: {}\n  look at it: {show}\n",
                plain(text)
            )
        }
        Some(Outcome::Extracted(report)) => format!("{url}\n{}", of_report(&stack.report_bucket, report, first)),
    }
}

fn of_report(bucket: &str, report: &Report, first: &[Rejected]) -> String {
    let took = Duration::from_millis(report.duration_ms);
    let mut lines = format!(
        "  {} read, {} sent, {} rejected; extracted in {}, {}/s\n",
        counted(report.rows_read, "row"),
        indicatif::HumanCount(report.rows_sent),
        indicatif::HumanCount(report.rows_rejected),
        duration(took),
        counted(per_second(report.rows_read, took), "row"),
    );
    let mut line = |text: String| {
        lines.push_str("  ");
        lines.push_str(&text);
        lines.push('\n');
    };
    if let Some(problem) = &report.problem {
        line(format!("problem: {}", plain(problem)));
    }
    if !report.unknown_columns.is_empty() {
        let names = report.unknown_columns.iter().map(|name| format!("{:?}", plain(name)));
        line(format!("columns left out: {}", some(names.collect())));
    }
    if report.key_collisions.rows > 0 {
        let least = if report.key_collisions.exact { "" } else { "at least " };
        let rows = counted(report.key_collisions.rows, "row");
        line(format!(
            "colliding: {least}{rows} with the key of an earlier one; one of each key stays in the table"
        ));
    }
    for rejected in first {
        let column = if rejected.column.is_empty() {
            String::new()
        } else {
            format!(", {}", plain(&rejected.column))
        };
        line(format!(
            "line {}{column}: {}",
            plain(&rejected.line),
            excerpt(&rejected.reason, 2 * EXCERPT)
        ));
        line(format!("  {}", excerpt(&rejected.row, EXCERPT)));
    }
    if report.rows_rejected > 0 {
        let more = report.rows_rejected.saturating_sub(first.len() as u64);
        let which = match (first.len(), more) {
            (0, _) => "they are".to_owned(),
            (_, 0) => "all of them".to_owned(),
            (_, more) => format!("these and {} more", indicatif::HumanCount(more)),
        };
        let urls = report
            .rejected_keys
            .iter()
            .map(|key| format!("s3://{bucket}/{}", plain(key)));
        line(format!("{which} in {}", some(urls.collect())));
    }
    lines
}

/// The first few of them, and how many more.
fn some(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMES);
    let first = names.into_iter().take(NAMES).collect::<Vec<_>>().join(", ");
    if more == 0 {
        first
    } else {
        format!("{first} and {more} more")
    }
}

/// What became of all of it, and what to do: some lines.
#[must_use]
pub fn of_all(stack: &Stack, followed: &Followed) -> String {
    let progress = &followed.progress;
    let mut lines = String::new();
    for (reason, (count, text)) in by_reason(&followed.letters) {
        let show = stack.command("dlq show", &format!("--reason {reason}"));
        let _ = writeln!(
            lines,
            "{} died, {reason}: {}\n  {show}",
            counted(count, "message"),
            excerpt(text, 2 * EXCERPT)
        );
    }
    let unsure = unsure(stack, followed);
    let least = if unsure.is_some() { "at least " } else { "" };
    lines.push_str(&unsure.unwrap_or_default());
    let written = progress.written();
    let rate = followed.took.map(|took| {
        let rate = counted(per_second(written, took), "row");
        format!(", in {}: {rate}/s", duration(took))
    });
    let _ = writeln!(
        lines,
        "{}: sent {}, written {}, rejected {}, died {least}{}{}",
        counted(progress.objects as u64, "object"),
        indicatif::HumanCount(progress.sent),
        indicatif::HumanCount(written),
        indicatif::HumanCount(progress.rejected),
        indicatif::HumanCount(progress.dead),
        rate.unwrap_or_default(),
    );
    let rest = match followed.end {
        End::Over if exit_code(followed) == GOOD => "Everything is written.",
        End::Over if progress.rejected > 0 => {
            "README.md, \"Rejected rows, and how to bring them back\", says how to mend them."
        }
        End::Over if progress.dead > 0 => "docs/dead-letters.md says what to do about each reason.",
        _ => return lines,
    };
    lines.push_str(rest);
    lines.push('\n');
    lines
}

/// Why it is not known whether rows died, and what to do: some lines. Nothing when nobody looked.
fn unsure(stack: &Stack, followed: &Followed) -> Option<String> {
    let list = stack.command("dlq list", "");
    let again = look_again(stack, followed.urls());
    let (why, what) = match followed.end {
        End::Interrupted | End::Failed(_) => return None,
        _ if !followed.knows_dead => ("the deployed functions are older than this command", list),
        _ if !followed.saw_all_dead => (
            "the dead-letter queue has letters that somebody else is looking at, or more than are looked at",
            format!("{list}\n  To look again: {again}"),
        ),
        _ => return None,
    };
    Some(format!("It is not known whether rows died: {why}.\n  Look: {what}\n"))
}

/// Messages, not events, with an example's text.
fn by_reason(letters: &[Letter]) -> BTreeMap<&str, (u64, &str)> {
    let mut reasons = BTreeMap::new();
    for letter in letters.iter().filter(|letter| letter.objects.is_empty()) {
        reasons
            .entry(letter.reason.as_str())
            .or_insert((0, letter.text.as_str()))
            .0 += 1;
    }
    reasons
}

/// The command that follows these URLs again.
#[must_use]
pub fn look_again(stack: &Stack, urls: impl IntoIterator<Item = String>) -> String {
    let urls: Vec<_> = urls.into_iter().map(|url| quoted(&url)).collect();
    stack.command("messages follow", &urls.join(" "))
}

/// A word of a shell's command.
fn quoted(word: &str) -> String {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,".contains(letter);
    if word.chars().all(harmless) {
        return word.to_owned();
    }
    format!("'{}'", plain(word).replace('\'', r"'\''"))
}
