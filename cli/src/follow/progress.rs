//! How far it is.

use indicatif::HumanCount;

use crate::screen::View;

/// How far the files of a run are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Objects that were uploaded.
    pub objects: usize,
    /// Those of them that have been extracted, or never will be.
    pub settled: usize,
    /// Rows of these that were messages.
    pub sent: u64,
    /// Rows of these that were rejected.
    pub rejected: u64,
    /// Messages that wait in the queue, or are being written; those of other uploads, too.
    pub waiting: u64,
    /// Messages that came to the dead-letter queue meanwhile.
    pub dead: u64,
    /// Whether some rows are left out where an item of their key is there: then what is done need not be written.
    pub may_leave_out: bool,
}

impl Progress {
    /// Rows that the writer is done with, at least. What waits is taken for ours as far as it can be.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.sent.saturating_sub(self.dead).saturating_sub(self.waiting)
    }

    /// The word for [`written`](Self::written).
    #[must_use]
    pub fn written_word(&self) -> &'static str {
        if self.may_leave_out { "done" } else { "written" }
    }

    /// Whether all objects have been extracted and nothing waits.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.settled == self.objects && self.waiting == 0
    }

    /// What is being waited for, and where to look for what keeps it.
    #[must_use]
    pub fn awaited(&self) -> String {
        match self.objects - self.settled {
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
            done: self.written(),
            total: self.sent,
            is_total_known: self.settled == self.objects,
            is_last: self.is_over(),
        }
    }

    /// All of it in a line.
    fn line(&self) -> String {
        let extracted = match (self.objects, self.settled) {
            (objects, settled) if objects == settled => String::new(),
            (1, _) => "extracting; ".to_owned(),
            (objects, settled) => format!("{settled} of {objects} extracted; "),
        };
        let [sent, written, rejected, dead, waiting] =
            [self.sent, self.written(), self.rejected, self.dead, self.waiting].map(HumanCount);
        let dead = if self.dead == 0 {
            String::new()
        } else {
            format!(", {dead} died")
        };
        let word = self.written_word();
        format!("{extracted}sent {sent}, {word} {written}, rejected {rejected}{dead}; {waiting} wait in the queue")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_is_what_neither_waits_nor_died_and_never_less_than_nothing() {
        let mut progress = Progress {
            objects: 1,
            settled: 1,
            sent: 1_000,
            waiting: 300,
            dead: 5,
            ..Progress::default()
        };
        assert_eq!(progress.written(), 695);
        assert!(!progress.is_over());
        progress.waiting = 5_000;
        assert_eq!(progress.written(), 0);
        progress.waiting = 0;
        assert!(progress.is_over());
    }

    #[test]
    fn a_line_says_how_far_it_is() {
        let mut progress = Progress {
            objects: 1,
            waiting: 1_234,
            ..Progress::default()
        };
        assert_eq!(
            progress.line(),
            "extracting; sent 0, written 0, rejected 0; 1,234 wait in the queue"
        );
        assert_eq!(progress.awaited(), "an ingest report");
        progress.objects = 3;
        progress.settled = 1;
        progress.sent = 2_000;
        progress.rejected = 7;
        progress.dead = 2;
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
    }
}
