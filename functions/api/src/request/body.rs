//! The JSON body of a request, and the parts that all bodies have in common.

use std::borrow::Cow;

use attributes::{ObjectError, pointer_step};
use lambda_http::Request;
use message::invisible::is_blank;
use serde_json::{Map, Value};

use super::fault::{BodyError, MemberError, MemberViolation};
use super::headers;
use super::limits::MAX_BODY_BYTES;
use super::rejection::{Faults, Rejection};

/// The member of every body that names the table. It may be left out.
pub const TABLE_NAME: &str = "TableName";

/// The members of a body that is a JSON object.
#[derive(Debug)]
pub struct Body(Map<String, Value>);

impl Body {
    /// Reads the body of `request`. `expected` describes the body in error messages.
    ///
    /// # Errors
    /// [`Rejection::MediaType`], [`Rejection::TooLarge`], or [`BodyError`].
    pub fn read(request: &Request, expected: impl Into<Cow<'static, str>>) -> Result<Self, Rejection> {
        if !headers::values(request, "content-type").all(is_json) {
            return Err(Rejection::MediaType);
        }
        let bytes = request.body().as_ref();
        if bytes.len() > MAX_BODY_BYTES {
            return Err(Rejection::TooLarge(bytes.len()));
        }
        Ok(Self::parse(bytes, expected.into())?)
    }

    fn parse(bytes: &[u8], expected: Cow<'static, str>) -> Result<Self, BodyError> {
        let text = std::str::from_utf8(bytes).map_err(|error| BodyError::Utf8(error.valid_up_to()))?;
        if is_blank(text) {
            return Err(BodyError::Missing(expected));
        }
        attributes::object(text).map(Self).map_err(|error| match error {
            ObjectError::Syntax(error) => BodyError::Syntax(error),
            ObjectError::NotAnObject => BodyError::NotAnObject(expected),
            ObjectError::Duplicate(name) => BodyError::Duplicate(pointer_step(&name)),
        })
    }

    /// Checks that all members are `known`, and that [`TABLE_NAME`], if present, is `table`.
    ///
    /// # Errors
    /// [`MemberError`] for each unknown member, and for another table.
    pub fn check(&self, known: &'static [&'static str], table: &str) -> Result<(), Rejection> {
        let mut faults = Faults::default();
        for name in self.0.keys().filter(|name| !known.contains(&name.as_str())) {
            faults.add(MemberError::at("", name, MemberViolation::Unknown(known)));
        }
        let other_table = match self.0.get(TABLE_NAME) {
            None => None,
            Some(Value::String(name)) => (name != table).then_some(MemberViolation::OtherTable),
            Some(_) => Some(MemberViolation::Form("a string")),
        };
        if let Some(violation) = other_table {
            faults.add(MemberError::at("", TABLE_NAME, violation));
        }
        faults.finish(|| Some(()))
    }

    /// Whether there is a member of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Takes a member that must be there. `expected` describes it in the error message.
    ///
    /// # Errors
    /// [`MemberViolation::Missing`].
    pub fn take(&mut self, name: &str, expected: &'static str) -> Result<Value, MemberError> {
        self.take_optional(name)
            .ok_or_else(|| MemberError::at("", name, MemberViolation::Missing(expected)))
    }

    /// Takes a member that may be missing.
    pub fn take_optional(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }
}

/// Whether a `Content-Type` is JSON. Its parameters do not matter: the bytes are checked to be UTF-8 anyway.
fn is_json(content_type: &str) -> bool {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Takes the members of an object in a body.
///
/// # Errors
/// [`MemberViolation::Form`] at `pointer`, when the value is not an object.
pub fn object(value: Value, pointer: &str) -> Result<Map<String, Value>, MemberError> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(MemberError::new(pointer, MemberViolation::Form("an object"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::error::Error;

    fn read(content_type: Option<&str>, body: &[u8]) -> Result<Body, Error> {
        let mut request = Request::new(body.into());
        if let Some(value) = content_type {
            request.headers_mut().insert("content-type", value.parse().unwrap());
        }
        Ok(Body::read(&request, "an object")?)
    }

    #[test]
    fn json_in_any_guise_is_read() {
        for content_type in [
            None,
            Some("application/json"),
            Some("Application/JSON ; charset=utf-8"),
            Some("application/merge-patch+json"),
        ] {
            assert!(read(content_type, b" {\"a\":1}\r\n").is_ok(), "{content_type:?}");
        }
        for body in ["\u{feff}{}", "\n\u{feff}\u{a0}{}\u{200b}", "{}\u{feff}"] {
            assert!(read(None, body.as_bytes()).is_ok(), "{body:?}");
        }
        for content_type in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/x+json",
            "application/jsonp",
        ] {
            let error = read(Some(content_type), b"{}").unwrap_err();
            assert_eq!(error.status(), 415, "{content_type:?}");
        }
    }

    #[test]
    fn a_wrong_body_is_named_with_its_place() {
        for (body, status, message) in [
            (b"".as_slice(), 400, "the body is missing; it must be an object"),
            (b" \n", 400, "the body is missing; it must be an object"),
            (b"\xef\xbb\xbf", 400, "the body is missing; it must be an object"),
            (b"[1]", 400, "the body must be an object"),
            (
                b"{\n  \"a\": }",
                400,
                "the body is not JSON: expected value at line 2 column 8",
            ),
            (
                b"{\"a\":1} x",
                400,
                "the body is not JSON: trailing characters at line 1 column 9",
            ),
            (
                b"{\"a\":[{\"b\":1,\"b\":2}]}",
                400,
                "the body has the member `b` twice in one object; remove one of them",
            ),
            (
                b"{\"a\":NaN}",
                400,
                "the body is not JSON: expected value at line 1 column 6",
            ),
            (
                b"{\"a\":\"\xff\"}",
                400,
                "the body is not UTF-8 at byte 6; JSON must be UTF-8",
            ),
        ] {
            let error = read(None, body).unwrap_err();
            assert_eq!((error.status(), error.to_string().as_str()), (status, message));
        }
        let deep = "[".repeat(100_000);
        assert!(
            read(None, deep.as_bytes())
                .unwrap_err()
                .to_string()
                .contains("recursion limit")
        );
    }

    #[test]
    fn a_body_may_have_a_mebibyte() {
        let body = |length: usize| [b"{}".as_slice(), &b" ".repeat(length - 2)].concat();
        assert!(read(None, &body(1024 * 1024)).is_ok());
        let error = read(None, &body(1024 * 1024 + 1)).unwrap_err();
        assert_eq!(error.status(), 413);
        assert_eq!(error.to_string(), "the body has 1048577 bytes; send at most 1048576");
    }

    #[test]
    fn unknown_members_and_other_tables_are_refused() {
        let check = |text: &str| {
            read(None, text.as_bytes())
                .unwrap()
                .check(&["Item", "TableName"], "messages")
        };
        assert!(check("{}").is_ok());
        assert!(check(r#"{"TableName":"messages","Item":1}"#).is_ok());
        for (text, message) in [
            (r#"{"item":{}}"#, "`/item` is not known here; known are Item, TableName"),
            (
                r#"{"a/b~":{}}"#,
                "`/a~1b~0` is not known here; known are Item, TableName",
            ),
            (
                r#"{"TableName":"other"}"#,
                "`/TableName` names another table than the one behind this API; leave it out",
            ),
            (r#"{"TableName":null}"#, "`/TableName` must be a string"),
        ] {
            assert_eq!(check(text).unwrap_err().to_string(), message);
        }
    }
}
