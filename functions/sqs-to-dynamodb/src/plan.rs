//! The order in which a batch is carried out, and which messages fail together. Pure: no calls, no clock.
//!
//! A message has one row, a `BATCH_WRITE` any number of them. Rows of one key keep their order, rows of different keys are
//! independent. So a batch falls into *stages*: a message is in the first stage after all earlier messages of its keys. In a
//! stage each key has one *step*, and all steps of a stage can be carried out at once.
//!
//! Three rules make it fewer stages, and fewer writes:
//!
//! * A write (`POST`, `DELETE`, one of a `BATCH_WRITE`) that follows a write of the same key joins its step and
//!   supersedes it: the later one wins, and only that is sent. Should DynamoDB refuse it, the one before it is next.
//! * An ordered put that follows one of the same key and precedence joins its step, too. There the one that has precedence
//!   is sent, whenever it came: in the mode `latest` the one with the highest order, which supersedes the others; in the
//!   mode `create` the one with the lowest order, behind which the others find an item that exists.
//! * All writes of a `BATCH_WRITE` are in one stage, so that it has succeeded or not before what follows on its keys.
//!
//! A row that can never be carried out fails alone. A row that fails for now brings its whole message back, since SQS delivers a
//! message as it was sent. So what comes after the message on its keys must wait for that: it is not
//! carried out, or when it was (a write that superseded it), it is reported as failed all the same. Writes can be
//! repeated without harm; updates are always in a later stage, and so are never reported as failed once carried out.

#[cfg(test)]
mod ordered_tests;
mod step;
mod task;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use attributes::ItemKey;

use crate::failure::{Failure, PermanentFailure, TransientFailure};
use crate::operation::{Operation, OrderedPut, Precedence, Write};
use step::Step;
pub use task::{Action, Counts, Effect, Outcome, Row, Task, TaskResult, Ticket};

/// The order of a batch, and the failures in it so far. Messages are known by their index in the batch.
#[derive(Debug, Default)]
pub struct Plan {
    steps: Vec<Step>,
    /// Indices into `steps`.
    stages: Vec<Vec<usize>>,
    /// The stage that is being carried out.
    current: usize,
    refused: BTreeMap<Row, PermanentFailure>,
    come_back: BTreeMap<usize, TransientFailure>,
    /// Keys on which nothing more is done, because an earlier message of theirs failed transiently.
    blocked: HashMap<ItemKey, TransientFailure>,
    scans: Vec<usize>,
    /// The effects so far, each with its message.
    effects: Vec<(usize, Effect)>,
}

/// The results of a plan that is carried out. A message that is in neither list is done: what it asks for is carried out, or
/// superseded.
#[derive(Debug)]
pub struct Results {
    /// The effects, each with its message, without those of messages that come back. A scan has none.
    pub effects: Vec<(usize, Effect)>,
    /// Rows that can never be carried out, without those of messages that come back.
    pub refused: BTreeMap<Row, PermanentFailure>,
    /// Messages of which a row failed transiently.
    pub come_back: BTreeMap<usize, TransientFailure>,
}

/// The stage in which a key was last used.
struct Last {
    stage: usize,
    /// That stage's step, if others can join it.
    open: Option<(usize, Kind)>,
}

/// The kind of a step that others can join: those of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Writes,
    OrderedPuts(Precedence),
}

impl Plan {
    /// Makes the plan of the messages that could be parsed, in the order of the batch.
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

    /// The tasks to carry out next, at once and in any order; `None` when there is nothing left. The result of each of these
    /// tasks must be given to [`settle`](Self::settle) before the next round.
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

    /// Takes notice of the results of a round.
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

    /// On entering a stage: what comes after a failed row of its key is not carried out.
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

    /// A message that fails on one key fails on all its keys, and those after it on these keys with it.
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
                    let failure = self.come_back.get(&row.message)?;
                    Some((place, failure.clone()))
                });
                if let Some((first, failure)) = failed {
                    self.fail(index, first, &failure);
                    spreads = true;
                }
            }
        }
    }

    /// Fails the rows of a step from the one at `first` on, and their messages with them.
    fn fail(&mut self, step: usize, first: usize, failure: &TransientFailure) {
        let step = &mut self.steps[step];
        self.blocked.insert(step.key.clone(), failure.clone());
        for (row, _) in step.rows.drain(first..) {
            self.come_back.insert(row.message, failure.clone());
        }
    }

    /// The messages that ask for a scan, for which there is no step: it comes after everything else.
    #[must_use]
    pub fn scans(&self) -> &[usize] {
        &self.scans
    }

    /// Takes notice of a scan that failed.
    pub fn fail_scans(&mut self, failure: &TransientFailure) {
        for &message in &self.scans {
            self.come_back.insert(message, failure.clone());
        }
    }

    /// What became of the batch.
    #[must_use]
    pub fn into_results(self) -> Results {
        let Self {
            mut effects,
            mut refused,
            come_back,
            ..
        } = self;
        if !come_back.is_empty() {
            effects.retain(|(message, _)| !come_back.contains_key(message));
            refused.retain(|row, _| !come_back.contains_key(&row.message));
        }
        Results {
            effects,
            refused,
            come_back,
        }
    }
}

impl Results {
    /// The number of effects of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.effects.iter().map(|&(_, effect)| effect).collect()
    }
}

/// The first stage in which a step of a kind can keep its place among the messages of its key.
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
