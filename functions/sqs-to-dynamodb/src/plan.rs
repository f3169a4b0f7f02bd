//! Plans the order in which a batch is carried out, and finds which messages fail together. Pure: no calls, no clock.
//!
//! A `BATCH_WRITE` has any number of rows, any other message has one. Rows of one key keep their order; rows of different keys
//! are independent. So a batch is divided into *stages*: a message is in the first stage after all earlier messages of its keys.
//! In a stage each key has one *step*, and all steps of a stage can be carried out at once.
//!
//! Three rules reduce the number of stages and writes:
//!
//! * A write (`POST`, `DELETE`, or a row of a `BATCH_WRITE`) that follows a write of the same key joins its step and supersedes
//!   it: only the last write is sent. If DynamoDB refuses it, the one before it is sent.
//! * An ordered put that follows one of the same key and precedence joins its step, too. Only the put with precedence is sent,
//!   wherever it stands in the batch. In the mode `latest` it has the highest order, and supersedes the others. In the mode
//!   `create` it has the lowest order, and the others count as finding an existing item.
//! * All writes of a `BATCH_WRITE` are in one stage, so that their results are known before later rows of their keys.
//!
//! A row that can never be carried out fails alone. When a row fails transiently, its whole message is delivered again, because
//! SQS delivers a message as it was sent. Later messages on its keys must wait for that: they are not carried out. A later write
//! that was carried out already, because it superseded the failed row, is reported as failed, too. Repeating a write is harmless.
//! Updates are always in a later stage, so an update that was carried out is never reported as failed.

mod step;
mod task;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use attributes::ItemKey;

use crate::failure::{Failure, PermanentFailure, TransientFailure};
use crate::operation::{Operation, OrderedPut, Precedence, Write};
use step::Step;
pub use task::{Action, Effect, EffectCounts, Outcome, Row, Task, TaskResult, Ticket};

/// The order of a batch, and its results so far. A message is identified by its index in the batch.
#[derive(Debug, Default)]
pub struct Plan {
    steps: Vec<Step>,
    /// Indices into `steps`.
    stages: Vec<Vec<usize>>,
    /// The stage that is being carried out.
    current: usize,
    refused: BTreeMap<Row, PermanentFailure>,
    transient: BTreeMap<usize, TransientFailure>,
    /// Keys with no further actions, because an earlier message on them failed transiently.
    blocked: HashMap<ItemKey, TransientFailure>,
    scans: Vec<usize>,
    /// The effects so far, each with its message.
    effects: Vec<(usize, Effect)>,
}

/// The results of a plan that is carried out. A message in neither map is done: each of its rows is carried out or needs no
/// write.
#[derive(Debug)]
pub struct Results {
    /// The effects, each with its message, without those of messages that are delivered again. A scan has none.
    pub effects: Vec<(usize, Effect)>,
    /// Rows that can never be carried out, without those of messages that are delivered again.
    pub refused: BTreeMap<Row, PermanentFailure>,
    /// Messages of which a row failed transiently: they are delivered again.
    pub transient: BTreeMap<usize, TransientFailure>,
}

/// The stage in which a key was last used.
struct Last {
    stage: usize,
    /// The key's step in that stage, if further rows can join it.
    open: Option<(usize, Kind)>,
}

/// The kind of a step that further rows of the same kind can join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Writes,
    OrderedPuts(Precedence),
}

impl Plan {
    /// Makes the plan of the readable messages of a batch, in their order.
    #[must_use]
    pub fn new(operations: impl IntoIterator<Item = (usize, Operation)>) -> Self {
        let mut plan = Self::default();
        let mut keys = HashMap::new();
        for (message, operation) in operations {
            match operation {
                Operation::Write(write) => {
                    let stage = first_stage(&keys, &write.key, Kind::Writes);
                    plan.add_write(&mut keys, stage, message.into(), write);
                }
                Operation::OrderedPut(key, put) => plan.add_ordered_put(&mut keys, message, key, put),
                Operation::BatchWrite(rows) => {
                    let writes = rows.iter().flatten();
                    let stages = writes.map(|write| first_stage(&keys, &write.key, Kind::Writes));
                    let stage = stages.max().unwrap_or_default();
                    for (index, write) in rows.into_iter().enumerate() {
                        let row = Row { message, index };
                        match write {
                            Ok(write) => plan.add_write(&mut keys, stage, row, write),
                            Err(refusal) => _ = plan.refused.insert(row, *refusal),
                        }
                    }
                }
                Operation::Update(key, update) => plan.add(&mut keys, message, key, Action::Update(update)),
                Operation::Get(key) => plan.add(&mut keys, message, key, Action::Get),
                Operation::Scan => plan.scans.push(message),
            }
        }
        plan
    }

    fn add(&mut self, keys: &mut HashMap<ItemKey, Last>, message: usize, key: ItemKey, action: Action) {
        let stage = keys.get(&key).map_or(0, |last| last.stage + 1);
        self.add_step(stage, message.into(), key.clone(), action);
        keys.insert(key, Last { stage, open: None });
    }

    fn add_write(&mut self, keys: &mut HashMap<ItemKey, Last>, stage: usize, row: Row, write: Write) {
        let Write { key, change } = write;
        let action = Action::Write(change);
        let last = keys.get(&key).filter(|last| last.stage == stage);
        let step = if let Some((step, _)) = last.and_then(|last| last.open) {
            self.steps[step].rows.push((row, Some(action)));
            step
        } else {
            self.add_step(stage, row, key.clone(), action)
        };
        let open = Some((step, Kind::Writes));
        keys.insert(key, Last { stage, open });
    }

