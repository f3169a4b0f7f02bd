//! A put that depends on what is there: `POST` in the mode `latest` or `create`.

use std::cmp::Ordering;

use aws_lambda_events::sqs::SqsMessage;
use message::{Order, WriteMode};

use super::item::Item;
use crate::record::sent_millis;

/// Bytes that the order adds to an item, as DynamoDB counts.
pub const ORDER_BYTES: usize = Order::ATTRIBUTE.len() + Order::LENGTH;

/// A put that leaves in place what has precedence over it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderedPut {
    /// The item, without its order.
    pub item: Item,
    /// The order of the write, which the item keeps.
    pub order: Order,
    /// What has precedence.
    pub precedence: Precedence,
}

/// Which one of two items of a key stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The one with the higher order: the mode `latest`.
    Higher,
    /// The one that is in the table; of those that are not yet, the one with the lowest order: the mode `create`.
    Existing,
}

impl Precedence {
    /// The precedence in a mode; `None` in the mode that replaces whatever is there.
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
    /// Compares two puts of a batch that have one key and one kind of precedence: the greater one is the one to send.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match self.precedence {
            Precedence::Higher => self.order.cmp(&other.order),
            Precedence::Existing => other.order.cmp(&self.order),
        }
    }
}

/// The order of a message that names none: when it was sent, and within a millisecond by its id. Both stay the same
/// however often it is delivered. An event that somebody wrote by hand says neither: it is as new as `now`, in milliseconds
/// since the Unix epoch.
pub fn order_of(record: &SqsMessage, now: impl FnOnce() -> u64) -> Order {
    let sent = sent_millis(record).unwrap_or_else(now);
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
        record.attributes.insert("SentTimestamp".into(), millis.into());
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
    fn a_record_written_by_hand_is_as_new_as_now() {
        let order = order_of(&record("a", Some("POST"), "{}"), || 7);
        assert_eq!(order.ingest_id(), Order::at_millis(7).ingest_id());
        assert_eq!(sent("a", "yesterday"), order);
    }
}
