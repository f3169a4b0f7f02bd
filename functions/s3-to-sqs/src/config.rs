//! What the function is told by its environment.

/// The names that the template sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `SQS_QUEUE_URL`: where the messages go.
    pub queue_url: String,
    /// `REPORT_BUCKET`: where ingest reports and rejected rows go.
    pub report_bucket: String,
    /// `TABLE_NAME`: what the messages name as their table.
    pub table_name: String,
}

/// A variable that the function cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the environment variable {0} is missing or empty; the template sets it, a local run passes it with --env-vars"
)]
pub struct ConfigError(&'static str);

impl Config {
    /// Reads the configuration through `variable`, which is `std::env::var` but in tests.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or empty.
    pub fn from_env<E>(variable: impl Fn(&str) -> Result<String, E>) -> Result<Self, ConfigError> {
        let read = |name| {
            variable(name)
                .ok()
                .filter(|value| !value.is_empty())
                .ok_or(ConfigError(name))
        };
        Ok(Self {
            queue_url: read("SQS_QUEUE_URL")?,
            report_bucket: read("REPORT_BUCKET")?,
            table_name: read("TABLE_NAME")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_empty_variable_is_named() {
        let config = Config::from_env(|name| Ok::<_, ()>(format!("the {name}"))).unwrap();
        assert_eq!(config.report_bucket, "the REPORT_BUCKET");
        let error = Config::from_env(|name| {
            if name == "REPORT_BUCKET" {
                Err(())
            } else {
                Ok("x".into())
            }
        });
        assert_eq!(error, Err(ConfigError("REPORT_BUCKET")));
        let error = Config::from_env(|name| Ok::<_, ()>(if name == "TABLE_NAME" { "" } else { "x" }.into()));
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("TABLE_NAME is missing or empty")
        );
    }
}
