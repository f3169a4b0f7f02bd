//! The calls of the ledger.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws::{Environment, JsonClient, JsonService, Variables};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use backoff::{Backoff, Deadline, is_transient_code};
use bytes::Bytes;
use uuid::Uuid;

use crate::addition::Added;
use crate::completion::Completion;
use crate::error::LedgerError;
use crate::event::{self, Refusal};
use crate::failure::Failure;
use crate::opening::{Opened, Opening};
use crate::record::{Record, names};
use crate::reply::{may_be_written, record_in, refused_record};
use crate::rows::Effects;
use crate::state::State;
use crate::timestamp::Timestamp;
use crate::update::{Update, number, text};

const UPDATE_ITEM: &str = "DynamoDB_20120810.UpdateItem";
const PUT_EVENTS: &str = "AWSEvents.PutEvents";
/// The longest attempt of a call, which takes some ten milliseconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// The most time that the opening takes: messages wait for it.
const OPENING: Duration = Duration::from_secs(5);
/// The most time that each other write takes. A count that is given up leaves its ingest stalled. Telling has the time up to the
/// deadline: nobody else does it.
const OTHERS: Duration = Duration::from_secs(10);
/// The most pauses between the tries of a call and of the calls that follow from it.
const PAUSES: u32 = 8;

/// The table of ingests, and the event bus that hears of them. Cheap to clone.
///
/// Each call is bounded in time by itself, and by the deadline that it is given. It is tried again when it failed for a reason
/// that passes, except where a try may have added rows, which would be counted twice.
#[derive(Clone, Debug)]
pub struct Ledger {
    dynamodb: JsonClient,
    event_bridge: JsonClient,
    table: Arc<str>,
    bus: Arc<str>,
    stack: Arc<str>,
}

/// The record after a write, or without it.
enum Written {
    /// It is written.
    Done(Record),
    /// The condition of the write does not hold.
    Refused(Record),
}

impl Ledger {
    /// The ledger that the environment names: `INGEST_TABLE`, the table of ingests, without which there is no ledger;
    /// `EVENT_BUS`, the bus, or else `default`; `STACK_NAME`, which events carry.
    #[must_use]
    pub fn new(variables: &Variables<'_>, environment: &Environment, connector: &SharedHttpConnector) -> Option<Self> {
        let table = variables.optional("INGEST_TABLE")?;
        let client = |service| JsonClient::of(service, environment, connector.clone(), ATTEMPT_TIMEOUT);
        let bus = variables.optional("EVENT_BUS");
        let stack = variables.optional("STACK_NAME");
        Some(Self::of(
            client(JsonService::DYNAMODB),
            client(JsonService::EVENT_BRIDGE),
            &table,
            bus.as_deref().unwrap_or("default"),
            stack.as_deref().unwrap_or("none"),
        ))
    }

    /// The ledger behind these clients.
    #[must_use]
    pub fn of(dynamodb: JsonClient, event_bridge: JsonClient, table: &str, bus: &str, stack: &str) -> Self {
        Self {
            dynamodb,
            event_bridge,
            table: table.into(),
            bus: bus.into(),
            stack: stack.into(),
        }
    }

