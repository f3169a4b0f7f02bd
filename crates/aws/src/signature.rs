//! Signatures (SigV4) of requests that are made without the SDK.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningError, SigningSettings, sign};
use aws_sigv4::sign::v4::{self, signing_params::BuildError};
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use http::Request;

use crate::Environment;

/// Signs requests to one service.
#[derive(Clone, Debug)]
pub struct Signer {
    identity: Identity,
    region: String,
    service: &'static str,
}

/// Why a request has no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The credentials are none.
    #[error("the request cannot be signed with these credentials")]
    Credentials(#[from] BuildError),
    /// Its URL or a header is none.
    #[error("the request cannot be signed")]
    Request(#[from] SigningError),
}

impl Signer {
    /// A signer for the service that signatures call `service`.
    #[must_use]
    pub fn new(environment: &Environment, service: &'static str) -> Self {
        Self {
            identity: environment.credentials.clone().into(),
            region: environment.region.to_string(),
            service,
        }
    }

    /// Adds the signature, over all headers that are there, to a request to `url`.
    ///
    /// # Errors
    /// [`SignatureError`]
    pub fn sign(&self, url: &str, request: &mut Request<Bytes>) -> Result<(), SignatureError> {
        let parameters = v4::SigningParams::builder()
            .identity(&self.identity)
            .region(&self.region)
            .name(self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = request.headers().iter();
        let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), url, headers, body)?;
        let (signature, _) = sign(signable, &parameters)?.into_parts();
        signature.apply_to_request_http1x(request);
        Ok(())
    }
}
