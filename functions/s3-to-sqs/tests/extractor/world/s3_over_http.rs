//! Simulated S3 below the SDK, which retries.

use std::fmt::{self, Debug, Formatter};
use std::sync::Mutex;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};

/// What S3 answers to a request of this method: a status and the code of an error. `None`: nothing, ever.
type Answer = fn(method: &str, earlier: usize) -> Option<(u16, &'static str)>;

struct S3 {
    answer: Answer,
    /// The methods of the requests so far.
    calls: Mutex<Vec<String>>,
}

/// A client of this S3, with the retries of the function's own.
pub fn client(answer: Answer) -> Client {
    let connector = SharedHttpConnector::new(S3 {
        answer,
        calls: Mutex::default(),
    });
    let attempt = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(15));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .timeout_config(attempt.build())
        .retry_config(RetryConfig::standard().with_max_attempts(8));
    Client::from_conf(config.build())
}

impl Debug for S3 {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("S3")
    }
}

impl HttpConnector for S3 {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut calls = self.calls.lock().unwrap();
        let earlier = calls.iter().filter(|method| *method == request.method()).count();
        calls.push(request.method().to_owned());
        let Some((status, code)) = (self.answer)(request.method(), earlier) else {
            return HttpConnectorFuture::new(std::future::pending());
        };
        let body = SdkBody::from(format!("<Error><Code>{code}</Code></Error>"));
        let status = status.try_into().unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, body)))
    }
}
