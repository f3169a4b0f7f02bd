//! How spans leave the function: OTLP over HTTP, as protocol buffers, to a collector (the ADOT layer's, Jaeger, any), or to
//! CloudWatch, which wants requests signed.
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

/// An exporter to `endpoint`, which one of the OpenTelemetry variables names.
///
/// # Errors
/// It is no place to export to.
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
        match environment.filter(|_| is_cloudwatch(endpoint)) {
            Some(environment) => Self {
                connector: connector(environment.region.as_ref(), CONNECT_TIMEOUT),
                signer: Some(Signer::new(&environment, "xray")),
            },
            // Without TLS no certificate is looked at, and reading the system's takes longer than the rest of the start.
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

/// Whether it is CloudWatch's own endpoint for traces, such as `https://xray.eu-west-1.amazonaws.com/v1/traces`.
fn is_cloudwatch(endpoint: &str) -> bool {
    let uri: Option<Uri> = endpoint.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    host.starts_with("xray.") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"))
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
    fn only_cloudwatch_gets_signatures() {
        for (endpoint, expected) in [
            ("https://xray.eu-west-1.amazonaws.com/v1/traces", true),
            ("https://xray.cn-north-1.amazonaws.com.cn", true),
            ("http://127.0.0.1:4318", false),
            ("https://xray.example.com/amazonaws.com", false),
            ("https://collector.amazonaws.com", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_cloudwatch(endpoint), expected, "{endpoint}");
        }
    }
}
