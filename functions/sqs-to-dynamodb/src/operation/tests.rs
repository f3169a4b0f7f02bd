//! Tests of reading operations, and helpers for them.

mod bodies;
mod fields;
mod methods;
mod orders;
mod rows;
mod values;

use message::WriteMode;
use serde_json::Value;

use super::item::Post;
use super::{KeySchema, Operation, Table, fields as fields_of, parse, post};
use crate::failure::PermanentFailure;
use crate::testing::{TABLE, record};

/// The table of messages.
pub const MESSAGES: Table<'static> = Table {
    name: TABLE,
    keys: &KeySchema::Messages,
};

/// Reads a `POST` on the slow path.
pub fn parse_the_long_way(body: &str, table: Table<'_>) -> Result<Post, PermanentFailure> {
    post(fields_of(body, table)?, table)
}

pub fn parse_json(method: &str, body: &Value) -> Result<Operation, PermanentFailure> {
    parse(
        &record("id", Some(method), &body.to_string()),
        MESSAGES,
        WriteMode::Replace,
    )
}

/// The failure of a message, or of its only bad row.
pub fn failure_of(operation: Result<Operation, PermanentFailure>) -> PermanentFailure {
    match operation {
        Err(failure) => failure,
        Ok(Operation::BatchWrite(rows)) => {
            let mut failures = rows.into_iter().filter_map(Result::err);
            let failure = failures.next().unwrap();
            assert!(failures.next().is_none());
            *failure
        }
        Ok(operation) => panic!("{operation:?}"),
    }
}

/// Checks the failure of each row: method, body, the failure's code and a part of its text.
pub fn assert_problems(rows: impl IntoIterator<Item = (&'static str, Value, &'static str, &'static str)>) {
    for (method, body, code, text) in rows {
        let problem = failure_of(parse_json(method, &body));
        assert_eq!(problem.code(), code, "{method} {body}: {problem}");
        assert!(problem.to_string().contains(text), "{method} {body}: {problem}");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}
