//! Adds the outcomes of rows to a record.

use uuid::Uuid;

use crate::error::LedgerError;
use crate::record::{Record, names};
use crate::rows::Effects;
use crate::timestamp::Timestamp;
use crate::update::{Update, number};

/// The result of an addition that was not refused.
#[derive(Debug)]
#[must_use = "the ingest may be done"]
pub enum Added {
    /// The rows are counted, and nothing else follows.
    Counted,
    /// The rows are counted and the ingest is done: its event must be put.
    Last(Box<Record>),
    /// The answer is lost, for this reason, so the rows may or may not be counted.
    Unknown(Uuid, LedgerError),
}

impl Added {
    /// The result of an addition that left this record.
    pub(crate) fn of(record: Record) -> Self {
        if record.is_to_be_told() {
            Self::Last(Box::new(record))
        } else {
            Self::Counted
        }
    }
}

impl Effects {
    /// The request that adds these effects to those of an attempt. It has no condition, so a second request counts them twice.
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
