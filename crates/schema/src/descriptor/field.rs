//! Fields: the columns that a schema describes.

use super::kind::Kind;
use super::{constraints, types};
use crate::cell::limits::Limits;
use crate::cell::missing::MissingValues;
use crate::cell::moment::MomentKind;
use crate::cell::reader::Reader;
use crate::fault::{Collector, below};
use crate::json::Json;

/// A field of a schema.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    pub reader: Reader,
    /// Its constraints, if it has any.
    pub limits: Option<Box<Limits>>,
    pub required: bool,
    pub missing_values: MissingValues,
    /// The cell that replaces a missing one.
    pub default: Option<String>,
    /// The attribute's name; `None` when the field is not stored.
    pub attribute: Option<String>,
    pub missing: OnMissing,
    /// The attribute's type.
    pub kind: Kind,
    /// The place of the field in the descriptor, as a JSON Pointer.
    pub pointer: String,
    /// Whether the field declares how its numbers are written, so that the meaning of a point is certain.
    pub declares_notation: bool,
    /// Whether its type is known. Otherwise, its other properties cannot be checked.
    pub has_type: bool,
}

/// The missing values that hold unless a field has its own.
pub(crate) struct MissingDefaults<'d> {
    /// The schema's `missingValues`.
    pub texts: &'d [String],
    /// The dialect's `nullSequence`, which holds for every field.
    pub null_sequence: Option<&'d str>,
}

impl MissingDefaults<'_> {
    /// The missing values of a field, or of a column without one.
    pub fn or(&self, own: Option<&Json>) -> MissingValues {
        let named = own.map_or_else(|| self.texts.to_owned(), Json::texts);
        MissingValues::new(named.into_iter().chain(self.null_sequence.map(str::to_owned)))
    }
}

/// What is done with the attribute of a missing value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnMissing {
    #[default]
    Omit,
    Null,
    Remove,
}

impl Field {
    /// Whether its cells are numbers with a decimal point, or lists of such numbers.
    pub fn has_points(&self) -> bool {
        let numbers = match &self.reader {
            Reader::List { element, .. } => element,
            reader => reader,
        };
        matches!(numbers, Reader::Number(notation) if notation.decimal == '.' && !notation.integer)
    }

    /// The elements of a cell, if the type is a list; otherwise the cell itself.
    pub fn elements<'t>(&'t self, cell: &'t str) -> impl Iterator<Item = &'t str> {
        let list = match &self.reader {
            Reader::List { list, .. } => Some(list),
            _ => None,
        };
        let whole = list.is_none().then_some(cell);
        whole
            .into_iter()
            .chain(list.into_iter().flat_map(move |list| list.delimiter.split(cell)))
    }

    /// Whether its cells are free text: strings without an `enum`.
    pub fn is_free_text(&self) -> bool {
        let is_listed = self.limits.as_ref().is_some_and(|limits| !limits.allowed.is_empty());
        matches!(self.reader, Reader::Text) && !is_listed
    }

    /// Whether its cells are dates or instants.
    pub fn is_time(&self) -> bool {
        use MomentKind::{Date, DateTime};
        matches!(
            self.reader,
            Reader::Epoch { .. }
                | Reader::Moment {
                    kind: Date | DateTime,
                    ..
                }
        )
    }

    /// Whether its constraints (`minimum`, `maximum`, `enum`) say which values are plausible.
    pub fn has_bounds(&self) -> bool {
        let limits = self.limits.as_ref();
        limits.is_some_and(|limits| limits.minimum.is_some() || limits.maximum.is_some() || !limits.allowed.is_empty())
    }

    /// Reads a field whose form has been checked; `None` when it has no name.
    pub fn read(json: &Json, defaults: &MissingDefaults<'_>, pointer: &str, faults: &mut Collector) -> Option<Self> {
        let name = json.get("name")?.text()?.to_owned();
        let known_type = types::name(json, pointer, faults);
        let type_name = known_type.unwrap_or("string");
        if known_type.is_some() {
            types::check_properties(json, type_name, pointer, faults);
        }
        let reader = if known_type.is_some() {
            types::reader(json, type_name, pointer, faults)
        } else {
            Reader::Text
        };
        let missing_values = defaults.or(json.get("missingValues"));
        types::check_booleans(json, &reader, &missing_values, pointer, faults);
        let attribute = match json.get("dynamodb:attribute") {
            None => Some(name.clone()),
            Some(attribute) => {
                let attribute = attribute.text();
                if attribute.is_some_and(|attribute| attribute.contains("${")) {
                    faults.meaning(
                        below(pointer, "dynamodb:attribute"),
                        "has a template, which is filled in only in values: write a plain name, or make the attribute in `dynamodb:item`",
                    );
                }
                attribute.map(str::to_owned)
            }
        };
        let constraints = json.get("constraints").filter(|_| known_type.is_some());
        let constraints = constraints::read(constraints, type_name, &reader, &below(pointer, "constraints"), faults);
        let default = json.get("dynamodb:default").and_then(|default| {
            let pointer = below(pointer, "dynamodb:default");
            if default.text().is_some_and(|text| text.contains("${")) {
                let text = "has a template, which is filled in only in `dynamodb:item`: write the text of a cell, or make the \
                            attribute in `dynamodb:item`";
                faults.meaning(pointer, text);
                return None;
            }
            let found = constraints::cell_of(default, &reader);
            let checked = found.and_then(|text| constraints::check(&text, &reader, &constraints.limits).map(|()| text));
            faults.take(&pointer, checked)
        });
        Some(Self {
            kind: if known_type.is_some() {
                types::kind(json, type_name, &reader, pointer, faults)
            } else {
                Kind::Text
            },
            declares_notation: json.get("decimalChar").is_some()
                || matches!(json.get("groupChar").and_then(Json::text), Some("." | ",")),
            has_type: known_type.is_some(),
            name,
            reader,
            limits: Some(Box::new(constraints.limits)).filter(|limits| !limits.is_empty()),
            required: constraints.required,
            missing_values,
            default,
            attribute,
            missing: match json.get("dynamodb:missing").and_then(Json::text) {
                Some("null") => OnMissing::Null,
                Some("remove") => OnMissing::Remove,
                _ => OnMissing::Omit,
            },
            pointer: pointer.to_owned(),
        })
    }
}
