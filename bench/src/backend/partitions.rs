//! A table whose partition keys take so many writes a second each, and hand back the rest.

use std::collections::HashMap;
use std::time::Instant;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Backend;
use crate::http::Reply;

/// The writes that each partition key takes, and what was written so far.
#[derive(Debug)]
pub struct Partitions {
    /// The writes of a second, which are also the most that are saved up.
    rate: f64,
    /// What each partition key may still take at once, and when that was so.
    allowances: HashMap<String, (f64, Instant)>,
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
    pk: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    s: String,
}

impl Partitions {
    /// A table that takes `rate` writes a second for each partition key.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        Self {
            rate: rate.into(),
            allowances: HashMap::new(),
        }
    }

    /// Whether a write is taken.
    fn take(&mut self, partition_key: String, now: Instant) -> bool {
        let (allowance, at) = self.allowances.entry(partition_key).or_insert((self.rate, now));
        *allowance = self.rate.min(*allowance + (now - *at).as_secs_f64() * self.rate);
        *at = now;
        let is_taken = *allowance >= 1.0;
        if is_taken {
            *allowance -= 1.0;
        }
        is_taken
    }
}

impl Backend {
    /// `BatchWriteItem`, where partitions are limited. A call of which nothing is taken is throttled.
    pub(super) fn limited_batch_write(&self, partitions: &mut Partitions, body: &Bytes) -> Reply {
        let Ok(request) = serde_json::from_slice::<BatchWriteItem>(body) else {
            return Reply::refusal("it is no BatchWriteItem");
        };
        let now = Instant::now();
        let (mut taken, mut unprocessed) = (0, Vec::new());
        for write in request.request_items.into_values().flatten() {
            let Ok(read) = serde_json::from_str::<Write>(write.get()) else {
                return Reply::refusal("an item has no pk");
            };
            if partitions.take(read.put_request.item.pk.s, now) {
                taken += 1;
            } else {
                unprocessed.push(write.get());
            }
        }
        self.count(|counts| {
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

    #[test]
    fn each_partition_key_takes_its_writes_a_second() {
        let mut partitions = Partitions::new(10);
        let start = Instant::now();
        let mut taken = |key: &str, millis| {
            let now = start + Duration::from_millis(millis);
            (0..100).filter(|_| partitions.take(key.to_owned(), now)).count()
        };
        assert_eq!((taken("a", 0), taken("b", 0)), (10, 10));
        assert_eq!((taken("a", 50), taken("a", 550)), (0, 5));
        assert_eq!(taken("a", 60_000), 10, "no more is saved up");
    }

    #[test]
    fn what_is_too_much_is_handed_back() {
        let backend = Backend::default();
        let mut partitions = Partitions::new(2);
        let items = ["a", "a", "b", "a"].map(|key| format!(r#"{{"PutRequest":{{"Item":{{"pk":{{"S":"{key}"}}}}}}}}"#));
        let body = Bytes::from(format!(r#"{{"RequestItems":{{"messages":[{}]}}}}"#, items.join(",")));
        let first = backend.limited_batch_write(&mut partitions, &body);
        let expected = format!(r#"{{"UnprocessedItems":{{"messages":[{}]}}}}"#, items[3]);
        assert_eq!((first.status, first.body), (200, expected.into()));
        backend.limited_batch_write(&mut partitions, &body);
        let last = backend.limited_batch_write(&mut partitions, &body);
        assert_eq!(last.status, 400);
        let counts = backend.take_counts();
        assert_eq!((counts.items_written, counts.throttled_calls), (4, 3));
    }
}
