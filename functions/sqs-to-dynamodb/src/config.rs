//! What is set up once per execution environment: configuration and AWS clients.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

/// What the environment variables say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `TABLE_NAME`: the message table.
    pub table: String,
    /// `DEAD_LETTER_QUEUE_URL`: where messages go that can never be carried out.
    pub dead_letter_queue: String,
}

/// Why the function cannot start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// An environment variable is not there, or there is nothing in it.
    #[error("the environment variable {name} is missing or empty; set it to {meaning}")]
    Missing {
        /// Its name.
        name: &'static str,
        /// What it must hold.
        meaning: &'static str,
    },
}

impl Config {
    /// Reads `TABLE_NAME` and `DEAD_LETTER_QUEUE_URL`.
    ///
    /// # Errors
    /// [`ConfigError::Missing`], which names the variable.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = |name, meaning| {
            lookup(name)
                .filter(|value| !value.trim().is_empty())
                .ok_or(ConfigError::Missing { name, meaning })
        };
        Ok(Self {
            table: read("TABLE_NAME", "the name of the message table")?,
            dead_letter_queue: read("DEAD_LETTER_QUEUE_URL", "the URL of the dead-letter queue")?,
        })
    }
}

/// The clients and names that an invocation works with. Cheap to clone: clients are handles.
#[derive(Clone, Debug)]
pub struct Writer {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) config: Config,
}

impl Writer {
    /// Makes the clients, with credentials, region and endpoint from the environment.
    pub async fn new(config: Config) -> Self {
        // What throttling outlasts these tries goes back to the queue, whose visibility timeout is the longer pause. The
        // default first pause of a second would idle a batch that needs some ten milliseconds.
        let retries = RetryConfig::standard()
            .with_max_attempts(4)
            .with_initial_backoff(Duration::from_millis(50))
            .with_max_backoff(Duration::from_secs(2));
        // A call takes some ten milliseconds: what has not answered after five seconds will not, and another connection
        // is worth a try. The whole of a call, retries included, must leave room in an invocation for other calls.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(Duration::from_secs(5))
            .operation_timeout(Duration::from_secs(20))
            .build();
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(retries)
            .timeout_config(timeouts)
            .load()
            .await;
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&sdk),
            sqs: aws_sdk_sqs::Client::new(&sdk),
            config,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_empty_is_named() {
        let config = |table: Option<&str>, queue: Option<&str>| {
            Config::from_lookup(|name| {
                match name {
                    "TABLE_NAME" => table,
                    "DEAD_LETTER_QUEUE_URL" => queue,
                    _ => None,
                }
                .map(str::to_owned)
            })
            .map_err(|error| error.to_string())
        };
        assert_eq!(
            config(Some("messages"), Some("https://sqs.example/dlq")),
            Ok(Config {
                table: "messages".into(),
                dead_letter_queue: "https://sqs.example/dlq".into()
            })
        );
        for table in [None, Some(""), Some(" ")] {
            assert_eq!(
                config(table, Some("url")),
                Err(
                    "the environment variable TABLE_NAME is missing or empty; set it to the name of the message table"
                        .into()
                )
            );
        }
        assert_eq!(
            config(Some("messages"), None),
            Err("the environment variable DEAD_LETTER_QUEUE_URL is missing or empty; set it to the URL of the dead-letter queue".into())
        );
    }
}
