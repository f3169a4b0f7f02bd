//! Permanent failures: a message can never be carried out, however often it is delivered, or it was delivered often enough.

use attributes::{AttributeError, AttributeViolation, ItemKey, KeySchema, KeyViolation, pointer_step};
use aws_smithy_types::error::ErrorMetadata;
use message::{KeyType, MAX_ITEM_BYTES};
use telemetry::contents_may_be_logged;

use crate::failure::transient::TransientFailure;
use crate::record::METHODS;

/// The placeholders of an update.
const NAMES: &str = "/ExpressionAttributeNames";
/// What a placeholder must be that stands for the hidden attribute.
const NOT_OF_ORDER: &str = "must be another attribute than `$order`, which is hidden and not changed by an update";

/// Why one message goes to the dead-letter queue. Its text names the place and the remedy, and never an attribute's value; its
/// [`code`](PermanentFailure::code) stays the same from version to version.
///
/// A `place` is a JSON Pointer (RFC 6901) into the body.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PermanentFailure {
    /// The message has no attribute `Method`, or one that is no text.
    #[error("the message has no attribute Method of type String; set it to {}", methods())]
    NoMethod,
    /// An unknown `Method`.
    #[error("the message attribute Method is `{}`; it must be {}, in capitals", .0, methods())]
    UnknownMethod(String),
    /// The body is missing or empty.
    #[error("the message has no body; send a JSON object such as {{\"Item\":{{…}}}}")]
    NoBody,
    /// The body is not JSON, with what the parser says.
    #[error("the body is not JSON: {0}; correct it there")]
    NotJson(String),
    /// The body is JSON, but no object.
    #[error("the body is not a JSON object; send an object such as {{\"Item\":{{…}}}}")]
    NotAnObject,
    /// An unknown field. It may be a misspelt one, so it is not ignored.
    #[error("the body has the unknown field `{field}`; it takes {known}")]
    UnknownField {
        /// The field's name.
        field: String,
        /// The fields that it may have.
        known: String,
    },
    /// The body names a field twice, which leaves open which one counts.
    #[error("the body has the field `{0}` more than once; leave one of them")]
    DuplicateField(String),
    /// A field is not there.
    #[error("the body lacks the field `{0}`; add it")]
    MissingField(&'static str),
    /// A field does not have the form that it must have.
    #[error("{place} must be {expected}")]
    InvalidField {
        /// The field.
        place: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A placeholder of an update stands for the hidden attribute.
    #[error("{NAMES}/{} {NOT_OF_ORDER}", pointer_step(.0))]
    PlaceholderOfOrder(String),
    /// The message is for another table.
    #[error(
        "{place} names the table `{found}`; this queue is for the table `{configured}`: correct it or leave it out"
    )]
    WrongTable {
        /// The field.
        place: &'static str,
        /// What it says.
        found: String,
        /// The table that the function writes to.
        configured: String,
    },
    /// A key attribute is not there.
    #[error("{place} lacks the key attribute `{attribute}`; add it, of type {key_type}")]
    MissingKey {
        /// The item or key.
        place: String,
        /// The attribute's name.
        attribute: String,
        /// Its type.
        key_type: KeyType,
    },
    /// A key attribute is of another type.
    #[error("{place}/{} must be of type {key_type}", pointer_step(attribute))]
    KeyType {
        /// The item or key.
        place: String,
        /// The attribute's name.
        attribute: String,
        /// Its type.
        key_type: KeyType,
    },
    /// A key attribute has a value that it cannot have.
    #[error("{place}/{}/{key_type} {source}", pointer_step(attribute))]
    KeyForm {
        /// The item or key.
        place: String,
        /// The attribute's name.
        attribute: String,
        /// Its type.
        key_type: KeyType,
        /// What is wrong with it.
        source: KeyViolation,
    },
    /// A key has an attribute beside the key attributes.
    #[error(
        "{place} has the attribute `{attribute}` beside {}; a key has {} only",
        names_of(keys),
        number_of(keys)
    )]
    ExtraKey {
        /// The key.
        place: String,
        /// The attribute's name.
        attribute: String,
        /// What keys are made of.
        keys: KeySchema,
    },
    /// A value of a key is not DynamoDB JSON.
    #[error("{place}{source}")]
    KeyValue {
        /// The key.
        place: String,
        /// What is wrong with it.
        source: AttributeError,
    },
    /// A value of an item is not DynamoDB JSON.
    #[error("{place}{source}")]
    ItemValue {
        /// The item.
        place: String,
        /// What is wrong with it.
        source: AttributeError,
    },
    /// A value of an expression is not DynamoDB JSON.
    #[error("{place}{source}")]
    ExpressionValue {
        /// The values.
        place: &'static str,
        /// What is wrong with them.
        source: AttributeError,
    },
    /// DynamoDB would refuse the item for its size.
    #[error("{place} makes an item of {bytes} bytes; DynamoDB takes {MAX_ITEM_BYTES}: shorten or split it")]
    ItemTooLarge {
        /// The item.
        place: String,
        /// Its size as DynamoDB counts it.
        bytes: usize,
    },
    /// DynamoDB refuses to write this item, or to delete by this key.
    #[error("DynamoDB refuses the write of {}: {}; correct it", key.in_words(), said(source))]
    ItemRefused {
        /// The item's key.
        key: ItemKey,
        /// What DynamoDB says.
        source: ErrorMetadata,
    },
    /// DynamoDB refuses the update as it is written.
    #[error("DynamoDB refuses the update: {}; correct the expressions", said(.0))]
    UpdateRefused(#[source] ErrorMetadata),
    /// DynamoDB refuses to read by this key.
    #[error("DynamoDB refuses the key: {}; correct the key", said(.0))]
    KeyRefused(#[source] ErrorMetadata),
    /// The condition of the update does not hold.
    #[error(
        "the item does not meet /ConditionExpression, so it was not updated: correct either, or discard the message; look at \
         the item first, since an earlier try that broke off may have updated it"
    )]
    ConditionFailed,
    /// Nothing is wrong with the message, but it was delivered for the last time.
    #[error("{cause}; given up after {receives} deliveries, move it back when this is over")]
    GivenUp {
        /// The failure of the last delivery.
        cause: TransientFailure,
        /// The number of deliveries.
        receives: u32,
    },
}

