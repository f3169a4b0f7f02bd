//! The descriptor that is proposed. Its properties are in the order in which people read them.

use std::collections::BTreeMap;

use serde::Serialize;

/// A descriptor of one resource.
#[derive(Debug, Serialize)]
pub struct Descriptor {
    /// The resource.
    pub resources: [Resource; 1],
}

/// A resource: one kind of file.
#[derive(Debug, Serialize)]
pub struct Resource {
    /// The name.
    pub name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The patterns of object keys.
    #[serde(rename = "s3:keys")]
    pub keys: Vec<String>,
    /// The encoding, where it cannot be detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// How the text is divided into rows and cells.
    pub dialect: Dialect,
    /// The columns.
    pub schema: Schema,
    /// The attributes that are made of fields.
    #[serde(rename = "dynamodb:item", skip_serializing_if = "BTreeMap::is_empty")]
    pub item: BTreeMap<String, String>,
}

/// How the text is divided into rows and cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dialect {
    /// The character between cells.
    pub delimiter: String,
    /// `false` when no row has the names of the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// The line of the names, counted from 1, if it is not the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<[u64; 1]>,
    /// The text that comments begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_char: Option<String>,
    /// The numbers of the rows that are skipped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comment_rows: Vec<u64>,
    /// Whether spaces behind a delimiter are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_initial_space: Option<bool>,
}

/// The columns.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    fields_match: &'static str,
    /// The texts for a missing value, if there are others than the empty text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_values: Vec<String>,
    /// The fields that are the key of the table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// How its cells are read.
    #[serde(flatten)]
    pub form: Form,
    /// The texts for a missing value, if they are not those of the schema.
    #[serde(rename = "missingValues", skip_serializing_if = "Vec::is_empty")]
    pub missing_values: Vec<String>,
    /// The name of the attribute, if it is not the field's.
    #[serde(rename = "dynamodb:attribute", skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
}

/// A type and the form of its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// The type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The directives that a date or time is read by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The decimal character, if it is not a point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_char: Option<char>,
    /// The character between groups of digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_char: Option<char>,
    /// `false` when the text around a number is dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bare_number: Option<bool>,
    /// Texts that mean true.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub true_values: Vec<String>,
    /// Texts that mean false.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub false_values: Vec<String>,
    /// The unit of a number that is a time.
    #[serde(rename = "dynamodb:epoch", skip_serializing_if = "Option::is_none")]
    pub epoch: Option<&'static str>,
    /// The time zone of local times.
    #[serde(rename = "dynamodb:timeZone", skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<&'static str>,
}

impl Resource {
    /// Creates a resource of this name, for all object keys.
    pub fn new(name: String, dialect: Dialect, schema: Schema) -> Self {
        Self {
            name,
            kind: "table",
            keys: vec!["**".to_owned()],
            encoding: None,
            dialect,
            schema,
            item: BTreeMap::new(),
        }
    }
}

impl Schema {
    /// Creates the schema of files that have at least these fields.
    pub fn new(fields: Vec<Field>) -> Self {
        Self {
            fields_match: "subset",
            missing_values: Vec::new(),
            primary_key: Vec::new(),
            fields,
        }
    }
}

impl Form {
    /// Creates the default form of a type.
    pub fn of(kind: &'static str) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }
}
