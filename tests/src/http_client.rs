//! A minimal HTTP client that changes nothing, so that a test decides what is sent and sees what is received.

use std::time::{Duration, SystemTime};

use aws_sdk_sqs::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_mins(1);
/// Every character except those that SigV4 does not encode.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Response {
    /// The body as JSON. Numbers keep their digits.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// A header's value; empty if the response has none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or_default())
    }
}

/// Percent-encodes a text for a path or a query string.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Signs `request` as a call to `service`, now.
pub fn sign_request(request: &mut Request<String>, credentials: &Credentials, region: &str, service: &str) {
    sign_request_at(request, credentials, region, service, SystemTime::now());
}

/// Signs `request` as a call to `service`, as if it were `time`.
pub fn sign_request_at(
    request: &mut Request<String>,
    credentials: &Credentials,
    region: &str,
    service: &str,
    time: SystemTime,
) {
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .expect("all parameters are set")
        .into();
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("headers are text")));
    let uri = request.uri().to_string();
    let body = SignableBody::Bytes(request.body().as_bytes());
    let signable = SignableRequest::new(request.method().as_str(), &uri, headers, body).expect("a request to sign");
    let (instructions, _) = sign(signable, &params).expect("a signature").into_parts();
    instructions.apply_to_request_http1x(request);
}

/// Sends a request to an absolute URI and reads the whole response.
pub async fn send(mut request: Request<String>) -> Response {
    let uri = request.uri().clone();
    let authority = uri.authority().expect("an absolute URI").clone();
    let headers = request.headers_mut();
    headers.insert(
        "host",
        authority.as_str().parse().expect("an authority is a header value"),
    );
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    *request.uri_mut() = Uri::try_from(target).expect("a part of a URI is one");

    let exchange = async {
        let stream = TcpStream::connect((host(&authority), authority.port_u16().unwrap_or(80))).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let response = sender
            .send_request(request.map(|body| Full::new(Bytes::from(body))))
            .await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        connection.abort();
        Ok::<_, Box<dyn std::error::Error>>(Response {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    };
    let outcome = timeout(LIMIT, exchange).await;
    outcome
        .unwrap_or_else(|elapsed| panic!("no answer from {uri} within {} s: {elapsed}", LIMIT.as_secs()))
        .unwrap_or_else(|error| panic!("no answer from {uri}: {error}. Is the stack up?"))
}

/// The host to connect to. Names below `localhost` are loopback (RFC 6761), but many resolvers do not know them.
fn host(authority: &http::uri::Authority) -> &str {
    match authority.host() {
        name if name == "localhost" || name.ends_with(".localhost") => "127.0.0.1",
        name => name,
    }
}
