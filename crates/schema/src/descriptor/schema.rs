//! Schemas: the columns of a kind of file.

use super::field::{Field, MissingDefaults};
use crate::cell::missing::MissingValues;
use crate::fault::{Collector, Violation, below};
use crate::json::Json;
use crate::names::folded;
use crate::nearest::nearest;

/// The fields, and how a file's columns match them.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub fields: Vec<Field>,
    pub fields_match: FieldsMatch,
    /// For columns without a field: the texts of cells that have no value.
    pub missing_values: MissingValues,
}

/// How the columns of a file must match the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldsMatch {
    /// The columns are the fields, in this order.
    #[default]
    Exact,
    /// The columns are the fields, in any order.
    Equal,
    /// Each field has a column; there may be other columns.
    Subset,
    /// Each column has a field; there may be other fields.
    Superset,
    /// At least one column has a field.
    Partial,
}

impl FieldsMatch {
    /// Its value in `fieldsMatch`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Equal => "equal",
            Self::Subset => "subset",
            Self::Superset => "superset",
            Self::Partial => "partial",
        }
    }

    /// Whether there may be columns without a field.
    #[must_use]
    pub fn allows_unknown(self) -> bool {
        matches!(self, Self::Subset | Self::Partial)
    }

    /// Whether there may be fields without a column.
    #[must_use]
    pub fn allows_absent(self) -> bool {
        matches!(self, Self::Superset | Self::Partial)
    }
}

/// The names in templates that are not fields.
pub(crate) const CONTEXT_NAMES: [&str; 5] = ["$line", "$key", "$file", "$ingest", "$uploaded"];

impl Schema {
    /// Whether all fields and their types are known, so that what is made of them can be checked.
    pub fn is_known(&self) -> bool {
        !self.fields.is_empty() && self.fields.iter().all(|field| field.has_type)
    }

    /// Reads a schema whose form has been checked.
    pub fn read(json: &Json, null_sequence: Option<&str>, pointer: &str, faults: &mut Collector) -> Self {
        let missing_values = json
            .get("missingValues")
            .map_or_else(|| vec![String::new()], Json::texts);
        let missing_values = MissingDefaults {
            texts: &missing_values,
            null_sequence,
        };
        let at_fields = below(pointer, "fields");
        let declared = json.get("fields").map_or(&[][..], Json::elements);
        let mut fields: Vec<Field> = Vec::new();
        for (index, declaration) in declared.iter().enumerate() {
            let pointer = below(&at_fields, index);
            let Some(field) = Field::read(declaration, &missing_values, &pointer, faults) else {
                continue;
            };
            if fields.iter().any(|other| other.name == field.name) {
                faults.meaning(
                    below(&pointer, "name"),
                    format!("another field is called \"{}\", too", field.name),
                );
            }
            if CONTEXT_NAMES.contains(&folded(&field.name).as_str()) {
                let text = format!(
                    "has another meaning in templates; no field can be called \"{}\"",
                    field.name
                );
                faults.meaning(below(&pointer, "name"), text);
            }
            fields.push(field);
        }
        let mut schema = Self {
            fields,
            fields_match: fields_match(json),
            missing_values: missing_values.or(None),
        };
        schema.read_primary_key(json, pointer, faults);
        schema
    }

    fn read_primary_key(&mut self, json: &Json, pointer: &str, faults: &mut Collector) {
        let Some(primary_key) = json.get("primaryKey") else {
            return;
        };
        let pointer = below(pointer, "primaryKey");
        let names = primary_key
            .text()
            .map_or_else(|| primary_key.texts(), |name| vec![name.to_owned()]);
        for (index, name) in names.iter().enumerate() {
            let pointer = if primary_key.text().is_some() {
                pointer.clone()
            } else {
                below(&pointer, index)
            };
            match self.fields.iter_mut().find(|field| field.name == *name) {
                Some(field) => field.required = true,
                None => faults.add(pointer, no_field(name, &self.fields)),
            }
        }
    }
}

/// The fault for a name that no field has.
pub(crate) fn no_field(name: &str, fields: &[Field]) -> Violation {
    let known = fields.iter().map(|field| field.name.as_str());
    let known = known.chain(name.starts_with('$').then_some(CONTEXT_NAMES).into_iter().flatten());
    Violation::NoField {
        name: name.to_owned(),
        nearest: nearest(name, known).map(str::to_owned),
    }
}

fn fields_match(json: &Json) -> FieldsMatch {
    let given = json.get("fieldsMatch");
    let name = given.and_then(|given| given.text().or_else(|| given.elements().first()?.text()));
    let others = [
        FieldsMatch::Equal,
        FieldsMatch::Subset,
        FieldsMatch::Superset,
        FieldsMatch::Partial,
    ];
    let found = others.into_iter().find(|other| Some(other.name()) == name);
    found.unwrap_or_default()
}
