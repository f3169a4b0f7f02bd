//! The deployed stack and its clients.

use std::path::PathBuf;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_s3::Client as S3;
use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::config::Credentials;
use serde::Deserialize;

/// The variable with the path of the file of the stack's outputs, which `tools/deploy` writes.
pub(crate) const OUTPUTS: &str = "STACK_OUTPUTS";

/// The outputs of the stack.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Outputs {
    /// The stack's name.
    pub stack_name: String,
    /// Its region.
    pub region: String,
    /// The URL that all AWS calls go to.
    pub endpoint: String,
    /// The API's stage, without a slash at the end.
    pub api_url: String,
    /// The bucket for CSV objects.
    pub data_bucket_name: String,
    /// The bucket of reports and rejected rows.
    pub report_bucket_name: String,
    /// The message table.
    pub table_name: String,
    /// The table of ingests.
    pub ingest_table_name: String,
    /// The message queue.
    pub queue_url: String,
    /// The dead-letter queue.
    pub dead_letter_queue_url: String,
    /// The managed policy for reading through the API.
    pub reader_policy_arn: String,
    /// The managed policy for writing through the API.
    pub writer_policy_arn: String,
}

/// The stack, with clients that have all rights.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Its outputs.
    pub outputs: Outputs,
    /// The credentials of `s3`, `sqs` and `dynamodb`.
    pub credentials: Credentials,
    /// The client for the buckets.
    pub s3: S3,
    /// The client for the queues.
    pub sqs: Sqs,
    /// The client for the tables.
    pub dynamodb: DynamoDb,
}

impl Stack {
    /// The stack whose outputs are in the file that `STACK_OUTPUTS` names, with the credentials of the emulator's account.
    pub async fn connect() -> Self {
        let file = path_from_env(OUTPUTS);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("{} ({OUTPUTS}) cannot be read: {error}. {REMEDY}", file.display());
        });
        let outputs = serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!(
                "{} ({OUTPUTS}) lacks outputs of the stack: {error}. {REMEDY}",
                file.display()
            );
        });
        Self::with_credentials(outputs, Credentials::new("test", "test", None, None, "emulator")).await
    }

    /// The same stack with other credentials.
    pub async fn signed_in_as(&self, credentials: Credentials) -> Self {
        Self::with_credentials(self.outputs.clone(), credentials).await
    }

    async fn with_credentials(outputs: Outputs, credentials: Credentials) -> Self {
        let config = sdk_config(&outputs, credentials.clone()).await;
        // Bucket names in the host name would need a resolver that knows names below localhost.
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true);
        Self {
            s3: S3::from_conf(s3.build()),
            sqs: Sqs::new(&config),
            dynamodb: DynamoDb::new(&config),
            outputs,
            credentials,
        }
    }

    /// The configuration for further clients.
    pub async fn sdk_config(&self) -> SdkConfig {
        sdk_config(&self.outputs, self.credentials.clone()).await
    }
}

async fn sdk_config(outputs: &Outputs, credentials: Credentials) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(outputs.region.clone()))
        .endpoint_url(&outputs.endpoint)
        .credentials_provider(credentials)
        .load()
        .await
}

const REMEDY: &str = "Run these tests with `make test`: it deploys a stack of its own and tells them by environment variables where it is";

/// The file or folder that an environment variable names.
#[must_use]
pub fn path_from_env(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) if !path.is_empty() => path.into(),
        _ => panic!("the environment variable {variable} is not set. {REMEDY}"),
    }
}
