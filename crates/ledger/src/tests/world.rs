//! A table of ingests and an event bus, with faults.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use aws::JsonClient;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use backoff::Deadline;
use second_opinion::DynamoDb;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Completion, Effects, Failure, Ledger, LedgerError, Opened, Opening, Record, Timestamp, addition};

const TABLE: &str = "ingests";
/// An ingest of 2025-07-10.
pub const ID: Uuid = Uuid::from_u128(0x0197_f2f4_6a4e_7cc3_98c4_dc0c_0c07_398f);

/// How a call fails.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The call is refused with this status and code.
    Refused(u16, &'static str),
    /// The call is carried out, and its answer is lost.
    AnswerLost,
    /// The call is carried out, and its answer has this body instead of the service's.
    AnswerOf(&'static str),
    /// The call is neither carried out nor answered.
    Silence,
    /// The connection breaks, and the call is carried out by [`World::carry_out_late_calls`].
    Late,
    /// A writer counts a row just before the call, this many milliseconds after the time that the call writes.
    AfterCount(u64),
    /// The bus does not take the event, and its answer has this code.
    EventRefused(&'static str),
}

/// The table and the bus. Clones share them.
#[derive(Clone)]
pub struct World {
    table: DynamoDb,
    events: Arc<Mutex<Vec<Value>>>,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    bus_faults: Arc<Mutex<VecDeque<Fault>>>,
    calls: Arc<Mutex<usize>>,
    late: Arc<Mutex<Vec<HttpRequest>>>,
    ledger: Arc<OnceLock<Ledger>>,
}

impl World {
    pub fn new() -> Self {
        Self {
            table: DynamoDb::with_table(TABLE, &[("ingest_id", "S")]),
            events: Arc::default(),
            faults: Arc::default(),
            bus_faults: Arc::default(),
            calls: Arc::default(),
            late: Arc::default(),
            ledger: Arc::default(),
        }
    }

    /// The ledger of the functions.
    pub fn ledger(&self) -> Ledger {
        self.ledger.get_or_init(|| self.other_ledger()).clone()
    }

    /// The ledger of one more writer.
    pub fn other_ledger(&self) -> Ledger {
        let table = JsonClient::for_tests(self.clone());
        let bus = JsonClient::for_tests(Bus(self.clone()));
        Ledger::of(table, bus, TABLE, "bus", "stack")
    }

    /// Makes the next calls to the table fail.
    pub fn fail_with(&self, faults: &[Fault]) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// Makes the next calls to the bus fail.
    pub fn fail_to_tell_with(&self, faults: &[Fault]) {
        self.bus_faults.lock().unwrap().extend(faults);
    }

    /// Returns the number of calls to the table since the last call of this method.
    pub fn take_calls(&self) -> usize {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// Carries out the calls that were late.
    pub fn carry_out_late_calls(&self) {
        for request in self.late.lock().unwrap().drain(..) {
            drop(HttpConnector::call(&self.table, request));
        }
    }

    /// Counts a row as a writer does, this many milliseconds after the time that a request writes.
    fn count_after(&self, request: &HttpRequest, millis: u64) {
        let request: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let time = &request["ExpressionAttributeValues"][":updated"]["S"];
        let time: Timestamp = time.as_str().unwrap().parse().unwrap();
        let now = Timestamp::from_millis(time.millis() + millis);
        for update in addition::updates(ID, &of_attempt(1, written(1)), now) {
            let request = serde_json::from_str(&update.request(TABLE)).unwrap();
            assert_eq!(self.table.call("UpdateItem", &request).0, 200);
        }
    }

    /// The entries that were put on the bus.
    pub fn events(&self) -> Vec<Value> {
        self.events.lock().unwrap().clone()
    }

    /// The details of those entries.
    pub fn told(&self) -> Vec<Value> {
        let detail = |entry: Value| serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        self.events().into_iter().map(detail).collect()
    }

    pub fn item(&self) -> Value {
        let request = json!({"TableName": TABLE, "Key": {"ingest_id": {"S": ID.to_string()}}, "ConsistentRead": true});
        let (status, mut reply) = self.table.call("GetItem", &request);
        assert_eq!(status, 200, "{reply}");
        reply["Item"].take()
    }

    /// Puts an item, in place of the one that is there.
    pub fn put(&self, item: &Value) {
        let (status, reply) = self.table.call("PutItem", &json!({"TableName": TABLE, "Item": item}));
        assert_eq!(status, 200, "{reply}");
    }

    pub fn record(&self) -> Record {
        Record::from_item(self.item().as_object().unwrap()).unwrap()
    }

    pub async fn open(&self, request_id: &str) -> Opened {
        self.ledger().open(&opening(request_id), soon()).await.unwrap()
    }

    pub async fn complete(&self, counted: &[u32], sent: u64) {
        self.ledger()
            .complete(&completion(counted, sent), soon())
            .await
            .unwrap();
    }

    pub async fn fail(&self, tries: u32) {
        self.ledger().fail(&failure(tries), soon()).await.unwrap();
    }

    pub async fn add(&self, attempt: u32, effects: Effects) {
        self.try_to_add(attempt, effects).await.unwrap();
    }

    pub async fn try_to_add(&self, attempt: u32, effects: Effects) -> Result<(), LedgerError> {
        for added in self.ledger().add(ID, &of_attempt(attempt, effects), soon()).await {
            self.ledger().conclude(added?, soon()).await?;
        }
        Ok(())
    }
}

pub fn of_attempt(attempt: u32, effects: Effects) -> BTreeMap<u32, Effects> {
    BTreeMap::from([(attempt, effects)])
}

/// A deadline that no test reaches.
pub fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

pub fn written(written: u64) -> Effects {
    Effects {
        written,
        ..Effects::default()
    }
}

pub fn dead(dead: i64) -> Effects {
    Effects {
        dead,
        ..Effects::default()
    }
}

pub fn opening(request_id: &str) -> Opening<'_> {
    Opening {
        ingest_id: ID,
        request_id,
        bucket: "data",
        object: "a b.csv",
        version_id: None,
        etag: Some("ea49"),
        sequencer: Some("0062E99A88DC407460"),
        size: Some(5),
        uploader: Some("AWS:AIDA"),
        started: Timestamp::from_millis(1_752_134_546_000),
        write_mode: "replace",
        resource: None,
    }
}

pub fn completion(counted: &[u32], rows_sent: u64) -> Completion<'_> {
    Completion {
        ingest_id: ID,
        counted,
        etag: "ea49",
        size: 5,
        rows_read: rows_sent + 2,
        rows_sent,
        rows_rejected: 2,
        warnings: &["null_words"],
        invocations: 1,
        report: "a b.csv/ea49/report.json",
        problem: None,
    }
}

pub fn failure(tries: u32) -> Failure<'static> {
    Failure {
        ingest_id: ID,
        is_last: Opened { attempt: None, tries }.is_last_try(),
        code: "ObjectNotReadable",
        reason: "no right",
    }
}

