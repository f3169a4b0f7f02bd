//! The body of an update: an update expression with its placeholders.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html>

use std::collections::{BTreeSet, HashMap};

use attributes::{Attributes, plain_json};
use message::{MAX_ITEM_BYTES, names};
use serde_json::{Map, Value};

use crate::body::{Body, TABLE_NAME, object};
use crate::item::{is_blank, too_large};
use crate::{Error, MemberError, MemberProblem, size};

const EXPRESSION: &str = "UpdateExpression";
const NAMES: &str = "/ExpressionAttributeNames";
const VALUES: &str = "/ExpressionAttributeValues";
const KNOWN: &[&str] = &[
    EXPRESSION,
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    TABLE_NAME,
];

/// What the body should be, in error messages.
pub const EXPECTED: &str = "a JSON object such as {\"UpdateExpression\":\"SET local_avg = :avg\",\
                            \"ExpressionAttributeValues\":{\":avg\":5.55}}";

/// The most bytes of an expression.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_EXPRESSION_BYTES: usize = 4096;

/// An update that DynamoDB can be asked for.
#[derive(Debug, PartialEq)]
pub struct Update {
    /// `UpdateExpression`.
    pub expression: String,
    /// `ExpressionAttributeNames`; may be empty.
    pub names: HashMap<String, String>,
    /// `ExpressionAttributeValues`; may be empty.
    pub values: Attributes,
}

impl Update {
    /// Checks the body of an update of an item of `table`.
    ///
    /// # Errors
    /// [`MemberError`] with the place of the first mistake. The grammar of the expression is left to DynamoDB.
    pub fn check(mut body: Body, table: &str) -> Result<Self, Error> {
        body.check(KNOWN, table)?;
        let update = Self {
            expression: expression(body.take(EXPRESSION, "an update expression, such as \"SET local_avg = :avg\"")?)?,
            names: attribute_names(members(body.take_optional(&NAMES[1..]), NAMES)?)?,
            values: attribute_values(members(body.take_optional(&VALUES[1..]), VALUES)?)?,
        };
        check_use(&update.expression, '#', NAMES, update.names.keys())?;
        check_use(&update.expression, ':', VALUES, update.values.keys())?;
        Ok(update)
    }

    /// Adds the condition that the item exists: returns the `ConditionExpression`, and defines its placeholder under a
    /// name that the client does not use. `date` is a reserved word and cannot stand in an expression itself.
    pub fn require_existing(&mut self) -> String {
        let mut placeholder = "#key".to_owned();
        while self.names.contains_key(&placeholder) {
            placeholder.push('_');
        }
        let condition = format!("attribute_exists({placeholder})");
        self.names.insert(placeholder, names::DATE.to_owned());
        condition
    }
}

/// The members of an optional object.
fn members(value: Option<Value>, pointer: &str) -> Result<Map<String, Value>, Error> {
    value.map_or_else(|| Ok(Map::new()), |value| object(value, pointer))
}

fn expression(value: Value) -> Result<String, MemberError> {
    let problem = match value {
        Value::String(text) if text.trim_ascii().is_empty() => {
            MemberProblem::Form("an update expression, such as \"SET local_avg = :avg\"")
        }
        Value::String(text) if text.len() > MAX_EXPRESSION_BYTES => MemberProblem::TooLarge {
            bytes: text.len(),
            limit: MAX_EXPRESSION_BYTES,
        },
        Value::String(text) => return Ok(text),
        _ => MemberProblem::Form("a string"),
    };
    Err(MemberError::at("", EXPRESSION, problem))
}

fn attribute_names(members: Map<String, Value>) -> Result<HashMap<String, String>, MemberError> {
    members
        .into_iter()
        .map(|(placeholder, value)| {
            match value {
                _ if !is_placeholder(&placeholder, '#') => Err(MemberProblem::Form("named `#` and letters or digits")),
                Value::String(name) if name.is_empty() => Err(MemberProblem::Empty),
                Value::String(name) => Ok((placeholder.clone(), name)),
                _ => Err(MemberProblem::Form("a string: the name of an attribute")),
            }
            .map_err(|problem| MemberError::at(NAMES, &placeholder, problem))
        })
        .collect()
}

fn attribute_values(members: Map<String, Value>) -> Result<Attributes, MemberError> {
    for (placeholder, value) in &members {
        if !is_placeholder(placeholder, ':') {
            let problem = MemberProblem::Form("named `:` and letters or digits");
            return Err(MemberError::at(VALUES, placeholder, problem));
        }
        if is_blank(value) {
            return Err(MemberError::at(VALUES, placeholder, MemberProblem::Empty));
        }
    }
    let values = plain_json::to_attributes(members).map_err(|error| MemberError::below(VALUES, error))?;
    let bytes = values.values().map(size::of_value).max().unwrap_or_default();
    if bytes > MAX_ITEM_BYTES {
        return Err(too_large(VALUES, bytes));
    }
    Ok(values)
}

fn is_placeholder(text: &str, sign: char) -> bool {
    text.strip_prefix(sign)
        .is_some_and(|name| !name.is_empty() && name.chars().all(is_placeholder_character))
}

