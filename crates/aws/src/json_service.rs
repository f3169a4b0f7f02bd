//! The services that [`JsonClient`] calls in functions without an SDK crate for them, and their endpoints.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;

use crate::json::{JSON_1_0, JSON_1_1, REST_JSON};
use crate::{Environment, JsonClient};

/// A service with a JSON protocol whose host names have the same form in all regions.
#[derive(Clone, Copy, Debug)]
pub struct JsonService {
    /// The first part of its host names, and its name in signatures.
    name: &'static str,
    /// The end of the name of its endpoint variable, after `AWS_ENDPOINT_URL_`.
    variable: &'static str,
    content_type: &'static str,
}

/// The domains of host names by the prefix of the region's name: prefix, domain of the usual endpoints, domain of the
/// dual-stack endpoints (IPv4 and IPv6). The last entry is for all other regions.
///
/// <https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json>
const DOMAINS: [(&str, &str, &str); 7] = [
    ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    ("", "amazonaws.com", "api.aws"),
];
/// The prefix of the regions whose usual endpoints are the FIPS endpoints, except for Lambda.
const FIPS_REGIONS: &str = "us-gov-";

impl JsonService {
    /// `DynamoDB`. The targets of its calls are `DynamoDB_20120810.` and the operation's name.
    pub const DYNAMODB: Self = Self {
        name: "dynamodb",
        variable: "DYNAMODB",
        content_type: JSON_1_0,
    };
    /// `EventBridge`. The targets of its calls are `AWSEvents.` and the operation's name.
    pub const EVENT_BRIDGE: Self = Self {
        name: "events",
        variable: "EVENTBRIDGE",
        content_type: JSON_1_1,
    };
    /// Lambda, for [invocations](JsonClient::invoke_later).
    pub const LAMBDA: Self = Self {
        name: "lambda",
        variable: "LAMBDA",
        content_type: REST_JSON,
    };
    /// SQS. The targets of its calls are `AmazonSQS.` and the operation's name.
    pub const SQS: Self = Self {
        name: "sqs",
        variable: "SQS",
        content_type: JSON_1_0,
    };

    /// The service's endpoint.
    fn url(self, environment: &Environment) -> String {
        if let Some(endpoint) = environment.endpoint(self.variable) {
            return endpoint;
        }
        let region = environment.region.as_ref();
        let domains = DOMAINS.iter().find(|(start, ..)| region.starts_with(start));
        let (usual, with_ipv6) = domains.map_or(("", ""), |(_, usual, with_ipv6)| (*usual, *with_ipv6));
        let name = self.name;
        match (environment.fips, environment.dual_stack) {
            (true, true) => format!("https://{name}-fips.{region}.{with_ipv6}"),
            (true, false) if self.has_own_fips_host(region) => format!("https://{name}-fips.{region}.{usual}"),
            (false, true) => format!("https://{name}.{region}.{with_ipv6}"),
            (_, false) => format!("https://{name}.{region}.{usual}"),
        }
    }

    fn has_own_fips_host(self, region: &str) -> bool {
        self.name == Self::LAMBDA.name || !region.starts_with(FIPS_REGIONS)
    }
}

