//! The writer's paths: from an event to its records, from records to operations, and from operations to the bodies of calls.

use std::hint::black_box;

use attributes::KeySchema;
use bench::data;
use message::WriteMode;
use sqs_to_dynamodb::event::{Batch, Event, read};
use sqs_to_dynamodb::operation::{Change, Table, parse};
use sqs_to_dynamodb::plan::{Action, Plan, Task, Ticket};
use sqs_to_dynamodb::record::Record;
use sqs_to_dynamodb::table::batch_write::request;

use crate::{TABLE, counted, tidy_heap};

/// The number of writes in a call.
const CALL: usize = 25;

/// Reads the records of an event.
pub fn event_to_records(messages: usize) {
    let event = data::sqs_event(messages as u64, 0);
    tidy_heap();
    let records = counted(records_of, event.as_slice());
    assert_eq!(records.len(), messages);
}

/// Reads, checks and plans records.
pub fn event_to_operations(messages: usize) {
    let event = data::sqs_event(messages as u64, 0);
    let records = records_of(&event);
    tidy_heap();
    let plan = counted(plan, records.as_slice());
    assert_eq!(writes_of(plan).len(), messages);
}

/// The records of an event, read as in the function.
fn records_of(event: &[u8]) -> Vec<Record<'_>> {
    match read(event) {
        Ok(Event::Batch(Batch { messages, .. })) => messages,
        other => panic!("{other:?}"),
    }
}

/// The plan, made as in the handler.
fn plan(records: &[Record<'_>]) -> Plan {
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
    let event = data::sqs_event(messages as u64, 0);
    let writes = writes_of(plan(&records_of(&event)));
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
