//! The condition that an item is unchanged since it was read, which DynamoDB checks when it writes.
//!
//! An entity tag identifies the content of an item, and DynamoDB cannot compute it. So the API reads the item, compares its tag,
//! and writes on the condition that every attribute, including the [`revision`], equals what was read, and that certain absent
//! attributes are still absent: the documented ones, and those that the write touches.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use attributes::{Attributes, KeySchema};

use super::documented::documented;
use super::revision;

/// The most operators and functions of one expression.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_OPERATORS: usize = 300;
/// The most bytes of an expression (same source).
const MAX_BYTES: usize = 4096;

/// A `ConditionExpression` with its names and values; all of them are empty when there is no condition.
#[derive(Debug, Default, PartialEq)]
pub struct Condition {
    /// The expression.
    pub expression: String,
    /// `ExpressionAttributeNames`.
    pub names: HashMap<String, String>,
    /// `ExpressionAttributeValues`.
    pub values: Attributes,
}

impl Condition {
    /// The condition that the item exists, or that it does not. Placeholders begin with `prefix`.
    #[must_use]
    pub fn existence(exists: bool, schema: &KeySchema, prefix: &str) -> Self {
        let function = if exists {
            "attribute_exists"
        } else {
            "attribute_not_exists"
        };
        let mut condition = Self::default();
        // The name may be a reserved word, such as `date`, so it needs a placeholder.
        let (partition, _) = schema.partition();
        let key = condition.name(partition, prefix);
        condition.expression = format!("{function}({key})");
        condition
    }

    /// The condition that the item equals `item`, and has none of the attributes `absent`. `None` when it is too large for one
    /// expression: at some 150 attributes.
    #[must_use]
    pub fn unchanged(item: &Attributes, absent: &BTreeSet<String>, schema: &KeySchema, prefix: &str) -> Option<Self> {
        let absent: BTreeSet<&str> = documented(schema)
            .chain([revision::NAME])
            .chain(absent.iter().map(String::as_str))
            .filter(|name| !item.contains_key(*name))
            .collect();
        let mut condition = Self::existence(true, schema, prefix);
        for (name, value) in item {
            if schema.has(name) {
                continue;
            }
            let number = condition.names.len();
            let (name, placeholder) = (condition.name(name, prefix), format!(":{prefix}{number}"));
            // Writing to a string always succeeds.
            let _ = write!(condition.expression, " AND {name}={placeholder}");
            condition.values.insert(placeholder, value.clone());
        }
        for name in absent {
            let name = condition.name(name, prefix);
            let _ = write!(condition.expression, " AND attribute_not_exists({name})");
        }
        // Each part is one operator or function, and `AND` joins them.
        let operators = 2 * condition.names.len();
        (operators <= MAX_OPERATORS && condition.expression.len() <= MAX_BYTES).then_some(condition)
    }

    fn name(&mut self, name: &str, prefix: &str) -> String {
        let placeholder = format!("#{prefix}{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;

    fn item(more: usize) -> Attributes {
        let more = (0..more).map(|number| (format!("a{number}"), AttributeValue::Bool(true)));
        let key = [("date", "2001-01-01"), ("time", "09:01:05")];
        let key = key.map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())));
        key.into_iter().chain(more).collect()
    }

    #[test]
    fn every_attribute_is_compared_and_none_may_come() {
        let mut item = item(1);
        item.insert("source".to_owned(), AttributeValue::S("wireless".to_owned()));
        let touched = ["note", "source", "local_avg"].map(str::to_owned).into();
        let condition = Condition::unchanged(&item, &touched, &KeySchema::Messages, "c").unwrap();
        let mut parts: Vec<_> = condition.expression.split(" AND ").map(str::to_owned).collect();
        for (placeholder, name) in &condition.names {
            for part in &mut parts {
                *part = part.replace(&format!("({placeholder})"), &format!("({name})"));
                if let Some(value) = part.strip_prefix(&format!("{placeholder}=")) {
                    *part = format!("{name}={:?}", condition.values[value]);
                }
            }
        }
        parts.sort_unstable();
        assert_eq!(
            parts,
            [
                "a0=Bool(true)",
                "attribute_exists(date)",
                "attribute_not_exists($revision)",
                "attribute_not_exists(local_avg)",
                "attribute_not_exists(local_dest)",
                "attribute_not_exists(location)",
                "attribute_not_exists(note)",
                "attribute_not_exists(remote_avg)",
                "attribute_not_exists(remote_dest)",
                "source=S(\"wireless\")",
            ]
        );
    }

    #[test]
    fn an_item_may_have_many_attributes_but_not_any_number() {
        let unchanged = |item: &Attributes| Condition::unchanged(item, &BTreeSet::new(), &KeySchema::Messages, "c");
        assert!(unchanged(&item(140)).is_some());
        assert_eq!(unchanged(&item(150)), None);
    }
}
