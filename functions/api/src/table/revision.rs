//! The attribute by which a change under `If-Match` sees other changes that it could not see otherwise.
//!
//! DynamoDB can compare attributes that a condition names, and a condition can name all that are documented. An attribute
//! of another name, that somebody adds between the moment in which an item was read and that in which it is changed, no
//! condition can name. So whatever this API sets beside the documented attributes comes with another revision, and every
//! condition names that. It is [`hidden`](super::hidden).

use std::hash::{BuildHasher, Hasher, RandomState};

use attributes::{Attributes, KeySchema};
use aws_sdk_dynamodb::types::AttributeValue;

use super::documented::documented;

/// The attribute's name. A sign that no attribute can have in an expression without a placeholder makes it unlikely that
/// somebody has one of that name already.
pub const NAME: &str = "$revision";

/// Whether an attribute of this name is one that no condition would name by itself.
pub fn is_needed_for(name: &str, schema: &KeySchema) -> bool {
    !schema.has(name) && documented(schema).all(|documented| documented != name)
}

/// Adds a revision that no item had before, when the item needs one.
pub fn stamp(item: &mut Attributes, schema: &KeySchema) {
    if item.keys().any(|name| is_needed_for(name, schema)) {
        // Seeded by the system for each `RandomState`. 53 bits are as many as every reader of the table can hold.
        let random = RandomState::new().build_hasher().finish() >> 11;
        item.insert(NAME.to_owned(), AttributeValue::N(random.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamped(names: &[&str]) -> Attributes {
        let mut item = names
            .iter()
            .map(|name| ((*name).to_owned(), AttributeValue::Bool(true)))
            .collect();
        stamp(&mut item, &KeySchema::Messages);
        item
    }

    #[test]
    fn documented_attributes_need_no_revision() {
        let documented = [
            "date",
            "time",
            "location",
            "source",
            "local_dest",
            "local_avg",
            "remote_dest",
            "remote_avg",
        ];
        assert!(!stamped(&documented).contains_key(NAME));
    }

    #[test]
    fn others_get_another_one_each_time() {
        let [one, other] = [(); 2].map(|()| stamped(&["date", "note"])[NAME].as_n().unwrap().clone());
        assert_ne!(one, other);
    }
}
