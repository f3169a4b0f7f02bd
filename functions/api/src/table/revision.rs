//! The attribute that lets a write under `If-Match` detect changes to undocumented attributes.
//!
//! DynamoDB compares only attributes that the condition names. A condition can name all documented attributes, but not an
//! attribute of any other name that somebody adds between the read and the write. So the API sets a new revision whenever it sets
//! an undocumented attribute, and every condition names the revision. It is [`hidden`](super::hidden).

use std::hash::{BuildHasher, Hasher, RandomState};

use attributes::{Attributes, KeySchema};
use aws_sdk_dynamodb::types::AttributeValue;

use super::documented::documented;

/// The attribute's name. It needs a placeholder in every expression because of the `$`, so hardly any item has an attribute of
/// this name already.
pub const NAME: &str = "$revision";

/// Whether a write of this attribute needs a new revision: it is neither documented nor a key attribute.
pub fn is_needed_for(name: &str, schema: &KeySchema) -> bool {
    !schema.has(name) && documented(schema).all(|documented| documented != name)
}

/// Adds a new random revision, if the item needs one.
pub fn stamp(item: &mut Attributes, schema: &KeySchema) {
    if item.keys().any(|name| is_needed_for(name, schema)) {
        // The system seeds each `RandomState`. Every reader of the table can hold a number of 53 bits.
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
