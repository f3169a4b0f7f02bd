//! A resource, compiled: how its cells are read, and the steps that write the body of a message.
//!
//! | where | what |
//! |---|---|
//! | [`compile`] | a resource and a table's key to a plan, or what is wrong with it |
//! | [`attributes`] | the attributes that a resource makes |
//! | [`body`] | the steps of a body |
//! | [`steps`] | the flat list of what is written between literals |
//! | `head` | what stands before the item or the key of a body |
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
    /// The names of the fields without letter case, and without white space and quotes around them.
    pub folded_names: Vec<String>,
    /// The defaults of the fields, one behind the other, and where each is.
    pub defaults: String,
    pub default_spans: Vec<Option<Span>>,
    pub fields_match: FieldsMatch,
    pub has_header: bool,
    /// The texts of cells that have no value, of columns without a field.
    pub missing_values: MissingValues,
    pub keeps_unknown: bool,
    /// The names of attributes that a column without a field cannot have.
    pub attribute_names: Vec<String>,
    pub partition: Key,
    pub sort: Option<Key>,
    pub write: Option<Write>,
    /// `{"TableName":…`, with which each body begins.
    pub table: Literal,
    pub body: BodyPlan,
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
    /// The fields without which it is not set.
    pub needs: Vec<usize>,
    pub missing: OnMissing,
    /// Its value.
    pub value: Vec<Step>,
}
