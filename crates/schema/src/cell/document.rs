//! Reads JSON in a cell as DynamoDB JSON.

use message::Number;
use message::escape::push_json_text;

use super::violation::CellViolation;
use crate::json::Json;

/// The deepest nesting that DynamoDB takes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const MAX_DEPTH: usize = 32;

/// Why a JSON value cannot be an attribute value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("it is nested more than {MAX_DEPTH} levels deep")]
    Depth,
    #[error("it has a member with an empty name")]
    EmptyName,
    #[error("the number {0} {1}")]
    Number(String, message::NumberError),
}

/// Appends the DynamoDB JSON of a cell, which must have an object (or an array, when `object` is false), with `depth` levels
/// around it. Returns the number of its members or elements.
pub(crate) fn read(text: &str, object: bool, depth: usize, out: &mut String) -> Result<usize, CellViolation> {
    let kind = if object { "object" } else { "array" };
    let refuse = |why: String| CellViolation::Json { kind, why };
    let json = Json::parse(text).map_err(|error| refuse(error.to_string()))?;
    let length = match &json {
        Json::Object(members) if object => members.len(),
        Json::Array(elements) if !object => elements.len(),
        other => return Err(refuse(format!("it is {}", other.type_name()))),
    };
    if let Some(name) = json.duplicate() {
        return Err(refuse(format!("it names `{name}` twice")));
    }
    write(&json, depth, out).map_err(|error| {
        let of_place = match error {
            DocumentError::Depth if depth > 0 => format!(", {depth} of them in `dynamodb:item` around it"),
            _ => String::new(),
        };
        refuse(format!("{error}{of_place}"))
    })?;
    Ok(length)
}

/// Appends the DynamoDB JSON of a value.
pub(crate) fn write(json: &Json, depth: usize, out: &mut String) -> Result<(), DocumentError> {
    if depth > MAX_DEPTH {
        return Err(DocumentError::Depth);
    }
    match json {
        Json::Null => out.push_str("{\"NULL\":true}"),
        Json::Bool(value) => out.push_str(if *value { "{\"BOOL\":true}" } else { "{\"BOOL\":false}" }),
        Json::Number(text) => {
            let number = Number::parse(text).map_err(|error| DocumentError::Number(text.clone(), error))?;
            out.push_str("{\"N\":\"");
            out.push_str(number.as_str());
            out.push_str("\"}");
        }
        Json::Text(text) => {
            out.push_str("{\"S\":\"");
            push_json_text(out, text);
            out.push_str("\"}");
        }
        Json::Array(elements) => {
            out.push_str("{\"L\":[");
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(element, depth + 1, out)?;
            }
            out.push_str("]}");
        }
        Json::Object(members) => {
            out.push_str("{\"M\":{");
            for (index, (name, value)) in members.iter().enumerate() {
                if name.is_empty() {
                    return Err(DocumentError::EmptyName);
                }
                out.push_str(if index == 0 { "\"" } else { ",\"" });
                push_json_text(out, name);
                out.push_str("\":");
                write(value, depth + 1, out)?;
            }
            out.push_str("}}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Result<String, String> {
        let mut out = String::new();
        read(text, true, 0, &mut out).map_err(|violation| violation.to_string())?;
        Ok(out)
    }

    #[test]
    fn json_becomes_attribute_values() {
        let text = r#"{"a":[1.10,"x\n",null,true],"b":{}}"#;
        let wanted = r#"{"M":{"a":{"L":[{"N":"1.10"},{"S":"x\n"},{"NULL":true},{"BOOL":true}]},"b":{"M":{}}}}"#;
        assert_eq!(object(text).unwrap(), wanted);
        let mut out = String::new();
        assert_eq!(read("[ 1, 2 ]", false, 0, &mut out), Ok(2));
    }

    #[test]
    fn what_dynamodb_cannot_hold_is_refused() {
        for (text, why) in [
            ("[1]", "must be a JSON object: it is an array"),
            (r#"{"a":{"b":1,"b":2}}"#, "must be a JSON object: it names `b` twice"),
            (r#"{"":1}"#, "must be a JSON object: it has a member with an empty name"),
            (
                r#"{"a":1e999}"#,
                "must be a JSON object: the number 1e999 is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude",
            ),
        ] {
            assert_eq!(object(text).unwrap_err(), why);
        }
        assert!(object("{").is_err());
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(33), "]".repeat(33));
        assert_eq!(
            object(&deep).unwrap_err(),
            "must be a JSON object: it is nested more than 32 levels deep"
        );
    }
}
