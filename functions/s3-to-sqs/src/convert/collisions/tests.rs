use std::collections::{HashMap, HashSet};

use message::Precision;
use proptest::prelude::*;

use super::counted::SHOWN;
use super::generations::{CARRIED, GENERATION};
use super::*;

fn key(seconds: usize) -> Key {
    Key::from_timestamp(&seconds.to_string(), Precision::Seconds).unwrap()
}

fn count(keys: impl IntoIterator<Item = usize>) -> KeyCollisions {
    let mut collisions = CollisionCounter::default();
    for (index, seconds) in keys.into_iter().enumerate() {
        collisions.count(key(seconds), index as u64 + 2);
    }
    collisions.counted().clone()
}

/// The most that an invocation hands on.
pub fn most_seen() -> Vec<SeenKey> {
    let mut collisions = CollisionCounter::default();
    for row in 0..2 * CARRIED {
        let key = Key::from_timestamp(&row.to_string(), Precision::Nanoseconds).unwrap();
        collisions.count(key, u64::MAX / 2 + row as u64);
    }
    collisions.seen()
}

/// A counter of texts, for the keys `pk` and `sk`.
pub fn of_texts() -> CollisionCounter {
    CollisionCounter::of(Keys::Texts {
        seen: Generations::new(false),
        seeds: [FixedState::with_seed(1), FixedState::with_seed(2)],
        names: [Some("pk".to_owned()), Some("sk".to_owned())],
    })
}

/// The most that an invocation hands on of declared keys.
pub fn most_texts_seen() -> Vec<SeenKey> {
    let mut collisions = of_texts();
    for row in 0..2 * CARRIED {
        collisions.count_texts(&row.to_string(), "", u64::MAX / 2 + row as u64);
    }
    collisions.seen()
}

/// The largest pairs that a report can have.
pub fn fullest_pairs() -> KeyCollisions {
    let mut collisions = of_texts();
    for row in 0..10 {
        collisions.count_texts(&"\u{1}".repeat(2048), &"\u{1}".repeat(1024), u64::MAX - row);
    }
    collisions.counted().clone()
}

#[test]
fn declared_keys_are_counted_by_both_texts() {
    let mut first = of_texts();
    for (line, (partition, sort)) in (2..).zip([("ab", "c"), ("a", "bc"), ("ab", "c"), ("ab", ""), ("a", "bc")]) {
        first.count_texts(partition, sort, line);
    }
    let counted = serde_json::to_value(first.counted()).unwrap();
    assert_eq!(
        counted,
        serde_json::json!({"rows": 2, "exact": true, "first": [
            {"line": 4, "earlier_line": 2, "pk": "ab", "sk": "c"},
            {"line": 6, "earlier_line": 3, "pk": "a", "sk": "bc"},
        ]})
    );
    let seen = serde_json::to_string(&first.seen()).unwrap();
    let seen: Vec<SeenKey> = serde_json::from_str(&seen).unwrap();
    let mut next = of_texts().resume(serde_json::from_value(counted).unwrap(), &seen);
    next.count_texts("ab", "", 7);
    next.count_texts("other", "", 8);
    assert_eq!((next.counted().rows, next.counted().exact), (3, false));
    assert_eq!(next.counted().first[2].earlier_line, 5);
}

#[test]
fn a_key_that_is_called_as_a_line_is_told_from_it() {
    let mut counter = CollisionCounter::of(Keys::Texts {
        seen: Generations::new(false),
        seeds: [FixedState::with_seed(1), FixedState::with_seed(2)],
        names: [Some("line".to_owned()), None],
    });
    counter.count_texts("7", "", 2);
    counter.count_texts("7", "", 3);
    let pair = serde_json::to_value(&counter.counted().first[0]).unwrap();
    assert_eq!(
        pair,
        serde_json::json!({"line": 3, "earlier_line": 2, "line of the key": "7"})
    );
}

