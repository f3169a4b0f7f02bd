//! Keys that were seen, of which the oldest are forgotten.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// The most keys of a generation: what a hash map of 2^17 places takes. Two generations are 7 MB, of 24 bytes a key, or 9 MB
/// with the 32 bytes of a declared key.
pub(super) const GENERATION: usize = 7 << 14;
/// The most keys that go to the next invocation, in a payload that has other things to carry.
pub(super) const CARRIED: usize = 1000;

/// The line of each key. Seeded at random too, but cheaper to look up than the standard hash map, once for every row.
pub(super) type Lines<K> = HashMap<K, u64, RandomState>;

/// Keys of two generations, each with the line where it was seen last.
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
    /// Notes a key. The line where it was seen before, if it was.
    pub fn note(&mut self, key: K, line: u64) -> Option<u64> {
        self.newer.insert(key, line).or_else(|| self.older.get(&key).copied())
    }

    /// Forgets the older generation when the newer is full. Whether keys are forgotten.
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
