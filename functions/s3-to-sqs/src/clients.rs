//! What is made once per execution environment.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, stalled_stream_protection::StalledStreamProtectionConfig};
use aws_sdk_lambda::Client as Lambda;
use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadError;
use aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::put_object::PutObjectError;
use aws_sdk_s3::operation::upload_part::UploadPartError;
use aws_sdk_sqs::Client as Sqs;
use backoff::retry_expired_credentials;

use crate::config::Config;

/// Tries of a call to S3 or Lambda, beyond the usual three: they come one at a time, and whole objects depend on them.
const ATTEMPTS: u32 = 8;
/// For one attempt up to the reply's headers. Bodies are read for as long as they take: see `download`.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// What extracting needs. Cheap to clone: clients are handles.
#[derive(Clone, Debug)]
pub struct Extractor {
    /// Reads the data bucket and writes the report bucket.
    pub s3: S3,
    /// Sends the messages.
    pub sqs: Sqs,
    /// Invokes this function again.
    pub lambda: Lambda,
    /// The environment.
    pub config: Config,
}

impl Extractor {
    /// Makes the clients, with credentials, region and endpoint from the environment.
    pub async fn new(config: Config) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(backoff::FIRST)
            .with_max_backoff(backoff::LONGEST);
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(retries)
            .timeout_config(timeouts)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .load()
            .await;
        let s3 = aws_sdk_s3::config::Builder::from(&sdk)
            .retry_classifier(retry_expired_credentials::<GetObjectError>())
            .retry_classifier(retry_expired_credentials::<PutObjectError>())
            .retry_classifier(retry_expired_credentials::<CreateMultipartUploadError>())
            .retry_classifier(retry_expired_credentials::<UploadPartError>())
            .retry_classifier(retry_expired_credentials::<CompleteMultipartUploadError>());
        let lambda =
            aws_sdk_lambda::config::Builder::from(&sdk).retry_classifier(retry_expired_credentials::<InvokeError>());
        // Messages are sent again by `send`, so that failed calls and failed entries take from one budget.
        let sqs = aws_sdk_sqs::config::Builder::from(&sdk).retry_config(RetryConfig::disabled());
        Self {
            s3: S3::from_conf(s3.build()),
            sqs: Sqs::from_conf(sqs.build()),
            lambda: Lambda::from_conf(lambda.build()),
            config,
        }
    }
}
