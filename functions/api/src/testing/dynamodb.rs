//! A DynamoDB inside the process: rules that answer requests, given as operation and JSON body.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TABLE;

type Fits = dyn Fn(&Value) -> bool + Send + Sync;
/// The status and the body.
type Answer = dyn Fn(&Value) -> (u16, String) + Send + Sync;

/// A rule that answers requests of one operation. Clones share their count of calls.
#[derive(Clone)]
pub struct Rule {
    operation: &'static str,
    fits: Arc<Fits>,
    times: usize,
    answer: Arc<Answer>,
    calls: Arc<AtomicUsize>,
}

impl Rule {
    /// Answers every request of `operation` with an empty object, like a write that returns nothing.
    pub fn on(operation: &'static str) -> Self {
        Self {
            operation,
            fits: Arc::new(|_| true),
            times: usize::MAX,
            answer: Arc::new(|_| (200, "{}".to_owned())),
            calls: Arc::default(),
        }
    }

    /// Restricts the rule to requests that `fits` accepts.
    pub fn when(mut self, fits: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        self.fits = Arc::new(fits);
        self
    }

    /// Restricts the rule to this number of requests. Further requests are left to the rules after it.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Answers with the result of `answer`.
    pub fn then(mut self, answer: impl Fn(&Value) -> Value + Send + Sync + 'static) -> Self {
        self.answer = Arc::new(move |request| (200, answer(request).to_string()));
        self
    }

    /// Answers with an error of this status and code.
    pub fn fail(self, status: u16, code: &str) -> Self {
        let error = json!({
            "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
            "message": format!("internal text about {TABLE}"),
        });
        self.say(status, error.to_string())
    }

    /// Answers with this text, which may be anything.
    pub fn say(mut self, status: u16, text: String) -> Self {
        self.answer = Arc::new(move |_| (status, text.clone()));
        self
    }

    /// The number of requests that the rule has answered.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn is_for(&self, operation: &str, request: &Value) -> bool {
        self.operation == operation && self.calls() < self.times && (self.fits)(request)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.operation).finish()
    }
}

/// A client that answers each request by the first rule that fits. A request that fits no rule fails the test.
pub fn client(rules: Vec<Rule>) -> JsonClient {
    JsonClient::for_tests(DynamoDb(rules))
}

#[derive(Debug)]
struct DynamoDb(Vec<Rule>);

impl HttpConnector for DynamoDb {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap();
        let operation = target.strip_prefix("DynamoDB_20120810.").unwrap();
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        check(&body);
        let rule = self.0.iter().find(|rule| rule.is_for(operation, &body));
        let rule = rule.unwrap_or_else(|| panic!("no rule for this {operation}: {body:#}"));
        rule.calls.fetch_add(1, Ordering::Relaxed);
        let (status, text) = (rule.answer)(&body);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), text.into())))
    }
}

/// Checks every request: it names the table, and no member is null or empty, which DynamoDB refuses.
fn check(request: &Value) {
    assert_eq!(request["TableName"], TABLE);
    for (name, value) in request.as_object().unwrap() {
        let empty = [json!(null), json!(""), json!({})].contains(value);
        assert!(!empty, "{name} is {value}");
    }
}
