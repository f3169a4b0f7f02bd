//! The table of a load: each partition key, and the table as a whole, accepts a limited number of writes a second. The rest is
//! returned as unprocessed.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Backend;
use crate::http::Reply;

/// The write units a second of a partition, and so of a partition key.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html>
pub const KEY_WRITES: u32 = 1000;
/// The write units a second of a new on-demand table.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html>
const TABLE_WRITES: f64 = 4000.0;

/// The writes that the table may still accept, and the items written so far. Each item takes one write unit, since it is smaller
/// than 1 KB. Left out are burst and adaptive capacity, which AWS does not promise, the splitting of partitions, and the fact
/// that keys share partitions by an unpublished hash.
#[derive(Debug)]
pub struct Partitions {
    table: Budget,
    keys: HashMap<String, Budget>,
    written: HashSet<(String, String)>,
    last_write: Instant,
}

/// The writes that are accepted at once: at most those of one second.
#[derive(Clone, Copy, Debug)]
struct Budget {
    rate: f64,
    left: f64,
    at: Instant,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchWriteItem<'b> {
    #[serde(borrow)]
    request_items: HashMap<&'b str, Vec<&'b RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Write {
    put_request: Put,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    item: Item,
}

#[derive(Deserialize)]
struct Item {
    #[serde(alias = "pk")]
    date: Text,
    #[serde(alias = "sk")]
    time: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    s: String,
}

impl Budget {
    fn new(rate: f64, now: Instant) -> Self {
        Self {
            rate,
            left: rate,
            at: now,
        }
    }

    fn refill(&mut self, now: Instant) -> bool {
        self.left = self.rate.min(self.left + (now - self.at).as_secs_f64() * self.rate);
        self.at = now;
        self.left >= 1.0
    }
}

impl Partitions {
    /// A new table.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            table: Budget::new(TABLE_WRITES, now),
            keys: HashMap::new(),
            written: HashSet::new(),
            last_write: now,
        }
    }

    /// The number of keys that have an item.
    #[must_use]
    pub fn items(&self) -> usize {
        self.written.len()
    }

    /// The time of the last accepted write.
    #[must_use]
    pub fn last_write(&self) -> Instant {
        self.last_write
    }

    /// Whether a write is accepted.
    fn take(&mut self, item: Item, now: Instant) -> bool {
        let (date, time) = (item.date.s, item.time.s);
        let key = self
            .keys
            .entry(date.clone())
            .or_insert_with(|| Budget::new(KEY_WRITES.into(), now));
        let is_taken = key.refill(now) & self.table.refill(now);
        if is_taken {
            key.left -= 1.0;
            self.table.left -= 1.0;
            self.written.insert((date, time));
            self.last_write = now;
        }
        is_taken
    }
}

impl Backend {
    /// `BatchWriteItem` on a table with limits. A call of which nothing is accepted is throttled, as for an on-demand table.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
    pub(super) fn limited_batch_write(&self, partitions: &mut Partitions, body: &Bytes, now: Instant) -> Reply {
        let Ok(request) = serde_json::from_slice::<BatchWriteItem<'_>>(body) else {
            return Reply::refusal("it is no BatchWriteItem");
        };
        let (mut taken, mut unprocessed) = (0, Vec::new());
        for write in request.request_items.into_values().flatten() {
            let Ok(read) = serde_json::from_str::<Write>(write.get()) else {
                return Reply::refusal("an item has no date or no time");
            };
            if partitions.take(read.put_request.item, now) {
                taken += 1;
            } else {
                unprocessed.push(write.get());
            }
        }
        self.count(|counts| {
            counts.batch_writes += 1;
            counts.items_written += taken;
            counts.throttled_calls += u64::from(!unprocessed.is_empty());
        });
        if unprocessed.is_empty() {
            Reply::json(r#"{"UnprocessedItems":{}}"#)
        } else if taken > 0 {
            let unprocessed = unprocessed.join(",");
            Reply::json(format!(r#"{{"UnprocessedItems":{{"messages":[{unprocessed}]}}}}"#))
        } else {
            let error = r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Throughput exceeds the current capacity of one or more partitions of your table."}"#;
            Reply {
                status: 400,
                ..Reply::json(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn item(date: &str, time: usize) -> Item {
        let text = |s: String| Text { s };
        Item {
            date: text(date.to_owned()),
            time: text(time.to_string()),
        }
    }

    #[test]
    fn a_partition_key_takes_its_writes_a_second_and_saves_up_no_more() {
        let start = Instant::now();
        let mut partitions = Partitions::new(start);
        let mut taken = |key: &str, millis| {
            let now = start + Duration::from_millis(millis);
            (0..9000).filter(|&time| partitions.take(item(key, time), now)).count()
        };
        assert_eq!((taken("a", 0), taken("b", 0)), (1000, 1000));
        assert_eq!((taken("a", 50), taken("a", 550)), (50, 500));
        assert_eq!(taken("a", 60_000), 1000, "no more is saved up");
        assert_eq!(
            partitions.items(),
            2000,
            "an item that is written again is the same item"
        );
    }

    #[test]
    fn a_new_table_takes_no_more_however_many_keys_there_are() {
        let start = Instant::now();
        let mut partitions = Partitions::new(start);
        let taken = (0..9000).filter(|time| partitions.take(item(&(time % 30).to_string(), *time), start));
        assert_eq!(taken.count(), 4000);
    }

    #[test]
    fn what_is_too_much_is_handed_back() {
        let (backend, start) = (Backend::default(), Instant::now());
        let mut partitions = Partitions::new(start);
        for time in 0..998 {
            partitions.take(item("a", time), start);
        }
        let items = ["a", "a", "b", "a"]
            .map(|key| format!(r#"{{"PutRequest":{{"Item":{{"date":{{"S":"{key}"}},"time":{{"S":"09:01:05"}}}}}}}}"#));
        let body = Bytes::from(format!(r#"{{"RequestItems":{{"messages":[{}]}}}}"#, items.join(",")));
        let first = backend.limited_batch_write(&mut partitions, &body, start);
        let expected = format!(r#"{{"UnprocessedItems":{{"messages":[{}]}}}}"#, items[3]);
        assert_eq!((first.status, first.body), (200, expected.into()));
        let body = Bytes::from(format!(r#"{{"RequestItems":{{"messages":[{}]}}}}"#, items[0]));
        let last = backend.limited_batch_write(&mut partitions, &body, start);
        assert_eq!(last.status, 400);
        let counts = backend.take_counts();
        assert_eq!((counts.items_written, counts.throttled_calls), (3, 2));
    }
}
