//! The services that [`JsonClient`](crate::JsonClient) calls, each at the endpoint that the SDK's own rules give it.

use std::error::Error;

/// Why a service cannot be called.
#[derive(Debug, thiserror::Error)]
#[error("the SDK knows no endpoint of {service} for the region {region}")]
pub struct EndpointError {
    service: &'static str,
    region: String,
    source: Box<dyn Error + Send + Sync>,
}

/// Defines the client of a service: `$sdk` has its endpoint rules, `$service` is its name in errors, `$variable` the end of its
/// endpoint's variable and `$signing_name` its name in signatures.
#[cfg(any(feature = "dynamodb", feature = "sqs"))]
macro_rules! client {
    ($(#[$doc:meta])* $client:ident, $sdk:ident, $service:literal, $variable:literal, $signing_name:literal) => {
        impl crate::JsonClient {
            $(#[$doc])*
            ///
            /// # Errors
            /// [`EndpointError`]
            pub async fn $client(
                environment: &crate::Environment,
                connector: aws_smithy_runtime_api::client::http::SharedHttpConnector,
                attempt_timeout: std::time::Duration,
            ) -> Result<Self, EndpointError> {
                use $sdk::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

                let unknown = |source: Box<dyn Error + Send + Sync>| EndpointError {
                    service: $service,
                    region: environment.region.to_string(),
                    source,
                };
                let parameters = Params::builder()
                    .region(environment.region.as_ref())
                    .use_fips(environment.fips)
                    .use_dual_stack(environment.dual_stack)
                    .set_endpoint(environment.endpoint($variable))
                    .build()
                    .map_err(|error| unknown(error.into()))?;
                let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
                let url = endpoint.map_err(unknown)?.url().to_owned();
                Ok(Self::new(environment, connector, $signing_name, url, attempt_timeout))
            }
        }
    };
}

#[cfg(feature = "dynamodb")]
client!(
    /// A client of DynamoDB. The targets of its calls are `DynamoDB_20120810.` and the operation's name.
    of_dynamodb, aws_sdk_dynamodb, "DynamoDB", "DYNAMODB", "dynamodb"
);

#[cfg(feature = "sqs")]
client!(
    /// A client of SQS. The targets of its calls are `AmazonSQS.` and the operation's name.
    of_sqs, aws_sdk_sqs, "SQS", "SQS", "sqs"
);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{Environment, JsonClient, Variables, connector};

    /// The URLs of DynamoDB and SQS in a region.
    async fn urls(set: &[(&str, &str)]) -> [String; 2] {
        let environment = Environment::read(&Variables::new(|name| {
            let found = set.iter().find(|(given, _)| *given == name);
            match (found, name) {
                (Some((_, value)), _) => Some((*value).to_owned()),
                (None, "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY") => Some("x".to_owned()),
                _ => None,
            }
        }))
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
