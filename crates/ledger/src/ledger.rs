//! The calls of the ledger.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use aws::{Environment, JsonClient, JsonService, Variables};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use backoff::{Backoff, Deadline, is_transient_code};
use bytes::Bytes;
use uuid::Uuid;

use crate::addition::{self, Added};
use crate::completion::Completion;
use crate::error::LedgerError;
use crate::event::{self, Refusal};
use crate::failure::Failure;
use crate::opening::{Opened, Opening};
use crate::record::{Record, names};
use crate::reply::{record_in, refused_record};
use crate::rows::Effects;
use crate::state::State;
use crate::timestamp::Timestamp;
use crate::update::{Update, number, text};

const UPDATE_ITEM: &str = "DynamoDB_20120810.UpdateItem";
const PUT_EVENTS: &str = "AWSEvents.PutEvents";
/// The code of an event that the bus does not take for a reason of its own, so that a retry may succeed. If a whole call fails,
/// its status 5xx says so. <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html>
const INTERNAL_FAILURE: &str = "InternalFailure";
/// The time limit of an attempt to write a record. A write usually takes some ten milliseconds, and takes effect once.
const WRITE_TIMEOUT: Duration = Duration::from_secs(3);
/// The time limit of an attempt to put an event. It is longer, because another attempt may put the event a second time.
const EVENT_TIMEOUT: Duration = Duration::from_secs(10);
/// The most pauses between the tries of a call and of the calls that follow from it.
const PAUSES: u32 = 8;

/// The table of ingests, and the event bus for their events. Cheap to clone.
///
/// Each call has its own time limit, and ends by the deadline that it is given. It is retried after a transient failure, also
/// when the failed try may have been carried out: the conditions of the writes make repetitions harmless.
#[derive(Clone, Debug)]
pub struct Ledger {
    dynamodb: JsonClient,
    event_bridge: JsonClient,
    table: Arc<str>,
    bus: Arc<str>,
    stack: Arc<str>,
    /// The attribute of a record that has the number of this ledger's last addition to it.
    last_count: Arc<str>,
    /// The number of additions so far, to all records.
    counts: Arc<AtomicU64>,
}

/// The result of a write.
enum Written {
    /// The record as it is written.
    Done(Record),
    /// The unchanged record: the condition of the write does not hold.
    Refused(Record),
}

impl Ledger {
    /// The ledger that the environment defines: `INGEST_TABLE` is the table of ingests, without which there is no ledger;
    /// `EVENT_BUS` is the event bus, by default `default`; `STACK_NAME` is the stack that events name.
    #[must_use]
    pub fn new(variables: &Variables<'_>, environment: &Environment, connector: &SharedHttpConnector) -> Option<Self> {
        let table = variables.optional("INGEST_TABLE")?;
        let client = |service, timeout| JsonClient::of(service, environment, connector.clone(), timeout);
        let bus = variables.optional("EVENT_BUS");
        let stack = variables.optional("STACK_NAME");
        Some(Self::of(
            client(JsonService::DYNAMODB, WRITE_TIMEOUT),
            client(JsonService::EVENT_BRIDGE, EVENT_TIMEOUT),
            &table,
            bus.as_deref().unwrap_or("default"),
            stack.as_deref().unwrap_or("none"),
        ))
    }

    /// A ledger that uses these clients.
    #[must_use]
    pub fn of(dynamodb: JsonClient, event_bridge: JsonClient, table: &str, bus: &str, stack: &str) -> Self {
        Self {
            dynamodb,
            event_bridge,
            table: table.into(),
            bus: bus.into(),
            stack: stack.into(),
            last_count: last_count().into(),
            counts: Arc::default(),
        }
    }

    /// Opens the record for an invocation that extracts a part of the object, and draws the number of its attempt. When the
    /// extraction is already complete, no attempt is drawn; if the ingest is done and its event was not put, this puts it.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try. If an attempt was drawn then, nobody knows its number.
    pub async fn open(&self, opening: &Opening<'_>, deadline: Deadline) -> Result<Opened, LedgerError> {
        let backoff = &mut budget(deadline);
        let (name, now) = (&random_digits(), now());
        let record = match self.write(opening.first(name, now), backoff).await? {
            Written::Done(record) => return Ok(opened(&record)),
            Written::Refused(record) if record.extracted.is_some() => record,
            // An earlier try of this same call opened the record, but its answer was lost.
            Written::Refused(record) if record.opening.as_ref() == Some(name) => return Ok(opened(&record)),
            Written::Refused(record) => match self.write(opening.again(record.tries + 1, name, now), backoff).await? {
                Written::Done(record) => return Ok(opened(&record)),
                Written::Refused(record) => record,
            },
        };
        self.tell_if_done(&record, deadline).await?;
        Ok(Opened {
            attempt: None,
            tries: record.tries,
        })
    }

    /// Completes the extraction, unless it is already complete, and puts the event when the ingest is done.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try.
    pub async fn complete(&self, completion: &Completion<'_>, deadline: Deadline) -> Result<(), LedgerError> {
        let backoff = &mut budget(deadline);
        let (Written::Done(record) | Written::Refused(record)) = self.write(completion.update(now()), backoff).await?;
        self.tell_if_done(&record, deadline).await
    }