fn is_placeholder_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Checks that the placeholders with this sign in the expression are those that are defined. Expressions have no string
/// literals, so a sign always begins a placeholder.
fn check_use<'a>(
    expression: &str,
    sign: char,
    place: &'static str,
    defined: impl Iterator<Item = &'a String>,
) -> Result<(), MemberError> {
    let used: BTreeSet<&str> = expression
        .match_indices(sign)
        .map(|(at, _)| {
            let name = &expression[at + 1..];
            let length = name
                .find(|character| !is_placeholder_character(character))
                .unwrap_or(name.len());
            &expression[at..=at + length]
        })
        .collect();
    let defined: BTreeSet<&str> = defined.map(String::as_str).collect();
    if let Some(placeholder) = used.difference(&defined).next() {
        let placeholder = (*placeholder).to_owned();
        return Err(MemberError::at(
            "",
            EXPRESSION,
            MemberProblem::Undefined { placeholder, place },
        ));
    }
    match defined.difference(&used).next() {
        Some(placeholder) => Err(MemberError::at(place, placeholder, MemberProblem::Unused)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;
    use serde_json::json;

    use super::*;
    use crate::event::Request;

    fn check(body: &str) -> Result<Update, Error> {
        let request = Request {
            body: body.as_bytes().to_owned(),
            ..Request::default()
        };
        Update::check(Body::read(&request, EXPECTED)?, "messages")
    }

    #[test]
    fn an_update_is_read() {
        let update = check(
            r##"{"TableName":"messages","UpdateExpression":"SET #s=:s,a.b[0]=if_not_exists(c,:n1)REMOVE d",
                "ExpressionAttributeNames":{"#s":"source"},"ExpressionAttributeValues":{":s":"x",":n1":1.10}}"##,
        )
        .unwrap();
        assert_eq!(update.names["#s"], "source");
        assert_eq!(update.values[":n1"], AttributeValue::N("1.10".into()));
        let update = check(r#"{"UpdateExpression":"REMOVE a","ExpressionAttributeValues":{}}"#).unwrap();
        assert!(update.names.is_empty() && update.values.is_empty());
    }

    #[test]
    fn a_wrong_update_is_named_with_its_place() {
        let long = format!("REMOVE {}", "a".repeat(4096));
        let fat = "x".repeat(400 * 1024 + 1);
        for (body, message) in [
            (
                json!({}),
                "`/UpdateExpression` is missing; it must be an update expression, such as",
            ),
            (
                json!({"UpdateExpression": " "}),
                "`/UpdateExpression` must be an update expression, such as",
            ),
            (
                json!({"UpdateExpression": ["SET"]}),
                "`/UpdateExpression` must be a string",
            ),
            (
                json!({"UpdateExpression": long}),
                "`/UpdateExpression` has 4103 bytes as DynamoDB counts them; the most",
            ),
            (
                json!({"Item": {}, "UpdateExpression": "SET a=:a"}),
                "`/Item` is not known here; known are UpdateExpre",
            ),
            (
                json!({"Key": {}}),
                "`/Key` is not known here; known are UpdateExpression, ExpressionAttributeNames, Ex",
            ),
            (
                json!({"ConditionExpression": "x"}),
                "`/ConditionExpression` is not known here; known are",
            ),
            (
                json!({"TableName": "other"}),
                "`/TableName` names another table than the one behind this API",
            ),
            (
                json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeNames": []}),
                "`/ExpressionAttributeNames` must be an object",
            ),
            (
                json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeValues": null}),
                "`/ExpressionAttributeValues` must be an object",
            ),
            (
                json!({"UpdateExpression": "SET n=a", "ExpressionAttributeNames": {"n": "a"}}),
                "`/ExpressionAttributeNames/n` must be named `#` and letters or digits",
            ),
            (
                json!({"UpdateExpression": "SET #n=a", "ExpressionAttributeNames": {"#n": 1}}),
                "`/ExpressionAttributeNames/#n` must be a string: the name of an attribute",
            ),
            (
                json!({"UpdateExpression": "SET #n=a", "ExpressionAttributeNames": {"#n": ""}}),
                "`/ExpressionAttributeNames/#n` must not be empty",
            ),
            (
                json!({"UpdateExpression": "SET a=:", "ExpressionAttributeValues": {":": 1}}),
                "`/ExpressionAttributeValues/:` must be named `:` and letters or digits",
            ),
            (
                json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeValues": {":a": ""}}),
                "`/ExpressionAttributeValues/:a` must not be empty",
            ),
            (
                json!({"UpdateExpression": "SET a=:a", "ExpressionAttributeValues": {":a": fat}}),
                "`/ExpressionAttributeValues` has 409601 bytes as DynamoDB counts them; the most are 409600",
            ),
            (
                json!({"UpdateExpression": "SET a=:a"}),
                "`/UpdateExpression` uses :a, which `/ExpressionAttributeValues` does not define",
            ),
            (
                json!({"UpdateExpression": "SET #a=b"}),
                "`/UpdateExpression` uses #a, which `/ExpressionAttributeNames` does not define",
            ),
            (
                json!({"UpdateExpression": "SET a=:ab", "ExpressionAttributeValues": {":a": 1, ":ab": 1}}),
                "`/ExpressionAttributeValues/:a` is not used in `/UpdateExpression`",
            ),
        ] {
            let error = check(&body.to_string()).unwrap_err();
            assert_eq!(error.status(), 400);
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }

    #[test]
    fn the_condition_never_collides_with_the_clients_names() {
        let mut update =
            check(r##"{"UpdateExpression":"REMOVE #key, #key_","ExpressionAttributeNames":{"#key":"a","#key_":"b"}}"##)
                .unwrap();
        assert_eq!(update.require_existing(), "attribute_exists(#key__)");
        assert_eq!(update.names["#key__"], "date");
        assert_eq!(update.names["#key"], "a");
        assert_eq!(
            check(r#"{"UpdateExpression":"REMOVE a"}"#).unwrap().require_existing(),
            "attribute_exists(#key)"
        );
    }
}
