//! Rows, counted by their outcome.

use std::ops::AddAssign;

/// The outcomes of one attempt's rows in a batch of the writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Rows that were written: puts, updates and deletes.
    pub written: u64,
    /// Written rows that took the place of an item.
    pub replaced: u64,
    /// Rows that were not written, because a later row of the same batch has the same key.
    pub superseded: u64,
    /// Rows that were not written, because the table has an item with a later order.
    pub outdated: u64,
    /// Rows that were not written, because the table has an item of the same key.
    pub existing: u64,
    /// Rows that became dead letters, less those that were dead letters before.
    pub dead: i64,
}

/// The rows of an ingest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows that were found. Known when the extraction is complete, as are `sent` and `rejected`.
    pub read: Option<u64>,
    /// Rows that became messages.
    pub sent: Option<u64>,
    /// Rows that are kept as rejected.
    pub rejected: Option<u64>,
    /// Rows that were written: puts, updates and deletes.
    pub written: u64,
    /// Written rows that took the place of an item.
    pub replaced: u64,
    /// Rows that were not written, because a later row of the same batch has the same key.
    pub superseded: u64,
    /// Rows that were not written, because the table has an item with a later order.
    pub outdated: u64,
    /// Rows that were not written, because the table has an item of the same key.
    pub existing: u64,
    /// Rows that are dead letters.
    pub dead: u64,
}

impl Effects {
    /// Whether nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Effects {
    fn add_assign(&mut self, other: Self) {
        self.written += other.written;
        self.replaced += other.replaced;
        self.superseded += other.superseded;
        self.outdated += other.outdated;
        self.existing += other.existing;
        self.dead += other.dead;
    }
}

impl Rows {
    /// The rows with these effects.
    #[must_use]
    pub(crate) fn of(effects: Effects) -> Self {
        Self {
            written: effects.written,
            replaced: effects.replaced,
            superseded: effects.superseded,
            outdated: effects.outdated,
            existing: effects.existing,
            // Negative when dead letters whose count was lost have left the dead-letter queue since.
            dead: u64::try_from(effects.dead).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The number of sent rows whose outcome is known.
    #[must_use]
    pub fn accounted(&self) -> u64 {
        self.written + self.superseded + self.outdated + self.existing + self.dead
    }

    /// Whether the extraction is complete, and every row that was sent is accounted for.
    #[must_use]
    pub fn are_full(&self) -> bool {
        self.sent.is_some_and(|sent| self.accounted() >= sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_full_when_each_one_that_was_sent_is_accounted_for() {
        let rows = Rows {
            sent: Some(15),
            replaced: 4,
            ..Rows::of(Effects {
                written: 5,
                replaced: 4,
                superseded: 4,
                outdated: 3,
                existing: 2,
                dead: 1,
            })
        };
        assert_eq!(
            (rows.accounted(), rows.are_full()),
            (15, true),
            "replaced rows are written rows"
        );
        let sent = |sent| Rows { sent, ..rows }.are_full();
        assert!(!sent(Some(16)) && !sent(None) && sent(Some(14)));
    }

    #[test]
    fn a_dead_letter_that_was_not_counted_and_is_none_any_more_hides_no_other_row() {
        let rows = Rows::of(Effects {
            written: 3,
            dead: -1,
            ..Effects::default()
        });
        assert_eq!((rows.dead, rows.accounted()), (0, 3));
    }
}
