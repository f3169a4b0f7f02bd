//! A put that depends on the existing item: `POST` in the mode `latest` or `create`.

use std::cmp::Ordering;

use message::{Order, WriteMode};

use super::item::Item;
use crate::record::{Record, sent_millis, upload};

/// The highest line number that fits into an order.
const MAX_LINE: u64 = 999_999_999_999;

/// A put that does not replace an item with precedence over it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderedPut {
    /// The item, without its order.
    pub item: Item,
    /// The order of the write, which is stored with the item.
    pub order: Order,
    /// The rule of precedence.
    pub precedence: Precedence,
}

/// Decides which one of two items with the same key stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The item with the higher order: the mode `latest`.
    Higher,
    /// The item that is in the table; among items that are not in it yet, the one with the lowest order: the mode `create`.
    Existing,
}

impl Precedence {
    /// The precedence of a mode; `None` for the mode that replaces any item.
    #[must_use]
    pub fn in_mode(mode: WriteMode) -> Option<Self> {
        match mode {
            WriteMode::Replace => None,
            WriteMode::Latest => Some(Self::Higher),
            WriteMode::Create => Some(Self::Existing),
        }
    }
}

impl OrderedPut {
    /// Compares two puts of a batch that have the same key and precedence: the greater one is sent.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match self.precedence {
            Precedence::Higher => self.order.cmp(&other.order),
            Precedence::Existing => other.order.cmp(&self.order),
        }
    }
}

/// The order of a message that names none. It stays the same on every delivery:
///
/// * A message of an ingest has the order of its upload, whenever it is written. In place of the line number stands the time from
///   upload to sending, in milliseconds.
/// * A message of another sender has the order of its time of sending, and within one millisecond that of its id.
///
/// An event written by hand has no time of sending: its order is that of `now`, in milliseconds since the Unix epoch.
pub fn order_of(record: &Record<'_>, now: impl FnOnce() -> u64) -> Order {
    let sent = sent_millis(record).unwrap_or_else(now);
    if let Some(upload) = upload(record) {
        let line = sent.saturating_sub(upload.millis).min(MAX_LINE);
        return Order::of_row(upload.ingest_id, line);
    }
    let id = record.message_id.as_deref().unwrap_or_default();
    Order::at_millis(sent).at_line(fnv_1a(id))
}

/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-17.html>
fn fnv_1a(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::record;

    fn sent(id: &str, millis: &str) -> Order {
        let mut record = record(id, Some("POST"), "{}");
        record.attributes.sent_timestamp = Some(millis.to_owned().into());
        order_of(&record, || 7)
    }

    #[test]
    fn a_message_without_order_has_that_of_the_time_at_which_it_was_sent() {
        let order = sent("a", "1559040909385");
        assert_eq!(order.ingest_id(), Order::at_millis(1_559_040_909_385).ingest_id());
        assert!(order < sent("a", "1559040909386"));
        assert_eq!(order, sent("a", "1559040909385"), "delivered again");
        assert_ne!(order, sent("b", "1559040909385"), "sent in the same millisecond");
    }

    #[test]
    fn a_message_of_an_ingest_is_as_old_as_its_upload() {
        let of_ingest = |id: &str, millis: &str| {
            let mut record = record("a", Some("POST"), "{}");
            record.attributes.sent_timestamp = Some(millis.to_owned().into());
            let id = crate::testing::text_attribute(id);
            record.message_attributes.push(("IngestId".into(), id));
            order_of(&record, || 7)
        };
        // Uploaded at 1559040909385.
        let id = "016afe14-6049-7cc3-98c4-dc0c0c07398f";
        for (millis, line) in [
            ("1559040909385", 0),
            ("1559040912385", 3000),
            ("1559040909384", 0),
            ("18446744073709551615", MAX_LINE),
        ] {
            assert_eq!(of_ingest(id, millis).as_str(), format!("{id}-{line:012}"), "{millis}");
        }
        let with_attempt = of_ingest(&format!("{id}/3"), "1559040912385");
        assert_eq!(
            with_attempt.as_str(),
            format!("{id}-000000003000"),
            "whichever attempt sent it"
        );
        let later = Order::at_millis(1_559_040_909_386);
        assert!(of_ingest(id, "1559041000000") < later, "a later upload wins");
        for other in [
            "mine",
            "016afe14-6049-4cc3-98c4-dc0c0c07398f",
            "016afe14-6049-7cc3-18c4-dc0c0c07398f",
        ] {
            assert_eq!(of_ingest(other, "1559040909385"), sent("a", "1559040909385"), "{other}");
        }
    }

    #[test]
    fn a_record_written_by_hand_is_as_new_as_now() {
        let order = order_of(&record("a", Some("POST"), "{}"), || 7);
        assert_eq!(order.ingest_id(), Order::at_millis(7).ingest_id());
        assert_eq!(sent("a", "yesterday"), order);
    }
}
