//! Rows of one object with the same key, counted because only one of each key can stay in the table. Pure.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::RandomState;
use foldhash::quality::FixedState;
use message::{Key, TableKey, names};
use schema::Write;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use super::shape::Declared;

/// The most keys of a generation: what a hash map of 2^17 places takes. Two generations are 7 MB, of 24 bytes a key, or 9 MB
/// with the 32 bytes of a declared key.
const GENERATION: usize = 7 << 14;
/// The most pairs that are shown.
const SHOWN: usize = 5;
/// The most bytes that are shown of a key.
const SHOWN_BYTES: usize = 255;
/// The most keys that go to the next invocation, in a payload that has other things to carry.
const CARRIED: usize = 1000;

/// Counts rows whose key an earlier row of the object has, in bounded memory.
///
/// Keys are kept in two generations of 114,688 keys; when the newer is full, the older is forgotten. So the count
/// is exact for an object of up to 114,688 different keys, in any order, and beyond that for every row whose key was
/// last seen no more than 114,688 different keys before: a file in the order of time is always counted exactly. An
/// invocation hands the last thousand keys on to the next.
///
/// Of the built-in shape the keys themselves are kept, and it never counts too much. Of a declared key, whose texts may be
/// long, 128 bits of a hash are kept that is another one for each ingest: the chance that among a thousand million different
/// keys any two have the same is less than one in 10^20.
///
/// Rows that merge or delete are not counted: no row takes the place of another one.
#[derive(Debug)]
pub struct CollisionCounter {
    keys: Keys,
    counted: KeyCollisions,
}

/// The keys that were seen.
#[derive(Debug)]
enum Keys {
    Messages(Generations<Key>),
    Texts {
        seen: Generations<u128>,
        seeds: [FixedState; 2],
        /// The names of the key attributes.
        names: [Option<String>; 2],
    },
    Ignored,
}

/// The line of each key. Seeded at random too, but cheaper to look up than the standard hash map, once for every row.
type Lines<K> = HashMap<K, u64, RandomState>;

/// Keys of two generations, each with the line where it was seen last.
#[derive(Debug)]
struct Generations<K> {
    newer: Lines<K>,
    older: Lines<K>,
}

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The line where the later row starts.
    pub line: u64,
    /// The line of the last row before it that has the same key.
    pub earlier_line: u64,
    /// Their key: the name of each attribute and its text, of which only the beginning is shown when it is long.
    pub key: Vec<(String, String)>,
}

/// A key that was seen, on its way to the next invocation: that of a message, or the hash of a declared one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenKey {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    date: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    time: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    hash: String,
    line: u64,
}

const LINE: &str = "line";
const EARLIER_LINE: &str = "earlier_line";

// `#[serde(flatten)]` cannot read numbers that `serde_json` keeps with all their digits.
impl Serialize for Pair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = [(LINE, self.line), (EARLIER_LINE, self.earlier_line)];
        let lines = lines.map(|(name, line)| (name.to_owned(), Value::from(line)));
        // A key attribute may be called as the lines are.
        let member = |name: &str| match name {
            LINE | EARLIER_LINE => format!("{name} of the key"),
            _ => name.to_owned(),
        };
        let key = self
            .key
            .iter()
            .map(|(name, text)| (member(name), Value::from(text.as_str())));
        serializer.collect_map(lines.into_iter().chain(key))
    }
}

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        let mut line = |name| {
            let line = members.remove(name).as_ref().and_then(Value::as_u64);
            line.ok_or_else(|| de::Error::missing_field(name))
        };
        let (line, earlier_line) = (line(LINE)?, line(EARLIER_LINE)?);
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            line,
            earlier_line,
            key: members.into_iter().map(|(name, value)| (name, text(value))).collect(),
        })
    }
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

impl Default for CollisionCounter {
    /// A counter for keys of messages.
    fn default() -> Self {
        Self::of(Keys::Messages(Generations::default()))
    }
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
    fn note(&mut self, key: K, line: u64) -> Option<u64> {
        self.newer.insert(key, line).or_else(|| self.older.get(&key).copied())
    }

