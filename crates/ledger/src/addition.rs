//! The addition of what became of rows.

use uuid::Uuid;

use crate::error::LedgerError;
use crate::record::{Record, names};
use crate::rows::Effects;
use crate::timestamp::Timestamp;
use crate::update::{Update, number};

/// An addition that was not refused.
#[derive(Debug)]
#[must_use = "the ingest may be done"]
pub enum Added {
    /// The rows are counted, and that is all.
    Counted,
    /// The rows are counted, and nobody was told yet of the end that the ingest has come to.
    Last(Box<Record>),
    /// The rows are counted or not: the answer is lost, for this reason.
    Unknown(Uuid, LedgerError),
}

impl Added {
    /// The addition after which this is the record.
    pub(crate) fn of(record: Record) -> Self {
        if record.is_to_be_told() {
            Self::Last(Box::new(record))
        } else {
            Self::Counted
        }
    }
}

impl Effects {
    /// The request that adds these effects to those of an attempt. It has no condition, and whoever makes it twice counts
    /// twice.
    pub(crate) fn update(&self, ingest_id: Uuid, attempt: u32, now: Timestamp) -> Update {
        let unsigned = [
            (names::WRITTEN, self.written),
            (names::REPLACED, self.replaced),
            (names::SUPERSEDED, self.superseded),
            (names::OUTDATED, self.outdated),
            (names::EXISTING, self.existing),
        ];
        let counted = unsigned.into_iter().filter(|(_, rows)| *rows > 0);
        let mut update = Update::new(ingest_id, now);
        for (name, rows) in counted {
            update = update.add(&format!("{name}_{attempt}"), number(&rows));
        }
        if self.dead == 0 {
            return update;
        }
        update.add(&format!("{}_{attempt}", names::DEAD), number(&self.dead))
    }
}
