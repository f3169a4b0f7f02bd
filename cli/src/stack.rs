//! The stack that files are uploaded to.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::config::Credentials;
use aws_sdk_sqs::Client as Sqs;

use crate::arguments::StackName;
use crate::aws_call::{CallError, failed};
use crate::shell_word::quoted;

/// The longest wait for a reply, from the beginning of the request. A stopped emulator, and the other end of a connection that
/// was lost, never reply. The embedded stack may take seconds when it is busy.
const ANSWER: Duration = Duration::from_secs(20);

/// Why a stack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The file of outputs cannot be read or parsed.
    #[error("{} does not say where a stack is: {reason}", path.display())]
    Outputs {
        /// The file.
        path: PathBuf,
        /// What is wrong with the file.
        reason: String,
    },
    /// The stack lacks an output of the template.
    #[error("the stack {stack} has no output {output}")]
    NoOutput {
        /// The name of the stack.
        stack: String,
        /// The output that is missing.
        output: &'static str,
    },
    /// No region is configured.
    #[error("no AWS region is set")]
    NoRegion,
    /// The call that looks for the stack failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl StackError {
    /// What to do about the error, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Outputs { .. } => "Deploy a stack: make deploy. For one on AWS: --stack NAME",
            Self::NoOutput { .. } => "Check that the stack was deployed from this template, and completely",
            Self::NoRegion => "Set AWS_REGION, or a region for the profile: aws configure set region eu-west-1",
            Self::Call(error) => error.remedy(),
        }
    }
}

/// The pace at which uploads and the queue are watched.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pause between two looks.
    pub pause: Duration,
    /// The number of looks in a row at an empty queue after which it counts as empty.
    pub empty_looks: u32,
    /// How long the queue must be empty before the counts of rows that an ingest's record lacks are taken for lost.
    pub uncounted: Duration,
}

impl Pace {
    /// The pace for the embedded stack, whose emulator counts exactly.
    const LOCAL: Self = Self {
        pause: Duration::from_millis(500),
        empty_looks: 3,
        uncounted: Duration::from_secs(10),
    };
    /// The pace for AWS. The counts of SQS may be some seconds old, and in rare cases a minute:
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>
    const AWS: Self = Self {
        pause: Duration::from_secs(1),
        empty_looks: 10,
        uncounted: Duration::from_mins(1),
    };
}

/// A deployed stack, and clients for it.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The stack's name, if it is on AWS. Commands that are shown then name it.
    pub on_aws: Option<String>,
    /// The bucket that CSV files are uploaded to.
    pub data_bucket: String,
    /// The bucket of reports and rejected rows.
    pub report_bucket: String,
    /// The message queue's URL.
    pub queue_url: String,
    /// The dead-letter queue's URL.
    pub dead_letter_queue_url: String,
    /// The table of ingests; `None` for a stack of an earlier version.
    pub ingest_table: Option<String>,
    /// The client of S3.
    pub s3: S3,
    /// The client of SQS.
    pub sqs: Sqs,
    /// The client of DynamoDB.
    pub dynamodb: DynamoDb,
    /// The pace of watching.
    pub pace: Pace,
}

impl Stack {
    /// Finds a stack by its name on AWS, or by a file of its outputs.
    ///
    /// # Errors
    /// When the stack is not found, or lacks an output of the template.
    pub async fn find(name: &StackName) -> Result<Self, StackError> {
        if let Some(name) = &name.stack {
            return Self::on_aws(name).await;
        }
        let path = name.outputs.as_deref().unwrap_or(Path::new("outputs.json"));
        let refused = |reason: String| StackError::Outputs {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
        let outputs: HashMap<String, String> =
            serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?;
        let mut config = config();
        if let Some(region) = outputs.get("Region") {
            config = config.region(Region::new(region.clone()));
        }
        let Some(endpoint) = outputs.get("Endpoint") else {
            let name = outputs.get("StackName").cloned().unwrap_or_default();
            return Self::of(Some(name), &config.load().await, &outputs);
        };
        // The credentials of the emulator's account. The user's own credentials are never sent to it.
        let credentials = Credentials::new("test", "test", None, None, "emulator");
        let config = config.endpoint_url(endpoint).credentials_provider(credentials);
        Self::of(None, &config.load().await, &outputs)
    }

    async fn on_aws(name: &str) -> Result<Self, StackError> {
        let config = config().load().await;
        if config.region().is_none() {
            return Err(StackError::NoRegion);
        }
        let describe = aws_sdk_cloudformation::Client::new(&config).describe_stacks();
        let described = describe.stack_name(name).send().await;
        let described = described.map_err(failed(format!("looking for the stack {name}")))?;
        let outputs = described.stacks.unwrap_or_default().into_iter();
        let outputs = outputs.flat_map(|stack| stack.outputs.unwrap_or_default());
        let outputs = outputs.filter_map(|output| Some((output.output_key?, output.output_value?)));
        Self::of(Some(name.to_owned()), &config, &outputs.collect())
    }

    fn of(on_aws: Option<String>, config: &SdkConfig, outputs: &HashMap<String, String>) -> Result<Self, StackError> {
        let output = |output: &'static str| {
            outputs.get(output).cloned().ok_or_else(|| StackError::NoOutput {
                stack: on_aws
                    .clone()
                    .or_else(|| outputs.get("StackName").cloned())
                    .unwrap_or_default(),
                output,
            })
        };
        // The embedded stack's endpoint is an address, so the bucket cannot be a part of the host name.
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(on_aws.is_none());
        Ok(Self {
            data_bucket: output("DataBucketName")?,
            report_bucket: output("ReportBucketName")?,
            queue_url: output("QueueUrl")?,
            dead_letter_queue_url: output("DeadLetterQueueUrl")?,
            ingest_table: outputs.get("IngestTableName").filter(|name| !name.is_empty()).cloned(),
            s3: S3::from_conf(s3.build()),
            sqs: Sqs::new(config),
            dynamodb: DynamoDb::new(config),
            pace: if on_aws.is_some() { Pace::AWS } else { Pace::LOCAL },
            on_aws,
        })
    }

