use std::collections::{BTreeMap, BTreeSet, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::error::ErrorMetadata;
use proptest::prelude::*;

use super::*;
use crate::failure::PermanentFailure;
use crate::operation::{Change, Item, RowWrite, Update};
use crate::testing::key;

/// The actions on each item since it was last put.
type Table = HashMap<ItemKey, Vec<String>>;

const NAME: &str = "name";
/// The start of the names that the model refuses.
const BAD: &str = "bad";

fn put(second: u8, name: &str) -> Write {
    Write {
        key: key(second),
        change: Change::Put(Item::of(
            &[(NAME.to_owned(), AttributeValue::S(name.to_owned()))].into(),
        )),
    }
}

fn delete(second: u8) -> Write {
    Write {
        key: key(second),
        change: Change::Delete,
    }
}

fn update(second: u8, name: &str) -> Operation {
    let update = name.to_owned();
    let update = Update {
        update,
        ..Update::default()
    };
    Operation::Update(key(second), Box::new(update))
}

/// Carries out one action on the table; `false` when it is refused.
fn apply(table: &mut Table, reads: &mut Vec<Option<Vec<String>>>, key: ItemKey, action: &Action) -> bool {
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
fn one_by_one(table: &mut Table, operations: &[Operation]) -> Vec<Option<Vec<String>>> {
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
enum Fault {
    None,
    /// The task fails without effect.
    Lost,
    /// The task has its effect, but its answer is lost. Not for updates, which are not repeatable.
    AnswerLost,
}

#[derive(Default)]
struct Result {
    failed: BTreeSet<usize>,
    dead: BTreeSet<Row>,
    counts: EffectCounts,
    rounds: usize,
    faults: usize,
}

/// Carries out messages by their plan.
fn by_plan(table: &mut Table, operations: &[Operation], faults: &[Fault]) -> Result {
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
    result.failed = results.come_back.into_keys().collect();
    result.dead = results.refused.into_keys().collect();
    result
}

/// The rows with an effect.
fn counted(counts: EffectCounts) -> usize {
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

fn run(operations: &[Operation], faults: &[Fault]) -> (Table, Result) {
    let mut table = Table::new();
    let result = by_plan(&mut table, operations, faults);
    (table, result)
}

#[test]
fn adjacent_writes_of_a_key_are_one() {
    let operations = [put(1, "a"), put(2, "b"), delete(1), put(1, "c")].map(Operation::Write);
    let (table, result) = run(&operations, &[]);
    assert_eq!(table, [(key(1), vec!["c".into()]), (key(2), vec!["b".into()])].into());
    assert_eq!(result.rounds, 1);
    let counts = EffectCounts {
        written: 2,
        superseded: 2,
        ..EffectCounts::default()
    };
    assert_eq!(result.counts, counts);
}

#[test]
fn effects_of_messages_that_fail_are_not_counted() {
    let operations = [
        batch_write([put(1, "a"), put(2, "b")]),
        Operation::Write(put(1, "c")),
        Operation::Write(put(3, "d")),
    ];
    // The last task is the first one; key 2 is left unprocessed.
    let (table, result) = run(&operations, &[Fault::None, Fault::Lost]);
    assert_eq!(table, [(key(1), vec!["c".into()]), (key(3), vec!["d".into()])].into());
    assert_eq!(result.failed, [0, 1].into());
    let counts = EffectCounts {
        written: 1,
        ..EffectCounts::default()
    };
    assert_eq!(result.counts, counts);
}

#[test]
fn other_keys_do_not_wait() {
    let operations = [
        Operation::Write(put(1, "a")),
        update(1, "b"),
        Operation::Get(key(1)),
        Operation::Write(delete(1)),
        update(2, "c"),
        Operation::Get(key(3)),
    ];
    let (table, result) = run(&operations, &[]);
    assert_eq!(table, [(key(2), vec!["c".into()])].into());
    assert_eq!(result.rounds, 4, "as many as key 1 has");
    let counts = EffectCounts {
        written: 1,
        deleted: 1,
        updated: 2,
        read: 2,
        ..EffectCounts::default()
    };
    assert_eq!(result.counts, counts);
}

#[test]
fn what_follows_a_failure_on_its_key_waits_for_the_next_delivery() {
    let operations = [update(1, "a"), update(1, "b"), Operation::Get(key(1)), update(2, "c")];
    // The last task of a round comes first: key 2, then key 1.
    let (table, result) = run(&operations, &[Fault::None, Fault::Lost]);
    assert_eq!(table, [(key(2), vec!["c".into()])].into());
    assert_eq!(result.failed, [0, 1, 2].into());
}

#[test]
fn superseded_writes_share_the_fate_of_the_last() {
    let operations = [put(1, "a"), put(1, "b")].map(Operation::Write);
    assert_eq!(run(&operations, &[Fault::Lost]).1.failed, [0, 1].into());
}

#[test]
fn a_refused_write_gives_way_to_the_one_before_it() {
    let operations = [put(1, "a"), put(1, "bad 1"), put(1, "bad 2")].map(Operation::Write);
    let (table, result) = run(&operations, &[]);
    assert_eq!(table, [(key(1), vec!["a".into()])].into());
    assert_eq!((result.dead, result.failed), ([1, 2].map(Row::from).into(), [].into()));
}

#[test]
fn a_batch_write_fails_as_a_whole_and_takes_along_what_follows_on_each_of_its_keys() {
    let operations = [
        Operation::Write(put(1, "before")),
        batch_write([put(1, "a"), put(2, "a")]),
        Operation::Write(put(1, "after")),
        update(2, "after"),
        Operation::Write(put(3, "other")),
    ];
    // Tasks from the last to the first: keys 3, 2, 1.
    let (_, result) = run(&operations, &[Fault::None, Fault::Lost]);
    assert_eq!(result.failed, [1, 2, 3].into());
}

#[test]
fn a_batch_write_that_fails_and_is_refused_comes_back_first() {
    let operations = [batch_write([put(1, "bad"), put(2, "a")])];
    let (_, result) = run(&operations, &[Fault::Lost, Fault::None]);
    assert_eq!((result.failed, result.dead), ([0].into(), [].into()));
}

#[test]
fn what_a_message_superseded_that_comes_back_is_not_written_after_it() {
    let operations = [Operation::Write(put(1, "a")), batch_write([put(1, "b"), put(2, "b")])];
    // The last task is the first one; key 2 is left unprocessed.
    let (table, result) = run(&operations, &[Fault::Lost]);
    assert_eq!(table, [(key(1), vec!["b".into()])].into());
    assert_eq!((result.failed, result.rounds), ([1].into(), 1));
    assert_eq!((result.counts.written, result.counts.superseded), (0, 1));
}

#[test]
fn a_bad_row_of_a_batch_write_fails_alone() {
    let unreadable = Err(Box::new(PermanentFailure::NotAnObject));
    let rows = vec![Ok(put(1, "a")), Ok(put(2, "bad")), unreadable, Ok(put(3, "c"))];
    let (table, result) = run(&[Operation::BatchWrite(rows)], &[]);
    assert_eq!(table, [(key(1), vec!["a".into()]), (key(3), vec!["c".into()])].into());
    let row = |index| Row { message: 0, index };
    assert_eq!((result.dead, result.failed), ([row(1), row(2)].into(), [].into()));
    assert_eq!((result.counts.written, result.rounds), (2, 1));
}

#[test]
fn a_row_gives_way_to_the_one_before_it_of_its_message_when_it_is_refused() {
    let operations = [batch_write([put(1, "a"), put(1, "b"), put(1, "bad")])];
    let (table, result) = run(&operations, &[]);
    assert_eq!(table, [(key(1), vec!["b".into()])].into());
    assert_eq!(result.dead, [Row { message: 0, index: 2 }].into());
    assert_eq!((result.counts.written, result.counts.superseded), (1, 1));
}

#[test]
fn scans_are_left_to_the_caller() {
    let plan = Plan::new([(3, Operation::Scan), (5, Operation::Scan)]);
    assert_eq!(plan.scans(), [3, 5]);
}

fn batch_write(writes: impl IntoIterator<Item = Write>) -> Operation {
    Operation::BatchWrite(writes.into_iter().map(Ok).collect())
}

fn any_row() -> impl Strategy<Value = RowWrite> {
    let unreadable = Just(()).prop_map(|()| Err(Box::new(PermanentFailure::NotAnObject)));
    prop_oneof![8 => any_write().prop_map(Ok), 1 => unreadable]
}

fn any_write() -> impl Strategy<Value = Write> {
    (0..4_u8, 0..100_u8, 0..6_u8).prop_map(|(second, name, kind)| match kind {
        0 => delete(second),
        1 => put(second, &format!("{BAD} {name}")),
        _ => put(second, &format!("put {name}")),
    })
}

fn any_operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => any_write().prop_map(Operation::Write),
        2 => prop::collection::vec(any_row(), 1..8).prop_map(Operation::BatchWrite),
        2 => (0..4_u8, 0..100_u8).prop_map(|(second, name)| update(second, &format!("update {name}"))),
        1 => (0..4_u8).prop_map(|second| update(second, BAD)),
        1 => (0..4_u8).prop_map(|second| Operation::Get(key(second))),
    ]
}

fn any_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![6 => Just(Fault::None), 1 => Just(Fault::Lost), 1 => Just(Fault::AnswerLost)]
}

/// Whether a row can never be carried out.
fn is_bad(operation: &Operation, row: usize) -> bool {
    let is_bad = |change: &Change| matches!(change, Change::Put(item) if item.attributes()[NAME].as_s().unwrap().starts_with(BAD));
    match operation {
        Operation::Write(write) => is_bad(&write.change),
        Operation::BatchWrite(rows) => rows[row].as_ref().map_or(true, |write| is_bad(&write.change)),
        Operation::Update(_, update) => update.update.starts_with(BAD),
        Operation::OrderedPut(..) | Operation::Get(_) | Operation::Scan => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_plan_does_what_one_by_one_does(operations in prop::collection::vec(any_operation(), 0..30)) {
        let mut expected = Table::new();
        let reads = one_by_one(&mut expected, &operations);
        let (table, result) = run(&operations, &[]);
        prop_assert_eq!(table, expected);
        prop_assert_eq!(result.failed, BTreeSet::new());
        for (message, operation) in operations.iter().enumerate() {
            for index in 0..operation.rows() {
                let dead = result.dead.contains(&Row { message, index });
                let is_bad = is_bad(operation, index);
                prop_assert!(!dead || is_bad, "good rows live");
                match operation {
                    Operation::Update(..) => prop_assert_eq!(dead, is_bad, "updates are not superseded"),
                    Operation::BatchWrite(rows) if rows[index].is_err() => prop_assert!(dead, "nothing is lost"),
                    _ => {}
                }
            }
        }
        let rows: usize = operations.iter().map(Operation::rows).sum();
        prop_assert_eq!(counted(result.counts) + result.dead.len(), rows, "each row ends in one way");
        prop_assert_eq!(result.counts.read, reads.len());
    }

    #[test]
    fn each_read_sees_what_came_before_it(operations in prop::collection::vec(any_operation(), 0..30)) {
        // Each message is followed by a read of each key, so that no write is superseded before it is read.
        let operations: Vec<_> = operations
            .into_iter()
            .flat_map(|operation| [operation].into_iter().chain((0..4).map(|second| Operation::Get(key(second)))))
            .collect();
        let expected = one_by_one(&mut Table::new(), &operations);
        let mut plan = Plan::new(operations.iter().cloned().enumerate());
        let (mut table, mut seen) = (Table::new(), BTreeMap::new());
        while let Some(tasks) = plan.next_round() {
            let settled = tasks.into_iter().map(|Task { ticket, action }| {
                let mut read = Vec::new();
                let took = apply(&mut table, &mut read, ticket.key.clone(), &action);
                seen.extend(read.pop().map(|read| (ticket.row.message, read)));
                let refused = || Err(PermanentFailure::ConditionFailed.into());
                let result = if took { Ok(ticket.asked.into()) } else { refused() };
                (ticket, result)
            });
            let settled: Vec<_> = settled.collect();
            plan.settle(settled);
        }
        prop_assert_eq!(seen.into_values().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn delivering_the_failed_ones_again_ends_as_if_nothing_had_failed(
        operations in prop::collection::vec(any_operation(), 0..30),
        faults in prop::collection::vec(any_fault(), 0..40),
    ) {
        let mut expected = Table::new();
        one_by_one(&mut expected, &operations);
        let (mut table, result) = run(&operations, &faults);
        prop_assert_eq!(result.failed.is_empty(), result.faults == 0);
        prop_assert!(result.dead.iter().all(|row| !result.failed.contains(&row.message)));
        let done = operations.iter().enumerate().filter(|(message, _)| !result.failed.contains(message));
        let rows: usize = done.map(|(_, operation)| operation.rows()).sum();
        prop_assert_eq!(counted(result.counts) + result.dead.len(), rows, "of what comes back nothing counts");
        let again: Vec<_> = result.failed.iter().map(|&message| operations[message].clone()).collect();
        by_plan(&mut table, &again, &[]);
        prop_assert_eq!(table, expected);
    }
}
