//! The table of ingests, and a bus.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use ledger::{Ledger, Record};
use second_opinion::DynamoDb;
use serde_json::{Value, json};

const TABLE: &str = "ingests";

/// A table of ingests that is held to the real one. Clones are the same.
#[derive(Clone)]
pub struct Ingests {
    table: DynamoDb,
    told: Arc<Mutex<Vec<String>>>,
    is_silent: Arc<AtomicBool>,
    bus_refuses: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
}

impl Ingests {
    pub fn new() -> Self {
        Self {
            table: DynamoDb::with_table(TABLE, &[("ingest_id", "S")]),
            told: Arc::default(),
            is_silent: Arc::default(),
            bus_refuses: Arc::default(),
            calls: Arc::default(),
        }
    }

    /// From now on, no call is answered.
    pub fn fall_silent(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }

    /// From now on, the bus takes no event, or does again.
    pub fn refuse_events(&self, refuse: bool) {
        self.bus_refuses.store(refuse, Ordering::Relaxed);
    }

    /// The attributes of a record as somebody else writes them.
    pub fn put(&self, item: &Value) {
        let (status, reply) = self.table.call("PutItem", &json!({"TableName": TABLE, "Item": item}));
        assert_eq!(status, 200, "{reply}");
    }

    pub fn ledger(&self) -> Ledger {
        let bus = JsonClient::for_tests(Bus(self.clone()));
        Ledger::of(JsonClient::for_tests(self.clone()), bus, TABLE, "bus", "stack")
    }

    /// The one record.
    pub fn record(&self) -> Record {
        let [record] = self.records().try_into().unwrap();
        record
    }

    /// The records as the table has them.
    pub fn items(&self) -> Vec<Value> {
        let (status, reply) = self.table.call("Scan", &json!({"TableName": TABLE}));
        assert_eq!(status, 200, "{reply}");
        reply["Items"].as_array().unwrap().clone()
    }

    pub fn records(&self) -> Vec<Record> {
        let items = self.items();
        let records = items.iter().map(|item| Record::from_item(item.as_object().unwrap()));
        records.map(Result::unwrap).collect()
    }

    /// The detail types of the events.
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Ingests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ingests")
    }
}

impl HttpConnector for Ingests {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.is_silent.load(Ordering::Relaxed) {
            return HttpConnectorFuture::new(std::future::pending());
        }
        HttpConnector::call(&self.table, request)
    }
}

/// The bus beside the table.
#[derive(Debug)]
struct Bus(Ingests);

impl HttpConnector for Bus {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if self.0.bus_refuses.load(Ordering::Relaxed) {
            let refusal = json!({"__type": "AccessDeniedException", "message": "no"});
            let answer = HttpResponse::new(400.try_into().unwrap(), refusal.to_string().into());
            return HttpConnectorFuture::ready(Ok(answer));
        }
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let told = body["Entries"][0]["DetailType"].as_str().unwrap().to_owned();
        self.0.told.lock().unwrap().push(told);
        let answer = json!({"FailedEntryCount": 0, "Entries": [{"EventId": "id"}]});
        let answer = HttpResponse::new(200.try_into().unwrap(), answer.to_string().into());
        HttpConnectorFuture::ready(Ok(answer))
    }
}