    /// The URL of an object of the data bucket.
    #[must_use]
    pub fn url(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.data_bucket)
    }

    /// The command that shows the dead letters of a reason. The reason is quoted, since it may come from any sender.
    #[must_use]
    pub fn show_command(&self, reason: &str) -> String {
        self.command("dlq show", &format!("--reason {}", quoted(OsStr::new(reason))))
    }

    /// A command of this repository, for this stack: `tools/NAME ARGUMENTS`.
    #[must_use]
    pub fn command(&self, name: &str, arguments: &str) -> String {
        let stack = self.on_aws.as_ref().map(|stack| format!("--stack {stack}"));
        let parts = [Some(format!("tools/{name}")), stack, Some(arguments.to_owned())];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

/// The configuration of all clients.
fn config() -> ConfigLoader {
    let timeouts = TimeoutConfig::builder().read_timeout(ANSWER).build();
    aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts)
}

/// The configuration of a call that sends the content of a file, or makes an object of its parts. Its reply comes when all of
/// that is done, which may take long, so it is waited for without a limit.
pub fn of_transfer() -> aws_sdk_s3::config::Builder {
    let timeouts = TimeoutConfig::builder().disable_read_timeout().build();
    aws_sdk_s3::Config::builder().timeout_config(timeouts)
}

#[cfg(test)]
pub mod testing {
    //! Stacks for tests.

    use std::net::TcpListener;

    use super::*;

    /// A stack of this name on AWS, or a local one.
    pub fn stack(on_aws: Option<&str>) -> Stack {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build();
        with_config(on_aws, &config)
    }

    fn with_config(on_aws: Option<&str>, config: &SdkConfig) -> Stack {
        let outputs = [
            ("DataBucketName", "data"),
            ("ReportBucketName", "reports"),
            ("QueueUrl", "queue"),
            ("DeadLetterQueueUrl", "dead"),
        ];
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Stack::of(on_aws.map(Into::into), config, &outputs).unwrap()
    }

    /// A stack on AWS whose services accept connections until the listener is dropped, and never reply.
    pub async fn silent_stack() -> (Stack, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        // A paused clock could jump over the moment in which the connection is made.
        let timeouts = TimeoutConfig::builder().disable_connect_timeout().read_timeout(ANSWER);
        let config = config().endpoint_url(endpoint).region(Region::from_static("us-east-1"));
        let config = config.timeout_config(timeouts.build());
        let config = config.credentials_provider(Credentials::new("test", "test", None, None, "test"));
        (with_config(Some("prod"), &config.load().await), listener)
    }

    /// A local stack with a table of ingests.
    pub fn stack_with_books() -> Stack {
        Stack {
            ingest_table: Some("ingests".into()),
            ..stack(None)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_is_waited_for_as_long_as_an_upload_may_take() {
        let (stack, _listener) = silent_stack().await;
        let hours = Duration::from_hours(2);
        let head = stack.s3.head_object().bucket("data").key("a.csv").send();
        assert!(tokio::time::timeout(hours, head).await.is_ok());
        let put = stack.s3.put_object().bucket("data").key("a.csv").body(vec![0].into());
        let put = put.customize().config_override(of_transfer()).send();
        assert!(tokio::time::timeout(hours, put).await.is_err());
    }

    #[test]
    fn commands_name_a_stack_on_aws() {
        assert_eq!(stack(None).command("status", ""), "tools/status");
        assert_eq!(
            stack(Some("prod")).command("messages follow", "a.csv"),
            "tools/messages follow --stack prod a.csv"
        );
        assert_eq!(
            stack(Some("prod")).show_command("x; true"),
            "tools/dlq show --stack prod --reason 'x; true'"
        );
    }
}
