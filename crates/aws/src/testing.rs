//! Clients for the tests of this crate and of its users.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_types::region::Region;

use crate::{Environment, JsonClient, JsonService};

impl JsonClient {
    /// A client for SQS, with made-up credentials, whose requests go to `service`. An attempt ends after five seconds.
    #[must_use]
    pub fn for_tests(service: impl HttpConnector + 'static) -> Self {
        let environment = environment();
        let url = "https://sqs.eu-west-1.amazonaws.com".to_owned();
        let timeout = Duration::from_secs(5);
        Self::new(&environment, SharedHttpConnector::new(service), "sqs", url, timeout)
    }

    /// A client for the AWS service `kind`, whose requests go to `service`.
    #[must_use]
    pub fn of_for_tests(kind: JsonService, service: impl HttpConnector + 'static) -> Self {
        let connector = SharedHttpConnector::new(service);
        Self::of(kind, &environment(), connector, Duration::from_secs(5))
    }
}

fn environment() -> Environment {
    let credentials = Credentials::new("AKID", "secret", Some("token".to_owned()), None, "test");
    Environment::new(credentials, Region::from_static("eu-west-1"))
}
