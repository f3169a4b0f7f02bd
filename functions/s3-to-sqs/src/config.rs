//! The settings of the function: environment variables.

use aws::{VariableError, Variables, table_key};
use message::{KeyAttribute, KeyType, Precision, TableKey, WriteMode, names};
use schema::Table;

/// The most rows of a message: four writes of 25 at the writer, and about 25 KB of the sample's rows.
const MAX_ROWS_PER_MESSAGE: usize = 100;

/// The settings that the template and Lambda make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `SQS_QUEUE_URL`: the queue of the messages.
    pub queue_url: String,
    /// `REPORT_BUCKET`: the bucket of ingest reports and rejected rows.
    pub report_bucket: String,
    /// `TABLE_NAME`: the table that the messages name.
    pub table_name: String,
    /// `TIME_PRECISION`: the part of a timestamp's fraction that is in the key; seconds when it is not set.
    pub precision: Precision,
    /// `WRITE_MODE`: what a row does where an item of its key is already there; it replaces it when this is not set.
    pub write_mode: WriteMode,
    /// `ROWS_PER_MESSAGE`: the most rows of a message, where rows replace items or delete them; one when this is not set.
    pub rows_per_message: usize,
    /// `DATA_PACKAGE`: the file that says what the objects look like; they have the built-in shape when this is not set.
    pub data_package: Option<String>,
    /// `PARTITION_KEY`, `SORT_KEY` and their types: the key of the table, when it is another than that of messages.
    pub table_key: Option<TableKey>,
    /// `AWS_LAMBDA_FUNCTION_NAME`: this function, which goes on in another invocation of itself.
    pub function_name: String,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// [`VariableError`] names the first variable that is missing, empty or wrong.
    pub fn read(variables: &Variables<'_>) -> Result<Self, VariableError> {
        let precision = variables.parsed(
            "TIME_PRECISION",
            "seconds, milliseconds, microseconds or nanoseconds",
            |value| value.parse().ok(),
        )?;
        let rows_per_message = variables.parsed("ROWS_PER_MESSAGE", "a number from 1 to 100", |value| {
            let rows = value.parse().ok()?;
            (1..=MAX_ROWS_PER_MESSAGE).contains(&rows).then_some(rows)
        })?;
        let write_mode = variables.parsed("WRITE_MODE", "replace, latest or create", |value| value.parse().ok())?;
        Ok(Self {
            queue_url: variables.required("SQS_QUEUE_URL", "the URL of the message queue")?,
            report_bucket: variables.required("REPORT_BUCKET", "the name of the report bucket")?,
            table_name: variables.required("TABLE_NAME", "the name of the message table")?,
            precision: precision.unwrap_or_default(),
            write_mode: write_mode.unwrap_or_default(),
            rows_per_message: rows_per_message.unwrap_or(1),
            data_package: variables.optional("DATA_PACKAGE"),
            table_key: table_key(variables)?,
            function_name: variables.required("AWS_LAMBDA_FUNCTION_NAME", "this function's name, as Lambda does")?,
        })
    }
}

impl Config {
    /// The table, as the data package is made for it. Without a key of its own it has that of messages, as texts of any form.
    #[must_use]
    pub fn table(&self) -> Table {
        let text = |name: &str| KeyAttribute {
            name: name.to_owned(),
            key_type: KeyType::S,
        };
        let of_messages = || TableKey {
            partition: text(names::DATE),
            sort: Some(text(names::TIME)),
        };
        Table {
            name: self.table_name.clone(),
            key: self.table_key.clone().unwrap_or_else(of_messages),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A configuration of variables that have their names as their values, except these.
    fn config(others: &[(&str, &str)]) -> Result<Config, VariableError> {
        Config::read(&Variables::new(|name| {
            let other = others.iter().find(|(other, _)| *other == name);
            match (other, name) {
                (Some((_, value)), _) => Some((*value).to_owned()),
                (
                    None,
                    "TIME_PRECISION" | "WRITE_MODE" | "ROWS_PER_MESSAGE" | "DATA_PACKAGE" | "PARTITION_KEY"
                    | "PARTITION_KEY_TYPE" | "SORT_KEY" | "SORT_KEY_TYPE",
                ) => None,
                (None, name) => Some(name.to_owned()),
            }
        }))
    }

    #[test]
    fn a_missing_or_empty_variable_is_named() {
        assert_eq!(config(&[]).unwrap().report_bucket, "REPORT_BUCKET");
        for name in [
            "SQS_QUEUE_URL",
            "REPORT_BUCKET",
            "TABLE_NAME",
            "AWS_LAMBDA_FUNCTION_NAME",
        ] {
            let error = config(&[(name, "")]).unwrap_err().to_string();
            let start = format!("the environment variable {name} is missing or empty; set it to ");
            assert!(error.starts_with(&start), "{error}");
        }
    }

    #[test]
    fn rows_replace_items_unless_something_else_is_said() {
        assert_eq!(config(&[]).unwrap().write_mode, WriteMode::Replace);
        let given = |value| config(&[("WRITE_MODE", value)]);
        assert_eq!(given("latest").unwrap().write_mode, WriteMode::Latest);
        assert_eq!(
            given("merge").unwrap_err().to_string(),
            "the environment variable WRITE_MODE is `merge`; set it to replace, latest or create"
        );
    }

    #[test]
    fn a_message_has_one_row_unless_another_number_is_said() {
        assert_eq!(config(&[]).unwrap().rows_per_message, 1);
        let given = |value| config(&[("ROWS_PER_MESSAGE", value)]);
        for (value, rows) in [("", 1), ("1", 1), ("25", 25), ("100", 100)] {
            assert_eq!(given(value).unwrap().rows_per_message, rows);
        }
        for value in ["0", "101", "many"] {
            assert_eq!(
                given(value).unwrap_err().to_string(),
                format!("the environment variable ROWS_PER_MESSAGE is `{value}`; set it to a number from 1 to 100")
            );
        }
    }

    #[test]
    fn the_table_has_the_key_of_messages_unless_another_is_said() {
        let names = |others: &[(&str, &str)]| {
            let key = config(others).unwrap().table().key;
            let names: Vec<_> = key.attributes().map(|attribute| attribute.name.clone()).collect();
            names.join(" ")
        };
        assert_eq!(names(&[]), "date time");
        assert_eq!(names(&[("DATA_PACKAGE", "p.json")]), "date time");
        assert_eq!(names(&[("PARTITION_KEY", "pk"), ("SORT_KEY", "")]), "pk");
    }

    #[test]
    fn the_precision_is_seconds_or_what_is_said() {
        assert_eq!(config(&[]).unwrap().precision, Precision::Seconds);
        let given = |value| config(&[("TIME_PRECISION", value)]);
        assert_eq!(given("").unwrap().precision, Precision::Seconds);
        assert_eq!(given("nanoseconds").unwrap().precision, Precision::Nanoseconds);
        assert_eq!(
            given("ms").unwrap_err().to_string(),
            "the environment variable TIME_PRECISION is `ms`; set it to seconds, milliseconds, microseconds or nanoseconds"
        );
    }
}
