//! The attributes of an item that are not part of a message. Responses and entity tags leave them out, and requests cannot name
//! them.

use message::Order;

use super::revision;

/// Whether an attribute of this name is hidden.
pub fn is_hidden(name: &str) -> bool {
    name == revision::NAME || name == Order::ATTRIBUTE
}
