//! Counts the rows of one object with the same key, because only one row of each key stays in the table. Pure.

mod counted;
mod generation;
mod generations;
#[cfg(test)]
pub(crate) mod tests;

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use message::{Key, TableKey, names};
use schema::Write;

use self::counted::shown;
pub use self::counted::{KeyCollisions, Pair, SeenKey};
use self::generations::Generations;
use super::shape::Declared;

/// Counts rows whose key an earlier row of the object has, in bounded memory.
///
/// Keys are kept in two generations, in a function of 114,688 keys each. When the newer one is full, it becomes the older one, and the
/// previous older one is forgotten. An invocation passes the last thousand keys on to the next.
///
/// So a function counts a row if its key was last seen at most 114,688 different keys before, in the same invocation.
/// This holds for all rows of a file of up to 114,688 different keys that takes one invocation, and for rows in the order of
/// time. [`KeyCollisions::exact`] does not depend on the order: it is false once keys were forgotten, at the latest
/// with the 229,376th different key, or when an invocation resumed the count.
///
/// For the built-in shape, the keys themselves are kept, so that the count is never too high. For a declared key, whose
/// texts may be long, a 128-bit hash is kept, seeded by the ingest id: the chance that any two of a thousand million
/// different keys have the same hash is less than one in 10^20.
///
/// Rows that merge or delete are not counted, because no row replaces another.
#[derive(Debug)]
pub struct CollisionCounter {
    keys: Keys,
    counted: KeyCollisions,
}

/// The halves of the 128-bit hash of a declared key. With its line it takes 24 bytes, and a `u128` takes 32.
type KeyHash = [u64; 2];

/// The keys that were seen.
#[derive(Debug)]
enum Keys {
    Messages(Generations<Key>),
    Texts {
        seen: Generations<KeyHash>,
        seeds: [FixedState; 2],
        /// The names of the key attributes.
        names: [Option<String>; 2],
    },
    Ignored,
}

impl Default for CollisionCounter {
    /// A counter for keys of the built-in shape.
    fn default() -> Self {
        Self::of(Keys::Messages(Generations::new(true)))
    }
}

impl CollisionCounter {
    fn of(keys: Keys) -> Self {
        Self {
            keys,
            counted: KeyCollisions::default(),
        }
    }

    /// A counter for the keys of a declared shape.
    #[must_use]
    pub fn of_texts(declared: &Declared) -> Self {
        if matches!(declared.write(), Write::Merge | Write::Delete) {
            return Self::of(Keys::Ignored);
        }
        let TableKey { partition, sort } = &declared.table_key;
        Self::of(Keys::Texts {
            seen: Generations::new(false),
            seeds: halves(declared.ingest_id).map(FixedState::with_seed),
            names: [
                Some(partition.name.clone()),
                sort.as_ref().map(|sort| sort.name.clone()),
            ],
        })
    }

    /// Sets the most keys of a generation, for a count on a machine with more memory than a function has.
    #[must_use]
    pub fn with_generations_of(mut self, keys: usize) -> Self {
        match &mut self.keys {
            Keys::Messages(generations) => generations.most = keys,
            Keys::Texts { seen, .. } => seen.most = keys,
            Keys::Ignored => {}
        }
        self
    }

    /// Continues a count in another invocation, which knows only the keys that were seen last.
    #[must_use]
    pub fn resume(mut self, counted: KeyCollisions, seen: &[SeenKey]) -> Self {
        match &mut self.keys {
            Keys::Messages(generations) => {
                let key = |seen: &SeenKey| {
                    Some(Key {
                        date: seen.date.parse().ok()?,
                        time: seen.time.parse().ok()?,
                    })
                };
                generations.resume(seen.iter().filter_map(|seen| Some((key(seen)?, seen.line))));
            }
            Keys::Texts { seen: generations, .. } => {
                let hash = |seen: &SeenKey| u128::from_str_radix(&seen.hash, 16).ok().map(halves);
                generations.resume(seen.iter().filter_map(|seen| Some((hash(seen)?, seen.line))));
            }
            Keys::Ignored => return self,
        }
        self.counted = KeyCollisions {
            exact: false,
            ..counted
        };
        self
    }

    /// Counts a row that makes a message, if an earlier row has its key.
    pub fn count(&mut self, key: Key, line: u64) {
        let Keys::Messages(generations) = &mut self.keys else {
            return;
        };
        if let Some(earlier_line) = generations.note(key, line) {
            let texts = [(names::DATE, key.date.to_string()), (names::TIME, key.time.to_string())];
            let key = || texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
            self.counted.add(line, earlier_line, key);
        }
        self.counted.exact &= !generations.age();
    }

    /// Counts a row of a declared shape, if an earlier row has the key of these texts.
    pub fn count_texts(&mut self, partition: &str, sort: &str, line: u64) {
        let Keys::Texts { seen, seeds, names } = &mut self.keys else {
            return;
        };
        let hash = seeds.each_ref().map(|seed| {
            let mut hasher = seed.build_hasher();
            // The length distinguishes `ab`, `c` from `a`, `bc`.
            hasher.write_usize(partition.len());
            hasher.write(partition.as_bytes());
            hasher.write(sort.as_bytes());
            hasher.finish()
        });
        if let Some(earlier_line) = seen.note(hash, line) {
            let key = || {
                let named = names.iter().flatten().cloned().zip([partition, sort]);
                named.map(|(name, text)| (name, shown(text))).collect()
            };
            self.counted.add(line, earlier_line, key);
        }
        self.counted.exact &= !seen.age();
    }

    /// The count so far.
    #[must_use]
    pub fn counted(&self) -> &KeyCollisions {
        &self.counted
    }

    /// The keys that were seen last, for [`resume`](Self::resume).
    #[must_use]
    pub fn seen(&self) -> Vec<SeenKey> {
        let hashed = |hash: String, line: u64| SeenKey {
            date: String::new(),
            time: String::new(),
            hash,
            line,
        };
        match &self.keys {
            Keys::Messages(generations) => {
                let seen = generations.last().map(|(key, line)| SeenKey {
                    date: key.date.to_string(),
                    time: key.time.to_string(),
                    ..hashed(String::new(), line)
                });
                seen.collect()
            }
            Keys::Texts { seen, .. } => {
                let seen = seen.last();
                seen.map(|([high, low], line)| hashed(format!("{high:016x}{low:016x}"), line))
                    .collect()
            }
            Keys::Ignored => Vec::new(),
        }
    }
}

/// The high and the low half.
fn halves(bits: u128) -> [u64; 2] {
    [bits >> 64, bits & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or_default())
}
