//! The documented attributes of a table's items.

use attributes::KeySchema;
use message::names;

/// The documented attributes beside the key. Only the table of messages has them: the attributes of any other table are declared
/// where files are read, and anybody may add more.
pub fn documented<'a>(schema: &KeySchema) -> impl Iterator<Item = &'a str> + use<'a> {
    let is_documented = *schema == KeySchema::Messages;
    let names = names::TEXTS.into_iter().chain(names::NUMBERS);
    names.filter(move |_| is_documented)
}
