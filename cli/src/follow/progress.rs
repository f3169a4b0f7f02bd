//! How far it is.

#[cfg(test)]
mod tests;

use indicatif::HumanCount;
use ledger::Rows;

use super::outcome::Tracked;
use super::report::{Report, WriteMode};
use crate::screen::View;
use crate::screen::text::counted;

/// How far the files of a run are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Objects that were uploaded.
    pub objects: usize,
    /// Those of them that have been extracted, or never will be.
    pub settled: usize,
    /// Those of them whose books are closed.
    pub closed: usize,
    /// Those of them for which the queue's counts stand in.
    pub by_queue: usize,
    /// Rows of settled objects that were messages.
    pub sent: u64,
    /// Rows of settled objects that were rejected.
    pub rejected: u64,
    /// What became of the rows of all objects that have a record.
    pub counted: Rows,
    /// Rows of settled objects for which the queue's counts stand in.
    pub uncounted: u64,
    /// Messages that wait in the queue, or are being written; those of other uploads, too.
    pub waiting: u64,
    /// Messages that the dead-letter queue gained while the objects are followed; at the end, those of the
    /// [`uncounted`](Self::uncounted) rows.
    pub dead_by_queue: u64,
    /// Whether some rows are left out where an item of their key is there: then what is done need not be written.
    pub may_leave_out: bool,
}

impl Progress {
    /// How far these uploads are, as long as nobody has looked at the queues.
    #[must_use]
    pub fn of(tracked: &[Tracked]) -> Self {
        let mut progress = Self {
            objects: tracked.len(),
            settled: count(tracked, |tracked| tracked.outcome.is_some()),
            closed: count(tracked, Tracked::is_closed),
            by_queue: count(tracked, |tracked| tracked.books.substitute.is_some()),
            ..Self::default()
        };
        for tracked in tracked {
            if let Some(Report {
                rows_sent,
                rows_rejected,
                write_mode,
                ..
            }) = tracked.report()
            {
                progress.sent += rows_sent;
                progress.rejected += rows_rejected;
                if tracked.books.substitute.is_some() {
                    progress.uncounted += rows_sent;
                    progress.may_leave_out |= *write_mode != WriteMode::Replace;
                }
            }
            if let Some(rows) = tracked.rows() {
                progress.counted.written += rows.written;
                progress.counted.replaced += rows.replaced;
                progress.counted.superseded += rows.superseded;
                progress.counted.outdated += rows.outdated;
                progress.counted.existing += rows.existing;
                progress.counted.dead += rows.dead;
            }
        }
        progress
    }

    /// The same with what the queues hold.
    #[must_use]
    pub fn with_queues(self, waiting: u64, dead_by_queue: u64) -> Self {
        Self {
            waiting,
            dead_by_queue,
            ..self
        }
    }

    /// Rows that the writer has written, and, of those that have no record, rows that it is done with, at least. What waits is
    /// taken for these as far as it can be.
    #[must_use]
    pub fn written(&self) -> u64 {
        let uncounted = self
            .uncounted
            .saturating_sub(self.dead_by_queue)
            .saturating_sub(self.waiting);
        self.counted.written + uncounted
    }

    /// Rows that died.
    #[must_use]
    pub fn dead(&self) -> u64 {
        let by_queue = if self.by_queue > 0 { self.dead_by_queue } else { 0 };
        self.counted.dead + by_queue
    }

    /// The word for [`written`](Self::written).
    #[must_use]
    pub fn written_word(&self) -> &'static str {
        if self.may_leave_out { "done" } else { "written" }
    }

    /// Whether nothing is left to be done: all objects are extracted, and their books are closed; for those that have none,
    /// nothing waits.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let is_empty = self.by_queue == 0 || self.waiting == 0;
        self.settled == self.objects && self.closed + self.by_queue >= self.objects && is_empty
    }

    /// What is being waited for, and where to look for what keeps it.
    #[must_use]
    pub fn awaited(&self) -> String {
        match self.objects - self.settled {
            0 if self.by_queue == 0 => format!("{} to be written", counted(self.rest(), "row")),
            0 => format!("{} in the queue", counted(self.waiting, "message")),
            1 => "an ingest report".to_owned(),
            open => format!("{open} ingest reports"),
        }
    }

    /// What the screen shows of it.
    #[must_use]
    pub fn view(&self) -> View {
        View {
            line: self.line(),
            done: self.sent.saturating_sub(self.rest()),
            total: self.sent,
            is_total_known: self.settled == self.objects,
            is_last: self.is_over(),
        }
    }

    /// Rows that were sent and whose outcome is not known.
    #[must_use]
    pub fn rest(&self) -> u64 {
        let left_out: u64 = left_out(&self.counted).map(|(_, count)| count).sum();
        self.sent.saturating_sub(self.written() + left_out + self.dead())
    }

    /// All of it in a line.
    fn line(&self) -> String {
        let (step, counts) = (self.step(), self.counts());
        if counts.is_empty() {
            step
        } else {
            format!("{step}: {}", counts.join(", "))
        }
    }

    fn step(&self) -> String {
        let Self {
            objects,
            settled,
            closed,
            ..
        } = *self;
        match objects {
            1 if settled == 0 => "extracting".to_owned(),
            _ if settled < objects => format!("{settled} of {objects} extracted"),
            _ if closed == objects => "done".to_owned(),
            _ if objects == 1 || self.by_queue > 0 => "writing".to_owned(),
            _ => format!("{closed} of {objects} done"),
        }
    }

    /// What is known of the rows. Only a complete extraction tells how many there are; before, the queue shows what it does.
    fn counts(&self) -> Vec<String> {
        let mut counts = Vec::new();
        let (written, word) = (self.written(), self.written_word());
        let is_counted = self.settled > 0;
        if is_counted {
            counts.push(format!(
                "{} of {} {word}",
                HumanCount(written),
                counted(self.sent, "row")
            ));
        } else if written > 0 {
            counts.push(format!("{} {word} so far", counted(written, "row")));
        }
        let others = [("rejected", self.rejected), ("died", self.dead())];
        let others = left_out(&self.counted).chain(others.into_iter().filter(|(_, count)| *count > 0));
        counts.extend(others.map(|(name, count)| format!("{} {name}", HumanCount(count))));
        if self.waiting > 0 && (self.by_queue > 0 || !is_counted) {
            let so_far = if counts.is_empty() { " so far" } else { "" };
            counts.push(format!("{} queued{so_far}", counted(self.waiting, "message")));
        }
        counts
    }
}

/// What became of rows that are neither written nor dead, by name, as far as there are any.
pub fn left_out(rows: &Rows) -> impl Iterator<Item = (&'static str, u64)> {
    let counts = [
        ("superseded", rows.superseded),
        ("outdated", rows.outdated),
        ("existing", rows.existing),
    ];
    counts.into_iter().filter(|(_, count)| *count > 0)
}

fn count(tracked: &[Tracked], is_one: impl Fn(&Tracked) -> bool) -> usize {
    tracked.iter().filter(|tracked| is_one(tracked)).count()
}
