//! The progress of the uploads that are followed.

#[cfg(test)]
mod tests;

use indicatif::HumanCount;
use ledger::Rows;

use super::outcome::Tracked;
use super::report::{Report, WriteMode};
use crate::screen::View;
use crate::screen::text::counted;

/// The progress of all uploads together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The number of uploaded objects.
    pub objects: usize,
    /// How many of the objects are settled: extracted, or never to be extracted.
    pub settled: usize,
    /// How many of the objects have closed books.
    pub closed: usize,
    /// How many of the objects are followed by the queue's counts instead of a record.
    pub by_queue: usize,
    /// Rows of settled objects that were sent.
    pub sent: u64,
    /// Rows of settled objects that were rejected.
    pub rejected: u64,
    /// The row counts of all records that are followed.
    pub counted: Rows,
    /// Rows that were sent, of settled objects that are followed by the queue's counts.
    pub uncounted: u64,
    /// Messages that wait in the queue or are being written, including those of other uploads. Each has one row or more.
    pub waiting: u64,
    /// Messages that the dead-letter queue has gained since the watching began, including those of other uploads.
    pub dead_letters: u64,
    /// The [`uncounted`](Self::uncounted) rows that died; `None` until the dead letters are read, at the end.
    pub uncounted_dead: Option<u64>,
    /// Whether a write mode leaves out rows whose key has an item. If so, a row that is done may not be written.
    pub may_leave_out: bool,
}

impl Progress {
    /// The progress of these uploads, without the queues' counts.
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

    /// The same progress with the queues' counts.
    #[must_use]
    pub fn with_queues(self, waiting: u64, dead_letters: u64) -> Self {
        Self {
            waiting,
            dead_letters,
            ..self
        }
    }

    /// The progress of these uploads alone. Other uploads change the queues' counts, too. So these are left out, unless an upload is
    /// followed by them.
    #[must_use]
    pub fn of_uploads_alone(self) -> Self {
        if self.by_queue == 0 {
            self.with_queues(0, 0)
        } else {
            self
        }
    }

    /// The rows that records count as written, and the [`uncounted`](Self::uncounted) rows that the writer is known to be done
    /// with.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.counted.written + self.uncounted_written().unwrap_or_default()
    }

    /// The [`uncounted`](Self::uncounted) rows that the writer is done with. `None` while messages wait, or new dead letters are
    /// not read, since a message may have many rows.
    fn uncounted_written(&self) -> Option<u64> {
        let dead = self.uncounted_dead.or((self.dead_letters == 0).then_some(0))?;
        (self.waiting == 0).then(|| self.uncounted.saturating_sub(dead))
    }

    /// The [`uncounted`](Self::uncounted) rows of which it is not known whether they are written.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        match self.uncounted_written() {
            Some(_) => 0,
            None => self.uncounted.saturating_sub(self.uncounted_dead.unwrap_or_default()),
        }
    }

    /// Rows that died.
    #[must_use]
    pub fn dead(&self) -> u64 {
        self.counted.dead + self.uncounted_dead.unwrap_or_default()
    }

    /// The word for [`written`](Self::written).
    #[must_use]
    pub fn written_word(&self) -> &'static str {
        if self.may_leave_out { "done" } else { "written" }
    }

    /// Whether nothing is left to be done: all objects are settled, and all books are closed. For objects that are followed by
    /// the queue's counts, the queue must be empty instead.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let is_empty = self.by_queue == 0 || self.waiting == 0;
        self.settled == self.objects && self.closed + self.by_queue >= self.objects && is_empty
    }

    /// What is being waited for, in words.
    #[must_use]
    pub fn awaited(&self) -> String {
        match self.objects - self.settled {
            0 if self.by_queue == 0 => format!("{} to be written", counted(self.rest(), "row")),
            0 => format!("{} in the queue", counted(self.waiting, "message")),
            1 => "an ingest report".to_owned(),
            open => format!("{open} ingest reports"),
        }
    }

    /// What the screen shows of the progress.
    #[must_use]
    pub fn view(&self) -> View {
        View {
            line: self.line(),
            done: self.sent.saturating_sub(self.rest()),
            total: self.sent,
            is_total_known: self.settled == self.objects && self.unknown() == 0,
            is_last: self.is_over(),
        }
    }

    /// Rows that were sent and whose outcome is unknown.
    #[must_use]
    pub fn rest(&self) -> u64 {
        let left_out: u64 = left_out(&self.counted).map(|(_, count)| count).sum();
        self.sent.saturating_sub(self.written() + left_out + self.dead())
    }

    /// The progress in one line.
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

    /// The counts of rows, in words. The total is known only from a complete extraction; before that, and for uncounted rows, the
    /// number of queued messages shows that something happens.
    fn counts(&self) -> Vec<String> {
        let mut counts = Vec::new();
        let (written, word) = (self.written(), self.written_word());
        let is_counted = self.settled > 0;
        let uncounted = if self.unknown() > 0 { self.uncounted } else { 0 };
        if is_counted {
            let sent = self.sent.saturating_sub(uncounted);
            if sent > 0 || uncounted == 0 {
                counts.push(format!("{} of {} {word}", HumanCount(written), counted(sent, "row")));
            }
            if uncounted > 0 {
                let what = if sent > 0 { "more row" } else { "row" };
                counts.push(format!("{} sent", counted(uncounted, what)));
            }
        } else if written > 0 {
            counts.push(format!("{} {word} so far", counted(written, "row")));
        }
        let others = [("rejected", self.rejected), ("died", self.dead())];
        let others = left_out(&self.counted).chain(others.into_iter().filter(|(_, count)| *count > 0));
        counts.extend(others.map(|(name, count)| format!("{} {name}", HumanCount(count))));
        if self.by_queue > 0 && self.dead_letters > 0 && self.uncounted_dead.is_none() {
            counts.push(counted(self.dead_letters, "dead letter"));
        }
        if self.waiting > 0 && (self.by_queue > 0 || !is_counted) {
            let so_far = if counts.is_empty() { " so far" } else { "" };
            counts.push(format!("{} queued{so_far}", counted(self.waiting, "message")));
        }
        counts
    }
}

/// The counts of rows that are accounted for without being written or dead, each with its name. Zeros are left out.
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
