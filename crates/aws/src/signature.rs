//! Signatures (SigV4) of requests that are made without the SDK.
//!
//! `aws-sigv4` takes requests of any form apart and puts them together again, which was half the cost of a signature. This
//! module does only what the functions' requests need. Keys and signatures are computed by that crate, and a property test
//! compares the signed requests with its own.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, InvalidHeaderValue};
use http::{HeaderName, HeaderValue, Request, Uri};
use sha2::{Digest, Sha256};

use crate::Environment;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Signs requests to one service.
pub struct Signer {
    credentials: Credentials,
    region: String,
    service: &'static str,
    /// The second of the last signature.
    moment: Mutex<Option<Moment>>,
}

/// What all signatures of one second share.
struct Moment {
    /// Seconds since the Unix epoch.
    seconds: u64,
    /// `20150830T123600Z`
    date: HeaderValue,
    token: Option<HeaderValue>,
    /// `20150830/us-east-1/sqs/aws4_request`
    scope: String,
    key: Vec<u8>,
}

/// Why a request has no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The credentials or the region contain characters that a header cannot hold.
    #[error("the request cannot be signed with these credentials, or for this region")]
    Credentials(#[from] InvalidHeaderValue),
    /// The URL is not in the canonical form in which it is hashed.
    #[error(
        "only a request to a URL with a host, a path of letters, digits and - . _ ~ between single /, and no query can be signed"
    )]
    Url,
    /// The clock shows a time that signatures cannot have, such as one before 1970.
    #[error("the request cannot be signed at the time that the clock shows")]
    Clock,
}

impl Signer {
    /// A signer for the service whose name in signatures is `service`.
    #[must_use]
    pub fn new(environment: &Environment, service: &'static str) -> Self {
        Self {
            credentials: environment.credentials.clone(),
            region: environment.region.to_string(),
            service,
            moment: Mutex::new(None),
        }
    }

    /// The same signer for another region than the environment's.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..self
        }
    }

    /// Adds the signature to a request. It covers the host, the `content-type`, and the `x-amz-` headers, whose names must each
    /// occur once.
    ///
    /// # Errors
    /// [`SignatureError`]
    pub fn sign(&self, request: &mut Request<Bytes>) -> Result<(), SignatureError> {
        self.sign_at(SystemTime::now(), request)
    }

    fn sign_at(&self, now: SystemTime, request: &mut Request<Bytes>) -> Result<(), SignatureError> {
        let seconds = now
            .duration_since(UNIX_EPOCH)
            .map_err(|_| SignatureError::Clock)?
            .as_secs();
        let mut last = self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = match last.take() {
            Some(moment) if moment.seconds == seconds => last.insert(moment),
            _ => last.insert(self.moment(now, seconds)?),
        };
        let host = host(request.uri())?;
        let headers = request.headers_mut();
        headers.insert(HOST, host);
        headers.insert(DATE, moment.date.clone());
        if let Some(token) = &moment.token {
            headers.insert(TOKEN, token.clone());
        }
        let (canonical, names) = canonical(request)?;
        let date = moment.date.to_str().unwrap_or_default();
        let scope = &moment.scope;
        let mut to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n").into_bytes();
        to_sign.extend_from_slice(&hash(&canonical));
        let signature = calculate_signature(&moment.key, &to_sign);
        let id = self.credentials.access_key_id();
        let authorization =
            format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
        request.headers_mut().insert(AUTHORIZATION, authorization.try_into()?);
        Ok(())
    }

    fn moment(&self, now: SystemTime, seconds: u64) -> Result<Moment, SignatureError> {
        let of_iso = DateTime::from_secs(seconds.try_into().map_err(|_| SignatureError::Clock)?);
        let of_iso = of_iso.fmt(Format::DateTime).map_err(|_| SignatureError::Clock)?;
        let date = of_iso.replace(['-', ':'], "");
        let (day, _) = date.split_once('T').ok_or(SignatureError::Clock)?;
        let (region, service) = (&self.region, self.service);
        let token = self.credentials.session_token().map(HeaderValue::from_str);
        let mut token = token.transpose()?;
        if let Some(token) = &mut token {
            token.set_sensitive(true);
        }
        Ok(Moment {
            seconds,
            scope: format!("{day}/{region}/{service}/aws4_request"),
            key: generate_signing_key(self.credentials.secret_access_key(), now, region, service)
                .as_ref()
                .to_vec(),
            date: date.try_into()?,
            token,
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("region", &self.region)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// The value of the `Host` header of a request.
fn host(uri: &Uri) -> Result<HeaderValue, SignatureError> {
    let host = uri.host().ok_or(SignatureError::Url)?;
    let default = match uri.scheme_str() {
        Some("http") => 80,
        _ => 443,
    };
    let value = match uri.port_u16().filter(|port| *port != default) {
        Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
        None => HeaderValue::from_str(host),
    };
    value.map_err(|_| SignatureError::Url)
}

/// Whether AWS requires a header to be signed.
fn is_signed(name: &str) -> bool {
    name.starts_with("x-amz-") || [CONTENT_TYPE.as_str(), HOST.as_str()].contains(&name)
}

/// Whether a path is hashed as it is, with nothing to encode or leave out.
fn is_canonical(path: &str) -> bool {
    let plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-._~/".contains(&sign);
    let dots = |segment: &str| matches!(segment, "." | "..");
    path.bytes().all(plain) && !path.contains("//") && !path.split('/').any(dots)
}

/// The canonical request, which is hashed, and the names of its signed headers.
fn canonical(request: &Request<Bytes>) -> Result<(Vec<u8>, String), SignatureError> {
    let uri = request.uri();
    if uri.query().is_some() || !is_canonical(uri.path()) {
        return Err(SignatureError::Url);
    }
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let mut headers: Vec<_> = headers.filter(|(name, _)| is_signed(name)).collect();
    headers.sort_unstable();

    let mut names = String::with_capacity(128);
    let mut text = Vec::with_capacity(2048);
    for line in [request.method().as_str(), uri.path(), ""] {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    for (name, value) in headers {
        if !names.is_empty() {
            names.push(';');
        }
        names.push_str(name);
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        push_value(&mut text, value);
        text.push(b'\n');
    }
    text.push(b'\n');
    text.extend_from_slice(names.as_bytes());
    text.push(b'\n');
    text.extend_from_slice(&hash(request.body()));
    Ok((text, names))
}

/// Appends a header's value, with one space where there are several, and none at its ends.
fn push_value(text: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(|sign| *sign == b' ').filter(|word| !word.is_empty());
    for (position, word) in words.enumerate() {
        if position > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word);
    }
}

/// The SHA-256 of bytes, in hexadecimal digits.
fn hash(bytes: &[u8]) -> [u8; 64] {
    let mut digits = [0; 64];
    // `hex::encode` would push character after character to a string, which takes several times as long.
    #[expect(clippy::expect_used, reason = "a SHA-256 always has 32 bytes")]
    hex::encode_to_slice(Sha256::digest(bytes), &mut digits).expect("each byte has two digits");
    digits
}
