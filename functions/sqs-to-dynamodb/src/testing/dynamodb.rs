//! A DynamoDB inside the process: rules that answer requests, given as operation and JSON body.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use attributes::{ItemKey, KeySchema};
use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

type Fits = dyn Fn(&Value) -> bool + Send + Sync;

/// The status and the body.
pub type Reply = (u16, Value);

/// A rule that answers requests of one operation. Clones share their count of calls.
#[derive(Clone)]
pub struct Rule {
    operation: &'static str,
    fits: Arc<Fits>,
    reply: Arc<dyn Fn(&Value) -> Reply + Send + Sync>,
    calls: Arc<AtomicUsize>,
}

impl Rule {
    /// Answers every request of `operation` with an empty object, like a write that returns nothing.
    pub fn on(operation: &'static str) -> Self {
        Self {
            operation,
            fits: Arc::new(|_| true),
            reply: Arc::new(|_| (200, json!({}))),
            calls: Arc::default(),
        }
    }

    /// Restricts the rule to requests that `fits` accepts.
    pub fn when(mut self, fits: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        self.fits = Arc::new(fits);
        self
    }

    /// Answers with the result of `reply`.
    pub fn reply(mut self, reply: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Self {
        self.reply = Arc::new(reply);
        self
    }

    /// Answers with an error of this status and code.
    pub fn fail(self, status: u16, code: &'static str) -> Self {
        self.reply(move |_| error(status, code))
    }

    /// The number of requests that the rule has answered.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.operation).finish()
    }
}

/// An error of DynamoDB in AWS's form.
pub fn error(status: u16, code: &str) -> Reply {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    (status, json!({"__type": kind, "message": "something is wrong"}))
}

/// A client that answers each request by the first rule that fits. A request that fits no rule fails the test.
pub fn client(rules: &[Rule]) -> JsonClient {
    JsonClient::for_tests(DynamoDb(rules.to_vec()))
}

#[derive(Debug)]
struct DynamoDb(Vec<Rule>);

impl HttpConnector for DynamoDb {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap();
        let operation = target.strip_prefix("DynamoDB_20120810.").unwrap();
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let is_for = |rule: &&Rule| rule.operation == operation && (rule.fits)(&body);
        let rule = self.0.iter().find(is_for);
        let rule = rule.unwrap_or_else(|| panic!("no rule for this {operation}: {body:#}"));
        rule.calls.fetch_add(1, Ordering::Relaxed);
        let (status, reply) = (rule.reply)(&body);
        let reply = HttpResponse::new(status.try_into().unwrap(), reply.to_string().into());
        HttpConnectorFuture::ready(Ok(reply))
    }
}

/// The key of one write of a `BatchWriteItem` call.
pub fn key_of(request: &Value) -> ItemKey {
    let put = request.pointer("/PutRequest/Item");
    let delete = request.pointer("/DeleteRequest/Key");
    assert!(put.is_some() != delete.is_some(), "{request}");
    KeySchema::Messages.key_in_json(put.or(delete).unwrap()).unwrap()
}
