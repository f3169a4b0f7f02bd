//! Reads lists and sets in a cell as DynamoDB JSON, escaped as the content of a JSON string.

use message::Decimal;
use message::escape::push_text;

use super::span::{Buffers, Cell};
use super::value::{Size, Value};
use super::violation::CellViolation;

/// The most elements of a set that are compared in pairs, which needs no allocation.
const FEW: usize = 16;

/// A function that reads an element.
pub(crate) type ReadElement<'r> = &'r dyn Fn(Cell<'_>, &mut String) -> Result<Value, CellViolation>;

/// The form of a field's lists.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub delimiter: Delimiter,
    /// Whether its elements are strings, which are kept as they are.
    pub is_of_texts: bool,
    pub form: ListForm,
}

/// The separator of elements. A single ASCII character, the usual case, is found faster.
#[derive(Clone, Debug)]
pub(crate) enum Delimiter {
    Byte(u8),
    Text(String),
}

/// The attribute that a list makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListForm {
    List,
    Texts,
    Numbers,
}

impl Delimiter {
    /// Makes a delimiter from a text that is not empty.
    pub fn of(text: &str) -> Self {
        match *text.as_bytes() {
            [byte] => Self::Byte(byte),
            _ => Self::Text(text.to_owned()),
        }
    }

    fn find(&self, text: &str) -> Option<(usize, usize)> {
        match self {
            Self::Byte(byte) => text.bytes().position(|found| found == *byte).map(|at| (at, at + 1)),
            Self::Text(delimiter) => text.find(delimiter).map(|at| (at, at + delimiter.len())),
        }
    }

    pub fn split<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut rest = Some(text);
        std::iter::from_fn(move || {
            let text = rest?;
            let Some((end, next)) = self.find(text) else {
                rest = None;
                return Some(text);
            };
            rest = Some(&text[next..]);
            Some(&text[..end])
        })
    }
}

impl List {
    /// Appends the attribute value of a cell.
    pub fn read(&self, cell: Cell<'_>, read: ReadElement<'_>, out: &mut String) -> Result<Size, CellViolation> {
        out.push_str(match self.form {
            ListForm::List => "{\\\"L\\\":[",
            ListForm::Texts => "{\\\"SS\\\":[",
            ListForm::Numbers => "{\\\"NS\\\":[",
        });
        let mut size = Size { length: 0, escapes: 2 };
        // Receives the text of an element that is rewritten, before its attribute value begins in `out`.
        let mut scratch = String::new();
        for text in self.delimiter.split(cell.text) {
            scratch.clear();
            let value = read(cell.part(text), &mut scratch);
            let escapes = value.map(|value| self.push(value, cell.part(text), cell, &scratch, out));
            size.escapes += escapes.map_err(|violation| CellViolation::Element {
                index: size.length,
                violation: Box::new(violation),
            })?;
            out.push(',');
            size.length += 1;
        }
        if self.form != ListForm::List {
            self.check_distinct(cell.text, read)?;
        }
        out.pop();
        out.push_str("]}");
        Ok(size)
    }

    /// Appends an element, and returns the number of bytes that the escapes add.
    fn push(&self, value: Value, element: Cell<'_>, whole: Cell<'_>, scratch: &str, out: &mut String) -> usize {
        let (open, close, frame_escapes) = match (self.form, value) {
            (ListForm::List, Value::Bool(_)) => ("{\\\"BOOL\\\":", "}", 2),
            (ListForm::List, Value::Number(_)) => ("{\\\"N\\\":\\\"", "\\\"}", 4),
            (ListForm::List, _) => ("{\\\"S\\\":\\\"", "\\\"}", 4),
            _ => ("\\\"", "\\\"", 2),
        };
        out.push_str(open);
        let mut escapes = frame_escapes;
        match value {
            Value::Text(_) => escapes += push_text(out, element.text),
            Value::Number(span) => {
                let buffers = Buffers {
                    record: "",
                    defaults: "",
                    scratch,
                };
                let rewritten = span.text(buffers);
                out.push_str(if rewritten.is_empty() {
                    whole.text_of(span)
                } else {
                    rewritten
                });
            }
            Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Value::Moment(moment, kind) => moment.write(kind, out),
            Value::Missing | Value::Epoch(..) | Value::Json { .. } => {}
        }
        out.push_str(close);
        escapes
    }

