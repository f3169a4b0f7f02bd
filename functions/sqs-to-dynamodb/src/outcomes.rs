//! The outcome of each message of a batch: it is carried out, all or some of it fails permanently, or it fails transiently.

use std::collections::{BTreeMap, HashMap};

use crate::failure::{DeadPart, PermanentFailure, TransientFailure};
use crate::invocation::Invocation;
use crate::operation::{self, Table};
use crate::plan::{Counts, Effect, Plan, Results};
use crate::record::receives;
use crate::table;

/// The outcomes of a batch. A message that is in neither list of failures is carried out, or gives way to what is in the table
/// or to another row of the batch.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// The messages that go to the dead-letter queue, as a whole or some of their rows.
    pub dead: BTreeMap<usize, DeadPart>,
    /// The messages that are to be delivered again.
    pub transient: BTreeMap<usize, TransientFailure>,
    /// The effects of the rows that are carried out or give way, each with its message: none of those of messages that are
    /// delivered again.
    pub effects: Vec<(usize, Effect)>,
    /// The number of rows of messages that have another number of them than one.
    rows: HashMap<usize, usize>,
}

/// Carries out the batch. A message of which a row fails transiently is delivered again as a whole, and on its last delivery
/// fails permanently as a whole: it has all its rows when it is moved back, whichever of them were written.
pub async fn of(invocation: Invocation<'_>) -> Outcomes {
    let Invocation { writer, records, .. } = invocation;
    let mut outcomes = Outcomes::default();
    let mut operations = Vec::with_capacity(records.len());
    let table = Table {
        name: &writer.config.table,
        keys: &writer.config.keys,
    };
    for (message, record) in records.iter().enumerate() {
        match operation::parse(record, table, writer.config.write_mode) {
            Ok(operation) => {
                let rows = operation.rows();
                if rows != 1 {
                    outcomes.rows.insert(message, rows);
                }
                operations.push((message, operation));
            }
            Err(failure) => _ = outcomes.dead.insert(message, DeadPart::Whole(failure)),
        }
    }
    let mut plan = Plan::new(operations);
    table::execute(invocation, &mut plan).await;
    let Results {
        effects,
        refused,
        come_back,
    } = plan.into_results();
    outcomes.effects = effects;
    for (row, failure) in refused {
        outcomes.refuse(row.message, row.index, failure);
    }
    for (message, cause) in come_back {
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

    /// The number of rows of a message. One that cannot be read counts as one row.
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
    pub fn counts(&self) -> Counts {
        self.effects.iter().map(|&(_, effect)| effect).collect()
    }

    /// Whether all of a message is carried out, or gives way to another write.
    #[must_use]
    pub fn is_done(&self, message: usize) -> bool {
        !self.dead.contains_key(&message) && !self.transient.contains_key(&message)
    }

    /// Makes failures transient that the dead-letter queue did not take: their messages stay on the queue, all their rows.
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
