//! The API Gateway REST proxy event, read leniently: what is missing or null is empty, what is not needed is not looked
//! at, and only what has another type than API Gateway ever sends is an error.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::fault::pointer;
use crate::{BodyError, Error, EventError};

/// A proxy event. Of its some fifty members, only those are taken apart that are asked for.
#[derive(Debug)]
pub struct Event<'e>(Members<'e>);

/// The members of an object, each as it stands.
type Members<'e> = BTreeMap<String, &'e RawValue>;

/// What an event says about the HTTP request.
#[derive(Debug, Default)]
pub struct Request {
    /// By name, percent-encoded or not.
    pub path_parameters: BTreeMap<String, String>,
    /// All different values of each name, decoded.
    pub query: BTreeMap<String, Vec<String>>,
    /// All different values of each header, by its name in lower case.
    pub headers: BTreeMap<String, Vec<String>>,
    /// The body, decoded; empty when there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// The values of a header, whose name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> &[String] {
        self.headers.get(name).map_or(&[], Vec::as_slice)
    }
}

impl<'e> Event<'e> {
    /// Reads the JSON text of an event.
    ///
    /// # Errors
    /// [`EventError`] when it is not JSON, or not an object.
    pub fn parse(payload: &'e str) -> Result<Self, EventError> {
        serde_json::from_str(payload)
            .map(Self)
            .map_err(|error| match error.classify() {
                Category::Data => EventError::NotAnObject,
                _ => EventError::Syntax(error),
            })
    }

    /// The id that API Gateway gave the request.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        let context: Members = serde_json::from_str(self.0.get("requestContext")?.get()).ok()?;
        let id: String = serde_json::from_str(context.get("requestId")?.get()).ok()?;
        (!id.is_empty()).then_some(id)
    }

    /// The first header of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let headers: Members = serde_json::from_str(self.0.get("headers")?.get()).ok()?;
        let (_, value) = headers
            .into_iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        serde_json::from_str(value.get()).ok()
    }

    /// A member that is a string; empty for what is missing.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let text = self.0.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok());
        text.unwrap_or_default()
    }

    /// Takes the HTTP request out of the event.
    ///
    /// # Errors
    /// [`EventError::Form`] for a member of another type than API Gateway sends, [`BodyError::Base64`].
    pub fn into_request(mut self) -> Result<Request, Error> {
        let path_parameters = single(self.object("pathParameters")?, "/pathParameters")?.collect();
        let mut query = multiple(
            self.object("multiValueQueryStringParameters")?,
            "/multiValueQueryStringParameters",
        )?;
        for (name, value) in single(self.object("queryStringParameters")?, "/queryStringParameters")? {
            add(&mut query, name, value);
        }
        let mut headers = BTreeMap::new();
        for (name, values) in multiple(self.object("multiValueHeaders")?, "/multiValueHeaders")? {
            for value in values {
                add(&mut headers, name.to_ascii_lowercase(), value);
            }
        }
        for (name, value) in single(self.object("headers")?, "/headers")? {
            add(&mut headers, name.to_ascii_lowercase(), value);
        }
        Ok(Request {
            path_parameters,
            query,
            headers,
            body: self.body()?,
        })
    }

    fn body(&mut self) -> Result<Vec<u8>, Error> {
        let text = match self.take("body")? {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::String(text)) => text,
            Some(_) => return Err(form("/body", "a string, which may contain JSON").into()),
        };
        match self.take("isBase64Encoded")? {
            None | Some(Value::Null | Value::Bool(false)) => Ok(text.into_bytes()),
            Some(Value::Bool(true)) => Ok(BASE64_STANDARD.decode(text).map_err(|_| BodyError::Base64)?),
            Some(_) => Err(form("/isBase64Encoded", "true or false").into()),
        }
    }

    /// The member called `name`.
    fn take(&mut self, name: &str) -> Result<Option<Value>, EventError> {
        let raw = self.0.remove(name);
        let value = raw.map(|raw| serde_json::from_str(raw.get())).transpose();
        value.map_err(EventError::Syntax)
    }

    /// The object called `name`; empty when it is missing or null.
    fn object(&mut self, name: &str) -> Result<Map<String, Value>, EventError> {
        match self.take(name)? {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(form(pointer("", name), "an object")),
        }
    }
}

fn form(pointer: impl Into<String>, expected: &'static str) -> EventError {
    EventError::Form {
        pointer: pointer.into(),
        expected,
    }
}

/// The strings of an object, without those that are null.
fn single(
    members: Map<String, Value>,
    parent: &str,
) -> Result<impl Iterator<Item = (String, String)> + use<>, EventError> {
    let mut strings = Vec::with_capacity(members.len());
    for (name, value) in members {
        match value {
            Value::String(text) => strings.push((name, text)),
            Value::Null => {}
            _ => return Err(form(pointer(parent, &name), "a string")),
        }
    }
    Ok(strings.into_iter())
}