    /// Forgets the older generation when the newer is full. Whether keys are forgotten.
    fn age(&mut self) -> bool {
        if self.newer.len() < GENERATION {
            return false;
        }
        let forgets = !self.older.is_empty();
        std::mem::swap(&mut self.newer, &mut self.older);
        self.newer.clear();
        forgets
    }

    /// The keys that were seen last.
    fn last(&self) -> impl Iterator<Item = (&K, &u64)> {
        let mut keys: Vec<_> = self.newer.iter().chain(&self.older).collect();
        keys.sort_unstable_by_key(|&(_, line)| std::cmp::Reverse(line));
        keys.into_iter().take(CARRIED)
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
        let [high, low] = [declared.ingest_id >> 64, declared.ingest_id & u128::from(u64::MAX)];
        let seed = |half: u128| FixedState::with_seed(u64::try_from(half).unwrap_or_default());
        Self::of(Keys::Texts {
            seen: Generations::default(),
            seeds: [seed(high), seed(low)],
            names: [
                Some(partition.name.clone()),
                sort.as_ref().map(|sort| sort.name.clone()),
            ],
        })
    }

    /// The same counter, which goes on in another invocation and knows only the keys that were seen last.
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
                generations.newer = seen.iter().filter_map(|seen| Some((key(seen)?, seen.line))).collect();
            }
            Keys::Texts { seen: generations, .. } => {
                let hash = |seen: &SeenKey| u128::from_str_radix(&seen.hash, 16).ok();
                generations.newer = seen.iter().filter_map(|seen| Some((hash(seen)?, seen.line))).collect();
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

    /// Counts a row of a declared shape with a key of these texts.
    pub fn count_texts(&mut self, partition: &str, sort: &str, line: u64) {
        let Keys::Texts { seen, seeds, names } = &mut self.keys else {
            return;
        };
        let [high, low] = seeds.each_ref().map(|seed| {
            let mut hasher = seed.build_hasher();
            // The length tells `ab`, `c` from `a`, `bc`.
            hasher.write_usize(partition.len());
            hasher.write(partition.as_bytes());
            hasher.write(sort.as_bytes());
            u128::from(hasher.finish())
        });
        if let Some(earlier_line) = seen.note(high << 64 | low, line) {
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
        let hashed = |hash: String, line: &u64| SeenKey {
            date: String::new(),
            time: String::new(),
            hash,
            line: *line,
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
                let seen = seen.last().map(|(hash, line)| hashed(format!("{hash:032x}"), line));
                seen.collect()
            }
            Keys::Ignored => Vec::new(),
        }
    }
}

impl KeyCollisions {
    #[cold]
    fn add(&mut self, line: u64, earlier_line: u64, key: impl FnOnce() -> Vec<(String, String)>) {
        self.rows += 1;
        if self.first.len() < SHOWN {
            self.first.push(Pair {
                line,
                earlier_line,
                key: key(),
            });
        }
    }
}

/// The beginning of a key, or all of it.
fn shown(text: &str) -> String {
    if text.len() <= SHOWN_BYTES {
        return text.to_owned();
    }
    format!("{}...", &text[..text.floor_char_boundary(SHOWN_BYTES)])
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

    /// A counter of texts, for the keys `pk` and `sk`.
    pub fn of_texts() -> CollisionCounter {
        CollisionCounter::of(Keys::Texts {
            seen: Generations::default(),
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

    /// The largest pairs that are shown.
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
            seen: Generations::default(),
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
            let Keys::Messages(Generations { newer, older }) = &collisions.keys else {
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

    proptest! {
        #[test]
        fn a_small_file_is_counted_exactly(keys in proptest::collection::vec(0..20_usize, 0..60)) {
            let distinct: HashSet<_> = keys.iter().collect();
            prop_assert_eq!(count(keys.clone()).rows, (keys.len() - distinct.len()) as u64);
        }
    }
}
