//! A table of ingests and an event bus inside the process.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use ledger::Ledger;
use second_opinion::DynamoDb;
use serde_json::{Value, json};

use super::dynamodb::{Reply, error};

const INGESTS: &str = "ingests";

/// The fault of calls.
#[derive(Clone, Copy, Debug, Default)]
pub enum Fault {
    /// No fault: the call is answered.
    #[default]
    None,
    /// An error with this status and code.
    Error(u16, &'static str),
    /// The call is never answered.
    Silence,
    /// The table answers; the bus does not answer its first calls, of which this is the number.
    SilentBus(usize),
}

/// The table of ingests and the bus. Clones share both.
#[derive(Clone, Debug)]
pub struct Books {
    dynamodb: DynamoDb,
    /// The events on the bus.
    pub events: Arc<Mutex<Vec<Value>>>,
    fault: Fault,
    calls: Arc<AtomicUsize>,
    bus_calls: Arc<AtomicUsize>,
}

impl Books {
    /// An empty table without a fault.
    pub fn new() -> Self {
        Self::with(Fault::None)
    }

    /// An empty table with this fault.
    pub fn with(fault: Fault) -> Self {
        Self {
            dynamodb: DynamoDb::with_table(INGESTS, &[("ingest_id", "S")]),
            events: Arc::default(),
            fault,
            calls: Arc::default(),
            bus_calls: Arc::default(),
        }
    }

    /// A ledger on this table and bus.
    pub fn ledger(&self) -> Ledger {
        let client = || JsonClient::for_tests(self.clone());
        Ledger::of(client(), client(), INGESTS, "default", "stack")
    }

    /// The number of calls.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Records that the extraction of an ingest is complete and sent this number of rows in its first attempt.
    pub fn complete(&self, ingest_id: &str, rows_sent: u64) {
        let item = json!({
            "ingest_id": {"S": ingest_id}, "extracted": {"S": "2025-07-10T06:09:53.742Z"},
            "counted": {"L": [{"N": "1"}]}, "rows_sent": {"N": rows_sent.to_string()},
        });
        let (status, reply) = self
            .dynamodb
            .call("PutItem", &json!({"TableName": INGESTS, "Item": item}));
        assert_eq!(status, 200, "{reply}");
    }

    /// A count of an ingest's record; 0 when it is missing.
    pub fn count(&self, ingest_id: &str, count: &str) -> i64 {
        let request = json!({"TableName": INGESTS, "Key": {"ingest_id": {"S": ingest_id}}});
        let (status, reply) = self.dynamodb.call("GetItem", &request);
        assert_eq!(status, 200, "{reply}");
        let number = reply["Item"][count]["N"].as_str();
        number.map_or(0, |number| number.parse().unwrap())
    }

    fn answer(&self, request: &HttpRequest) -> Reply {
        let target = request.headers().get("x-amz-target").unwrap();
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        match target.split_once('.').unwrap() {
            ("AWSEvents", "PutEvents") => {
                let events = body["Entries"].as_array().unwrap();
                self.events.lock().unwrap().extend(events.iter().cloned());
                (200, json!({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}))
            }
            (_, operation) => self.dynamodb.call(operation, &body),
        }
    }
}

fn is_event(request: &HttpRequest) -> bool {
    request.headers().get("x-amz-target") == Some("AWSEvents.PutEvents")
}

impl HttpConnector for Books {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let (status, reply) = match self.fault {
            Fault::SilentBus(calls) if is_event(&request) && self.bus_calls.fetch_add(1, Ordering::Relaxed) < calls => {
                return HttpConnectorFuture::new(std::future::pending());
            }
            Fault::None | Fault::SilentBus(_) => self.answer(&request),
            Fault::Error(status, code) => error(status, code),
            Fault::Silence => return HttpConnectorFuture::new(std::future::pending()),
        };
        let reply = HttpResponse::new(status.try_into().unwrap(), reply.to_string().into());
        HttpConnectorFuture::ready(Ok(reply))
    }
}
