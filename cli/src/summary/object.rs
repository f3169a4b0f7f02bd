//! The lines about one object.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use indicatif::HumanCount;
use ledger::State;

use super::collisions;
use super::look_again::look_again;
use super::outcome;
use super::reason;
use crate::follow::outcome::{Outcome, Tracked};
use crate::follow::report::{Report, Warning};
use crate::object::report_key::report_key;
use crate::rejected::first::RejectedRow;
use crate::screen::paint::Paint;
use crate::screen::text::{counted, duration, excerpt, per_second, plain};
use crate::shell_word::quoted;
use crate::short_id::ShortId;
use crate::stack::Stack;

/// The most characters of a rejected row that are shown.
const ROW_EXCERPT: usize = 100;
/// The time limit of the extractor: one invocation reads an object for no longer.
const LONGEST_INVOCATION: Duration = Duration::from_mins(15);
/// The most names of a list that are shown.
const NAMES: usize = 3;

/// The lines about an object. `first` are its first rejected rows; by `now` its record may be stalled.
#[must_use]
pub fn of_object(stack: &Stack, tracked: &Tracked, first: &[RejectedRow], now: SystemTime, paint: Paint) -> String {
    let url = plain(&tracked.upload.url());
    let doubt = if tracked.upload.is_distinct() {
        String::new()
    } else {
        format!(
            "  an upload of this content (ETag {}), this one or an equal one: the time of this one is not known\n",
            tracked.upload.etag
        )
    };
    match &tracked.outcome {
        None => format!("{url}\n  no report yet: {}\n", look_again(stack, [tracked.reference()])),
        Some(Outcome::Unreported(change)) => format!(
            "{url}\n  {change} before there was a report of it: it is not known whether its rows are written\n  \
             If it is being read, there is a report within {}. To look again: {}\n",
            duration(LONGEST_INVOCATION),
            look_again(stack, [tracked.reference()])
        ),
        Some(Outcome::Failed { reason, text }) => {
            let show = stack.show_command(reason);
            format!(
                "{url}\n{doubt}  could not be extracted: {}: {}\n  look at it: {show}\n",
                plain(reason),
                plain(text)
            )
        }
        Some(Outcome::Extracted(report)) => {
            let change = tracked.change.as_ref().filter(|_| report.problem.is_none());
            let read = if doubt.is_empty() {
                "; all of it was read before"
            } else {
                ""
            };
            let change = change.map(|(change, _)| format!("  {change}{read}\n"));
            let books = of_books(tracked, now, paint);
            let report = of_report(report, &books, first, paint);
            let places = of_places(stack, tracked);
            format!("{url}\n{doubt}{report}{places}{}", change.unwrap_or_default())
        }
    }
}

/// The lines with the counts of the object's rows and its ingest id.
fn of_books(tracked: &Tracked, now: SystemTime, paint: Paint) -> String {
    let record = tracked.own_record();
    let outcome = outcome::of_object(tracked, record).unwrap_or_default();
    let Some(record) = record else {
        return format!("  {outcome}\n");
    };
    let (state, rows) = (record.state(now), record.rows());
    let replaced = if rows.replaced > 0 {
        format!(" ({} replaced an older item)", HumanCount(rows.replaced))
    } else {
        String::new()
    };
    let line = format!("{outcome}{replaced}");
    let line = match state {
        State::Done if rows.dead == 0 => line,
        State::Done => paint.warning(&line),
        _ => paint.warning(&format!("{line} ({state})")),
    };
    format!("  {line}\n  ingest {}\n", record.ingest_id)
}

/// The lines with the URLs of the report and the rejected rows, and the command that fetches these rows.
fn of_places(stack: &Stack, tracked: &Tracked) -> String {
    let Some(report) = tracked.report() else {
        return String::new();
    };
    let bucket = &stack.report_bucket;
    let url = |key: &str| format!("s3://{bucket}/{}", plain(key));
    let mut lines = String::new();
    if report.rows_rejected > 0 || report.problem.is_some() || !report.warnings.is_empty() {
        let key = report_key(&tracked.upload.key, &tracked.upload.etag);
        let _ = writeln!(lines, "  report: {}", url(&key));
    }
    if report.rows_rejected > 0 && !report.rejected_keys.is_empty() {
        let urls = report.rejected_keys.iter().map(|key| url(key)).collect();
        let _ = writeln!(lines, "  rejected: {}", some(urls));
        let name = match tracked.own_record() {
            Some(record) => ShortId::of(record.ingest_id).to_string(),
            None => tracked.reference(),
        };
        let command = stack.command("messages rejected get", &quoted(OsStr::new(&name)));
        let _ = writeln!(lines, "  to correct: {command}");
    }
    lines
}