    fn add_ordered_put(
        &mut self,
        keys: &mut HashMap<ItemKey, Last>,
        message: usize,
        key: ItemKey,
        put: Box<OrderedPut>,
    ) {
        let kind = Kind::OrderedPuts(put.precedence);
        let stage = first_stage(keys, &key, kind);
        let last = keys.get(&key).filter(|last| last.stage == stage);
        let step = if let Some((step, _)) = last.and_then(|last| last.open) {
            self.steps[step].join(message.into(), put);
            step
        } else {
            self.add_step(stage, message.into(), key.clone(), Action::OrderedPut(put))
        };
        let open = Some((step, kind));
        keys.insert(key, Last { stage, open });
    }

    fn add_step(&mut self, stage: usize, row: Row, key: ItemKey, action: Action) -> usize {
        let step = self.steps.len();
        self.steps.push(Step::new(key, row, action));
        if stage >= self.stages.len() {
            self.stages.resize_with(stage + 1, Vec::new);
        }
        self.stages[stage].push(step);
        step
    }

    /// Returns the tasks to carry out next, at once and in any order; `None` when nothing is left. The result of each of them
    /// must be given to [`settle`](Self::settle) before the next round.
    pub fn next_round(&mut self) -> Option<Vec<Task>> {
        loop {
            let stage = self.stages.get(self.current)?;
            let mut tasks = Vec::with_capacity(stage.len());
            for &index in stage {
                let step = &mut self.steps[index];
                if let Some((row, action)) = step.give_out() {
                    let ticket = Ticket {
                        row,
                        key: step.key.clone(),
                        asked: action.effect(),
                        step: index,
                    };
                    tasks.push(Task { ticket, action });
                }
            }
            if !tasks.is_empty() {
                return Some(tasks);
            }
            self.current += 1;
            self.skip_blocked();
        }
    }

    /// Records the results of a round.
    pub fn settle(&mut self, results: impl IntoIterator<Item = (Ticket, TaskResult)>) {
        for (ticket, result) in results {
            let step = &mut self.steps[ticket.step];
            match result {
                Ok(outcome) => {
                    self.effects.extend(step.effects(outcome));
                    step.close();
                }
                Err(Failure::Permanent(refusal)) => {
                    step.rows.pop();
                    self.refused.insert(ticket.row, refusal);
                }
                Err(Failure::Transient(failure)) => self.fail(ticket.step, 0, &failure),
            }
        }
        self.spread_failures();
    }

    /// On entering a stage, fails the steps whose key has a failed row in an earlier stage.
    fn skip_blocked(&mut self) {
        if self.blocked.is_empty() {
            return;
        }
        for index in self.stages.get(self.current).cloned().unwrap_or_default() {
            if let Some(failure) = self.blocked.get(&self.steps[index].key).cloned() {
                self.fail(index, 0, &failure);
            }
        }
        self.spread_failures();
    }

    /// Fails a failed message on all its keys, and with it the rows after it on these keys.
    fn spread_failures(&mut self) {
        if self.blocked.is_empty() {
            return;
        }
        let stage = self.stages.get(self.current).cloned().unwrap_or_default();
        let mut spreads = true;
        while spreads {
            spreads = false;
            for &index in &stage {
                let mut rows = self.steps[index].rows.iter().enumerate();
                let failed = rows.find_map(|(place, (row, _))| {
                    let failure = self.transient.get(&row.message)?;
                    Some((place, failure.clone()))
                });
                if let Some((first, failure)) = failed {
                    self.fail(index, first, &failure);
                    spreads = true;
                }
            }
        }
    }

    /// Fails the rows of a step from the index `first` on, and their messages.
    fn fail(&mut self, step: usize, first: usize, failure: &TransientFailure) {
        let step = &mut self.steps[step];
        self.blocked.insert(step.key.clone(), failure.clone());
        for (row, _) in step.rows.drain(first..) {
            self.transient.insert(row.message, failure.clone());
        }
    }

    /// The messages that request a scan. They have no step: the scan comes after everything else.
    #[must_use]
    pub fn scans(&self) -> &[usize] {
        &self.scans
    }

    /// Records that the scan failed.
    pub fn fail_scans(&mut self, failure: &TransientFailure) {
        for &message in &self.scans {
            self.transient.insert(message, failure.clone());
        }
    }

    /// Returns the results of the batch.
    #[must_use]
    pub fn into_results(self) -> Results {
        let Self {
            mut effects,
            mut refused,
            transient,
            ..
        } = self;
        if !transient.is_empty() {
            effects.retain(|(message, _)| !transient.contains_key(message));
            refused.retain(|row, _| !transient.contains_key(&row.message));
        }
        Results {
            effects,
            refused,
            transient,
        }
    }
}

/// The first stage in which a step of this kind keeps its place among the messages of its key.
fn first_stage(keys: &HashMap<ItemKey, Last>, key: &ItemKey, kind: Kind) -> usize {
    match keys.get(key) {
        None => 0,
        Some(Last {
            stage,
            open: Some((_, open)),
        }) if *open == kind => *stage,
        Some(Last { stage, .. }) => stage + 1,
    }
}