fn answer(status: u16, body: &Value) -> HttpConnectorFuture {
    ready(status, body.to_string())
}

fn ready(status: u16, body: String) -> HttpConnectorFuture {
    let status = status.try_into().unwrap();
    HttpConnectorFuture::ready(Ok(HttpResponse::new(status, body.into())))
}

fn lost() -> HttpConnectorFuture {
    HttpConnectorFuture::ready(Err(ConnectorError::io("connection reset".into())))
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

impl HttpConnector for World {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        *self.calls.lock().unwrap() += 1;
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::Refused(status, code)) => answer(status, &json!({"__type": code, "message": "no"})),
            Some(Fault::Silence) => HttpConnectorFuture::new(std::future::pending()),
            Some(Fault::AfterCount(millis)) => {
                self.count_after(&request, millis);
                HttpConnector::call(&self.table, request)
            }
            Some(Fault::Late) => {
                self.late.lock().unwrap().push(request);
                lost()
            }
            Some(fault) => {
                drop(HttpConnector::call(&self.table, request));
                match fault {
                    Fault::AnswerOf(body) => ready(200, body.to_owned()),
                    _ => lost(),
                }
            }
            None => HttpConnector::call(&self.table, request),
        }
    }
}

/// The bus of a world.
#[derive(Debug)]
struct Bus(World);

impl HttpConnector for Bus {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        assert_eq!(request.headers().get("x-amz-target"), Some("AWSEvents.PutEvents"));
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        match self.0.bus_faults.lock().unwrap().pop_front() {
            Some(Fault::Refused(status, code)) => return answer(status, &json!({"__type": code, "message": "no"})),
            Some(Fault::EventRefused(code)) => {
                let entry = json!({"ErrorCode": code, "ErrorMessage": "no"});
                return answer(200, &json!({"FailedEntryCount": 1, "Entries": [entry]}));
            }
            Some(Fault::Silence) => return HttpConnectorFuture::new(std::future::pending()),
            Some(Fault::AnswerLost | Fault::AnswerOf(_) | Fault::AfterCount(_) | Fault::Late) | None => {}
        }
        let entries = body["Entries"].as_array().unwrap().clone();
        self.0.events.lock().unwrap().extend(entries);
        answer(200, &json!({"FailedEntryCount": 0, "Entries": [{"EventId": "id"}]}))
    }
}
