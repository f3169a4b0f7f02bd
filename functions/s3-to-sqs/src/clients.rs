//! The AWS clients, built once per execution environment.

use std::time::Duration;

use aws::{Environment, JsonClient, JsonService, Retries, VariableError, Variables, connector};
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadError;
use aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::operation::put_object::PutObjectError;
use aws_sdk_s3::operation::upload_part::UploadPartError;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use backoff::retry_expired_credentials;
use ledger::Ledger;
use telemetry::Metrics;

use crate::config::Config;
use crate::data_package::DataPackage;

/// The most attempts of a call to S3 or Lambda. They exceed the usual three because these calls come one at a time and
/// a whole object depends on each.
pub(crate) const ATTEMPTS: u32 = 8;
/// The time limit of one attempt, up to the reply's headers. Reading the body has no limit here: see
/// [`download`](crate::input::download).
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The clients and settings of the function. Cheap to clone: clients are handles.
#[derive(Clone, Debug)]
pub struct Extractor {
    /// Reads the data bucket and writes the report bucket.
    pub s3: S3,
    /// Sends the messages.
    pub sqs: JsonClient,
    /// Invokes this function again.
    pub lambda: JsonClient,
    /// Records each ingest; `None` without a table for the records.
    pub ledger: Option<Ledger>,
    /// Counts the retries of `s3`.
    pub s3_retries: Retries,
    /// Counts the retries of `lambda`.
    pub lambda_retries: Retries,
    /// The destination of metrics.
    pub metrics: Metrics,
    /// The settings.
    pub config: Config,
    /// The declared shapes of the objects.
    pub data_package: DataPackage,
}

impl Extractor {
    /// Reads the environment and builds the clients. Metrics go to `metrics`.
    ///
    /// # Errors
    /// [`VariableError`] names the variable that is missing or wrong.
    pub fn new(variables: &Variables<'_>, metrics: Metrics) -> Result<Self, VariableError> {
        let config = Config::read(variables)?;
        let environment = &Environment::read(variables)?;
        let connector = connector(environment.region.as_ref(), CONNECT_TIMEOUT);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(backoff::FIRST)
            .with_max_backoff(backoff::LONGEST);
        let sdk = environment
            .sdk(connector.clone())
            .retry_config(retries)
            .timeout_config(timeouts)
            .build();
        let (s3_retries, lambda_retries) = (Retries::default(), Retries::default());
        let s3 = aws_sdk_s3::config::Builder::from(&sdk)
            .force_path_style(environment.bucket_in_path())
            .interceptor(s3_retries.clone())
            .retry_classifier(retry_expired_credentials::<GetObjectError>())
            .retry_classifier(retry_expired_credentials::<HeadObjectError>())
            .retry_classifier(retry_expired_credentials::<PutObjectError>())
            .retry_classifier(retry_expired_credentials::<CreateMultipartUploadError>())
            .retry_classifier(retry_expired_credentials::<UploadPartError>())
            .retry_classifier(retry_expired_credentials::<CompleteMultipartUploadError>());
        Ok(Self {
            s3: S3::from_conf(s3.build()),
            ledger: Ledger::new(variables, environment, &connector),
            lambda: JsonClient::of(JsonService::LAMBDA, environment, connector.clone(), ATTEMPT_TIMEOUT),
            sqs: JsonClient::of(JsonService::SQS, environment, connector, ATTEMPT_TIMEOUT),
            s3_retries,
            lambda_retries,
            metrics,
            data_package: DataPackage::read(config.data_package.as_deref(), &config.table()),
            config,
        })
    }
}
