//! The outcome of each message of a batch: it is carried out, it fails permanently, or it fails transiently.

use std::collections::BTreeMap;

use crate::failure::{Failure, PermanentFailure, TransientFailure};
use crate::invocation::Invocation;
use crate::operation::{self, Table};
use crate::plan::{Counts, Effect, Plan};
use crate::record::receives;
use crate::table;

/// The failures of a batch. A message without one is carried out, or gives way to what is in the table or to another one of
/// the batch.
#[derive(Debug)]
pub struct Outcomes {
    /// The messages that go to the dead-letter queue.
    pub permanent: BTreeMap<usize, PermanentFailure>,
    /// The messages that are to be delivered again.
    pub transient: BTreeMap<usize, TransientFailure>,
    /// The number of effects of the batch.
    pub counts: Counts,
    /// The effects of the messages that are carried out or give way; none when nobody keeps books.
    pub effects: Vec<(usize, Effect)>,
}

/// Carries out the batch. A message that fails transiently on its last delivery fails permanently.
pub async fn of(invocation: Invocation<'_>) -> Outcomes {
    let Invocation { writer, records, .. } = invocation;
    let mut permanent = BTreeMap::new();
    let mut transient = BTreeMap::new();
    let mut operations = Vec::with_capacity(records.len());
    let table = Table {
        name: &writer.config.table,
        keys: &writer.config.keys,
    };
    for (message, record) in records.iter().enumerate() {
        match operation::parse(record, table, writer.config.write_mode) {
            Ok(operation) => operations.push((message, operation)),
            Err(failure) => _ = permanent.insert(message, failure),
        }
    }
    let mut plan = Plan::new(operations);
    table::execute(invocation, &mut plan).await;
    let counts = plan.counts();
    let effects = match writer.ledger {
        Some(_) => plan.effects().collect(),
        None => Vec::new(),
    };
    for (message, failure) in plan.into_failures() {
        let receives = receives(&records[message]);
        match failure {
            Failure::Permanent(failure) => _ = permanent.insert(message, failure),
            Failure::Transient(cause) if receives >= writer.config.max_receives => {
                permanent.insert(message, PermanentFailure::GivenUp { cause, receives });
            }
            Failure::Transient(failure) => _ = transient.insert(message, failure),
        }
    }
    Outcomes {
        permanent,
        transient,
        counts,
        effects,
    }
}

impl Outcomes {
    /// Whether a message is carried out, or gives way to another write.
    #[must_use]
    pub fn is_done(&self, message: usize) -> bool {
        !self.permanent.contains_key(&message) && !self.transient.contains_key(&message)
    }

    /// Makes failures transient that the dead-letter queue did not take: their messages stay on the queue.
    pub fn leave_on_queue(&mut self, undelivered: impl IntoIterator<Item = usize>) {
        for message in undelivered {
            self.permanent.remove(&message);
            self.transient.insert(message, TransientFailure::no_dead_letter_queue());
        }
    }
}
