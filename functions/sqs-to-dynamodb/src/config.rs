//! Configuration and AWS clients, set up once per execution environment.

use std::time::Duration;

use attributes::KeySchema;
use aws::{Environment, JsonClient, JsonService, VariableError, Variables, connector, table_key};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use ledger::Ledger;
use message::WriteMode;
use telemetry::Metrics;

/// The function's settings, from environment variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `TABLE_NAME`: the message table.
    pub table: String,
    /// `PARTITION_KEY`, `PARTITION_KEY_TYPE`, `SORT_KEY`, `SORT_KEY_TYPE`: the table's key, where it is not that of messages.
    pub keys: KeySchema,
    /// `SQS_QUEUE_URL`: the queue that messages come from.
    pub queue: String,
    /// `DEAD_LETTER_QUEUE_URL`: the queue for messages that fail permanently.
    pub dead_letter_queue: String,
    /// `MAX_RECEIVE_COUNT`: how often a message is delivered before it is given up; the queue's redrive policy has the
    /// same number.
    pub max_receives: u32,
    /// `WRITE_MODE`: the mode of a `POST` that names none; missing or empty, it is `replace`.
    pub write_mode: WriteMode,
}

impl Config {
    /// Reads `TABLE_NAME`, the variables of the [table's key](table_key), `SQS_QUEUE_URL`, `DEAD_LETTER_QUEUE_URL`,
    /// `MAX_RECEIVE_COUNT` and `WRITE_MODE`.
    ///
    /// # Errors
    /// [`VariableError`] names the variable that is missing or wrong.
    pub fn read(variables: &Variables<'_>) -> Result<Self, VariableError> {
        let (name, meaning) = (
            "MAX_RECEIVE_COUNT",
            "maxReceiveCount of the queue's redrive policy, a number from 1 to 1000",
        );
        let max_receives = variables.parsed(name, meaning, |count| {
            count.parse().ok().filter(|count| (1..=1000).contains(count))
        })?;
        let meaning_of_mode = "`replace`, `latest` or `create`";
        let write_mode = variables.parsed("WRITE_MODE", meaning_of_mode, |mode| mode.parse().ok())?;
        Ok(Self {
            table: variables.required("TABLE_NAME", "the name of the message table")?,
            keys: table_key(variables)?.into(),
            queue: variables.required("SQS_QUEUE_URL", "the URL of the message queue")?,
            dead_letter_queue: variables.required("DEAD_LETTER_QUEUE_URL", "the URL of the dead-letter queue")?,
            max_receives: max_receives.ok_or(VariableError::Missing { name, meaning })?,
            write_mode: write_mode.unwrap_or_default(),
        })
    }
}

/// The clients and names that an invocation works with. Cheap to clone: clients are handles.
#[derive(Clone, Debug)]
pub struct Writer {
    pub(crate) dynamodb: JsonClient,
    pub(crate) sqs: aws_sdk_sqs::Client,
    /// The books of the ingests; `None` when the stack keeps none.
    pub(crate) ledger: Option<Ledger>,
    pub(crate) config: Config,
    pub(crate) metrics: Metrics,
}

/// A call takes some ten milliseconds: what has not answered after five seconds will not, and another connection is worth a
/// try.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

impl Writer {
    /// Reads the environment, and makes the clients. What is measured goes to `metrics`.
    ///
    /// # Errors
    /// [`VariableError`] says what is missing.
    pub fn new(variables: &Variables<'_>, metrics: Metrics) -> Result<Self, VariableError> {
        let config = Config::read(variables)?;
        let environment = Environment::read(variables)?;
        let connector = connector(environment.region.as_ref(), CONNECT_TIMEOUT);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let sdk = environment
            .sdk(connector.clone())
            // Every call is in a loop of `Backoff::retry`: two loops, one in the other, would multiply their tries.
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .build();
        // By the same connector, so that the calls to the ledger go by the connections that those to the table have opened.
        let ledger = Ledger::new(variables, &environment, &connector);
        let dynamodb = JsonClient::of(JsonService::DYNAMODB, &environment, connector, ATTEMPT_TIMEOUT);
        Ok(Self {
            dynamodb,
            ledger,
            sqs: aws_sdk_sqs::Client::new(&sdk),
            config,
            metrics,
        })
    }
}

#[cfg(test)]
mod tests {
    use message::KeyType;

    use super::*;

    const SET: [(&str, &str); 4] = [
        ("TABLE_NAME", "messages"),
        ("SQS_QUEUE_URL", "https://sqs.example/queue"),
        ("DEAD_LETTER_QUEUE_URL", "https://sqs.example/dlq"),
        ("MAX_RECEIVE_COUNT", "15"),
    ];

    /// The configuration with one variable set otherwise.
    fn config(name: &str, value: Option<&str>) -> Result<Config, String> {
        let variable = |wanted: &str| {
            let set = SET
                .into_iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value);
            if wanted == name { value } else { set }.map(str::to_owned)
        };
        Config::read(&Variables::new(variable)).map_err(|error| error.to_string())
    }

    #[test]
    fn every_variable_is_read() {
        let expected = Config {
            table: "messages".into(),
            keys: KeySchema::Messages,
            queue: "https://sqs.example/queue".into(),
            dead_letter_queue: "https://sqs.example/dlq".into(),
            max_receives: 15,
            write_mode: WriteMode::Replace,
        };
        assert_eq!(config("OTHER", None), Ok(expected));
    }

    #[test]
    fn the_key_of_the_table_may_be_another() {
        let keys = |name, value| config(name, Some(value)).map(|config| config.keys);
        assert_eq!(keys("PARTITION_KEY", ""), Ok(KeySchema::Messages));
        let declared = keys("PARTITION_KEY", "pk").unwrap();
        assert_eq!((declared.partition(), declared.sort()), (("pk", KeyType::S), None));
        let error = keys("PARTITION_KEY_TYPE", "B").unwrap_err();
        assert!(error.contains("PARTITION_KEY_TYPE is `B`"), "{error}");
    }

    #[test]
    fn the_mode_is_one_of_three_and_may_be_missing() {
        let mode = |value| config("WRITE_MODE", value).map(|config| config.write_mode);
        assert_eq!(mode(Some("latest")), Ok(WriteMode::Latest));
        assert_eq!(mode(Some("create")), Ok(WriteMode::Create));
        for replace in [None, Some(""), Some("replace")] {
            assert_eq!(mode(replace), Ok(WriteMode::Replace));
        }
        let error = mode(Some("Latest")).unwrap_err();
        assert!(
            error.contains("`Latest`") && error.contains("`replace`, `latest` or `create`"),
            "{error}"
        );
    }

    #[test]
    fn what_is_missing_or_empty_is_named() {
        for (name, _) in SET {
            for value in [None, Some(""), Some(" ")] {
                let error = config(name, value).unwrap_err();
                let start = format!("the environment variable {name} is missing or empty; set it to ");
                assert!(error.starts_with(&start), "{error}");
            }
        }
    }

    #[test]
    fn the_receive_count_is_a_number_that_sqs_takes() {
        for value in ["five", "-1", "0", "1001", "5.0"] {
            let error = config("MAX_RECEIVE_COUNT", Some(value)).unwrap_err();
            assert!(
                error.contains(&format!("`{value}`")) && error.contains("from 1 to 1000"),
                "{error}"
            );
        }
    }
}
