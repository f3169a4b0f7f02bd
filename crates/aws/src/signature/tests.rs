use std::time::Duration;

use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_types::region::Region;
use proptest::prelude::*;

use super::*;

fn signer(token: Option<String>) -> Signer {
    let credentials = Credentials::new("AKID", "secret", token, None, "test");
    Signer::new(&Environment::new(credentials, Region::from_static("eu-west-1")), "sqs")
}

/// The same request, signed by `aws-sigv4`.
fn reference(signer: &Signer, now: SystemTime, mut request: Request<Bytes>) -> Request<Bytes> {
    let identity: Identity = signer.credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&signer.region)
        .name(signer.service)
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let uri = request.uri().to_string();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), &uri, headers, body).unwrap();
    let (signature, _) = http_request::sign(signable, &parameters).unwrap().into_parts();
    signature.apply_to_request_http1x(&mut request);
    request
}

#[test]
fn a_signature_is_for_the_region_that_is_given() {
    let mut request = Request::post("https://xray.eusc-de-east-1.amazonaws.eu/v1/traces")
        .body(Bytes::new())
        .unwrap();
    signer(None).in_region("eusc-de-east-1").sign(&mut request).unwrap();
    let authorization = request.headers()[AUTHORIZATION].to_str().unwrap();
    assert!(
        authorization.contains("/eusc-de-east-1/sqs/aws4_request"),
        "{authorization}"
    );
}

proptest! {
    #[test]
    fn a_signature_is_that_of_aws_sigv4(
        url in "(http|https)://[a-z]{1,9}(\\.[a-z]{2,3})?(:(80|443|4566))?(/[A-Za-z0-9~_-][A-Za-z0-9.~_-]{0,8}){0,3}/?",
        token in proptest::option::of("[!-~]{1,99}"),
        headers in proptest::collection::btree_map("x-amz-[a-z-]{1,9}", "( {0,2}[!-~]){0,9} {0,2}", 0..4),
        body in proptest::collection::vec(any::<u8>(), 0..300),
        times in proptest::collection::vec(0_u64..4_000_000_000_000, 1..4),
    ) {
        let signer = signer(token);
        for time in times {
            let now = UNIX_EPOCH + Duration::from_millis(time);
            // The second signature within one second uses the values kept from the first.
            for content_type in ["application/x-amz-json-1.0", "text/plain"] {
                let mut request = Request::post(&url).header("content-type", content_type);
                for (name, value) in &headers {
                    request = request.header(name, value);
                }
                let request = request.body(Bytes::from(body.clone())).unwrap();
                let mut expected = reference(&signer, now, request.clone());
                let mut signed = request;
                signer.sign_at(now, &mut signed).unwrap();
                prop_assert!(signed.headers_mut().remove(HOST).is_some());
                expected.headers_mut().remove(HOST);
                prop_assert_eq!(signed.headers(), expected.headers());
                // A retry of the same request keeps nothing of the first signature.
                signer.sign_at(now + Duration::from_secs(1), &mut signed).unwrap();
                let again = signed.headers_mut();
                again.remove(HOST);
                prop_assert_eq!(again.len(), expected.headers().len());
                signer.sign_at(now, &mut signed).unwrap();
                signed.headers_mut().remove(HOST);
                prop_assert_eq!(signed.headers(), expected.headers());
            }
        }
    }
}

#[test]
fn what_cannot_be_signed_is_refused() {
    for url in [
        "https://host/?a=b",
        "https://host/?",
        "https://host/a%20b",
        "https://host/a:b",
        "https://host//a",
        "https://host/./a",
        "https://host/a/..",
        "/path",
    ] {
        let mut request = Request::post(url).body(Bytes::new()).unwrap();
        let error = signer(None).sign(&mut request).unwrap_err();
        assert!(matches!(error, SignatureError::Url), "{url}: {error}");
    }
    let mut request = Request::post("https://host").body(Bytes::new()).unwrap();
    let error = signer(Some("a\nb".to_owned())).sign(&mut request).unwrap_err();
    assert!(matches!(error, SignatureError::Credentials(_)), "{error}");
    let signer = signer(None);
    let before = UNIX_EPOCH - Duration::from_secs(1);
    let error = signer.sign_at(before, &mut request).unwrap_err();
    assert!(matches!(error, SignatureError::Clock), "{error}");
    signer.sign(&mut request).unwrap();
}

#[test]
fn a_signer_shows_no_secrets() {
    let signer = signer(Some("token".to_owned()));
    let mut request = Request::post("https://host").body(Bytes::new()).unwrap();
    signer.sign(&mut request).unwrap();
    assert!(request.headers()[TOKEN].is_sensitive());
    assert_eq!(
        format!("{signer:?}"),
        r#"Signer { region: "eu-west-1", service: "sqs", .. }"#
    );
}

#[test]
fn what_others_may_change_is_not_signed() {
    let mut request = Request::post("https://host")
        .header("content-type", "text/plain")
        .header("user-agent", "x")
        .header("content-encoding", "gzip")
        .header("x-amzn-trace-id", "Root=1-a-b")
        .body(Bytes::new())
        .unwrap();
    signer(None).sign(&mut request).unwrap();
    let authorization = request.headers()[AUTHORIZATION].to_str().unwrap();
    assert!(
        authorization.contains(" SignedHeaders=content-type;host;x-amz-date, "),
        "{authorization}"
    );
}

#[test]
fn the_host_is_as_the_client_tells_it() {
    for (url, expected) in [
        ("https://sqs.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"),
        ("https://host:443/a", "host"),
        ("https://host:80", "host:80"),
        ("http://host:80", "host"),
        ("http://127.0.0.1:4566", "127.0.0.1:4566"),
        ("http://[::1]:4566", "[::1]:4566"),
        ("https://[::1]", "[::1]"),
        ("http://user:password@host:8080", "host:8080"),
    ] {
        assert_eq!(host(&url.parse().unwrap()).unwrap(), expected, "{url}");
    }
}
