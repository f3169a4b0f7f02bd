//! The body of an update, in one of two forms: with an update expression of DynamoDB, or in the plain form, which names the
//! attributes to set and to remove.

mod expression;
mod plain;

use std::collections::{BTreeSet, HashMap};

use attributes::{Attributes, KeySchema};
use aws_sdk_dynamodb::types::AttributeValue;
use message::Order;

use super::body::{Body, TABLE_NAME};
use super::fault::{MemberError, MemberViolation};
use super::key::Address;
use super::rejection::{Faults, Rejection};
use crate::table::condition::Condition;
use crate::table::revision;

const EXPRESSION: &str = "UpdateExpression";
const NAMES: &str = "/ExpressionAttributeNames";
const VALUES: &str = "/ExpressionAttributeValues";
const ITEM: &str = "Item";
const REMOVE: &str = "Remove";

/// The members of the form with an expression.
const OF_EXPRESSION: [&str; 3] = [EXPRESSION, "ExpressionAttributeNames", "ExpressionAttributeValues"];
/// The members of the plain form.
const OF_PLAIN: [&str; 2] = [ITEM, REMOVE];
const KNOWN: &[&str] = &[
    OF_EXPRESSION[0],
    OF_EXPRESSION[1],
    OF_EXPRESSION[2],
    OF_PLAIN[0],
    OF_PLAIN[1],
    TABLE_NAME,
];

/// Describes the body, in error messages.
pub const EXPECTED: &str = "a JSON object such as {\"UpdateExpression\":\"SET local_avg = :avg\",\
                            \"ExpressionAttributeValues\":{\":avg\":5.55}} or \
                            {\"Item\":{\"local_avg\":5.55},\"Remove\":[\"note\"]}";

/// An update that can be sent to DynamoDB.
#[derive(Debug, Default, PartialEq)]
pub struct Update {
    /// `UpdateExpression`; empty when nothing changes.
    pub expression: String,
    /// `ExpressionAttributeNames`; may be empty.
    pub names: HashMap<String, String>,
    /// `ExpressionAttributeValues`; may be empty.
    pub values: Attributes,
    /// The attributes that the update may set, change or read, and possibly some other names.
    pub touched: BTreeSet<String>,
    /// Whether the update may set an attribute that needs a [`revision`].
    pub needs_revision: bool,
}

/// The table that an update is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Updated<'t> {
    /// The name of the table.
    pub name: &'t str,
    /// The key attributes.
    pub schema: &'t KeySchema,
    /// Whether writes have an order.
    pub ordered: bool,
}

impl Update {
    /// Checks the body of an update of the item at `address`. `None` means that the address itself is wrong; the body is then not
    /// compared with it. An expression leaves room for an order if the table's writes have one.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] with each fault. The grammar of an expression is left to DynamoDB.
    pub fn check(body: Body, address: Option<&Address>, table: &Updated<'_>) -> Result<Self, Rejection> {
        let mut faults = Faults::default();
        faults.take(body.check(KNOWN, table.name));
        let plain: Vec<_> = OF_PLAIN.into_iter().filter(|name| body.has(name)).collect();
        let expression = OF_EXPRESSION.into_iter().find(|name| body.has(name));
        let update = match expression {
            None if !plain.is_empty() => faults.take(plain::check(body, address, table.schema)),
            Some(expression) if !plain.is_empty() => {
                for name in plain {
                    faults.add(MemberError::at("", name, MemberViolation::OtherForm(expression)));
                }
                None
            }
            _ => faults.take(expression::check(body, table)),
        };
        faults.finish(|| update)
    }

    /// Returns a prefix for the placeholders of a condition that none of the client's placeholders begins with.
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

    /// Adds a change of the [`revision`] to the update, if it needs one, and the `order`, if writes have one. Placeholders begin
    /// with `prefix`.
    pub fn stamp(&mut self, prefix: &str, order: Option<Order>) {
        self.expression = expression::stamped(&self.expression, prefix, self.needs_revision, order.is_some());
        if self.needs_revision {
            self.names.insert(format!("#{prefix}r"), revision::NAME.to_owned());
            self.values
                .insert(format!(":{prefix}r"), AttributeValue::N("1".to_owned()));
        }
        if let Some(order) = order {
            self.names.insert(format!("#{prefix}o"), Order::ATTRIBUTE.to_owned());
            self.values
                .insert(format!(":{prefix}o"), AttributeValue::S(order.to_string()));
        }
    }

    /// Moves the placeholders of the update into the condition, since a call has one list for both.
    pub fn on(&mut self, mut condition: Condition) -> Condition {
        condition.names.extend(std::mem::take(&mut self.names));
        condition.values.extend(std::mem::take(&mut self.values));
        condition
    }
}

#[cfg(test)]
mod tests;