    /// Writes that an attempt failed, unless the extraction is complete, and puts the event when no other try follows.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try.
    pub async fn fail(&self, failure: &Failure<'_>, deadline: Deadline) -> Result<(), LedgerError> {
        let backoff = &mut budget(deadline);
        match self.write(failure.update(now()), backoff).await? {
            Written::Done(record) if failure.is_last => {
                let backoff = &mut budget(deadline);
                self.tell(&record, State::Failed, now(), backoff).await
            }
            Written::Done(_) | Written::Refused(_) => Ok(()),
        }
    }

    /// Adds the outcomes of the rows of an ingest's attempts. Returns the result of each write, usually of one: pass it to
    /// [`conclude`](Self::conclude). A write takes effect once, however often it is sent. Additions to one ingest must not overlap.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try, when it is unknown whether the rows are counted, or when the record cannot be read.
    pub async fn add(
        &self,
        ingest_id: Uuid,
        attempts: &BTreeMap<u32, Effects>,
        deadline: Deadline,
    ) -> Vec<Result<Added, LedgerError>> {
        let mut additions = Vec::new();
        for update in addition::updates(ingest_id, attempts, now()) {
            additions.push(self.count(update, deadline).await);
        }
        additions
    }

    /// Makes an update that adds rows.
    async fn count(&self, update: Update, deadline: Deadline) -> Result<Added, LedgerError> {
        let count = self.counts.fetch_add(1, Ordering::Relaxed) + 1;
        let update = update.raise(&self.last_count, number(&count));
        match self.write(update, &mut budget(deadline)).await? {
            Written::Done(record) => Ok(Added::of(record)),
            // An earlier try was carried out, and its answer was lost.
            Written::Refused(record) if record.has_last_count(&self.last_count, count) => Ok(Added::of(record)),
            Written::Refused(_) => Err(LedgerError::Overtaken),
        }
    }

    /// Puts the event when the ingest is done by this addition.
    ///
    /// # Errors
    /// [`LedgerError`] when the event was not put after the last try.
    pub async fn conclude(&self, added: Added, deadline: Deadline) -> Result<(), LedgerError> {
        match added {
            Added::Counted => Ok(()),
            Added::Last(record) => self.tell_if_done(&record, deadline).await,
        }
    }

    /// Writes a record.
    async fn write(&self, update: Update, backoff: &mut Backoff) -> Result<Written, LedgerError> {
        let body = Bytes::from(update.request(&self.table));
        let call = || self.dynamodb.call(UPDATE_ITEM, body.clone(), record_in);
        match backoff.retry(call).await {
            Ok(record) => Ok(Written::Done(Record::from_item(&record)?)),
            Err(error) => match refused_record(&error) {
                Some(record) => Ok(Written::Refused(Record::from_item(&record)?)),
                None => Err(LedgerError::Write(Box::new(error))),
            },
        }
    }

    /// Puts the event when the ingest is done and no event was put yet, or only one with fewer dead letters. Then marks the
    /// record.
    async fn tell_if_done(&self, record: &Record, deadline: Deadline) -> Result<(), LedgerError> {
        if !record.is_to_be_told() {
            return Ok(());
        }
        let backoff = &mut budget(deadline);
        let now = now();
        self.tell(record, State::Done, now, backoff).await?;
        let mark = Update::new(record.ingest_id, now)
            .set(names::STATE, text(&State::Done))
            .set_first(names::COMPLETED, text(&now))
            .raise(names::TOLD_DEAD, number(&record.rows().dead));
        self.write(mark, backoff).await.map(|_| ())
    }

    /// Puts the event.
    async fn tell(
        &self,
        record: &Record,
        state: State,
        now: Timestamp,
        backoff: &mut Backoff,
    ) -> Result<(), LedgerError> {
        let body = Bytes::from(event::request(record, state, &self.stack, &self.bus, now));
        let call = || self.event_bridge.call(PUT_EVENTS, body.clone(), event::refusal);
        loop {
            let refusal = backoff.retry(call).await;
            let refusal = refusal.map_err(|error| LedgerError::Tell(Box::new(error)))?;
            let Some(Refusal { code, message }) = refusal else {
                return Ok(());
            };
            let may_pass = is_transient_code(&code) || code == INTERNAL_FAILURE;
            if !(may_pass && backoff.pause().await) {
                return Err(LedgerError::Refused { code, message });
            }
        }
    }
}

fn now() -> Timestamp {
    Timestamp::of(SystemTime::now())
}

/// A name for the attribute `n_…` that no other ledger has. It is short because each writer of an ingest makes the record longer.
fn last_count() -> String {
    format!("{}_{}", names::LAST_COUNT, random_digits())
}

/// Eight hexadecimal digits of a random number. The keys of a [`RandomState`] are random numbers of the operating system.
fn random_digits() -> String {
    format!("{:08x}", RandomState::new().hash_one(()) >> 32)
}

/// The budget for the tries of a call, and of the calls that follow from it. It has no shorter limit than the deadline, because a
/// record that is not written leaves its ingest stalled. Putting an event has a budget of its own, apart from the write before it:
/// without the event, nobody who waits for the end of the ingest learns of it.
fn budget(deadline: Deadline) -> Backoff {
    Backoff::of_pauses(PAUSES, deadline)
}

fn opened(record: &Record) -> Opened {
    Opened {
        attempt: Some(record.attempts),
        tries: record.tries,
    }
}
