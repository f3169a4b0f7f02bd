//! Any messages, with any faults, end as if they were carried out one by one.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::model::{BAD, Fault, NAME, Table, apply, by_plan, counted, delete, one_by_one, put, run, update};
use crate::failure::PermanentFailure;
use crate::operation::{Change, Operation, RowWrite, Write};
use crate::plan::{Plan, Row, Task};
use crate::testing::key;

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
