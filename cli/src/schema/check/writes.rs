//! What writes are, and what they cost.

use message::Order;
use schema::Write;

use super::partitions::Partitions;

/// The bytes of an item that a write unit is for.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
const UNIT_BYTES: usize = 1024;

/// The writes of a file.
#[derive(Debug, Default)]
pub struct Writes {
    /// How many there are.
    pub count: u64,
    /// Where they go, in write units: one for each started KB of an item.
    pub partitions: Partitions,
    /// The largest item: its bytes, and the line of its row.
    pub largest: Option<(usize, u64)>,
}

impl Writes {
    /// Counts the write of a row. `body` is its message as the content of a JSON string.
    pub fn add(&mut self, write: Write, body: &str, partition: String, line: u64) {
        let hidden = if matches!(write, Write::Latest | Write::Create) {
            Order::BYTES
        } else {
            0
        };
        let bytes = schema::item_bytes(body).unwrap_or_default() + hidden;
        self.count += 1;
        self.partitions.add(partition, bytes.div_ceil(UNIT_BYTES).max(1) as u64);
        if self.largest.is_none_or(|(most, _)| bytes > most) {
            self.largest = Some((bytes, line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text_bytes: usize) -> String {
        format!(r#"{{\"Item\":{{\"a\":{{\"S\":\"{}\"}}}}}}"#, "x".repeat(text_bytes))
    }

    #[test]
    fn a_write_unit_is_for_a_started_kilobyte() {
        let mut writes = Writes::default();
        writes.add(Write::Replace, &body(1023), "p".into(), 2);
        assert_eq!((writes.partitions.all, writes.largest), (1, Some((1024, 2))));
        writes.add(Write::Replace, &body(1024), "p".into(), 3);
        assert_eq!((writes.partitions.all, writes.largest), (3, Some((1025, 3))));
        writes.add(Write::Latest, &body(1023), "p".into(), 4);
        assert_eq!(writes.partitions.all, 5, "the order is a part of the item");
        writes.add(Write::Delete, r#"{\"Key\":{\"a\":{\"S\":\"x\"}}}"#, "p".into(), 5);
        assert_eq!((writes.partitions.all, writes.count), (6, 4));
    }
}
