//! JSON values that keep the order of members, duplicate members, and the text of numbers.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The deepest nesting that is read. It is enough for a body with the deepest item that DynamoDB takes: each level of an item
/// is two levels of JSON.
const MAX_DEPTH: usize = 80;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// The text of the number, as it was written.
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Why a text cannot be read as [`Json`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonError {
    #[error("{0}")]
    Syntax(String),
    #[error("is nested more than {MAX_DEPTH} levels deep")]
    Depth,
}

impl Json {
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        Self::nested(text, 0)
    }

    fn nested(text: &str, depth: usize) -> Result<Self, JsonError> {
        if depth > MAX_DEPTH {
            return Err(JsonError::Depth);
        }
        let json = text.trim_ascii();
        let elements_of = |raw: Vec<&RawValue>| {
            let elements = raw.into_iter().map(|element| Self::nested(element.get(), depth + 1));
            elements.collect::<Result<_, _>>().map(Self::Array)
        };
        let members_of = |raw: Members<'_>| {
            let members = raw.0.into_iter().map(|(name, member)| {
                let value = Self::nested(member.get(), depth + 1)?;
                Ok((name, value))
            });
            members.collect::<Result<_, _>>().map(Self::Object)
        };
        match json.as_bytes().first() {
            Some(b'{') => members_of(read(json)?),
            Some(b'[') => elements_of(read(json)?),
            Some(b'"') => read(json).map(Self::Text),
            Some(b't' | b'f') => read(json).map(Self::Bool),
            Some(b'n') => read::<()>(json).map(|()| Self::Null),
            // A raw value keeps the text of the number.
            _ => read::<&RawValue>(json).map(|number| Self::Number(number.get().to_owned())),
        }
    }

    /// The name of its type, with an article.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members()
            .iter()
            .find_map(|(member, value)| (member == name).then_some(value))
    }

    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    pub fn count(&self) -> Option<u64> {
        if let Self::Number(text) = self {
            text.parse().ok()
        } else {
            None
        }
    }

    /// The members of an object; empty for any other value.
    pub fn members(&self) -> &[(String, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The elements of an array; empty for any other value.
    pub fn elements(&self) -> &[Self] {
        if let Self::Array(elements) = self {
            elements
        } else {
            &[]
        }
    }

    /// The strings among the elements of an array.
    pub fn texts(&self) -> Vec<String> {
        self.elements()
            .iter()
            .filter_map(Self::text)
            .map(str::to_owned)
            .collect()
    }

    /// The first name that occurs twice in one object, at any depth.
    pub fn duplicate(&self) -> Option<&str> {
        let mut names = HashSet::new();
        for (name, _) in self.members() {
            if !names.insert(name.as_str()) {
                return Some(name);
            }
        }
        let mut members = self.members().iter().map(|(_, value)| value);
        members
            .find_map(Self::duplicate)
            .or_else(|| self.elements().iter().find_map(Self::duplicate))
    }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, JsonError> {
    serde_json::from_str(text).map_err(|error| JsonError::Syntax(error.to_string()))
}

/// The members of an object in order, each value as its text.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'t> Visitor<'t> for Collect {
            type Value = Members<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// Compact JSON; with `{:#}`, each member and element on a line of its own.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

impl Json {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => write_text(f, text),
            Self::Array(elements) => {
                f.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    line(f, index > 0, depth + 1)?;
                    element.write(f, depth + 1)?;
                }
                last_line(f, elements.is_empty(), depth)?;
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    line(f, index > 0, depth + 1)?;
                    write_text(f, name)?;
                    f.write_str(if f.alternate() { ": " } else { ":" })?;
                    value.write(f, depth + 1)?;
                }
                last_line(f, members.is_empty(), depth)?;
                f.write_str("}")
            }
        }
    }
}

/// Separates an element from the one before it and, in the indented form, starts its line.
fn line(f: &mut fmt::Formatter<'_>, comma: bool, depth: usize) -> fmt::Result {
    f.write_str(if comma { "," } else { "" })?;
    if f.alternate() {
        write!(f, "\n{:1$}", "", depth * 2)
    } else {
        Ok(())
    }
}

/// Starts the line of the closing bracket in the indented form.
fn last_line(f: &mut fmt::Formatter<'_>, empty: bool, depth: usize) -> fmt::Result {
    if f.alternate() && !empty {
        write!(f, "\n{:1$}", "", depth * 2)
    } else {
        Ok(())
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_digits_are_kept() {
        let text = r#"{"z":[1.10,-0,1E400,"é\n\u0000"],"a":{"b":null,"b":true},"":{}}"#;
        let json = Json::parse(&text.replace(',', " ,\n ")).unwrap();
        assert_eq!(json.to_string(), text);
        assert_eq!(json.duplicate(), Some("b"));
        assert_eq!(json.get("z").unwrap().elements()[2], Json::Number("1E400".into()));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "nul",
            "tru",
            "1 2",
            "{\"a\"}",
            "+1",
            "01",
            "\"\n\"",
            "NaN",
            "\u{feff}1",
        ] {
            assert!(matches!(Json::parse(text), Err(JsonError::Syntax(_))), "{text:?}");
        }
        let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::parse(&deep(MAX_DEPTH)).is_ok());
        assert_eq!(Json::parse(&deep(100_000)), Err(JsonError::Depth));
    }
}
