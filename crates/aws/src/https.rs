//! HTTPS to AWS.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{HttpConnector as Tcp, capture_connection};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// The root certificates of AWS's endpoints, valid until 2037 to 2040. Reading the system's roots instead, about 140, takes
/// longer than the rest of a function's start.
///
/// <https://www.amazontrust.com/repository/>
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");
/// The variables that tell OpenSSL, and software like it, which certificates to trust. Where one is set, endpoints have
/// certificates of other authorities than Amazon.
const OTHER_ROOTS: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// The prefixes of regions that are run apart from the others: in China, for governments' secrets, and in the AWS European
/// Sovereign Cloud, which was announced with its own certificate authority.
const OTHER_REGIONS: [&str; 4] = ["cn-", "us-iso", "eu-iso", "eusc-"];

/// Connections to AWS, kept open and shared by all users of the connector.
///
/// The connector trusts Amazon's roots. Where `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, and in regions with certificates of
/// other authorities, it trusts the system's roots instead, as OpenSSL finds them.
#[must_use]
pub fn connector(region: &str, connect_timeout: Duration) -> SharedHttpConnector {
    let others = OTHER_ROOTS.iter().any(|name| std::env::var_os(name).is_some()) || is_run_apart(region);
    let roots = if others { system() } else { amazon() };
    trusting(roots, connect_timeout)
}

fn is_run_apart(region: &str) -> bool {
    OTHER_REGIONS.iter().any(|start| region.starts_with(start))
}

/// Connections to hosts other than AWS. The connector trusts the system's roots.
#[must_use]
pub fn connector_to_others(connect_timeout: Duration) -> SharedHttpConnector {
    trusting(system(), connect_timeout)
}

fn trusting(roots: RootCertStore, connect_timeout: Duration) -> SharedHttpConnector {
    let tls = ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    #[expect(clippy::expect_used, reason = "the versions and the provider are fixed")]
    let tls = tls.expect("the provider has suites for both versions");
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    // A body follows its headers in a separate TCP segment, which must not wait until the first one is acknowledged.
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(connect_timeout));
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls.with_root_certificates(roots).with_no_client_auth())
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let mut client = Client::builder(TokioExecutor::new());
    client.pool_timer(TokioTimer::new());
    SharedHttpConnector::new(Https(client.build(https)))
}

fn amazon() -> RootCertStore {
    store(CertificateDer::pem_slice_iter(AMAZON_ROOTS.as_bytes()).filter_map(Result::ok))
}

fn system() -> RootCertStore {
    store(rustls_native_certs::load_native_certs().certs)
}

/// The certificates that can be parsed; some of the system's may not.
fn store(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates);
    store
}

/// Does what the SDK's own connector (`aws-smithy-http-client`) does, without HTTP/2 and proxies. Every endpoint that is called
/// speaks HTTP/1.1, and the code for HTTP/2 would be a tenth of a function. `HTTPS_PROXY` and similar variables have no effect:
/// a function whose network has no other way out needs VPC endpoints (docs/operations.md).
#[derive(Clone, Debug)]
struct Https(Client<HttpsConnector<Tcp>, SdkBody>);

impl HttpConnector for Https {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        // Lets the caller close this connection after a bad response.
        let connection = capture_connection(&mut request);
        if let Some(captured) = request.extensions().get::<CaptureSmithyConnection>() {
            captured.set_connection_retriever(move || {
                connection.connection_metadata().as_ref()?;
                let connection = connection.clone();
                let poison = move || {
                    if let Some(connection) = connection.connection_metadata().as_ref() {
                        connection.poison();
                    }
                };
                Some(ConnectionMetadata::builder().proxied(false).poison_fn(poison).build())
            });
        }
        let response = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let response = response.await.map_err(|error| failure(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Classifies a failure for the retry policy.
fn failure(error: Box<dyn Error + Send + Sync>) -> ConnectorError {
    let kind = error_kind(error.as_ref());
    kind(error)
}

fn error_kind(error: &(dyn Error + 'static)) -> fn(Box<dyn Error + Send + Sync>) -> ConnectorError {
    let io = cause::<std::io::Error>(error);
    if io.is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut) {
        return ConnectorError::timeout;
    }
    let hyper = cause::<hyper::Error>(error);
    if hyper.is_some_and(hyper::Error::is_user) {
        return ConnectorError::user;
    }
    if hyper.is_some_and(hyper::Error::is_incomplete_message) {
        return |error| ConnectorError::other(error, Some(ErrorKind::TransientError));
    }
    let closed = hyper.is_some_and(|error| error.is_closed() || error.is_canceled());
    let connecting = cause::<ClientError>(error).is_some_and(ClientError::is_connect);
    if closed || connecting || io.is_some() {
        return ConnectorError::io;
    }
    |error| ConnectorError::other(error, None)
}

/// The first error of type `E` in an error and its causes.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut errors = std::iter::successors(Some(error), |&error| error.source());
    errors.find_map(|error| error.downcast_ref())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use sha2::{Digest, Sha256};

    use super::*;

    /// Each certificate has the fingerprint in its comment, which Amazon publishes.
    #[test]
    fn the_roots_are_amazon_s() {
        let named: Vec<_> = AMAZON_ROOTS
            .lines()
            .filter_map(|line| line.strip_prefix("# SHA-256 "))
            .collect();
        let found: Vec<_> = CertificateDer::pem_slice_iter(AMAZON_ROOTS.as_bytes())
            .map(|certificate| {
                let digest = Sha256::digest(certificate.unwrap());
                digest
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<Vec<_>>()
                    .join(":")
            })
            .collect();
        assert_eq!(found, named);
        assert_eq!((found.len(), amazon().len()), (5, 5), "all of them can be used");
    }

    #[test]
    fn regions_of_other_partitions_have_certificates_of_others() {
        for region in [
            "cn-north-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
        ] {
            assert!(is_run_apart(region), "{region}");
        }
        for region in ["", "us-east-1", "eu-central-1", "us-gov-west-1", "ca-central-1"] {
            assert!(!is_run_apart(region), "{region}");
        }
    }

    /// The failure of a request to a server that handles each connection with `serve`.
    async fn failed(serve: impl Fn(TcpStream) + Send + 'static) -> ConnectorError {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || listener.incoming().for_each(|connection| serve(connection.unwrap())));
        get(&url).await
    }

    async fn get(url: &str) -> ConnectorError {
        let request = http::Request::get(url).body(SdkBody::empty()).unwrap();
        let connector = connector("eu-west-1", Duration::from_secs(1));
        connector.call(request.try_into().unwrap()).await.unwrap_err()
    }

    #[tokio::test]
    async fn connections_that_break_are_worth_another_try() {
        assert!(get("http://127.0.0.1:9/").await.is_io(), "refused");
        assert!(get("https://no-such-host.invalid/").await.is_io(), "no such host");
        let closed = failed(drop).await;
        assert!(
            closed.is_io() || closed.as_other() == Some(ErrorKind::TransientError),
            "{closed:?}"
        );
        let half = failed(|mut connection| {
            // Answer only after the request has come.
            assert!(connection.read(&mut [0; 1024]).unwrap() > 0);
            connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Le").unwrap();
        });
        let half = half.await;
        assert!(
            half.is_io() || half.as_other() == Some(ErrorKind::TransientError),
            "{half:?}"
        );
    }
}
