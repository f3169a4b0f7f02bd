//! Rows with the key of another row of their file: one row of each key stays in the table.

use indicatif::HumanCount;

use crate::follow::Followed;
use crate::follow::report::{Report, WriteMode};
use crate::screen::text::counted;

/// What to do about such rows in files like the sample, one line each.
const REMEDIES: &[&str] = &[
    "Where their timestamps differ, deploy with a finer TimePrecision and upload the file again.",
    "Where their timestamps are equal, only a key that has more than the time, such as the site, would keep them apart.",
];
/// What to do about such rows in files that a descriptor declares.
const REMEDIES_OF_DECLARED: &[&str] = &[
    "Where they are different items, make the key from more columns in the descriptor, deploy it, and upload the file again.",
];

/// The line for a file in which no such row was found, although not every row was compared with all rows before it.
pub const UNKNOWN: &str = "keys: rows of one key that are far apart in the file would not have been found";

/// The line about the rows of a file that share a key. `None` when there are none.
#[must_use]
pub fn of_report(report: &Report) -> Option<String> {
    let (sent, lost) = (report.rows_sent, report.key_collisions.rows);
    if lost == 0 {
        return None;
    }
    let (most, least) = bounds(report.key_collisions.exact);
    let what = match report.write_mode {
        WriteMode::Create => "not written, since an earlier row has the same key",
        _ => "replaced another row of the same key",
    };
    Some(format!(
        "{} → {most}{}: {least}{} {what}",
        counted(sent, "row"),
        counted(sent.saturating_sub(lost), "item"),
        HumanCount(lost),
    ))
}

/// What to do about the rows of a file that share a key, one line each.
#[must_use]
pub fn remedies(report: &Report) -> &'static [&'static str] {
    if report.resource.is_some() {
        REMEDIES_OF_DECLARED
    } else {
        REMEDIES
    }
}

/// The line about the rows of all files that are not in the table for that reason. `None` when there are none.
#[must_use]
pub fn of_all(followed: &Followed) -> Option<String> {
    let found = || followed.reports().map(|report| &report.key_collisions);
    let lost: u64 = found().map(|collisions| collisions.rows).sum();
    let is_exact = found().all(|collisions| collisions.exact);
    let (_, least) = bounds(is_exact);
    let rows = counted(lost, "row");
    (lost > 0).then(|| format!("{least}{rows} not in the table: another row of the same file has the key."))
}

/// The words before a count of items, and before a count of rows.
fn bounds(is_exact: bool) -> (&'static str, &'static str) {
    if is_exact { ("", "") } else { ("at most ", "at least ") }
}
