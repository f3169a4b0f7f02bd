//! A simulated Lambda.

use std::fmt;
use std::sync::{Arc, Mutex};

use aws::{JsonClient, JsonService};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::State;

/// A simulated Lambda. It answers with the errors in the state first, and then accepts invocations.
pub struct Lambda(pub Arc<Mutex<State>>);

/// A requested invocation.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub url: String,
    pub kind: String,
    pub event: String,
}

impl fmt::Debug for Lambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lambda")
    }
}

impl Lambda {
    /// A client for it.
    pub fn client(self) -> JsonClient {
        JsonClient::of_for_tests(JsonService::LAMBDA, self)
    }
}

impl HttpConnector for Lambda {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut state = self.0.lock().unwrap();
        let header = |name: &str| request.headers().get(name).unwrap().to_owned();
        state.invocations.push(Invocation {
            url: request.uri().to_owned(),
            kind: header("x-amz-invocation-type"),
            event: String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap(),
        });
        let (status, code) = state.invocation_errors.pop().unwrap_or((202, ""));
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        if !code.is_empty() {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}
