//! The services that [`JsonClient`](crate::JsonClient) calls, each at the endpoint that the SDK's own rules give it.

#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "sqs")]
mod sqs;

use std::error::Error;

/// Why a service cannot be called.
#[derive(Debug, thiserror::Error)]
#[error("the SDK knows no endpoint of {service} for the region {region}")]
pub struct EndpointError {
    service: &'static str,
    region: String,
    source: Box<dyn Error + Send + Sync>,
}

impl EndpointError {
    #[cfg(any(feature = "dynamodb", feature = "sqs"))]
    fn of<E: Into<Box<dyn Error + Send + Sync>>>(
        service: &'static str,
        environment: &crate::Environment,
    ) -> impl Fn(E) -> Self {
        let region = environment.region.to_string();
        move |error| Self {
            service,
            region: region.clone(),
            source: error.into(),
        }
    }
}

#[cfg(test)]
#[cfg(all(feature = "dynamodb", feature = "sqs"))]
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
