//! The outcome of rows in one line, such as `9 rows: 5 written, 4 rejected`.

use indicatif::HumanCount;
use ledger::{Record, Rows};

use crate::exit_code::GOOD;
use crate::follow::Followed;
use crate::follow::outcome::{Outcome, Tracked};
use crate::follow::progress::left_out;
use crate::screen::paint::Paint;
use crate::screen::text::{counted, duration, per_second};

/// The outcome of all rows, which is the first line of the end.
#[must_use]
pub fn of_all(followed: &Followed, exit_code: u8, is_sure_of_dead: bool, paint: Paint) -> String {
    let progress = &followed.progress;
    let reports = followed.reports().count();
    let mut parts = Vec::new();
    let unknown = progress.unknown();
    if reports > 0 {
        if progress.written() > 0 || unknown == 0 {
            parts.push(format!(
                "{} {}",
                HumanCount(progress.written()),
                progress.written_word()
            ));
        }
        parts.extend(counts(left_out(&progress.counted)));
        parts.extend(counts([("rejected", progress.rejected)]));
        match progress.dead() {
            dead if !is_sure_of_dead => parts.push(format!("at least {} died", HumanCount(dead))),
            dead => parts.extend(counts([("died", dead)])),
        }
        let rest = progress.rest().saturating_sub(unknown);
        parts.extend(counts([("not written yet", rest), ("of unknown outcome", unknown)]));
    }
    let count = |is_one: fn(&Tracked) -> bool| followed.tracked.iter().filter(|tracked| is_one(tracked)).count() as u64;
    let failed = count(|tracked| matches!(tracked.outcome, Some(Outcome::Failed { .. })));
    let unreported = count(|tracked| matches!(tracked.outcome, None | Some(Outcome::Unreported(_))));
    let objects = [(failed, "not extracted"), (unreported, "without a report")];
    let objects = objects.into_iter().filter(|(count, _)| *count > 0);
    parts.extend(objects.map(|(count, what)| format!("{} {what}", counted(count, "object"))));

    let mut what = Vec::new();
    if progress.objects != 1 || reports == 0 {
        what.push(counted(progress.objects as u64, "object"));
    }
    if reports > 0 {
        what.push(counted(progress.sent + progress.rejected, "row"));
    }
    let time = followed.took.map(|took| {
        if unknown > 0 {
            return format!(", in {}", duration(took));
        }
        let rate = counted(per_second(progress.written(), took), "row");
        format!(", in {} ({rate}/s)", duration(took))
    });
    let line = format!("{}: {}{}", what.join(", "), parts.join(", "), time.unwrap_or_default());
    if exit_code == GOOD {
        paint.good(&line)
    } else {
        paint.warning(&line)
    }
}

/// The outcome of the rows of one object, by its record or, without one, by its report. `None` when it was not extracted.
#[must_use]
pub fn of_object(tracked: &Tracked, record: Option<&Record>) -> Option<String> {
    let report = tracked.report()?;
    let mut parts = Vec::new();
    if let Some(rows) = record.map(Record::rows) {
        parts.push(format!("{} written", HumanCount(rows.written)));
        parts.extend(counts(left_out(&rows)));
        parts.extend(counts([("rejected", report.rows_rejected), ("died", rows.dead)]));
        parts.extend(counts([("not written yet", not_yet(report.rows_sent, &rows))]));
    } else {
        parts.push(format!("{} sent", HumanCount(report.rows_sent)));
        parts.extend(counts([("rejected", report.rows_rejected)]));
    }
    Some(format!("{}: {}", counted(report.rows_read, "row"), parts.join(", ")))
}

/// The number of rows that were sent and that a record does not account for.
fn not_yet(sent: u64, rows: &Rows) -> u64 {
    sent.saturating_sub(rows.accounted())
}

/// The counts that are not zero.
fn counts<'a>(counts: impl IntoIterator<Item = (&'a str, u64)>) -> impl Iterator<Item = String> {
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(name, count)| format!("{} {name}", HumanCount(count)))
}
