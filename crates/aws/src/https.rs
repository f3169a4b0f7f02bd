//! HTTPS to AWS.

use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};

/// The roots that certificates of AWS's endpoints go back to, valid until 2037 to 2040. Reading the some 140 of the
/// system instead takes longer than the rest of a function's start.
///
/// <https://www.amazontrust.com/repository/>
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");
/// Variables by which OpenSSL, and much that is like it, is told which certificates to trust. Whoever sets one has
/// endpoints with others than Amazon's.
const OTHER_ROOTS: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// How the names of regions begin that are run apart from the others, in China and for governments' secrets.
const OTHER_REGIONS: [&str; 3] = ["cn-", "us-iso", "eu-iso"];

/// Connections to AWS, kept open and shared by all who have the connector. A proxy is used when the usual variables
/// name one.
///
/// Amazon's roots are trusted. The system's are, as OpenSSL finds them, where `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, and in
/// regions that have certificates of others.
#[must_use]
pub fn connector(region: &str, connect_timeout: Duration) -> SharedHttpConnector {
    let others = OTHER_ROOTS.iter().any(|name| std::env::var_os(name).is_some())
        || OTHER_REGIONS.iter().any(|start| region.starts_with(start));
    let roots = if others { TlsContext::default() } else { amazon() };
    trusting(roots, connect_timeout)
}

fn trusting(roots: TlsContext, connect_timeout: Duration) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(connect_timeout);
    let connector = Connector::builder().connector_settings(settings.build());
    let connector = connector
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(roots);
    SharedHttpConnector::new(connector.build())
}

#[expect(clippy::expect_used, reason = "building checks nothing")]
fn amazon() -> TlsContext {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let context = TlsContext::builder().with_trust_store(roots);
    context.build().expect("roots alone make a context")
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;
    use sha2::{Digest, Sha256};

    use super::*;

    /// Each certificate is the one that its comment names, by the fingerprint that Amazon publishes.
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
        assert_eq!(found.len(), 5);
        // It fails when a certificate cannot be used.
        drop(trusting(amazon(), Duration::from_secs(1)));
    }
}
