//! Rows with the key of an earlier row.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// The most keys that are remembered: some 200 MB.
const MAX_KEYS: usize = 4_000_000;
/// The most pairs that are shown.
const SHOWN: usize = 3;

/// Counts rows with the key of an earlier row of the file: exactly, as long as there are no more than four million keys. Keys
/// are known by 128 bits of hashes with random seeds, so that two of four million are taken for one with a chance of less than
/// 1 to 10^25.
#[derive(Debug, Default)]
pub struct Collisions {
    /// How many rows have the key of an earlier one.
    pub rows: u64,
    /// Whether there may be more.
    pub may_be_more: bool,
    /// The first of them.
    pub first: Vec<Pair>,
    lines: HashMap<u128, u64>,
    seeds: [RandomState; 2],
}

/// Two rows with one key.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// The line where the later row starts.
    pub line: u64,
    /// The line of the row with the same key before it.
    pub earlier_line: u64,
    /// The text of the partition key.
    pub partition: String,
    /// The text of the sort key; empty when the table has none.
    pub sort: String,
}

impl Collisions {
    /// Counts a row.
    pub fn add(&mut self, partition: &str, sort: &str, line: u64) {
        let [high, low] = self
            .seeds
            .each_ref()
            .map(|seed| u128::from(seed.hash_one((partition, sort))));
        let key = high << 64 | low;
        if self.lines.len() >= MAX_KEYS && !self.lines.contains_key(&key) {
            self.may_be_more = true;
            return;
        }
        let Some(earlier_line) = self.lines.insert(key, line) else {
            return;
        };
        self.rows += 1;
        if self.first.len() < SHOWN {
            self.first.push(Pair {
                line,
                earlier_line,
                partition: partition.to_owned(),
                sort: sort.to_owned(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_one_key_are_counted_and_the_first_are_shown() {
        let mut collisions = Collisions::default();
        for (line, key) in ["a", "b", "a", "a", "b", "a"].into_iter().enumerate() {
            collisions.add(key, "s", line as u64);
        }
        collisions.add("as", "", 9);
        assert_eq!((collisions.rows, collisions.may_be_more), (4, false));
        let lines: Vec<_> = collisions
            .first
            .iter()
            .map(|pair| (pair.earlier_line, pair.line))
            .collect();
        assert_eq!(lines, [(0, 2), (2, 3), (1, 4)]);
        assert_eq!(
            (
                collisions.first[0].partition.as_str(),
                collisions.first[0].sort.as_str()
            ),
            ("a", "s")
        );
    }
}
