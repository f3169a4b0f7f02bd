//! Helpers for tests of a single field.

use serde_json::{Value, json};

use crate::support::value;

pub fn field(type_name: &str, more: &Value) -> Value {
    let mut field = json!({"name": "x", "type": type_name});
    for (name, value) in more.as_object().unwrap() {
        field[name] = value.clone();
    }
    field
}

/// Checks the attribute value that each cell makes.
#[track_caller]
pub fn reads(type_name: &str, more: &Value, cells: &[(&str, Value)]) {
    for (cell, wanted) in cells {
        assert_eq!(
            value(&field(type_name, more), cell).as_ref(),
            Ok(wanted),
            "{type_name} {cell:?}"
        );
    }
}

#[track_caller]
pub fn rejects(type_name: &str, more: &Value, cells: &[(&str, &str)]) {
    for (cell, reason) in cells {
        let found = value(&field(type_name, more), cell);
        assert_eq!(found, Err(format!("x {reason}")), "{type_name} {cell:?}");
    }
}

pub fn s(text: &str) -> Value {
    json!({"S": text})
}

pub fn n(text: &str) -> Value {
    json!({"N": text})
}