    /// Refuses a set that has an element twice: DynamoDB would refuse the item.
    fn check_distinct(&self, text: &str, read: ReadElement<'_>) -> Result<(), CellViolation> {
        let elements = || self.delimiter.split(text);
        let twice = |text: &str| Err(CellViolation::DuplicateElement(text.to_owned()));
        if self.is_of_texts {
            if elements().nth(FEW).is_none() {
                let stands_before =
                    |(index, element): &(usize, &str)| elements().take(*index).any(|other| other == *element);
                return elements()
                    .enumerate()
                    .find(stands_before)
                    .map_or(Ok(()), |(_, element)| twice(element));
            }
            let mut sorted: Vec<_> = elements().collect();
            sorted.sort_unstable();
            return sorted
                .windows(2)
                .find(|pair| pair[0] == pair[1])
                .map_or(Ok(()), |pair| twice(pair[0]));
        }
        let mut values = Vec::new();
        for element in elements() {
            let mut scratch = String::new();
            values.push((comparable(element, read, &mut scratch)?, element));
        }
        values.sort_unstable();
        let equal = values.windows(2).find(|pair| pair[0].0 == pair[1].0);
        equal.map_or(Ok(()), |pair| twice(pair[1].1))
    }
}

/// A text by which elements are compared: equal for equal values.
fn comparable(text: &str, read: ReadElement<'_>, scratch: &mut String) -> Result<String, CellViolation> {
    let cell = Cell::of_record(text);
    let value = read(cell, scratch)?;
    let buffers = Buffers {
        record: text,
        defaults: "",
        scratch,
    };
    let mut out = String::new();
    match value {
        Value::Number(span) => Decimal::of(span.text(buffers)).write(&mut out),
        Value::Moment(moment, kind) => moment.write(kind, &mut out),
        Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        _ => out.push_str(text),
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::reader::Reader;

    fn read(item: &str, form: ListForm, text: &str) -> Result<String, String> {
        let list = List {
            delimiter: Delimiter::of("|"),
            is_of_texts: item == "string",
            form,
        };
        let mut out = String::new();
        let reader = Reader::of_elements(item);
        let size = list
            .read(
                Cell::of_record(text),
                &|cell, scratch| reader.read(cell, scratch),
                &mut out,
            )
            .map_err(|violation| violation.to_string())?;
        let json: String = serde_json::from_str(&format!("\"{out}\"")).unwrap();
        assert_eq!(json.len(), out.len() - size.escapes);
        Ok(json)
    }

    #[test]
    fn elements_have_their_type() {
        assert_eq!(
            read("string", ListForm::List, "a| b|").unwrap(),
            r#"{"L":[{"S":"a"},{"S":" b"},{"S":""}]}"#
        );
        assert_eq!(
            read("integer", ListForm::List, "1| 007").unwrap(),
            r#"{"L":[{"N":"1"},{"N":"7"}]}"#
        );
        assert_eq!(
            read("boolean", ListForm::List, "true|0").unwrap(),
            r#"{"L":[{"BOOL":true},{"BOOL":false}]}"#
        );
        assert_eq!(
            read(
                "datetime",
                ListForm::Texts,
                "2024-03-31T01:30:00+02:00|2024-03-31 05:00:00"
            )
            .unwrap(),
            r#"{"SS":["2024-03-30T23:30:00Z","2024-03-31T05:00:00"]}"#
        );
        assert_eq!(
            read("number", ListForm::Numbers, "1.50|+2").unwrap(),
            r#"{"NS":["1.50","2"]}"#
        );
    }

    #[test]
    fn a_bad_element_is_named() {
        let refused = read("number", ListForm::List, "1|x").unwrap_err();
        assert!(refused.starts_with("[1] must be a number such as"), "{refused}");
    }

    #[test]
    fn a_set_has_each_element_once() {
        assert_eq!(
            read("string", ListForm::Texts, "a|b|a").unwrap_err(),
            "has `a` twice; a set has each element once"
        );
        assert!(read("number", ListForm::Numbers, "7|7.0").is_err());
        assert!(read("string", ListForm::List, "a|a").is_ok());
    }
}
