//! The services that are called without the SDK, each where the SDK's own rules say that it is.

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::config::endpoint as dynamodb_rules;
use aws_sdk_dynamodb::config::endpoint::ResolveEndpoint as _;
use aws_sdk_sqs::config::endpoint as sqs_rules;
use aws_sdk_sqs::config::endpoint::ResolveEndpoint as _;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;

use crate::{Environment, JsonClient};

/// Why a service cannot be called.
#[derive(Debug, thiserror::Error)]
#[error("the SDK knows no endpoint of {service} for the region {region}")]
pub struct EndpointError {
    service: &'static str,
    region: String,
    source: Box<dyn Error + Send + Sync>,
}

impl EndpointError {
    fn of<E: Into<Box<dyn Error + Send + Sync>>>(
        service: &'static str,
        environment: &Environment,
    ) -> impl Fn(E) -> Self {
        let region = environment.region.to_string();
        move |error| Self {
            service,
            region: region.clone(),
            source: error.into(),
        }
    }
}

impl JsonClient {
    /// A client of DynamoDB; the targets are `DynamoDB_20120810.` and the operation's name.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub async fn of_dynamodb(
        environment: &Environment,
        connector: SharedHttpConnector,
        attempt_timeout: Duration,
    ) -> Result<Self, EndpointError> {
        let parameters = dynamodb_rules::Params::builder()
            .region(environment.region.as_ref())
            .use_fips(environment.fips)
            .use_dual_stack(environment.dual_stack)
            .set_endpoint(environment.endpoint("DYNAMODB"))
            .build()
            .map_err(EndpointError::of("DynamoDB", environment))?;
        let endpoint = dynamodb_rules::DefaultResolver::new()
            .resolve_endpoint(&parameters)
            .await;
        let endpoint = endpoint.map_err(EndpointError::of("DynamoDB", environment))?;
        let url = endpoint.url().to_owned();
        Ok(Self::new(environment, connector, "dynamodb", url, attempt_timeout))
    }

    /// A client of SQS; the targets are `AmazonSQS.` and the operation's name.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub async fn of_sqs(
        environment: &Environment,
        connector: SharedHttpConnector,
        attempt_timeout: Duration,
    ) -> Result<Self, EndpointError> {
        let parameters = sqs_rules::Params::builder()
            .region(environment.region.as_ref())
            .use_fips(environment.fips)
            .use_dual_stack(environment.dual_stack)
            .set_endpoint(environment.endpoint("SQS"))
            .build()
            .map_err(EndpointError::of("SQS", environment))?;
        let endpoint = sqs_rules::DefaultResolver::new().resolve_endpoint(&parameters).await;
        let endpoint = endpoint.map_err(EndpointError::of("SQS", environment))?;
        let url = endpoint.url().to_owned();
        Ok(Self::new(environment, connector, "sqs", url, attempt_timeout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector;

    /// The URLs of DynamoDB and SQS in a region.
    async fn urls(variables: &[(&str, &str)]) -> [String; 2] {
        let environment = Environment::read(|name| {
            let found = variables.iter().find(|(given, _)| *given == name);
            match (found, name) {
                (Some((_, value)), _) => Ok((*value).to_owned()),
                (None, "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY") => Ok("x".to_owned()),
                _ => Err(()),
            }
        })
        .unwrap();
        let timeout = Duration::from_secs(1);
        let connector = connector("eu-west-1", timeout);
        let dynamodb = JsonClient::of_dynamodb(&environment, connector.clone(), timeout).await;
        let sqs = JsonClient::of_sqs(&environment, connector, timeout).await;
        [dynamodb.unwrap().url().to_owned(), sqs.unwrap().url().to_owned()]
    }

    #[tokio::test]
    async fn services_are_where_the_rules_say() {
        for (variables, expected) in [
            (
                &[("AWS_REGION", "eu-west-1")][..],
                [
                    "https://dynamodb.eu-west-1.amazonaws.com",
                    "https://sqs.eu-west-1.amazonaws.com",
                ],
            ),
            (
                &[("AWS_REGION", "cn-north-1")],
                [
                    "https://dynamodb.cn-north-1.amazonaws.com.cn",
                    "https://sqs.cn-north-1.amazonaws.com.cn",
                ],
            ),
            (
                &[("AWS_REGION", "us-east-1"), ("AWS_USE_FIPS_ENDPOINT", "true")],
                [
                    "https://dynamodb-fips.us-east-1.amazonaws.com",
                    "https://sqs-fips.us-east-1.amazonaws.com",
                ],
            ),
            (
                &[
                    ("AWS_REGION", "us-east-1"),
                    ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
                ],
                ["http://127.0.0.1:4566", "http://127.0.0.1:4566"],
            ),
        ] {
            assert_eq!(urls(variables).await, expected, "{variables:?}");
        }
    }
}
