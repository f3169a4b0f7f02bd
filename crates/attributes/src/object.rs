//! JSON objects that others wrote: bodies of messages and of requests.

use serde_json::{Map, Value};

use crate::duplicates::duplicate_member;

/// Why a text is no JSON object whose members all count.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The text is no JSON.
    #[error("is not JSON")]
    Syntax(#[source] serde_json::Error),
    /// The text is another JSON value.
    #[error("is not an object")]
    NotAnObject,
    /// An object names this member twice, at any depth.
    #[error("names `{0}` twice")]
    Duplicate(String),
}

/// Reads the members of a JSON object.
///
/// # Errors
/// [`ObjectError`]
pub fn object(text: &str) -> Result<Map<String, Value>, ObjectError> {
    let value = serde_json::from_str(text).map_err(ObjectError::Syntax)?;
    if let Some(name) = duplicate_member(text) {
        return Err(ObjectError::Duplicate(name));
    }
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(ObjectError::NotAnObject),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_kind() {
        assert_eq!(object(r#"{"a":1}"#).unwrap()["a"], 1);
        assert!(matches!(object("{"), Err(ObjectError::Syntax(_))));
        assert!(matches!(object(r#"[{"a":1}]"#), Err(ObjectError::NotAnObject)));
        assert!(matches!(object(r#"{"b":{"a":1,"a":2}}"#), Err(ObjectError::Duplicate(name)) if name == "a"));
    }
}
