//! Adds the outcomes of rows to a record.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::record::{Record, names};
use crate::rows::Effects;
use crate::timestamp::Timestamp;
use crate::update::{Update, number};

/// The most attempts of an update. With every outcome and the longest numbers their expression has 3.9 KB; DynamoDB accepts 4 KB.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_ATTEMPTS: usize = 15;

/// The result of an addition.
#[derive(Debug)]
#[must_use = "the ingest may be done"]
pub enum Added {
    /// The rows are counted, and nothing else follows.
    Counted,
    /// The rows are counted and the ingest is done: its event must be put.
    Last(Box<Record>),
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

/// The updates that add these effects to those of the attempts: usually one, none when there is nothing to add. A second one of
/// the same effects counts them twice.
pub(crate) fn updates(ingest_id: Uuid, attempts: &BTreeMap<u32, Effects>, now: Timestamp) -> Vec<Update> {
    let attempts: Vec<_> = attempts.iter().filter(|(_, effects)| !effects.is_empty()).collect();
    let parts = attempts.chunks(MAX_ATTEMPTS).map(|part| {
        let update = Update::new(ingest_id, now);
        part.iter()
            .fold(update, |update, (attempt, effects)| added(update, **attempt, effects))
    });
    parts.collect()
}

/// An update that also adds the effects of an attempt.
fn added(mut update: Update, attempt: u32, effects: &Effects) -> Update {
    let unsigned = [
        (names::WRITTEN, effects.written),
        (names::REPLACED, effects.replaced),
        (names::SUPERSEDED, effects.superseded),
        (names::OUTDATED, effects.outdated),
        (names::EXISTING, effects.existing),
    ];
    for (name, rows) in unsigned.into_iter().filter(|(_, rows)| *rows > 0) {
        update = update.add(&format!("{name}_{attempt}"), number(&rows));
    }
    if effects.dead == 0 {
        return update;
    }
    update.add(&format!("{}_{attempt}", names::DEAD), number(&effects.dead))
}
