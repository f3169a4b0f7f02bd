//! An item's key in words, for people.

use std::collections::HashMap;
use std::fmt;

use message::names;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::ItemKey;

/// The most bytes that are shown of one text of a key.
const MAX_WORD_BYTES: usize = 255;

impl ItemKey {
    /// The key's attributes for people: `date 2001-01-01, time 09:01:05` or `pk SENSOR#1, sk 7`. Long texts are cut.
    #[must_use]
    pub fn in_words(&self) -> String {
        let json = match self {
            Self::Message(key) => return format!("{} {}, {} {}", names::DATE, key.date, names::TIME, key.time),
            Self::Declared(json) => json,
        };
        let Ok(Members(members)) = serde_json::from_str(json) else {
            return json.as_ref().to_owned();
        };
        let words = members.iter().map(|(name, text)| format!("{name} {}", cut(text)));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// A text cut to [`MAX_WORD_BYTES`], with `…` in place of the rest.
fn cut(text: &str) -> String {
    let start = &text[..text.floor_char_boundary(MAX_WORD_BYTES)];
    let mark = if start.len() < text.len() { "…" } else { "" };
    format!("{start}{mark}")
}

/// The names and texts of a key's attributes, in their order.
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members, A::Error> {
                let mut members = Vec::with_capacity(2);
                while let Some((name, value)) = object.next_entry::<String, HashMap<&str, String>>()? {
                    members.extend(value.into_values().map(|text| (name.clone(), text)));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
