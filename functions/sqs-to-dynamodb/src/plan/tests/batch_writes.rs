//! Messages of many rows: a row fails alone or takes its message along.

use super::model::{Fault, batch_write, put, run, update};
use crate::failure::PermanentFailure;
use crate::operation::Operation;
use crate::plan::Row;
use crate::testing::key;

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
