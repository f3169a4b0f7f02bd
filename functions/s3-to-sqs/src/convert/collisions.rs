//! Rows of one object with the same key, counted because only one of each key can stay in the table. Pure.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use message::Key;
use serde::{Deserialize, Serialize};

/// The most keys of a generation: what a hash map of 2^17 places takes. Two generations of 24 bytes a key are 7 MB.
const GENERATION: usize = 7 << 14;
/// The most pairs that are shown.
const SHOWN: usize = 5;
/// The most keys that go to the next invocation, in a payload that has other things to carry.
const CARRIED: usize = 1000;

/// Counts rows whose key an earlier row of the object has, in bounded memory.
///
/// Keys are kept in two generations of 114,688 keys; when the newer is full, the older is forgotten. So the count
/// is exact for an object of up to 114,688 different keys, in any order, and beyond that for every row whose key was
/// last seen no more than 114,688 different keys before: a file in the order of time is always counted exactly. An
/// invocation hands the last thousand keys on to the next. It never counts too much.
#[derive(Debug, Default)]
pub struct CollisionCounter {
    newer: Lines,
    older: Lines,
    counted: KeyCollisions,
}

/// The line of each key. Seeded at random too, but cheaper to look up than the standard hash map, once for every row.
type Lines = HashMap<Key, u64, RandomState>;

/// The rows whose key an earlier row of the object has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCollisions {
    /// The number of them.
    pub rows: u64,
    /// Whether no key was forgotten meanwhile. When one was, there may be more such rows than were counted.
    pub exact: bool,
    /// The first few of them.
    pub first: Vec<Pair>,
}

/// Two rows with one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The line where the later row starts.
    pub line: u64,
    /// The line of the last row before it that has the same key.
    pub earlier_line: u64,
    /// Their `date`.
    pub date: String,
    /// Their `time`.
    pub time: String,
}

/// A key that was seen, on its way to the next invocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenKey {
    date: String,
    time: String,
    line: u64,
}

impl Default for KeyCollisions {
    fn default() -> Self {
        Self {
            rows: 0,
            exact: true,
            first: Vec::new(),
        }
    }
}

impl CollisionCounter {
    /// A counter that goes on in another invocation, which knows only the keys that were seen last.
    #[must_use]
    pub fn resume(counted: KeyCollisions, seen: &[SeenKey]) -> Self {
        let key = |seen: &SeenKey| {
            Some(Key {
                date: seen.date.parse().ok()?,
                time: seen.time.parse().ok()?,
            })
        };
        Self {
            newer: seen.iter().filter_map(|seen| Some((key(seen)?, seen.line))).collect(),
            older: Lines::default(),
            counted: KeyCollisions {
                exact: false,
                ..counted
            },
        }
    }

    /// Counts a row that makes a message, if an earlier row has its key.
    pub fn count(&mut self, key: Key, line: u64) {
        let earlier = self.newer.insert(key, line).or_else(|| self.older.get(&key).copied());
        if let Some(earlier_line) = earlier {
            self.counted.rows += 1;
            if self.counted.first.len() < SHOWN {
                self.counted.first.push(Pair {
                    line,
                    earlier_line,
                    date: key.date.to_string(),
                    time: key.time.to_string(),
                });
            }
        }
        if self.newer.len() >= GENERATION {
            self.counted.exact &= self.older.is_empty();
            std::mem::swap(&mut self.newer, &mut self.older);
            self.newer.clear();
        }
    }

    /// The count so far.
    #[must_use]
    pub fn counted(&self) -> &KeyCollisions {
        &self.counted
    }

    /// The keys that were seen last, for [`resume`](Self::resume).
    #[must_use]
    pub fn seen(&self) -> Vec<SeenKey> {
        let mut keys: Vec<_> = self.newer.iter().chain(&self.older).collect();
        keys.sort_unstable_by_key(|&(_, line)| std::cmp::Reverse(line));
        let seen = keys.into_iter().take(CARRIED).map(|(key, &line)| SeenKey {
            date: key.date.to_string(),
            time: key.time.to_string(),
            line,
        });
        seen.collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashSet;

    use message::Precision;
    use proptest::prelude::*;

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

    #[test]
    fn the_first_pairs_are_shown_and_all_are_counted() {
        let found = count([7, 8, 7, 7].into_iter().chain([9; 10]));
        assert_eq!((found.rows, found.exact), (11, true));
        assert_eq!(found.first.len(), SHOWN);
        let lines: Vec<_> = found.first.iter().map(|pair| (pair.line, pair.earlier_line)).collect();
        assert_eq!(lines[..3], [(4, 2), (5, 4), (7, 6)]);
        assert_eq!(
            (found.first[0].date.as_str(), found.first[0].time.as_str()),
            ("1970-01-01", "00:00:07")
        );
    }

    #[test]
    fn a_long_file_in_order_of_time_is_counted_whole_in_bounded_memory() {
        let rows = GENERATION * 5;
        let mut collisions = CollisionCounter::default();
        for row in 0..rows {
            collisions.count(key(row / 2), row as u64);
            assert!(collisions.newer.len() + collisions.older.len() <= 2 * GENERATION);
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
    fn another_invocation_goes_on() {
        let mut first = CollisionCounter::default();
        for line in 0..2000 {
            first.count(key(line), line as u64);
        }
        let mut next = CollisionCounter::resume(first.counted().clone(), &first.seen());
        next.count(key(1999), 2000);
        next.count(key(2000), 2001);
        assert_eq!((next.counted().rows, next.counted().exact), (1, false));
        assert_eq!(next.counted().first[0].earlier_line, 1999);
        assert_eq!(first.seen().len(), CARRIED);
    }

    proptest! {
        #[test]
        fn a_small_file_is_counted_exactly(keys in proptest::collection::vec(0..20_usize, 0..60)) {
            let distinct: HashSet<_> = keys.iter().collect();
            prop_assert_eq!(count(keys.clone()).rows, (keys.len() - distinct.len()) as u64);
        }
    }
}
