//! Messages of one key and of several: what is carried out at once, what is superseded, and what waits.

use super::model::{Fault, batch_write, delete, put, run, update};
use crate::operation::Operation;
use crate::plan::{EffectCounts, Plan, Row};
use crate::testing::key;

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
fn scans_are_left_to_the_caller() {
    let plan = Plan::new([(3, Operation::Scan), (5, Operation::Scan)]);
    assert_eq!(plan.scans(), [3, 5]);
}
