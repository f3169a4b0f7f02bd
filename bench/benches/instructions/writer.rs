//! The writer's paths: from an event to its records, from records to operations, and from operations to the bodies of calls.

use std::hint::black_box;

use attributes::KeySchema;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bench::data;
use message::WriteMode;
use serde_json::value::RawValue;
use sqs_to_dynamodb::event::{Batch, Event, read};
use sqs_to_dynamodb::operation::{Change, Table, parse};
use sqs_to_dynamodb::plan::{Action, Plan, Task, Ticket};
use sqs_to_dynamodb::table::batch_write::request;

use crate::{TABLE, counted, tidy_heap};

/// The number of writes in a call.
const CALL: usize = 25;

/// Reads the records of an event, which the Lambda runtime has made raw JSON.
pub fn event_to_records(messages: usize) {
    let event = data::sqs_event(messages as u64, 0);
    tidy_heap();
    let (_, records) = counted(records_of, event.as_slice());
    assert_eq!(records.len(), messages);
}

/// Reads records as the function does, from the payload that the Lambda runtime copies.
#[expect(clippy::expect_used, reason = "the event is made here, too")]
fn records_of(event: &[u8]) -> (Box<RawValue>, Vec<SqsMessage>) {
    let payload: Box<RawValue> = serde_json::from_slice(event).expect("JSON");
    match read(payload.get()) {
        Ok(Event::Batch(Batch { messages, .. })) => (payload, messages.records),
        other => panic!("{other:?}"),
    }
}

/// Reads, checks and plans records.
pub fn event_to_operations(messages: usize) {
    let planned = |records: Vec<SqsMessage>| {
        let plan = plan(&records);
        (records, plan)
    };
    all_are_planned(counted(planned, records(messages)));
}

#[expect(clippy::expect_used, reason = "the event is made here, too")]
fn records(messages: usize) -> Vec<SqsMessage> {
    let event: SqsEvent = serde_json::from_slice(&data::sqs_event(messages as u64, 0)).expect("an event");
    tidy_heap();
    event.records
}

/// The plan, made as in the handler.
fn plan(records: &[SqsMessage]) -> Plan {
    let table = Table {
        name: TABLE,
        keys: &KeySchema::Messages,
    };
    let mut operations = Vec::with_capacity(records.len());
    for (message, record) in records.iter().enumerate() {
        if let Ok(operation) = parse(record, table, WriteMode::Replace) {
            operations.push((message, operation));
        }
    }
    Plan::new(operations)
}

fn all_are_planned((records, plan): (Vec<SqsMessage>, Plan)) {
    assert_eq!(writes_of(plan).len(), records.len());
}

/// Puts planned writes into the bodies of calls.
pub fn operations_to_json(messages: usize) {
    let called = |writes: Vec<(Ticket, Change)>| {
        for call in writes.chunks(CALL) {
            black_box(request(TABLE, call));
        }
        writes
    };
    drop(counted(called, writes(messages)));
}

fn writes(messages: usize) -> Vec<(Ticket, Change)> {
    let writes = writes_of(plan(&records(messages)));
    assert_eq!(writes.len(), messages);
    tidy_heap();
    writes
}

/// The writes of the first round, which are all writes if no two have the same key.
fn writes_of(mut plan: Plan) -> Vec<(Ticket, Change)> {
    let tasks = plan.next_round().unwrap_or_default();
    let writes = tasks.into_iter().filter_map(|Task { ticket, action }| match action {
        Action::Write(change) => Some((ticket, change)),
        Action::OrderedPut(_) | Action::Update(_) | Action::Get => None,
    });
    writes.collect()
}
