//! Reads the members of an event leniently: a member of an unexpected type is an error only when it is used.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::request::fault::pointer;
use crate::request::rejection::EventError;

/// The members that the API reads, of an event from any source.
#[derive(Debug, Default)]
pub struct Members<'e> {
    pub version: Part<'e>,
    pub resource: Part<'e>,
    pub path: Part<'e>,
    pub raw_path: Part<'e>,
    pub raw_query_string: Part<'e>,
    pub http_method: Part<'e>,
    pub headers: Part<'e>,
    pub multi_value_headers: Part<'e>,
    pub cookies: Part<'e>,
    pub query_string_parameters: Part<'e>,
    pub multi_value_query_string_parameters: Part<'e>,
    pub path_parameters: Part<'e>,
    pub stage_variables: Part<'e>,
    pub body: Part<'e>,
    pub is_base64_encoded: Part<'e>,
    /// Raw JSON, because the types of `aws_lambda_events` read the context.
    request_context: Option<&'e RawValue>,
    /// Whether the event has a member that no request has.
    has_foreign_mark: bool,
}

/// Pairs of a name and a string.
pub type Strings<'e> = Vec<(Cow<'e, str>, Cow<'e, str>)>;

/// A JSON value. Text is borrowed from the event if it has no escapes.
#[derive(Debug, Default)]
pub enum Part<'e> {
    /// Missing or null.
    #[default]
    Nothing,
    Flag(bool),
    Text(Cow<'e, str>),
    List(Vec<Part<'e>>),
    Object(Vec<(Cow<'e, str>, Part<'e>)>),
    Number,
}

impl<'e> Members<'e> {
    /// Reads the JSON text of an event; `None` when it is JSON, but not an object.
    ///
    /// # Errors
    /// [`EventError::Syntax`], when it is not JSON.
    pub fn parse(payload: &'e str) -> Result<Option<Self>, EventError> {
        match serde_json::from_str(payload) {
            Ok(members) => Ok(Some(members)),
            Err(error) if error.classify() == Category::Data => Ok(None),
            Err(error) => Err(EventError::Syntax(error)),
        }
    }

    /// The JSON text of the context; an empty object when it is missing.
    pub fn context(&self) -> &'e str {
        self.request_context.map_or("{}", RawValue::get)
    }

    /// Whether a member makes the event a request, or the body alone does.
    pub fn ask(&self, takes_body: bool) -> bool {
        let asking = [
            &self.http_method,
            &self.path,
            &self.raw_path,
            &self.resource,
            &self.path_parameters,
            &self.query_string_parameters,
            &self.multi_value_query_string_parameters,
        ];
        let is_there = |part: &Part<'_>| !matches!(part, Part::Nothing);
        asking.into_iter().any(is_there) || (takes_body && is_there(&self.body))
    }

    /// Whether the event or its context may have a member that no request has.
    pub fn may_be_foreign(&self) -> bool {
        self.has_foreign_mark || foreign_events::context_marks().any(|mark| self.context().contains(mark))
    }

    fn part(&mut self, name: &str) -> Option<&mut Part<'e>> {
        Some(match name {
            "version" => &mut self.version,
            "resource" => &mut self.resource,
            "path" => &mut self.path,
            "rawPath" => &mut self.raw_path,
            "rawQueryString" => &mut self.raw_query_string,
            "httpMethod" => &mut self.http_method,
            "headers" => &mut self.headers,
            "multiValueHeaders" => &mut self.multi_value_headers,
            "cookies" => &mut self.cookies,
            "queryStringParameters" => &mut self.query_string_parameters,
            "multiValueQueryStringParameters" => &mut self.multi_value_query_string_parameters,
            "pathParameters" => &mut self.path_parameters,
            "stageVariables" => &mut self.stage_variables,
            "body" => &mut self.body,
            "isBase64Encoded" => &mut self.is_base64_encoded,
            _ => return None,
        })
    }
}

impl<'e> Part<'e> {
    /// The text; empty for any other value.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The members of an object of strings, without those that are null; none when the object is missing.
    ///
    /// # Errors
    /// [`EventError::Form`], with `name` as the first step of its pointer.
    pub fn strings(self, name: &str) -> Result<Strings<'e>, EventError> {
        let mut strings = Vec::new();
        for (key, value) in self.object(name)? {
            match value {
                Self::Text(text) => strings.push((key, text)),
                Self::Nothing => {}
                _ => return Err(form(pointer(&pointer("", name), &key), "a string")),
            }
        }
        Ok(strings)
    }

    /// The members of an object of lists of strings, one for each string; none when the object is missing.
    ///
    /// # Errors
    /// [`EventError::Form`], with `name` as the first step of its pointer.
    pub fn string_lists(self, name: &str) -> Result<Strings<'e>, EventError> {
        let mut strings = Vec::new();
        for (key, value) in self.object(name)? {
            let expected = || form(pointer(&pointer("", name), &key), "an array of strings");
            let elements = match value {
                Self::List(elements) => elements,
                Self::Nothing => continue,
                _ => return Err(expected()),
            };
            for element in elements {
                let Self::Text(text) = element else {
                    return Err(expected());
                };
                strings.push((key.clone(), text));
            }
        }
        Ok(strings)
    }

    fn object(self, name: &str) -> Result<Vec<(Cow<'e, str>, Self)>, EventError> {
        match self {
            Self::Nothing => Ok(Vec::new()),
            Self::Object(members) => Ok(members),
            _ => Err(form(pointer("", name), "an object")),
        }
    }
}

/// Makes the error of a part with the wrong form.
pub fn form(pointer: impl Into<String>, expected: &'static str) -> EventError {
    let pointer = pointer.into();
    EventError::Form { pointer, expected }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<Part<'de>>()? {
            if name.as_text() == "requestContext" {
                members.request_context = Some(map.next_value()?);
            } else if let Some(part) = members.part(name.as_text()) {
                *part = map.next_value()?;
            } else {
                members.has_foreign_mark |= foreign_events::is_mark(name.as_text());
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(members)
    }
}

impl<'de> Deserialize<'de> for Part<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

/// The only name in the map that `serde_json` makes of a long number, to keep all its digits.
const NUMBER: &str = "$serde_json::private::Number";

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Part::Nothing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Part::Flag(flag))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Part::Number)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Part::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Part::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Part::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Part::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element()? {
            elements.push(element);
        }
        Ok(Part::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        let mut is_number = false;
        while let Some(name) = map.next_key::<Part<'de>>()? {
            let Part::Text(name) = name else { continue };
            is_number |= name == NUMBER;
            members.push((name, map.next_value()?));
        }
        Ok(if is_number { Part::Number } else { Part::Object(members) })
    }
}
