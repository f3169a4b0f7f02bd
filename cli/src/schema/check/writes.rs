//! The writes of a file, and their largest item.

use message::Order;
use s3_to_sqs::queue::message::Body;
use schema::Write;

/// The bytes of an item that one write unit pays for.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
const UNIT_BYTES: usize = 1024;

/// The writes of a file.
#[derive(Debug, Default)]
pub struct Writes {
    /// The number of writes.
    pub count: u64,
    /// The largest item. Items of one unit are not all measured: if all items take one unit, this is the item of the longest
    /// message.
    pub largest: Option<Largest>,
    longest_message: usize,
}

/// A large item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Largest {
    /// The item's size in bytes.
    pub bytes: usize,
    /// The line where its row starts.
    pub line: u64,
}

impl Writes {
    /// Counts the write of a row by its message. Returns the write units that it takes: one for each started KB of its item.
    pub fn add(&mut self, write: Write, message: Body<'_>, line: u64) -> u64 {
        let hidden = if matches!(write, Write::Latest | Write::Create) {
            Order::BYTES
        } else {
            0
        };
        self.count += 1;
        let mut units = 1;
        // A message is longer than its item, so only long messages can take more than one unit.
        let may_be_more = message.bytes + hidden > UNIT_BYTES;
        if may_be_more || message.bytes > self.longest_message {
            self.longest_message = self.longest_message.max(message.bytes);
            let bytes = schema::item_bytes(message.json).unwrap_or_default() + hidden;
            units = bytes.div_ceil(UNIT_BYTES).max(1) as u64;
            if self.largest.is_none_or(|largest| bytes > largest.bytes) {
                self.largest = Some(Largest { bytes, line });
            }
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The units of a put whose item has a text of `text_bytes` bytes.
    fn put(writes: &mut Writes, write: Write, text_bytes: usize, line: u64) -> u64 {
        let json = format!(r#"{{\"Item\":{{\"a\":{{\"S\":\"{}\"}}}}}}"#, "x".repeat(text_bytes));
        let message = Body {
            bytes: json.replace('\\', "").len(),
            json: &json,
            method: write.method(),
        };
        writes.add(write, message, line)
    }

    #[test]
    fn a_write_unit_is_for_a_started_kilobyte() {
        let mut writes = Writes::default();
        assert_eq!(put(&mut writes, Write::Replace, 10, 2), 1);
        assert_eq!(put(&mut writes, Write::Replace, 1023, 3), 1);
        assert_eq!(writes.largest, Some(Largest { bytes: 1024, line: 3 }));
        assert_eq!(put(&mut writes, Write::Replace, 1024, 4), 2);
        assert_eq!(writes.largest, Some(Largest { bytes: 1025, line: 4 }));
        assert_eq!(
            put(&mut writes, Write::Latest, 1023, 5),
            2,
            "the order is a part of the item"
        );
        assert_eq!(put(&mut writes, Write::Latest, 1024 - Order::BYTES, 6), 2);
        assert_eq!(put(&mut writes, Write::Latest, 1023 - Order::BYTES, 7), 1);
        assert_eq!(writes.count, 6);
    }
}
