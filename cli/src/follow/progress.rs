//! How far it is.

use indicatif::HumanCount;
use ledger::Rows;

use super::outcome::Tracked;
use super::report::{Report, WriteMode};
use crate::screen::View;

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
            0 if self.by_queue == 0 => format!("{} rows to be written", HumanCount(self.rest())),
            0 => format!("{} messages in the queue", HumanCount(self.waiting)),
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
    fn rest(&self) -> u64 {
        let left_out: u64 = left_out(&self.counted).map(|(_, count)| count).sum();
        self.sent.saturating_sub(self.written() + left_out + self.dead())
    }

    /// All of it in a line.
    fn line(&self) -> String {
        let is_by_records = self.by_queue == 0;
        let step = match (self.objects, self.settled) {
            (objects, settled) if objects == settled => match self.closed {
                _ if !is_by_records => String::new(),
                closed if closed == objects => "done; ".to_owned(),
                _ if objects == 1 => "writing; ".to_owned(),
                closed => format!("{closed} of {objects} done; "),
            },
            (1, _) => "extracting; ".to_owned(),
            (objects, settled) => format!("{settled} of {objects} extracted; "),
        };
        let [sent, written, rejected] = [self.sent, self.written(), self.rejected].map(HumanCount);
        let others = left_out(&self.counted).chain([("died", self.dead())].into_iter().filter(|(_, count)| *count > 0));
        let others = others
            .map(|(name, count)| format!(", {} {name}", HumanCount(count)))
            .collect::<Vec<_>>()
            .concat();
        let word = self.written_word();
        let waiting = if is_by_records {
            String::new()
        } else {
            format!("; {} wait in the queue", HumanCount(self.waiting))
        };
        if is_by_records && self.settled == 0 {
            // Only a complete extraction tells what was sent.
            return format!("{step}{word} {written}{others}");
        }
        format!("{step}sent {sent}, {word} {written}, rejected {rejected}{others}{waiting}")
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One object for which the queue's counts stand in.
    fn by_queue() -> Progress {
        Progress {
            objects: 1,
            by_queue: 1,
            ..Progress::default()
        }
    }

    #[test]
    fn without_a_record_written_is_what_neither_waits_nor_died_and_never_less_than_nothing() {
        let mut progress = Progress {
            settled: 1,
            sent: 1_000,
            uncounted: 1_000,
            waiting: 300,
            dead_by_queue: 5,
            ..by_queue()
        };
        assert_eq!(progress.written(), 695);
        assert!(!progress.is_over());
        progress.waiting = 5_000;
        assert_eq!(progress.written(), 0);
        progress.waiting = 0;
        assert!(progress.is_over());
    }

    #[test]
    fn with_a_record_what_waits_and_dies_is_of_others() {
        let mut progress = Progress {
            objects: 1,
            settled: 1,
            sent: 1_000,
            counted: Rows {
                written: 700,
                outdated: 200,
                dead: 1,
                ..Rows::default()
            },
            waiting: 50_000,
            dead_by_queue: 70,
            ..Progress::default()
        };
        assert_eq!(
            (progress.written(), progress.dead(), progress.is_over()),
            (700, 1, false)
        );
        assert_eq!(
            progress.line(),
            "writing; sent 1,000, written 700, rejected 0, 200 outdated, 1 died"
        );
        assert_eq!(progress.awaited(), "99 rows to be written");
        assert_eq!(progress.view().done, 901);
        progress.settled = 0;
        assert_eq!(progress.line(), "extracting; written 700, 200 outdated, 1 died");
        progress.settled = 1;
        progress.counted.written = 799;
        progress.closed = 1;
        assert!(progress.is_over(), "whatever waits in the queue");
    }

    #[test]
    fn one_object_without_a_record_waits_for_the_queue() {
        let progress = Progress {
            objects: 2,
            settled: 2,
            closed: 1,
            waiting: 1,
            ..by_queue()
        };
        assert!(!progress.is_over());
        assert!(progress.with_queues(0, 0).is_over());
    }

    #[test]
    fn a_line_says_how_far_it_is() {
        let mut progress = Progress {
            waiting: 1_234,
            ..by_queue()
        };
        assert_eq!(
            progress.line(),
            "extracting; sent 0, written 0, rejected 0; 1,234 wait in the queue"
        );
        assert_eq!(progress.awaited(), "an ingest report");
        progress.objects = 3;
        progress.settled = 1;
        progress.sent = 2_000;
        progress.uncounted = 2_000;
        progress.rejected = 7;
        progress.dead_by_queue = 2;
        assert_eq!(
            progress.line(),
            "1 of 3 extracted; sent 2,000, written 764, rejected 7, 2 died; 1,234 wait in the queue"
        );
        assert_eq!(progress.awaited(), "2 ingest reports");
        progress.may_leave_out = true;
        assert!(
            progress.line().contains("sent 2,000, done 764, "),
            "{}",
            progress.line()
        );
        progress.settled = 3;
        assert_eq!(progress.awaited(), "1,234 messages in the queue");
        (progress.by_queue, progress.closed) = (0, 1);
        assert!(progress.line().starts_with("1 of 3 done; "), "{}", progress.line());
        progress.closed = 3;
        assert!(progress.line().starts_with("done; "), "{}", progress.line());
    }
}