    /// Opens the record for an invocation that extracts a part of the object, and draws the attempt. An extraction that is
    /// complete stays so; if nobody was told that the ingest is done, this tells it.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try. Then no attempt is drawn, or none that anybody knows of.
    pub async fn open(&self, opening: &Opening<'_>, deadline: Deadline) -> Result<Opened, LedgerError> {
        let backoff = &mut budget(OPENING, deadline);
        let now = now();
        let record = match self.write(opening.first(now), backoff).await? {
            Written::Done(record) => return Ok(opened(&record)),
            Written::Refused(record) if record.extracted.is_some() => record,
            // The answer to an earlier try of this very call was lost.
            Written::Refused(record) if record.updated == Some(now) => return Ok(opened(&record)),
            Written::Refused(record) => match self.write(opening.again(record.tries + 1, now), backoff).await? {
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

    /// Completes the extraction, unless it is complete, and tells that the ingest is done when it is.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try.
    pub async fn complete(&self, completion: &Completion<'_>, deadline: Deadline) -> Result<(), LedgerError> {
        let backoff = &mut budget(OTHERS, deadline);
        let (Written::Done(record) | Written::Refused(record)) = self.write(completion.update(now()), backoff).await?;
        self.tell_if_done(&record, deadline).await
    }

    /// Writes that an attempt failed, unless the extraction is complete, and tells it when no other try follows.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try.
    pub async fn fail(&self, failure: &Failure<'_>, deadline: Deadline) -> Result<(), LedgerError> {
        let backoff = &mut budget(OTHERS, deadline);
        match self.write(failure.update(now()), backoff).await? {
            Written::Done(record) if failure.is_last => {
                let backoff = &mut telling(deadline);
                self.tell(&record, State::Failed, now(), backoff).await
            }
            Written::Done(_) | Written::Refused(_) => Ok(()),
        }
    }

    /// Adds what became of rows of an attempt. [`conclude`](Self::conclude) does what follows from it.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try, when the rows are not counted, or the record cannot be read. They are never counted
    /// twice.
    pub async fn add(
        &self,
        ingest_id: Uuid,
        attempt: u32,
        effects: &Effects,
        deadline: Deadline,
    ) -> Result<Added, LedgerError> {
        if effects.is_empty() {
            return Ok(Added::Counted);
        }
        let backoff = &mut budget(OTHERS, deadline);
        let body = Bytes::from(effects.update(ingest_id, attempt, now()).request(&self.table));
        // Also when the deadline cuts off a try.
        let may_be_added = Cell::new(false);
        let added = backoff.retry(async || {
            may_be_added.set(true);
            let added = self.dynamodb.call(UPDATE_ITEM, body.clone(), record_in).await;
            may_be_added.set(added.as_ref().is_err_and(may_be_written));
            match added {
                Err(error) if may_be_added.get() => Ok(Err(error)),
                added => added.map(Ok),
            }
        });
        match added.await {
            Ok(Ok(record)) => Ok(Added::of(Record::from_item(&record)?)),
            Ok(Err(error)) | Err(error) => {
                let error = LedgerError::Write(Box::new(error));
                if may_be_added.get() {
                    Ok(Added::Unknown(ingest_id, error))
                } else {
                    Err(error)
                }
            }
        }
    }

    /// Tells that the ingest is done when this addition is what brought it to its end. Where nobody knows whether the rows are
    /// counted, the record is looked at until `look`.
    ///
    /// # Errors
    /// [`LedgerError`] after the last try to tell, and when the rows may be counted or not.
    pub async fn conclude(&self, added: Added, look: Deadline, deadline: Deadline) -> Result<(), LedgerError> {
        match added {
            Added::Counted => Ok(()),
            Added::Last(record) => self.tell_if_done(&record, deadline).await,
            Added::Unknown(ingest_id, error) => {
                // Changes nothing but the time of the last write, by the right that all other calls need, too.
                let update = Update::new(ingest_id, now());
                let seen = self.write(update, &mut budget(OTHERS, look.min(deadline))).await;
                if let Ok(Written::Done(record)) = seen {
                    self.tell_if_done(&record, deadline).await?;
                }
                Err(error)
            }
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

    /// Tells that the ingest is done when it is, and nobody was told, or not of as many dead letters; and then marks that it
    /// is told.
    async fn tell_if_done(&self, record: &Record, deadline: Deadline) -> Result<(), LedgerError> {
        if !record.is_to_be_told() {
            return Ok(());
        }
        let backoff = &mut telling(deadline);
        let now = now();
        self.tell(record, State::Done, now, backoff).await?;
        let mark = Update::new(record.ingest_id, now)
            .set(names::STATE, text(&State::Done))
            .set_first(names::COMPLETED, text(&now))
            .set(names::TOLD_DEAD, number(&record.rows().dead))
            .when(
                format!(
                    "attribute_not_exists(#{TOLD_DEAD}) OR #{TOLD_DEAD} < :{TOLD_DEAD}",
                    TOLD_DEAD = names::TOLD_DEAD
                ),
                &[names::TOLD_DEAD],
            );
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
            if !(is_transient_code(&code) && backoff.pause().await) {
                return Err(LedgerError::Refused { code, message });
            }
        }
    }
}

fn now() -> Timestamp {
    Timestamp::of(SystemTime::now())
}

/// Tries of one call of the ledger: until the deadline, and for no longer than this.
fn budget(most: Duration, deadline: Deadline) -> Backoff {
    Backoff::of_pauses(PAUSES, deadline.min(Deadline::after(most)))
}

/// Tries to tell. They do not share their time with the write before: an end that is not told is seen by nobody who waits for it.
fn telling(deadline: Deadline) -> Backoff {
    Backoff::of_pauses(PAUSES, deadline)
}

fn opened(record: &Record) -> Opened {
    Opened {
        attempt: Some(record.attempts),
        tries: record.tries,
    }
}