impl JsonClient {
    /// A client of a service. An attempt fails when it has no whole answer after `attempt_timeout`.
    #[must_use]
    pub fn of(
        service: JsonService,
        environment: &Environment,
        connector: SharedHttpConnector,
        attempt_timeout: Duration,
    ) -> Self {
        let JsonService { name, content_type, .. } = service;
        let url = service.url(environment);
        Self::speaking(content_type, environment, connector, name, url, attempt_timeout)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::endpoint as dynamodb;
    use aws_sdk_sqs::config::endpoint as sqs;

    use super::*;
    use crate::Variables;

    /// Regions of each partition, and of each prefix in [`DOMAINS`].
    const REGIONS: [&str; 12] = [
        "eu-west-1",
        "us-east-1",
        "ap-southeast-5",
        "mx-central-1",
        "us-gov-west-1",
        "us-gov-east-1",
        "cn-north-1",
        "us-iso-east-1",
        "us-isob-east-1",
        "us-isof-south-1",
        "eu-isoe-west-1",
        "eusc-de-east-1",
    ];

    fn environment(region: &str, others: &[(&str, &str)]) -> Environment {
        Environment::read(&Variables::new(|name| {
            let other = others.iter().find(|(other, _)| *other == name);
            match (other, name) {
                (Some((_, value)), _) => Some((*value).to_owned()),
                (None, "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY") => Some("x".to_owned()),
                (None, "AWS_REGION") => Some(region.to_owned()),
                _ => None,
            }
        }))
        .unwrap()
    }

    /// The endpoint by the SDK's own rules, if there is one.
    macro_rules! by_the_sdk {
        ($sdk:ident, $region:expr, $fips:expr, $dual_stack:expr) => {{
            use $sdk::{DefaultResolver, Params, ResolveEndpoint};
            let parameters = Params::builder()
                .region($region)
                .use_fips($fips)
                .use_dual_stack($dual_stack)
                .build()
                .unwrap();
            let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
            endpoint.ok().map(|endpoint| endpoint.url().to_owned())
        }};
    }

    #[tokio::test]
    async fn services_are_where_the_sdk_s_rules_say() {
        let mut compared = 0;
        for region in REGIONS {
            for (fips, dual_stack) in [(false, false), (true, false), (false, true), (true, true)] {
                let variables = [
                    ("AWS_USE_FIPS_ENDPOINT", if fips { "true" } else { "" }),
                    ("AWS_USE_DUALSTACK_ENDPOINT", if dual_stack { "true" } else { "" }),
                ];
                let environment = environment(region, &variables);
                let rules = [
                    (JsonService::DYNAMODB, by_the_sdk!(dynamodb, region, fips, dual_stack)),
                    (JsonService::SQS, by_the_sdk!(sqs, region, fips, dual_stack)),
                ];
                for (service, expected) in rules {
                    let Some(expected) = expected else { continue };
                    compared += 1;
                    assert_eq!(service.url(&environment), expected, "{region} {fips} {dual_stack}");
                }
            }
        }
        assert!(compared > 60, "{compared}");
    }

    /// <https://docs.aws.amazon.com/general/latest/gr/lambda-service.html>
    #[test]
    fn lambda_is_where_its_documentation_says() {
        let url = |region, others: &[_]| JsonService::LAMBDA.url(&environment(region, others));
        let fips = [("AWS_USE_FIPS_ENDPOINT", "true")];
        assert_eq!(url("eu-west-1", &[]), "https://lambda.eu-west-1.amazonaws.com");
        assert_eq!(url("us-east-1", &fips), "https://lambda-fips.us-east-1.amazonaws.com");
        assert_eq!(url("cn-north-1", &[]), "https://lambda.cn-north-1.amazonaws.com.cn");
        assert_eq!(
            url("us-gov-west-1", &fips),
            "https://lambda-fips.us-gov-west-1.amazonaws.com"
        );
        let dual_stack = [("AWS_USE_DUALSTACK_ENDPOINT", "true")];
        assert_eq!(url("eu-west-1", &dual_stack), "https://lambda.eu-west-1.api.aws");
    }

    /// <https://docs.aws.amazon.com/general/latest/gr/ev.html>
    #[test]
    fn event_bridge_is_where_its_documentation_says() {
        let url = |region, others: &[_]| JsonService::EVENT_BRIDGE.url(&environment(region, others));
        let fips = [("AWS_USE_FIPS_ENDPOINT", "true")];
        assert_eq!(url("eu-west-1", &[]), "https://events.eu-west-1.amazonaws.com");
        assert_eq!(url("us-east-1", &fips), "https://events-fips.us-east-1.amazonaws.com");
        assert_eq!(
            url("us-gov-west-1", &fips),
            "https://events.us-gov-west-1.amazonaws.com"
        );
        assert_eq!(url("cn-north-1", &[]), "https://events.cn-north-1.amazonaws.com.cn");
    }

    #[test]
    fn an_endpoint_of_the_environment_comes_first() {
        let general = ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
        let own = ("AWS_ENDPOINT_URL_EVENTBRIDGE", "http://127.0.0.1:1");
        let environment = environment("eu-west-1", &[general, own]);
        assert_eq!(JsonService::DYNAMODB.url(&environment), "http://127.0.0.1:4566");
        assert_eq!(JsonService::EVENT_BRIDGE.url(&environment), "http://127.0.0.1:1");
    }
}
