//! A reader of the cells of a single field, to find out which field describes a column.

use crate::cell::span::{Buffer, Cell, Span};
use crate::descriptor::field::{Field, MissingDefaults};
use crate::fault::{Collector, Faults, Violation};
use crate::json::Json;
use crate::vocabulary::{FIELD, check};

/// Reads the cells of one field.
#[derive(Clone, Debug)]
pub struct CellReader {
    field: Field,
}

impl CellReader {
    /// Makes the reader of a field that is given as JSON.
    ///
    /// # Errors
    /// [`Faults`]: every fault of the field.
    pub fn of_field(json: &str) -> Result<Self, Faults> {
        let mut faults = Collector::default();
        let parsed = Json::parse(json).map_err(|error| faults.add("", Violation::Syntax(error.to_string())));
        let Ok(parsed) = parsed else {
            return faults.finish(None);
        };
        check::object(&parsed, &FIELD, "", &mut faults);
        let defaults = MissingDefaults {
            texts: &[String::new()],
            null_sequence: None,
        };
        let field = Field::read(&parsed, &defaults, "", &mut faults);
        faults.finish(field.map(|field| Self { field }))
    }

    /// Whether a cell has no value, or a value of the field's type. `scratch` is working memory; it is cleared first.
    #[must_use]
    pub fn reads(&self, cell: &str, scratch: &mut String) -> bool {
        scratch.clear();
        let whole = Cell {
            text: cell,
            span: Span::new(Buffer::Record, 0, cell.len()),
        };
        self.field.missing_values.has(cell) || self.field.reader.read(whole, scratch).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_field_can_read_are_known() {
        let reads = |field: &str, cell: &str| CellReader::of_field(field).unwrap().reads(cell, &mut String::new());
        let date = r#"{"name": "x", "type": "date", "format": "%d.%m.%Y"}"#;
        for (cell, wanted) in [
            ("31.03.2024", true),
            (" ", true),
            ("2024-03-31", false),
            ("31.02.2024", false),
        ] {
            assert_eq!(reads(date, cell), wanted, "{cell}");
        }
        let points = r#"{"name": "x", "type": "number", "decimalChar": ",", "groupChar": "."}"#;
        assert!(reads(points, "1.234,5") && !reads(points, "1.23,5"));
    }

    #[test]
    fn a_field_that_is_wrong_is_refused() {
        let faults = CellReader::of_field(r#"{"name": "x", "type": "datee"}"#).unwrap_err();
        assert!(faults.to_string().contains("did you mean \"date\"?"), "{faults}");
    }
}
