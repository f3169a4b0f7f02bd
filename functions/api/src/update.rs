//! The body of an update, in one of two forms: an update expression as DynamoDB knows it, or the plain form, which names
//! the attributes to set and to remove.

mod expression;
mod plain;

use std::collections::{BTreeSet, HashMap};

use attributes::Attributes;
use message::Key;

use crate::body::{Body, TABLE_NAME};
use crate::error::both;
use crate::fault::Fault;
use crate::unchanged::Condition;
use crate::{Error, MemberError, MemberProblem};

const EXPRESSION: &str = "UpdateExpression";
const NAMES: &str = "/ExpressionAttributeNames";
const VALUES: &str = "/ExpressionAttributeValues";
const ITEM: &str = "Item";
const REMOVE: &str = "Remove";

const KNOWN: &[&str] = &[
    EXPRESSION,
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    ITEM,
    REMOVE,
    TABLE_NAME,
];

/// What the body should be, in error messages.
pub const EXPECTED: &str = "a JSON object such as {\"UpdateExpression\":\"SET local_avg = :avg\",\
                            \"ExpressionAttributeValues\":{\":avg\":5.55}} or \
                            {\"Item\":{\"local_avg\":5.55},\"Remove\":[\"note\"]}";

/// An update that DynamoDB can be asked for.
#[derive(Debug, Default, PartialEq)]
pub struct Update {
    /// `UpdateExpression`.
    pub expression: String,
    /// `ExpressionAttributeNames`; may be empty.
    pub names: HashMap<String, String>,
    /// `ExpressionAttributeValues`; may be empty.
    pub values: Attributes,
    /// The attributes that it may set, change or read, and perhaps some more names.
    pub touched: BTreeSet<String>,
}

impl Update {
    /// Checks the body of an update of the item `key` of `table`. Without a `key`, which is then wrong itself, the body
    /// is not compared with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each mistake. The grammar of an expression is left to DynamoDB.
    pub fn check(body: Body, key: Option<Key>, table: &str) -> Result<Self, Error> {
        let known = body.check(KNOWN, table);
        let plain = [ITEM, REMOVE].into_iter().filter(|name| body.has(name));
        let plain: Vec<_> = plain.collect();
        let expression = KNOWN[..3].iter().copied().find(|name| body.has(name));
        let update = match expression {
            None if !plain.is_empty() => plain::check(body, key),
            Some(expression) if !plain.is_empty() => {
                let mixed = plain
                    .iter()
                    .map(|name| MemberError::at("", name, MemberProblem::OtherForm(expression)));
                Err(mixed.map(Fault::from).collect::<Vec<_>>().into())
            }
            _ => expression::check(body),
        };
        let ((), update) = both(known, update)?;
        Ok(update)
    }

    /// The first letters of placeholders for a condition: none of the client's begins with them.
    #[must_use]
    pub fn free_prefix(&self) -> String {
        let mut prefix = "c".to_owned();
        let taken = |prefix: &str| {
            let mut placeholders = self.names.keys().chain(self.values.keys());
            placeholders.any(|placeholder| placeholder[1..].starts_with(prefix))
        };
        while taken(&prefix) {
            prefix.push('c');
        }
        prefix
    }

    /// Adds what the placeholders of `condition` stand for, and returns its expression.
    pub fn on(&mut self, condition: Condition) -> String {
        self.names.extend(condition.names);
        self.values.extend(condition.values);
        condition.expression
    }
}

#[cfg(test)]
mod tests;
