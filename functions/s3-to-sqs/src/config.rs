//! What the function is told by its environment.

use message::{Precision, PrecisionError};

/// The names that the template sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `SQS_QUEUE_URL`: where the messages go.
    pub queue_url: String,
    /// `REPORT_BUCKET`: where ingest reports and rejected rows go.
    pub report_bucket: String,
    /// `TABLE_NAME`: what the messages name as their table.
    pub table_name: String,
    /// `TIME_PRECISION`: how much of a timestamp's fraction is part of the key; seconds when it is not set.
    pub precision: Precision,
    /// `AWS_LAMBDA_FUNCTION_NAME`, which Lambda sets: this function, which goes on in another invocation of itself.
    pub function_name: String,
}

/// Why the function cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable that the function cannot do without.
    #[error(
        "the environment variable {0} is missing or empty; the template sets it, a local run passes it with --env-vars"
    )]
    Missing(&'static str),
    /// `TIME_PRECISION` names none.
    #[error("the environment variable TIME_PRECISION {0}")]
    Precision(#[from] PrecisionError),
}

impl Config {
    /// Reads the configuration through `variable`, which is `std::env::var` but in tests.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing, empty or wrong.
    pub fn from_env<E>(variable: impl Fn(&str) -> Result<String, E>) -> Result<Self, ConfigError> {
        let given = |name| variable(name).ok().filter(|value| !value.is_empty());
        let read = |name| given(name).ok_or(ConfigError::Missing(name));
        let precision = given("TIME_PRECISION").map(|value| value.parse());
        Ok(Self {
            queue_url: read("SQS_QUEUE_URL")?,
            report_bucket: read("REPORT_BUCKET")?,
            table_name: read("TABLE_NAME")?,
            precision: precision.transpose()?.unwrap_or_default(),
            function_name: read("AWS_LAMBDA_FUNCTION_NAME")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every variable has its name as its value, but for these.
    fn config(others: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_env(|name| {
            let other = others.iter().find(|(other, _)| *other == name);
            match (other, name) {
                (Some((_, value)), _) => Ok((*value).to_owned()),
                (None, "TIME_PRECISION") => Err(()),
                (None, name) => Ok(name.to_owned()),
            }
        })
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
            assert_eq!(config(&[(name, "")]), Err(ConfigError::Missing(name)));
        }
        let missing = Config::from_env(|_| Err::<String, _>(())).unwrap_err();
        assert!(missing.to_string().contains("SQS_QUEUE_URL is missing or empty"));
    }

    #[test]
    fn the_precision_is_seconds_or_what_is_said() {
        assert_eq!(config(&[]).unwrap().precision, Precision::Seconds);
        let given = |value| config(&[("TIME_PRECISION", value)]);
        assert_eq!(given("").unwrap().precision, Precision::Seconds);
        assert_eq!(given("nanoseconds").unwrap().precision, Precision::Nanoseconds);
        assert_eq!(
            given("ms").unwrap_err().to_string(),
            "the environment variable TIME_PRECISION must be seconds, milliseconds, microseconds or nanoseconds, not `ms`"
        );
    }
}
