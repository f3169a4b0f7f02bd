//! `DynamoDB` for the functions that have its crate of the SDK, at the endpoint that the crate's rules give it.

use std::error::Error;

/// Why a service cannot be called.
#[derive(Debug, thiserror::Error)]
#[error("the SDK knows no endpoint of {service} for the region {region}")]
pub struct EndpointError {
    service: &'static str,
    region: String,
    source: Box<dyn Error + Send + Sync>,
}

#[cfg(feature = "dynamodb")]
impl crate::JsonClient {
    /// A client of `DynamoDB`. The targets of its calls are `DynamoDB_20120810.` and the operation's name.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub async fn of_dynamodb(
        environment: &crate::Environment,
        connector: aws_smithy_runtime_api::client::http::SharedHttpConnector,
        attempt_timeout: std::time::Duration,
    ) -> Result<Self, EndpointError> {
        use aws_sdk_dynamodb::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

        let unknown = |source: Box<dyn Error + Send + Sync>| EndpointError {
            service: "DynamoDB",
            region: environment.region.to_string(),
            source,
        };
        let parameters = Params::builder()
            .region(environment.region.as_ref())
            .use_fips(environment.fips)
            .use_dual_stack(environment.dual_stack)
            .set_endpoint(environment.endpoint("DYNAMODB"))
            .build()
            .map_err(|error| unknown(error.into()))?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
        let url = endpoint.map_err(unknown)?.url().to_owned();
        Ok(Self::new(environment, connector, "dynamodb", url, attempt_timeout))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{Environment, JsonClient, Variables, connector};

    /// The URL of `DynamoDB` in a region.
    async fn url(set: &[(&str, &str)]) -> String {
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
        let dynamodb = JsonClient::of_dynamodb(&environment, connector, timeout).await;
        dynamodb.unwrap().url().to_owned()
    }

    #[tokio::test]
    async fn dynamodb_is_where_the_rules_say() {
        for (variables, expected) in [
            (
                &[("AWS_REGION", "eu-west-1")][..],
                "https://dynamodb.eu-west-1.amazonaws.com",
            ),
            (
                &[("AWS_REGION", "cn-north-1")],
                "https://dynamodb.cn-north-1.amazonaws.com.cn",
            ),
            (
                &[("AWS_REGION", "us-east-1"), ("AWS_USE_FIPS_ENDPOINT", "true")],
                "https://dynamodb-fips.us-east-1.amazonaws.com",
            ),
            (
                &[
                    ("AWS_REGION", "us-east-1"),
                    ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
                ],
                "http://127.0.0.1:4566",
            ),
        ] {
            assert_eq!(url(variables).await, expected, "{variables:?}");
        }
    }
}