/// The values of the message attribute `Method`, as text.
fn methods() -> String {
    let [others @ .., last] = &METHODS;
    format!("{} or {last}", others.join(", "))
}

/// The names of the key attributes, as text.
fn names_of(keys: &KeySchema) -> String {
    let (partition, _) = keys.partition();
    match keys.sort() {
        Some((sort, _)) => format!("`{partition}` and `{sort}`"),
        None => format!("`{partition}`"),
    }
}

/// The key attributes, by their number.
fn number_of(keys: &KeySchema) -> &'static str {
    if keys.sort().is_some() { "these two" } else { "this one" }
}

fn said(error: &ErrorMetadata) -> &str {
    error.message().unwrap_or("it does not say why")
}

/// What is wrong with a value that is at `place` or below it, where names are the sender's.
fn of_value_for_log(place: &str, error: &AttributeError) -> String {
    match &error.problem {
        AttributeViolation::UnknownDescriptor(_) => format!(
            "{place}: a value has an unknown type descriptor; known are S, N, B, BOOL, NULL, L, M, SS, NS and BS"
        ),
        problem if error.path.is_empty() => format!("{place}: {problem}"),
        problem => format!("{place}: a value in it {problem}"),
    }
}

impl PermanentFailure {
    /// The reason for the log. What quotes the message, or in which DynamoDB may quote it, is left out of it, unless contents
    /// may be logged: the dead letter has all. Of a place only the start is there, which no sender chose the names of.
    #[must_use]
    pub fn for_log(&self) -> String {
        if contents_may_be_logged() {
            return self.to_string();
        }
        match self {
            Self::UnknownMethod(_) => {
                let methods = methods();
                format!("the message attribute Method is unknown; it must be {methods}, in capitals")
            }
            Self::UnknownField { known, .. } => format!("the body has an unknown field; it takes {known}"),
            Self::DuplicateField(_) => "the body has a field more than once; leave one of them".to_owned(),
            Self::WrongTable { place, configured, .. } => {
                format!("{place} names another table; this queue is for the table `{configured}`")
            }
            Self::ExtraKey { place, keys, .. } => format!("{place} has another attribute beside {}", names_of(keys)),
            Self::KeyValue { place, source } | Self::ItemValue { place, source } => of_value_for_log(place, source),
            Self::ExpressionValue { place, source } => of_value_for_log(place, source),
            Self::PlaceholderOfOrder(_) => format!("{NAMES}: one {NOT_OF_ORDER}"),
            Self::ItemRefused { .. } => "DynamoDB refuses the write of the item".to_owned(),
            Self::UpdateRefused(_) => "DynamoDB refuses the update; correct the expressions".to_owned(),
            Self::KeyRefused(_) => "DynamoDB refuses the key".to_owned(),
            Self::GivenUp { cause, receives } => format!("{}; given up after {receives} deliveries", cause.for_log()),
            _ => self.to_string(),
        }
    }

    /// The stable name of the reason, for filters and alarms.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoMethod => "NoMethod",
            Self::UnknownMethod(_) => "UnknownMethod",
            Self::NoBody => "NoBody",
            Self::NotJson(_) | Self::NotAnObject => "NotJson",
            Self::UnknownField { .. } => "UnknownField",
            Self::DuplicateField(_) => "DuplicateField",
            Self::MissingField(_) => "MissingField",
            Self::InvalidField { .. } | Self::PlaceholderOfOrder(_) => "InvalidField",
            Self::WrongTable { .. } => "WrongTable",
            Self::MissingKey { .. } => "MissingKey",
            Self::KeyType { .. }
            | Self::KeyForm { .. }
            | Self::ExtraKey { .. }
            | Self::KeyValue { .. }
            | Self::KeyRefused(_) => "InvalidKey",
            Self::ItemValue { .. } | Self::ItemRefused { .. } => "InvalidItem",
            Self::ItemTooLarge { .. } => "ItemTooLarge",
            Self::ExpressionValue { .. } | Self::UpdateRefused(_) => "InvalidExpression",
            Self::ConditionFailed => "ConditionFailed",
            Self::GivenUp { cause, .. } => cause.code(),
        }
    }
}
