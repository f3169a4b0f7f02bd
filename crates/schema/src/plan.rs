//! A compiled resource: how its cells are read, and the steps that write the body of a message.
//!
//! | module | what |
//! |---|---|
//! | [`compile`] | compiles a resource for a table's key, and notes its faults |
//! | [`attributes`] | the attributes that a resource makes |
//! | [`body`] | the steps of a body |
//! | [`steps`] | literals, and what is written between them, as a flat list |
//! | `head` | the part of a body before the item or the key |
//! | [`key`] | the texts of the key |
//! | [`place`] | what fills a place of a template |
//! | [`row`] | the values of a row |

pub(crate) mod attributes;
pub(crate) mod body;
pub(crate) mod compile;
mod head;
pub(crate) mod key;
pub(crate) mod place;
pub(crate) mod row;
pub(crate) mod steps;

use self::key::Key;
use self::steps::{Literal, Step};
use crate::cell::missing::MissingValues;
use crate::cell::span::Span;
use crate::descriptor::field::{Field, OnMissing};
use crate::descriptor::resource::Write;
use crate::descriptor::schema::FieldsMatch;

/// A resource, compiled for a table.
#[derive(Debug)]
pub(crate) struct Plan {
    pub fields: Vec<Field>,
    /// The names of the fields in lower case, without white space and quotes around them.
    pub folded_names: Vec<String>,
    /// The defaults of the fields, joined; `default_spans` says where each one is.
    pub defaults: String,
    pub default_spans: Vec<Option<Span>>,
    pub fields_match: FieldsMatch,
    pub has_header: bool,
    /// For columns without a field: the texts of cells that have no value.
    pub missing_values: MissingValues,
    pub keeps_unknown: bool,
    /// Names that a column without a field cannot have, because other attributes have them.
    pub attribute_names: Vec<String>,
    pub partition: Key,
    pub sort: Option<Key>,
    pub write: Option<Write>,
    /// The beginning of each body: `{"TableName":…`
    pub table: Literal,
    pub body: BodyPlan,
}

impl Plan {
    /// Whether a row must have a value of a field.
    pub fn needs(&self, index: usize) -> bool {
        let Some(field) = self.fields.get(index) else {
            return false;
        };
        let mut keys = std::iter::once(&self.partition).chain(&self.sort);
        let is_needed = field.required || keys.any(|key| key.needs.contains(&index));
        is_needed && field.default.is_none()
    }
}

/// How the body of a message is written.
#[derive(Debug)]
pub(crate) enum BodyPlan {
    /// The whole body.
    Put(Vec<Step>),
    Merge(MergePlan),
    /// The whole body.
    Delete(Vec<Step>),
}

/// How the body of an update is written.
#[derive(Debug)]
pub(crate) struct MergePlan {
    /// `{"TableName":…,"Key":{…},"UpdateExpression":"`
    pub head: Vec<Step>,
    pub attributes: Vec<MergeAttribute>,
}

/// An attribute that an update sets or removes.
#[derive(Debug)]
pub(crate) struct MergeAttribute {
    /// Its name as JSON, in quotation marks.
    pub name: Literal,
    /// The fields that must have a value; otherwise the attribute is not set. Without a cell for each of them it stays.
    pub needs: Vec<usize>,
    pub missing: OnMissing,
    /// The steps that write its value.
    pub value: Vec<Step>,
}
