//! Reads the keys of items.

use attributes::{Attributes, ItemKey, KeyFault, KeySchema, KeyViolation, dynamodb_json};
use serde_json::Value;

use crate::failure::PermanentFailure;

/// Reads the `Key` of a message. It must have the key attributes only.
pub fn key_of(keys: &KeySchema, key: Value, place: impl Fn() -> String) -> Result<ItemKey, PermanentFailure> {
    let attributes =
        dynamodb_json::attributes(key).map_err(|source| PermanentFailure::KeyValue { place: place(), source })?;
    let key = key_in(keys, &attributes, &place)?;
    let extra = attributes.into_keys().find(|name| !keys.has(name));
    extra.map_or(Ok(key), |attribute| {
        Err(PermanentFailure::ExtraKey {
            place: place(),
            attribute,
            keys: keys.clone(),
        })
    })
}

/// Takes the key from the attributes of an item or a key.
pub fn key_in(
    keys: &KeySchema,
    attributes: &Attributes,
    place: impl Fn() -> String,
) -> Result<ItemKey, PermanentFailure> {
    let failure = |KeyFault { attribute, violation }| {
        let place = place();
        let key_type = keys.type_of(&attribute).unwrap_or_default();
        match violation {
            KeyViolation::Missing => PermanentFailure::MissingKey {
                place,
                attribute,
                key_type,
            },
            KeyViolation::Type(_) => PermanentFailure::KeyType {
                place,
                attribute,
                key_type,
            },
            source => PermanentFailure::KeyForm {
                place,
                attribute,
                key_type,
                source,
            },
        }
    };
    keys.key_in(attributes).map_err(failure)
}
