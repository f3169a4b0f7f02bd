//! Finds JSON objects that name a member twice. Parsers silently keep one of the two (RFC 8259, section 4), and a value would
//! be lost unnoticed.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The first name that one object of `json`, at any depth, has twice. `None` also when `json` is not JSON, which its parser
/// reports.
#[must_use]
pub fn duplicate_member(json: &str) -> Option<String> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    // An error only ends the search: the result is in `found`.
    let _ = Search(&mut found).deserialize(&mut deserializer);
    found
}

struct Search<'f>(&'f mut Option<String>);

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if names.contains(&name) {
                *self.0 = Some(name);
                return Err(A::Error::custom("found"));
            }
            names.insert(name);
            members.next_value_seed(Search(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element_seed(Search(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_in_one_object_is_found_at_any_depth() {
        for (json, name) in [
            (r#"{"a":1,"b":2,"a":3}"#, "a"),
            (r#"{"x":[{"y":{"date":{"S":"1"},"date":{"S":"2"}}}]}"#, "date"),
            (r#"{"a":1,"\u0061":2}"#, "a"),
        ] {
            assert_eq!(duplicate_member(json).as_deref(), Some(name), "{json}");
        }
    }

    #[test]
    fn the_same_name_in_different_objects_is_none() {
        for json in [
            r#"{"a":{"a":[{"a":null},{"a":true},{"a":-1.5e300},{"a":"a"}]},"b":12345678901234567890123}"#,
            "[]",
            "1",
            "",
            r#"{"a":1,"b""#,
        ] {
            assert_eq!(duplicate_member(json), None, "{json}");
        }
    }
}
