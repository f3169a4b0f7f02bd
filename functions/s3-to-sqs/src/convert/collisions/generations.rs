//! Remembers the keys that were seen, and forgets the oldest.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// The most keys of a generation: as many as a hash map of 2^17 buckets holds. Two generations take 7 MB at 24 bytes a
/// key, and 9 MB at the 32 bytes of a declared key.
pub(super) const GENERATION: usize = 7 << 14;
/// The most keys in the payload for the next invocation, which has other things to carry.
pub(super) const CARRIED: usize = 1000;

/// The line of each key. The hasher is seeded at random like the standard one, but cheaper; every row looks up a key.
pub(super) type Lines<K> = HashMap<K, u64, RandomState>;

/// Keys of two generations, each with the line in which it was last seen.
#[derive(Debug)]
pub(super) struct Generations<K> {
    pub newer: Lines<K>,
    pub older: Lines<K>,
}

impl<K> Default for Generations<K> {
    fn default() -> Self {
        Self {
            newer: Lines::default(),
            older: Lines::default(),
        }
    }
}

impl<K: Copy + Eq + Hash> Generations<K> {
    /// Adds a key. Returns the line in which it was last seen, if any.
    pub fn note(&mut self, key: K, line: u64) -> Option<u64> {
        self.newer.insert(key, line).or_else(|| self.older.get(&key).copied())
    }

    /// Forgets the older generation when the newer one is full. Returns whether keys were forgotten.
    pub fn age(&mut self) -> bool {
        if self.newer.len() < GENERATION {
            return false;
        }
        let forgets = !self.older.is_empty();
        std::mem::swap(&mut self.newer, &mut self.older);
        self.newer.clear();
        forgets
    }

    /// The keys that were seen last.
    pub fn last(&self) -> impl Iterator<Item = (&K, &u64)> {
        let mut keys: Vec<_> = self.newer.iter().chain(&self.older).collect();
        keys.sort_unstable_by_key(|&(_, line)| std::cmp::Reverse(line));
        keys.into_iter().take(CARRIED)
    }
}
