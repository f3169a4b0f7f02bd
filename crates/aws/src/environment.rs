//! What Lambda sets in the environment: credentials, the region, and endpoints other than AWS's own.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use http::Uri;
use http::uri::Authority;

use crate::{VariableError, Variables};

/// The environment variables that AWS SDKs read, as far as they make sense in a function.
///
/// Lambda sets temporary credentials there and ends the execution environment before they expire.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>,
/// <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>
#[derive(Clone, Debug)]
pub struct Environment {
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    pub credentials: Credentials,
    /// `AWS_REGION`, or else `AWS_DEFAULT_REGION`.
    pub region: Region,
    /// `AWS_USE_FIPS_ENDPOINT`
    pub fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`
    pub dual_stack: bool,
    endpoints: Endpoints,
}

/// The endpoint variables that are set, with their values.
#[derive(Clone, Debug)]
struct Endpoints(Vec<(&'static str, String)>);

/// The endpoint variables: the general one, and one for each service that is called here.
const ENDPOINTS: [&str; 6] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_EVENTBRIDGE",
    "AWS_ENDPOINT_URL_LAMBDA",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SQS",
];

/// The most bytes of one label of a host name.
const MAX_LABEL: usize = 63;

impl Environment {
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn new(credentials: Credentials, region: Region) -> Self {
        Self {
            credentials,
            region,
            fips: false,
            dual_stack: false,
            endpoints: Endpoints(Vec::new()),
        }
    }

    /// Reads what Lambda or `sam local` sets in the environment.
    ///
    /// # Errors
    /// [`VariableError`] names the variable that is missing or wrong.
    pub fn read(variables: &Variables<'_>) -> Result<Self, VariableError> {
        let credentials = Credentials::new(
            variables.required("AWS_ACCESS_KEY_ID", "the id of the role's access key, as Lambda does")?,
            variables.required(
                "AWS_SECRET_ACCESS_KEY",
                "the secret of the role's access key, as Lambda does",
            )?,
            variables.optional("AWS_SESSION_TOKEN"),
            None,
            "EnvironmentVariable",
        );
        let meaning = "the region, such as eu-west-1, as Lambda does";
        let region = match (
            variables.optional("AWS_REGION"),
            variables.optional("AWS_DEFAULT_REGION"),
        ) {
            (Some(region), _) => checked_region("AWS_REGION", region, meaning)?,
            (None, Some(region)) => checked_region("AWS_DEFAULT_REGION", region, meaning)?,
            (None, None) => variables.required("AWS_REGION", meaning)?,
        };
        let endpoints = if variables.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
            Vec::new()
        } else {
            let endpoint = |name| Some(checked(name, variables.optional(name)?));
            ENDPOINTS.into_iter().filter_map(endpoint).collect::<Result<_, _>>()?
        };
        Ok(Self {
            credentials,
            region: Region::new(region),
            fips: variables.is_true("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: variables.is_true("AWS_USE_DUALSTACK_ENDPOINT"),
            endpoints: Endpoints(endpoints),
        })
    }

    /// The configuration of SDK clients, without timeouts and retries, which the caller adds. The clients share the
    /// connections of `connector`, and only its connect timeout applies.
    #[must_use]
    pub fn sdk(&self, connector: SharedHttpConnector) -> Builder {
        let mut builder = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(self.credentials.clone()))
            .region(self.region.clone())
            .use_fips(self.fips)
            .use_dual_stack(self.dual_stack)
            .service_config(self.endpoints.clone())
            .time_source(SystemTimeSource::new())
            // Every call has its own time limit, except for the body of `GetObject`, whose reader watches for stalls itself.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()));
        builder.set_endpoint_url(self.endpoints.get(ENDPOINTS[0]));
        builder.set_sleep_impl(default_async_sleep());
        builder
    }

    /// Whether S3 clients put the bucket into the path. SDKs put it in front of the host name, also when that is a configured
    /// endpoint's. The resulting name, such as `bucket.host.docker.internal`, then resolves nowhere.
    ///
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access>
    #[must_use]
    pub fn bucket_in_path(&self) -> bool {
        self.endpoint("S3").is_some()
    }

    /// The endpoint that is configured for a service: that of `AWS_ENDPOINT_URL_{service}`, or else of `AWS_ENDPOINT_URL`.
    /// `None` leaves it to the SDK's rules.
    #[must_use]
    pub fn endpoint(&self, service: &str) -> Option<String> {
        let of_service = self.endpoints.get(&format!("{}_{service}", ENDPOINTS[0]));
        of_service.or_else(|| self.endpoints.get(ENDPOINTS[0]))
    }
}

/// Checks the region in the variable `name`, because it becomes a part of host names.
fn checked_region(name: &'static str, region: String, meaning: &'static str) -> Result<String, VariableError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if region.len() <= MAX_LABEL && region.bytes().all(fits) {
        Ok(region)
    } else {
        Err(VariableError::Malformed { name, meaning })
    }
}

/// Checks the endpoint in the variable `name`. Without a valid URL, requests would fail late, with the request in the error.
fn checked(name: &'static str, url: String) -> Result<(&'static str, String), VariableError> {
    let is_url = Uri::try_from(&url).is_ok_and(|uri| {
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let has_host = uri.host().is_some_and(|host| !host.is_empty());
        let has_port = |authority: &Authority| authority.port().is_some() || !authority.as_str().ends_with(':');
        let is_right = |authority: &Authority| {
            let port = authority.as_str().rsplit(['@', ']']).next().unwrap_or_default();
            has_port(authority) && (!port.contains(':') || authority.port_u16().is_some_and(|port| port > 0))
        };
        is_http && has_host && uri.authority().is_some_and(is_right) && uri.query().is_none()
    });
    if is_url && !url.contains('#') {
        return Ok((name, url));
    }
    let meaning = "the URL of an endpoint, such as http://127.0.0.1:4566";
    Err(VariableError::Malformed { name, meaning })
}

impl Endpoints {
    fn get(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, url)| url.clone())
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        self.get(&format!("{}_{}", key.env(), key.service_id().to_uppercase()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn environment(set: &[(&str, &str)]) -> Result<Environment, VariableError> {
        Environment::read(&Variables::new(|name| {
            let found = set.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| (*value).to_owned())
        }))
    }

    const NEEDED: [(&str, &str); 3] = [
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
    ];

    #[test]
    fn what_is_missing_or_empty_is_named() {
        assert!(environment(&NEEDED).is_ok());
        for (index, (name, _)) in NEEDED.iter().enumerate() {
            let mut variables = NEEDED;
            variables[index].1 = "";
            let error = environment(&variables).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("the environment variable {name} is missing")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_service_s_own_endpoint_counts_before_the_general_one() {
        let general = ("AWS_ENDPOINT_URL", "http://all");
        let own = ("AWS_ENDPOINT_URL_SQS", "http://queue");
        let with = |variables: &[_]| environment(&[&NEEDED[..], variables].concat()).unwrap();
        let both = with(&[general, own]);
        assert_eq!(both.endpoint("SQS").as_deref(), Some("http://queue"));
        assert_eq!(both.endpoint("DYNAMODB").as_deref(), Some("http://all"));
        assert_eq!(with(&[]).endpoint("SQS"), None);
        let ignored = with(&[general, own, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]);
        assert_eq!(ignored.endpoint("SQS"), None);
    }

    #[test]
    fn an_empty_endpoint_is_none() {
        for empty in ["", " "] {
            let variables = ENDPOINTS.map(|name| (name, empty));
            let environment = environment(&[&NEEDED[..], &variables].concat()).unwrap();
            for service in ["DYNAMODB", "LAMBDA", "S3", "SQS"] {
                assert_eq!(environment.endpoint(service), None);
            }
            let sdk = environment
                .sdk(crate::connector("eu-west-1", Duration::from_secs(1)))
                .build();
            assert_eq!(sdk.endpoint_url(), None);
            for service in ["DynamoDB", "Lambda", "S3", "SQS"] {
                let own = sdk.service_config().unwrap().load_config(
                    ServiceConfigKey::builder()
                        .service_id(service)
                        .env("AWS_ENDPOINT_URL")
                        .profile("endpoint_url")
                        .build()
                        .unwrap(),
                );
                assert_eq!(own, None, "{service}");
            }
            assert!(!environment.bucket_in_path());
        }
    }

    #[test]
    fn buckets_are_in_the_path_where_s3_has_an_endpoint() {
        let with = |variable| environment(&[&NEEDED[..], &[variable]].concat()).unwrap();
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
            assert!(
                with((name, "http://host.docker.internal:4566")).bucket_in_path(),
                "{name}"
            );
        }
        assert!(!with(("AWS_ENDPOINT_URL_SQS", "http://queue")).bucket_in_path());
    }

    #[test]
    fn an_endpoint_is_a_url() {
        let with = |name, url| environment(&[&NEEDED[..], &[(name, url)]].concat());
        for url in [
            "http://127.0.0.1:4566",
            "https://sqs.eu-west-1.amazonaws.com",
            "http://[::1]:4566/",
            "http://user:secret@proxy/base",
        ] {
            assert!(with("AWS_ENDPOINT_URL", url).is_ok(), "{url}");
        }
        for url in [
            "localhost:4566",
            "127.0.0.1",
            "http://",
            "http:/localhost",
            "ftp://localhost",
            "http://local host",
            "http://localhost:port",
            "http://localhost:99999",
            "http://localhost:",
            "http://localhost/?a=b",
            "http://localhost/#a",
            "http://[::1",
            " http://localhost",
            "{\"secret\"}",
        ] {
            for name in ENDPOINTS {
                let error = with(name, url).unwrap_err().to_string();
                assert!(
                    error.starts_with(&format!(
                        "the environment variable {name} is malformed; set it to the URL of an"
                    )),
                    "{url}: {error}"
                );
            }
        }
        let ignored = [
            NEEDED[0],
            NEEDED[1],
            NEEDED[2],
            ("AWS_ENDPOINT_URL", "x"),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ];
        assert!(environment(&ignored).is_ok());
    }

    #[test]
    fn a_region_is_a_part_of_a_host_s_name() {
        for region in ["eu west 1", "eu-west-1/", "é", "a.b"] {
            for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
                let error = environment(&[NEEDED[0], NEEDED[1], (name, region)])
                    .unwrap_err()
                    .to_string();
                assert!(
                    error.starts_with(&format!("the environment variable {name} is malformed")),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn the_default_region_stands_in_for_the_region() {
        let variables = [NEEDED[0], NEEDED[1], ("AWS_DEFAULT_REGION", "eu-north-1")];
        assert_eq!(environment(&variables).unwrap().region.as_ref(), "eu-north-1");
    }
}
