//! A field alone, and which cells it can read: for whoever looks for the field that describes a column.

use crate::cell::span::{Buffer, Buffers, Cell, Span};
use crate::cell::value::Value;
use crate::descriptor::field::{Field, MissingDefaults};
use crate::fault::{Collector, Faults, Violation};
use crate::json::Json;
use crate::plan::place::{push_canonical, push_value};
use crate::vocabulary::{FIELD, check};

/// Reads the cells of one field.
#[derive(Clone, Debug)]
pub struct CellReader {
    field: Field,
}

impl CellReader {
    /// The reader of a field, which is given as JSON.
    ///
    /// # Errors
    /// [`Faults`], all that the field has.
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

    /// Whether a cell has no value, or one of the field's type. `scratch` is room that is cleared.
    #[must_use]
    pub fn reads(&self, cell: &str, scratch: &mut String) -> bool {
        self.field.missing_values.has(cell) || self.value(cell, scratch).is_some()
    }

    /// The text of the value of a cell that has one of the field's type: the same for two cells that make the same key.
    /// `scratch` is room that is cleared.
    #[must_use]
    pub fn text(&self, cell: &str, scratch: &mut String) -> Option<String> {
        let value = self.value(cell, scratch)?;
        let buffers = Buffers {
            record: cell,
            defaults: "",
            scratch,
        };
        let mut text = String::new();
        match value {
            Value::Number(span) => push_canonical(span.text(buffers), &mut text),
            _ => push_value(&value, self.field.kind, buffers, &mut text),
        }
        Some(text)
    }

    fn value(&self, cell: &str, scratch: &mut String) -> Option<Value> {
        scratch.clear();
        let whole = Cell {
            text: cell,
            span: Span::new(Buffer::Record, 0, cell.len()),
        };
        self.field.reader.read(whole, scratch).ok()
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
    fn cells_of_one_value_have_one_text() {
        let text = |field: &str, cell: &str| CellReader::of_field(field).unwrap().text(cell, &mut String::new());
        let date = r#"{"name": "x", "type": "date", "format": "%m/%d/%Y"}"#;
        assert_eq!(text(date, "9/11/2055").as_deref(), Some("2055-09-11"));
        assert_eq!(text(date, "09/11/2055"), text(date, "9/11/2055"));
        assert_eq!(text(date, "2055"), None);
        let number = r#"{"name": "x", "type": "number"}"#;
        assert_eq!(text(number, "1.50"), text(number, "+1.5"));
        let string = r#"{"name": "x", "type": "string"}"#;
        assert_eq!(text(string, " a").as_deref(), Some(" a"));
    }

    #[test]
    fn a_field_that_is_wrong_is_refused() {
        let faults = CellReader::of_field(r#"{"name": "x", "type": "datee"}"#).unwrap_err();
        assert!(faults.to_string().contains("did you mean \"date\"?"), "{faults}");
    }
}
