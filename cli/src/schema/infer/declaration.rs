//! The descriptor that is proposed, in the order in which people read one.

use std::collections::BTreeMap;

use serde::Serialize;

/// A descriptor of one resource.
#[derive(Debug, Serialize)]
pub struct Descriptor {
    /// The resource.
    pub resources: [Resource; 1],
}

/// One kind of file.
#[derive(Debug, Serialize)]
pub struct Resource {
    /// Its name.
    pub name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Patterns of object keys.
    #[serde(rename = "s3:keys")]
    pub keys: Vec<String>,
    /// The encoding, where it cannot be detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// How the text is divided.
    pub dialect: Dialect,
    /// The columns.
    pub schema: Schema,
    /// Attributes that are made of the fields.
    #[serde(rename = "dynamodb:item", skip_serializing_if = "BTreeMap::is_empty")]
    pub item: BTreeMap<String, String>,
}

/// How the text is divided into rows and cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dialect {
    /// The character between cells.
    pub delimiter: String,
    /// `false` when no row has the names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// The row of the names, where it is not the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<[u64; 1]>,
    /// What comments begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_char: Option<String>,
    /// Rows that are passed over.
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
    /// Texts of cells that have no value, when there are others than the empty one.
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
    /// Its name.
    pub name: String,
    /// How its cells are read.
    #[serde(flatten)]
    pub form: Form,
    /// Texts of cells that have no value, where they are not those of the schema.
    #[serde(rename = "missingValues", skip_serializing_if = "Vec::is_empty")]
    pub missing_values: Vec<String>,
    /// The name of the attribute, where it is not the field's.
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
    /// Directives of a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The decimal character, where it is no point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_char: Option<char>,
    /// The character between groups of digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_char: Option<char>,
    /// `false`: what stands around a number is dropped.
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
    /// The zone of local times.
    #[serde(rename = "dynamodb:timeZone", skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<&'static str>,
}

impl Resource {
    /// A resource of this name, for every object.
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
    /// The schema of files that have at least these fields.
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
    /// A type whose cells have their default form.
    pub fn of(kind: &'static str) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }
}
