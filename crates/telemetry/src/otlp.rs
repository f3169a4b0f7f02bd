//! The export of spans: OTLP over HTTP, as protocol buffers, to any collector (such as the ADOT layer's or Jaeger), or to
//! CloudWatch, which requires signed requests.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html>

use std::time::Duration;

use async_trait::async_trait;
use aws::{Environment, Signer, Variables, connector, connector_to_others};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::BodyExt;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithHttpConfig};

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// The part of the names of X-Ray's endpoints before the region.
///
/// <https://docs.aws.amazon.com/general/latest/gr/xray.html>
const XRAY: [&str; 2] = ["xray.", "xray-fips."];

/// The part of endpoint names after the region: for each partition without and with IPv6.
///
/// <https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json>
const SUFFIXES: [&str; 14] = [
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
];

/// An exporter to `endpoint`, the value of one of the OpenTelemetry variables.
///
/// # Errors
/// [`ExporterBuildError`] when the endpoint cannot be used.
pub fn exporter(endpoint: &str) -> Result<SpanExporter, ExporterBuildError> {
    let client = Client::of(endpoint);
    SpanExporter::builder().with_http().with_http_client(client).build()
}

#[derive(Debug)]
struct Client {
    connector: SharedHttpConnector,
    signer: Option<Signer>,
}

impl Client {
    fn of(endpoint: &str) -> Self {
        let environment = Environment::read(&Variables::of_process()).ok();
        match environment.zip(cloudwatch_region(endpoint)) {
            Some((environment, region)) => Self {
                connector: connector(&region, CONNECT_TIMEOUT),
                signer: Some(Signer::new(&environment, "xray").in_region(&region)),
            },
            // Without TLS no certificates are needed, and reading the system's takes longer than the rest of the start.
            None if endpoint.starts_with("http:") => Self {
                connector: connector("", CONNECT_TIMEOUT),
                signer: None,
            },
            None => Self {
                connector: connector_to_others(CONNECT_TIMEOUT),
                signer: None,
            },
        }
    }
}

/// The region of CloudWatch's own endpoint for traces, such as `https://xray.eu-west-1.amazonaws.com/v1/traces`; `None` for
/// every other endpoint.
fn cloudwatch_region(endpoint: &str) -> Option<String> {
    let uri: Uri = endpoint.parse().ok()?;
    let host = uri.host()?.to_ascii_lowercase();
    let place = XRAY.iter().find_map(|service| host.strip_prefix(service))?;
    let (region, suffix) = place.split_once('.')?;
    (!region.is_empty() && SUFFIXES.contains(&suffix)).then(|| region.to_owned())
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        if let Some(signer) = &self.signer {
            signer.sign(&mut request)?;
        }
        let request = HttpRequest::try_from(request.map(SdkBody::from))?;
        let response = self.connector.call(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Response::builder().status(status).body(body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cloudwatch_gets_signatures_for_its_region() {
        for (endpoint, region) in [
            ("https://xray.eu-west-1.amazonaws.com/v1/traces", "eu-west-1"),
            ("https://XRay.EU-West-1.amazonaws.com/v1/traces", "eu-west-1"),
            ("https://xray.eu-west-1.api.aws", "eu-west-1"),
            ("https://xray-fips.us-gov-west-1.amazonaws.com:443/", "us-gov-west-1"),
            ("https://xray.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("https://xray.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1"),
            ("https://xray.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
            ("https://xray.eusc-de-east-1.api.amazonwebservices.eu", "eusc-de-east-1"),
            ("https://xray.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        ] {
            assert_eq!(cloudwatch_region(endpoint).as_deref(), Some(region), "{endpoint}");
        }
    }

    #[test]
    fn others_get_no_signatures() {
        for endpoint in [
            "http://127.0.0.1:4318",
            "https://xray.example.com/amazonaws.com",
            "https://xray.eu-west-1.amazonaws.com.example.com",
            "https://xray.eu-west-1.amazonaws.example",
            "https://xray.amazonaws.com",
            "https://xray..amazonaws.com",
            "https://collector.amazonaws.com",
            "https://logs.eu-west-1.amazonaws.com",
            "nonsense",
        ] {
            assert_eq!(cloudwatch_region(endpoint), None, "{endpoint}");
        }
    }
}