#[test]
fn the_first_pairs_are_shown_and_all_are_counted() {
    let found = count([7, 8, 7, 7].into_iter().chain([9; 10]));
    assert_eq!((found.rows, found.exact), (11, true));
    assert_eq!(found.first.len(), SHOWN);
    let lines: Vec<_> = found.first.iter().map(|pair| (pair.line, pair.earlier_line)).collect();
    assert_eq!(lines[..3], [(4, 2), (5, 4), (7, 6)]);
    let first = serde_json::to_string(&found.first[0]).unwrap();
    assert_eq!(
        first,
        r#"{"line":4,"earlier_line":2,"date":"1970-01-01","time":"00:00:07"}"#
    );
    assert_eq!(serde_json::from_str::<Pair>(&first).unwrap(), found.first[0]);
}

#[test]
fn a_long_file_in_order_of_time_is_counted_whole_in_bounded_memory() {
    let rows = GENERATION * 5;
    let mut collisions = CollisionCounter::default();
    for row in 0..rows {
        collisions.count(key(row / 2), row as u64);
        let Keys::Messages(Generations { newer, older, .. }) = &collisions.keys else {
            panic!("keys of messages");
        };
        assert!(newer.len() + older.len() <= 2 * GENERATION);
    }
    assert_eq!(collisions.counted().rows, rows as u64 / 2);
}

#[test]
fn a_count_that_may_be_too_low_says_so() {
    assert!(count(0..=GENERATION).exact);
    let twice = (0..3 * GENERATION).chain([0]);
    assert_eq!(
        count(twice),
        KeyCollisions {
            rows: 0,
            exact: false,
            first: vec![]
        }
    );
    let near = (0..2 * GENERATION - 1).chain([GENERATION + 5]);
    assert_eq!(count(near).rows, 1);
}

#[test]
fn larger_generations_count_rows_that_are_further_apart() {
    let mut collisions = CollisionCounter::default().with_generations_of(3 * GENERATION);
    for row in (0..3 * GENERATION).chain([0]) {
        collisions.count(key(row), row as u64);
    }
    assert_eq!((collisions.counted().rows, collisions.counted().exact), (1, true));
}

#[test]
fn another_invocation_goes_on() {
    let mut first = CollisionCounter::default();
    for line in 0..2000 {
        first.count(key(line), line as u64);
    }
    let mut next = CollisionCounter::default().resume(first.counted().clone(), &first.seen());
    next.count(key(1999), 2000);
    next.count(key(2000), 2001);
    assert_eq!((next.counted().rows, next.counted().exact), (1, false));
    assert_eq!(next.counted().first[0].earlier_line, 1999);
    assert_eq!(first.seen().len(), CARRIED);
}

/// Keys in the order of time, with runs that go back to earlier ones.
fn keys_with_steps_back() -> impl Strategy<Value = Vec<usize>> {
    let run = (0..30_usize, 1..10_usize).prop_map(|(begin, length)| begin..begin + length);
    prop::collection::vec(run, 0..12).prop_map(|runs| runs.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn every_row_names_the_last_line_of_its_key(keys in keys_with_steps_back(), handed_on in 0..60_usize) {
        let mut collisions = CollisionCounter::default();
        let mut last_lines = HashMap::new();
        let mut expected = Vec::new();
        for (index, &seconds) in keys.iter().enumerate() {
            if index == handed_on {
                collisions = CollisionCounter::default().resume(collisions.counted().clone(), &collisions.seen());
            }
            let line = index as u64 + 2;
            collisions.count(key(seconds), line);
            expected.extend(last_lines.insert(seconds, line).map(|earlier_line| (line, earlier_line)));
        }
        prop_assert_eq!(collisions.counted().rows, expected.len() as u64);
        let first: Vec<_> = collisions.counted().first.iter().map(|pair| (pair.line, pair.earlier_line)).collect();
        prop_assert_eq!(&first[..], &expected[..expected.len().min(SHOWN)]);
    }

    #[test]
    fn a_small_file_is_counted_exactly(keys in proptest::collection::vec(0..20_usize, 0..60)) {
        let distinct: HashSet<_> = keys.iter().collect();
        prop_assert_eq!(count(keys.clone()).rows, (keys.len() - distinct.len()) as u64);
    }
}
