//! The attributes that the items of a table are documented with.

use attributes::KeySchema;
use message::names;

/// The documented attributes beside the key. A table of another shape than that of messages has none: what its items have
/// is declared where files are read, and anybody may add to it.
pub fn documented<'a>(schema: &KeySchema) -> impl Iterator<Item = &'a str> + use<'a> {
    let is_documented = *schema == KeySchema::Messages;
    let names = names::TEXTS.into_iter().chain(names::NUMBERS);
    names.filter(move |_| is_documented)
}
