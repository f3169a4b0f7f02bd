//! Remembers the keys that were seen, and forgets the oldest.

use std::hash::Hash;

use super::generation::Generation;

/// The most keys of a generation in a function: as many as a hash map of 2^17 buckets holds. Two generations take 6 MB, at 24 bytes a
/// key, if all keys ascend, 7 MB if none does, and at most 10 MB.
pub(super) const GENERATION: usize = 7 << 14;
/// The most keys in the payload for the next invocation, which has other things to carry.
pub(super) const CARRIED: usize = 1000;

/// Keys of two generations, each with the line in which it was last seen.
#[derive(Debug)]
pub(super) struct Generations<K> {
    /// The most keys of a generation.
    pub most: usize,
    pub newer: Generation<K>,
    pub older: Generation<K>,
}

impl<K: Copy + Ord + Hash> Generations<K> {
    /// No keys yet. `may_ascend` says whether keys may come in ascending order, unlike hashes.
    pub fn new(may_ascend: bool) -> Self {
        Self {
            most: GENERATION,
            newer: Generation::new(may_ascend),
            older: Generation::new(may_ascend),
        }
    }

    /// Takes keys that were seen before, in the order of their lines.
    pub fn resume(&mut self, seen: impl IntoIterator<Item = (K, u64)>) {
        for (key, line) in seen {
            self.newer.insert(key, line);
        }
    }

    /// Adds a key. Returns the line in which it was last seen, if any.
    pub fn note(&mut self, key: K, line: u64) -> Option<u64> {
        self.newer.insert(key, line).or_else(|| self.older.line(key))
    }

    /// Forgets the older generation when the newer one is full. Returns whether keys were forgotten.
    pub fn age(&mut self) -> bool {
        if self.newer.len() < self.most {
            return false;
        }
        let forgets = !self.older.is_empty();
        // Frees the older one first, so that there are never three in memory.
        self.older = Generation::new(false);
        // The next generation is like this one, so it needs as much room.
        let next = self.newer.next();
        self.older = std::mem::replace(&mut self.newer, next);
        forgets
    }

    /// The keys that were seen last, in the order of their lines.
    pub fn last(&self) -> impl Iterator<Item = (K, u64)> {
        let mut keys: Vec<_> = self.newer.iter().chain(self.older.iter()).collect();
        keys.sort_unstable_by_key(|&(_, line)| line);
        let surplus = keys.len().saturating_sub(CARRIED);
        keys.into_iter().skip(surplus)
    }
}
