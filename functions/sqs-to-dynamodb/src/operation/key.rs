//! The keys of messages.

use attributes::{Attributes, dynamodb_json};
use aws_sdk_dynamodb::types::AttributeValue;
use message::{Date, Key, KeyError, Time, names};
use serde_json::Value;

use crate::failure::PermanentFailure;

/// The key that a message names.
pub fn key_of(key: Value, place: impl Fn() -> String) -> Result<Key, PermanentFailure> {
    let attributes =
        dynamodb_json::attributes(key).map_err(|source| PermanentFailure::KeyValue { place: place(), source })?;
    let key = key_in(&attributes, &place)?;
    let extra = attributes
        .into_keys()
        .find(|name| name != names::DATE && name != names::TIME);
    extra.map_or(Ok(key), |attribute| {
        Err(PermanentFailure::ExtraKey {
            place: place(),
            attribute,
        })
    })
}

/// The key among the attributes of an item or a key.
pub fn key_in(attributes: &Attributes, place: impl Fn() -> String) -> Result<Key, PermanentFailure> {
    let text = |attribute| match attributes.get(attribute) {
        Some(AttributeValue::S(text)) => Ok(text),
        Some(_) => Err(PermanentFailure::KeyType {
            place: place(),
            attribute,
        }),
        None => Err(PermanentFailure::MissingKey {
            place: place(),
            attribute,
        }),
    };
    let form = |attribute| {
        let place = &place;
        move |source: KeyError| PermanentFailure::KeyForm {
            place: place(),
            attribute,
            source,
        }
    };
    Ok(Key {
        date: text(names::DATE)?.parse::<Date>().map_err(form(names::DATE))?,
        time: text(names::TIME)?.parse::<Time>().map_err(form(names::TIME))?,
    })
}
