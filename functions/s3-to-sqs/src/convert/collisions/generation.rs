//! Keys, each with the line in which it was last seen.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// The line of each key. The hasher is seeded at random like the standard one, but cheaper.
type Lines<K> = HashMap<K, u64, RandomState>;

/// The keys of a generation.
///
/// Files in the order of time are the usual ones, and the keys of their rows ascend. A key above all earlier ones is new, and
/// is added to a sorted list without a look-up. A hash map would read memory at a random place for every row. Where sorted
/// parts follow each other, as in a file of several sensors, most keys are searched in the list in vain and then added to a
/// hash map; where keys come in any order, the list stays short.
#[derive(Debug)]
pub(super) struct Generation<K> {
    /// Whether keys may come in ascending order, unlike hashes.
    may_ascend: bool,
    /// The keys that were above all earlier ones, in ascending order.
    ascending: Vec<(K, u64)>,
    /// All other keys.
    others: Lines<K>,
}

impl<K: Copy + Ord + Hash> Generation<K> {
    pub fn new(may_ascend: bool) -> Self {
        Self {
            may_ascend,
            ascending: Vec::new(),
            others: Lines::default(),
        }
    }

    /// An empty generation with room for as many keys as this one has.
    pub fn next(&self) -> Self {
        Self {
            may_ascend: self.may_ascend,
            ascending: Vec::with_capacity(self.ascending.len()),
            others: Lines::with_capacity_and_hasher(self.others.len(), RandomState::default()),
        }
    }

    pub fn len(&self) -> usize {
        self.ascending.len() + self.others.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a key. Returns the line in which it was last seen, if any.
    pub fn insert(&mut self, key: K, line: u64) -> Option<u64> {
        if !self.may_ascend {
            return self.others.insert(key, line);
        }
        if self.is_above_all(key) {
            self.ascending.push((key, line));
            return None;
        }
        match self.find(key) {
            Ok(index) => Some(std::mem::replace(&mut self.ascending[index].1, line)),
            Err(_) => self.others.insert(key, line),
        }
    }

    /// The line in which a key was last seen, if any.
    pub fn line(&self, key: K) -> Option<u64> {
        if !self.may_ascend {
            return self.others.get(&key).copied();
        }
        if self.is_above_all(key) {
            return None;
        }
        match self.find(key) {
            Ok(index) => Some(self.ascending[index].1),
            Err(_) => self.others.get(&key).copied(),
        }
    }

    fn is_above_all(&self, key: K) -> bool {
        self.ascending.last().is_none_or(|(highest, _)| key > *highest)
    }

    fn find(&self, key: K) -> Result<usize, usize> {
        self.ascending.binary_search_by_key(&key, |(key, _)| *key)
    }

    /// All keys with their lines, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (K, u64)> {
        let others = self.others.iter().map(|(key, line)| (*key, *line));
        self.ascending.iter().copied().chain(others)
    }
}
