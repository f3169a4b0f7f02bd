//! JSON objects that others wrote: bodies of messages and of requests.

use message::invisible::is_invisible;
use serde_json::{Map, Value};

use crate::duplicates::duplicate_member;

/// Why a text is not a JSON object without duplicate members.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The text is not JSON.
    #[error("is not JSON")]
    Syntax(#[source] serde_json::Error),
    /// The text is another JSON value.
    #[error("is not an object")]
    NotAnObject,
    /// An object, at any depth, names this member twice.
    #[error("names `{0}` twice")]
    Duplicate(String),
}

/// Reads the members of a JSON object. Invisible characters around it, such as a byte order mark, are ignored.
///
/// # Errors
/// [`ObjectError`]
pub fn object(text: &str) -> Result<Map<String, Value>, ObjectError> {
    let text = without_invisible(text);
    let value = serde_json::from_str(text).map_err(ObjectError::Syntax)?;
    if let Some(name) = duplicate_member(text) {
        return Err(ObjectError::Duplicate(name));
    }
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(ObjectError::NotAnObject),
    }
}

/// The text without invisible characters at its end, and without those at its start that JSON does not allow. White space that
/// JSON allows stays at the start, so that errors name the lines as the author of the text counts them.
fn without_invisible(text: &str) -> &str {
    let text = text.trim_end_matches(is_invisible);
    let start = text.trim_ascii_start();
    if start.starts_with(is_invisible) {
        start.trim_start_matches(is_invisible)
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_kind() {
        assert_eq!(object(r#"{"a":1}"#).unwrap()["a"], 1);
        for text in [
            "\u{feff}{\"a\":1}",
            " \u{feff}\u{a0}\n{\"a\":1}\u{200b}\r\n",
            "{\"a\":1}\u{2060}",
        ] {
            assert_eq!(object(text).unwrap()["a"], 1, "{text:?}");
        }
        let Err(ObjectError::Syntax(error)) = object("\n\n{\"a\"") else {
            panic!("no error")
        };
        assert_eq!(error.line(), 3);
        assert!(matches!(object("{"), Err(ObjectError::Syntax(_))));
        assert!(matches!(object(r#"[{"a":1}]"#), Err(ObjectError::NotAnObject)));
        assert!(matches!(object(r#"{"b":{"a":1,"a":2}}"#), Err(ObjectError::Duplicate(name)) if name == "a"));
    }
}
