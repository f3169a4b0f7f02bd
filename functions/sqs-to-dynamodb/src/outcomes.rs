//! The outcome of each message of a batch: it is carried out, it fails permanently as a whole or in some of its rows, or it fails
//! transiently.

use std::collections::{BTreeMap, HashMap};

use crate::failure::{DeadPart, PermanentFailure, TransientFailure};
use crate::invocation::Invocation;
use crate::operation::{self, Table};
use crate::plan::{Effect, EffectCounts, Plan, Results};
use crate::record::receives;
use crate::table;

/// The outcomes of a batch. A message in neither map of failures is done: each of its rows is carried out, or needs no write
/// because of an item in the table or another row of the batch.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// The messages that go to the dead-letter queue, as a whole or with some of their rows.
    pub dead: BTreeMap<usize, DeadPart>,
    /// The messages to deliver again.
    pub transient: BTreeMap<usize, TransientFailure>,
    /// The effects of the rows, each with its message. Rows of messages that are delivered again are left out.
    pub effects: Vec<(usize, Effect)>,
    /// The number of rows of each message that does not have exactly one.
    rows: HashMap<usize, usize>,
}

/// Carries out the batch. When a row of a message fails transiently, the whole message is delivered again; on its last delivery
/// the whole message fails permanently. The dead letter has all rows, also those that were written.
pub async fn of(invocation: Invocation<'_>) -> Outcomes {
    let Invocation { writer, records, .. } = invocation;
    let mut outcomes = Outcomes::default();
    let mut operations = Vec::with_capacity(records.len());
    let table = Table {
        name: &writer.config.table,
        keys: &writer.config.keys,
    };
    for (message, record) in records.iter().enumerate() {
        let parsed = operation::parse(record, table, writer.config.write_mode);
        let rows = match &parsed {
            Ok(operation) => operation.rows(),
            Err(_) => operation::rows_of_unread(record),
        };
        if rows != 1 {
            outcomes.rows.insert(message, rows);
        }
        match parsed {
            Ok(operation) => operations.push((message, operation)),
            Err(failure) => _ = outcomes.dead.insert(message, DeadPart::Whole(failure)),
        }
    }
    let mut plan = Plan::new(operations);
    table::execute(invocation, &mut plan).await;
    let Results {
        effects,
        refused,
        transient,
    } = plan.into_results();
    outcomes.effects = effects;
    for (row, failure) in refused {
        outcomes.refuse(row.message, row.index, failure);
    }
    for (message, cause) in transient {
        let receives = receives(&records[message]);
        if receives >= writer.config.max_receives {
            let failure = PermanentFailure::GivenUp { cause, receives };
            outcomes.dead.insert(message, DeadPart::Whole(failure));
        } else {
            outcomes.transient.insert(message, cause);
        }
    }
    outcomes
}

impl Outcomes {
    fn refuse(&mut self, message: usize, row: usize, failure: PermanentFailure) {
        if self.rows(message) == 1 {
            self.dead.insert(message, DeadPart::Whole(failure));
            return;
        }
        let rows = self.dead.entry(message).or_insert(DeadPart::Rows(BTreeMap::new()));
        if let DeadPart::Rows(rows) = rows {
            rows.insert(row, failure);
        }
    }

    /// The number of rows of a message. It is the same on each delivery, also when the message cannot be read on one of them.
    #[must_use]
    pub fn rows(&self, message: usize) -> usize {
        self.rows.get(&message).copied().unwrap_or(1)
    }

    /// The number of rows of a message that go to the dead-letter queue.
    #[must_use]
    pub fn dead_rows(&self, message: usize) -> usize {
        match self.dead.get(&message) {
            None => 0,
            Some(DeadPart::Whole(_)) => self.rows(message),
            Some(DeadPart::Rows(rows)) => rows.len(),
        }
    }

    /// The number of rows of the batch that go to the dead-letter queue.
    #[must_use]
    pub fn all_dead_rows(&self) -> usize {
        self.dead.keys().map(|&message| self.dead_rows(message)).sum()
    }

    /// The number of effects of each kind.
    #[must_use]
    pub fn effect_counts(&self) -> EffectCounts {
        EffectCounts::of(&self.effects)
    }

    /// Whether each row of a message is carried out or needs no write.
    #[must_use]
    pub fn is_done(&self, message: usize) -> bool {
        !self.dead.contains_key(&message) && !self.transient.contains_key(&message)
    }

    /// Makes transient the failures of messages that the dead-letter queue did not take: these messages stay on the queue with
    /// all their rows.
    pub fn leave_on_queue(&mut self, undelivered: impl IntoIterator<Item = usize>) {
        let mut stays = false;
        for message in undelivered {
            self.dead.remove(&message);
            self.transient.insert(message, TransientFailure::no_dead_letter_queue());
            stays = true;
        }
        if stays {
            self.effects
                .retain(|(message, _)| !self.transient.contains_key(message));
        }
    }
}