/// The lists of strings of an object, without those that are null.
fn multiple(members: Map<String, Value>, parent: &str) -> Result<BTreeMap<String, Vec<String>>, EventError> {
    let mut lists = BTreeMap::new();
    for (name, value) in members {
        let expected = || form(pointer(parent, &name), "an array of strings");
        let elements = match value {
            Value::Array(elements) => elements,
            Value::Null => continue,
            _ => return Err(expected()),
        };
        for element in elements {
            let Value::String(text) = element else {
                return Err(expected());
            };
            add(&mut lists, name.clone(), text);
        }
    }
    Ok(lists)
}

/// Adds a value that is not there yet: a value said twice, as in the two maps of one event, is one value.
fn add(lists: &mut BTreeMap<String, Vec<String>>, name: String, value: String) {
    let values = lists.entry(name).or_default();
    if !values.contains(&value) {
        values.push(value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(event: &Value) -> Result<Request, Error> {
        Event::parse(&event.to_string()).unwrap().into_request()
    }

    #[test]
    fn what_is_missing_or_null_is_empty() {
        for event in [
            json!({}),
            json!({"headers": null, "multiValueHeaders": null, "queryStringParameters": null,
                "multiValueQueryStringParameters": null, "pathParameters": null, "requestContext": null, "body": null,
                "isBase64Encoded": null}),
            json!({"headers": {}, "queryStringParameters": {"time": null}, "requestContext": {}, "body": ""}),
        ] {
            let read = request(&event).unwrap();
            assert!(read.query.is_empty() && read.path_parameters.is_empty(), "{event}");
            assert!(read.body.is_empty() && read.headers.is_empty(), "{event}");
            assert_eq!(Event::parse(&event.to_string()).unwrap().request_id(), None);
        }
    }

    #[test]
    fn values_of_both_maps_count_once() {
        let read = request(&json!({
            "queryStringParameters": {"time": "b", "limit": "1"},
            "multiValueQueryStringParameters": {"time": ["a", "b"], "date": ["x", "x"]},
        }))
        .unwrap();
        assert_eq!(read.query["time"], ["a", "b"]);
        assert_eq!(read.query["date"], ["x"]);
        assert_eq!(read.query["limit"], ["1"]);
    }

    #[test]
    fn a_header_is_found_in_any_letter_case_and_map() {
        for headers in [
            json!({"headers": {"content-TYPE": "text/csv", "Host": "x"}}),
            json!({"multiValueHeaders": {"Content-Type": ["text/csv"]}}),
        ] {
            assert_eq!(request(&headers).unwrap().header("content-type"), ["text/csv"]);
        }
    }

    #[test]
    fn a_base64_body_is_decoded() {
        let read = request(&json!({"body": "w6k=", "isBase64Encoded": true})).unwrap();
        assert_eq!(read.body, "é".as_bytes());
        let error = request(&json!({"body": "{}", "isBase64Encoded": true})).unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(
            error
                .to_string()
                .starts_with("the body is flagged as base64 and is not")
        );
    }

    #[test]
    fn other_types_are_named_with_their_place() {
        for (event, message) in [
            (
                json!({"queryStringParameters": {"limit": 5}}),
                "`/queryStringParameters/limit` must be a string",
            ),
            (
                json!({"queryStringParameters": []}),
                "`/queryStringParameters` must be an object",
            ),
            (
                json!({"multiValueQueryStringParameters": {"time": "x"}}),
                "`/multiValueQueryStringParameters/time` must be an array of strings",
            ),
            (
                json!({"multiValueHeaders": {"A": [1]}}),
                "`/multiValueHeaders/A` must be an array of strings",
            ),
            (json!({"headers": {"A": {}}}), "`/headers/A` must be a string"),
            (
                json!({"pathParameters": {"date": false}}),
                "`/pathParameters/date` must be a string",
            ),
            (
                json!({"body": {"Item": {}}}),
                "`/body` must be a string, which may contain JSON",
            ),
            (
                json!({"body": "x", "isBase64Encoded": "true"}),
                "`/isBase64Encoded` must be true or false",
            ),
        ] {
            let error = request(&event).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("the event is no API Gateway proxy event: {message}")
            );
            assert_eq!(error.status(), 400);
        }
        assert!(
            Event::parse("[]")
                .unwrap_err()
                .to_string()
                .ends_with(": it must be an object")
        );
        assert!(
            Event::parse("{")
                .unwrap_err()
                .to_string()
                .starts_with("the event is not JSON: ")
        );
    }
}