fn of_report(report: &Report, books: &str, first: &[RejectedRow], paint: Paint) -> String {
    let took = Duration::from_millis(report.duration_ms);
    let mut lines = books.to_owned();
    let mut line = |text: String| {
        lines.push_str("  ");
        lines.push_str(&text);
        lines.push('\n');
    };
    let rate = counted(per_second(report.rows_read, took), "row");
    line(format!("extracted in {}, {rate}/s", duration(took)));
    if let Some(problem) = &report.problem {
        line(format!("problem: {}", plain(problem)));
    }
    if !report.unknown_columns.is_empty() {
        let names = report.unknown_columns.iter().map(|name| format!("{:?}", plain(name)));
        line(format!("columns left out: {}", some(names.collect())));
    }
    if let Some(colliding) = collisions::of_report(report) {
        line(paint.warning(&colliding));
        for remedy in collisions::remedies(report) {
            line(format!("  {remedy}"));
        }
    } else if !report.key_collisions.exact {
        line(collisions::UNKNOWN.to_owned());
    }
    for warning in &report.warnings {
        line(of_warning(warning));
    }
    for rejected in first {
        line(of_rejected(rejected));
        line(format!("  {}", excerpt(&rejected.row, ROW_EXCERPT)));
    }
    let more = report.rows_rejected.saturating_sub(first.len() as u64);
    if !first.is_empty() && more > 0 {
        line(format!("and {} more", HumanCount(more)));
    }
    lines
}

/// The line and the reason of a rejected row. The column is left out if the reason begins with it, as most do.
fn of_rejected(rejected: &RejectedRow) -> String {
    let RejectedRow {
        line, column, reason, ..
    } = rejected;
    let first = column.split("; ").next().unwrap_or_default();
    let column = if first.is_empty() || reason.starts_with(first) {
        String::new()
    } else {
        format!(", {}", plain(column))
    };
    format!("line {line}{column}: {}", reason::shown(reason))
}

/// The line about suspicious rows of one kind: how many there are, why they are suspicious, and where they are.
#[must_use]
pub fn of_warning(warning: &Warning) -> String {
    let rows = counted(warning.rows, "row");
    let lines: Vec<_> = warning.first_lines.iter().map(u64::to_string).collect();
    let more = if warning.rows > lines.len() as u64 {
        " and more"
    } else {
        ""
    };
    let plural = if warning.rows == 1 { "" } else { "s" };
    let place = format!("line{plural} {}{more}", lines.join(", "));
    let what = match warning.kind.as_str() {
        "implausible_times" => "with a time before 1990, or more than a year after the upload",
        "null_words" => "with a word such as NULL or N/A as text",
        "spaces_before_quotes" => "with a space before a quote, which makes the quote a part of the text",
        "backslash_escapes" => "with a backslash that looks like an escape, but is a part of the text",
        "rows_in_cells" => "with another row in a cell, as if a quote were not closed",
        "doubtful_decimal_points" => "with a point that may separate thousands: later numbers have decimal commas",
        "repeated_headers" => {
            let headers = counted(warning.rows, "header");
            return format!("suspicious: {headers} below other rows, with the columns of the rows after it: {place}");
        }
        // A kind of functions that are newer than this command.
        other => return format!("suspicious: {rows}, {}: {place}", plain(other)),
    };
    format!("suspicious: {rows} {what}: {place}")
}

/// The first names of a list, and the number of the others.
fn some(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMES);
    let first = names.into_iter().take(NAMES).collect::<Vec<_>>().join(", ");
    if more == 0 {
        first
    } else {
        format!("{first} and {more} more")
    }
}
