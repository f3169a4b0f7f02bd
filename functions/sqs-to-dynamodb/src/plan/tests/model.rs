//! A model of the table, and messages carried out on it: one by one, and by their plan.

use std::collections::{BTreeSet, HashMap, HashSet};

use attributes::ItemKey;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::error::ErrorMetadata;

use crate::failure::{PermanentFailure, TransientFailure};
use crate::operation::{Change, Item, Operation, Update, Write};
use crate::plan::{Action, EffectCounts, Plan, Row, Task};
use crate::testing::key;

/// The actions on each item since it was last put.
pub type Table = HashMap<ItemKey, Vec<String>>;

pub const NAME: &str = "name";
/// The start of the names that the model refuses.
pub const BAD: &str = "bad";

pub fn put(second: u8, name: &str) -> Write {
    Write {
        key: key(second),
        change: Change::Put(Item::of(
            &[(NAME.to_owned(), AttributeValue::S(name.to_owned()))].into(),
        )),
    }
}

pub fn delete(second: u8) -> Write {
    Write {
        key: key(second),
        change: Change::Delete,
    }
}

pub fn update(second: u8, name: &str) -> Operation {
    let update = name.to_owned();
    let update = Update {
        update,
        ..Update::default()
    };
    Operation::Update(key(second), Box::new(update))
}

pub fn batch_write(writes: impl IntoIterator<Item = Write>) -> Operation {
    Operation::BatchWrite(writes.into_iter().map(Ok).collect())
}

/// Carries out one action on the table; `false` when it is refused.
pub fn apply(table: &mut Table, reads: &mut Vec<Option<Vec<String>>>, key: ItemKey, action: &Action) -> bool {
    match action {
        Action::Write(Change::Delete) => _ = table.remove(&key),
        Action::Write(Change::Put(item)) => {
            let item = item.attributes();
            let name = item[NAME].as_s().unwrap();
            if name.starts_with(BAD) {
                return false;
            }
            table.insert(key, vec![name.clone()]);
        }
        Action::OrderedPut(_) => unreachable!("none of the operations"),
        Action::Update(update) if update.update.starts_with(BAD) => return false,
        Action::Update(update) => table.entry(key).or_default().push(update.update.clone()),
        Action::Get => reads.push(table.get(&key).cloned()),
    }
    true
}

/// Carries out messages one by one. Returns the result of each `Get`.
pub fn one_by_one(table: &mut Table, operations: &[Operation]) -> Vec<Option<Vec<String>>> {
    let mut reads = Vec::new();
    for operation in operations.iter().cloned() {
        match operation {
            Operation::Write(write) => _ = apply(table, &mut reads, write.key, &Action::Write(write.change)),
            Operation::BatchWrite(rows) => {
                for write in rows.into_iter().flatten() {
                    apply(table, &mut reads, write.key, &Action::Write(write.change));
                }
            }
            Operation::Update(key, update) => _ = apply(table, &mut reads, key, &Action::Update(update)),
            Operation::Get(key) => _ = apply(table, &mut reads, key, &Action::Get),
            Operation::OrderedPut(..) | Operation::Scan => {}
        }
    }
    reads
}

/// The fault of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    None,
    /// The task fails without effect.
    Lost,
    /// The task has its effect, but its answer is lost. Not for updates, which are not repeatable.
    AnswerLost,
}

#[derive(Default)]
pub struct Result {
    pub failed: BTreeSet<usize>,
    pub dead: BTreeSet<Row>,
    pub counts: EffectCounts,
    pub rounds: usize,
    pub faults: usize,
}

/// Carries out messages by their plan.
pub fn by_plan(table: &mut Table, operations: &[Operation], faults: &[Fault]) -> Result {
    let mut plan = Plan::new(operations.iter().cloned().enumerate());
    let mut faults = faults.iter().copied();
    let mut result = Result::default();
    while let Some(tasks) = plan.next_round() {
        result.rounds += 1;
        let keys: HashSet<_> = tasks.iter().map(|task| task.ticket.key.clone()).collect();
        assert_eq!(keys.len(), tasks.len(), "each key once in a round");
        // In reverse, because the order within a round must not matter.
        let settled: Vec<_> = tasks
            .into_iter()
            .rev()
            .map(|Task { ticket, action }| {
                let fault = faults.next().unwrap_or(Fault::None);
                let repeatable = !matches!(action, Action::Update(_));
                let took = fault == Fault::None || (fault == Fault::AnswerLost && repeatable);
                let refused = took && !apply(table, &mut Vec::new(), ticket.key.clone(), &action);
                let task_result = if fault != Fault::None {
                    result.faults += 1;
                    Err(TransientFailure::unprocessed().into())
                } else if refused {
                    Err(PermanentFailure::UpdateRefused(ErrorMetadata::builder().build()).into())
                } else {
                    Ok(ticket.asked.into())
                };
                (ticket, task_result)
            })
            .collect();
        plan.settle(settled);
    }
    let results = plan.into_results();
    result.counts = EffectCounts::of(&results.effects);
    result.failed = results.transient.into_keys().collect();
    result.dead = results.refused.into_keys().collect();
    result
}

/// The rows with an effect.
pub fn counted(counts: EffectCounts) -> usize {
    let EffectCounts {
        written,
        replaced: _,
        deleted,
        updated,
        read,
        superseded,
        outdated,
        existing,
    } = counts;
    written + deleted + updated + read + superseded + outdated + existing
}

pub fn run(operations: &[Operation], faults: &[Fault]) -> (Table, Result) {
    let mut table = Table::new();
    let result = by_plan(&mut table, operations, faults);
    (table, result)
}
